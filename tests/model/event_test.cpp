// The word tables of the format, both ways, and their agreement with the document.
//
// Not here: reading lines (reader_test.cpp).
// Internal to tests/.
#include "tracer/model/event.hpp"
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"

#include <set>
#include <string>

using namespace giambio::trace;

TEST_CASE("every kind has a word of its own that leads back to it") {
    std::set<std::string_view> words;
    for (int i = 0; i <= static_cast<int>(last_kind); ++i) {
        const auto which = static_cast<kind>(i);
        CHECK(kind_of(word_of(which)) == which);
        words.insert(word_of(which));
    }
    CHECK(words.size() == static_cast<std::size_t>(last_kind) + 1);
}

TEST_CASE("every key has a word of its own that leads back to it") {
    std::set<std::string_view> words;
    for (int i = 0; i <= static_cast<int>(last_key); ++i) {
        const auto which = static_cast<key>(i);
        CHECK(key_of(word_of(which)) == which);
        words.insert(word_of(which));
    }
    CHECK(words.size() == static_cast<std::size_t>(last_key) + 1);
}

TEST_CASE("a word that is not in the table is unknown") {
    for (const char* word : {"", "spaw", "spawned", "zzz", "A", "run_end "}) {
        CHECK(kind_of(word) == kind::unknown);
        CHECK(key_of(word) == key::unknown);
    }
}

TEST_CASE("every kind stands in the table of FORMAT.md") {
    const std::string document = model_tests::text_of_file("tracer/FORMAT.md");
    REQUIRE(!document.empty());
    for (int i = 1; i <= static_cast<int>(last_kind); ++i) {
        const std::string word(word_of(static_cast<kind>(i)));
        INFO(word);
        const bool in_row = document.find("\n| `" + word + "`") != std::string::npos ||
                            document.find(", `" + word + "` | `text`") != std::string::npos;
        CHECK(in_row);
    }
}

TEST_CASE("every key is named in FORMAT.md") {
    const std::string document = model_tests::text_of_file("tracer/FORMAT.md");
    REQUIRE(!document.empty());
    for (int i = 1; i <= static_cast<int>(last_key); ++i) {
        const std::string word(word_of(static_cast<key>(i)));
        INFO(word);
        CHECK(document.find("`" + word + "`") != std::string::npos);
    }
}
