// A packed trace tells what its text tells, although it is read while it is being unpacked.
//
// Not here: the thread that unpacks (tests/threads/), damaged files (tests/live/, tests/fuzz/).
// Internal to tests/.
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"
#include "tests/packed.hpp"

#include <cstddef>
#include <string>

using namespace giambio::trace;
using model_tests::trace_maker;

namespace {

// Longer than some pieces of what is unpacked, with one line that is longer than two of them,
// texts that are decoded, a bad line, and a last one that is cut.
std::string long_trace() {
    trace_maker made;
    made.add("run_begin", 0);
    made.line(R"({"source":1,"file":"a.cpp","text":")" + std::string(600'000, 'x') + R"("})");
    for (int i = 0; i < 20'000; ++i)
        made.add("mark", 0, R"("text":"a \"word\" )" + std::to_string(i) + "\"");
    made.line("{\"seq\":");
    made.add("mark", 0, R"("text":"the last")");
    return made.text() + R"({"seq":20004,"t":0,)";
}

void check_same_complaints(const recording& one, const recording& other) {
    REQUIRE(one.complaints.size() == 2);
    REQUIRE(other.complaints.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(one.complaints[i].line == other.complaints[i].line);
        CHECK(one.complaints[i].byte == other.complaints[i].byte);
        CHECK(one.complaints[i].what == other.complaints[i].what);
    }
}

}  // namespace

TEST_CASE("a packed trace tells what its text tells", "[packed]") {
    const std::string text = long_trace();
    const recording plain = read_text(text, "one.jsonl");
    const recording unpacked = read_text(packed(text), "one.jsonl");
    REQUIRE(plain.events.size() == 20'002);
    REQUIRE(unpacked.events.size() == plain.events.size());
    bool same = unpacked.sources.at(0).text == plain.sources.at(0).text;
    for (std::size_t i = 0; i < plain.events.size(); ++i)
        same = same && unpacked.text(unpacked.events[i], key::text) ==
                           plain.text(plain.events[i], key::text);
    CHECK(same);
    CHECK(plain.text(plain.events.back(), key::text) == "the last");
    check_same_complaints(plain, unpacked);
}

TEST_CASE("a packed file that is no trace is refused before all of it is unpacked", "[packed]") {
    const std::string none = "no trace\n" + std::string(std::size_t{60} << 20, ' ');
    CHECK_THROWS_AS(read_text(packed(none), "none.jsonl.zst"), unreadable);
}
