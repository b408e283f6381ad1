// A packed text is unpacked in one thread while another reads it.
//
// The thread sanitizer runs these. Not here: what unpacker.cpp says of each damage (tests/live/,
// tests/fuzz/), what a trace tells (tests/model/).
#include "tests/catch.hpp"
#include "tests/packed.hpp"
#include "tracer/model/unpacked_text.hpp"

#include <cstddef>
#include <string>

using giambio::trace::unpacked_text;

namespace {

// Some pieces long, and no two lines alike.
std::string long_text() {
    std::string text;
    for (int i = 0; text.size() < (std::size_t{3} << 20); ++i)
        text += "line " + std::to_string(i) + " of a text that is unpacked\n";
    return text;
}

}  // namespace

TEST_CASE("a reader gets a packed text as it comes", "[unpacking]") {
    const std::string text = long_text();
    const std::string small = packed(text);
    unpacked_text unpacking(small);
    const char* const begin = unpacking.so_far().data();
    std::size_t read = 0;
    int parts = 0;
    for (auto there = unpacking.longer_than(0); there.size() > read;
         there = unpacking.longer_than(read), ++parts) {
        CHECK(there.data() == begin);
        CHECK((there.substr(read) == std::string_view(text).substr(read, there.size() - read)));
        read = there.size();
    }
    CHECK(read == text.size());
    CHECK(parts >= 1);
    CHECK(unpacking.finish().empty());
    CHECK((unpacking.so_far() == text));
}

TEST_CASE("a packed text that nobody wants any more is left", "[unpacking]") {
    const std::string small = packed(std::string(std::size_t{60} << 20, 'x'));
    unpacked_text unpacking(small);
    CHECK_FALSE(unpacking.longer_than(0).empty());
}

TEST_CASE("what was unpacked before a damage stays", "[unpacking]") {
    const std::string text = long_text();
    std::string small = packed(text);
    small.resize(small.size() / 2);
    unpacked_text unpacking(small);
    CHECK_THAT(unpacking.finish(), Catch::Matchers::ContainsSubstring("it is cut here"));
    const std::string_view kept = unpacking.so_far();
    CHECK(kept.size() > text.size() / 4);
    CHECK((kept == std::string_view(text).substr(0, kept.size())));
    CHECK(unpacking.longer_than(kept.size()).size() == kept.size());
}
