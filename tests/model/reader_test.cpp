// Good lines, bad lines, and where the complaint says that they are.
//
// Not here: files that are refused as a whole (refused_test.cpp), cut files (cut_test.cpp).
// Internal to tests/.
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"

#include <cstring>
#include <string>

using namespace giambio::trace;
using Catch::Matchers::ContainsSubstring;
using model_tests::header_line;
using model_tests::trace_maker;

namespace {

const std::string good_1 =
    R"({"seq":1,"t":0,"turn":0,"kind":"run_begin","task":0,"cause":0,"at":0})";
const std::string good_9 =
    R"({"seq":9,"t":5,"turn":1,"kind":"batch","task":0,"cause":1,"at":0,"size":3})";

// Reads header, good_1, the line, good_9; the two good ones must survive.
recording around(const std::string& line) {
    const recording made =
        read_text(header_line + good_1 + "\n" + line + "\n" + good_9 + "\n", "made.json");
    REQUIRE(made.events.size() >= 2);
    CHECK(made.events.front().seq == 1);
    CHECK(made.events.back().seq == 9);
    CHECK(made.number(made.events.back(), key::size) == 3);
    return made;
}

std::uint64_t start_of_line_3() {
    return std::strlen(header_line) + good_1.size() + 1;
}

// The line is skipped with one complaint, whose fault is `offset` bytes into the line.
void check_skipped(const std::string& line, std::size_t offset, const std::string& sentence) {
    INFO(line);
    const recording made = around(line);
    CHECK(made.events.size() == 2);
    REQUIRE(made.complaints.size() == 1);
    CHECK(made.complaints[0].line == 3);
    CHECK(made.complaints[0].byte == start_of_line_3() + offset);
    CHECK_THAT(made.complaints[0].what, ContainsSubstring(sentence));
}

std::string with(const std::string& common, const std::string& own) {
    std::string line(R"({"seq":2,"t":1,)");
    return line.append(common).append(own).append("}");
}

const std::string rest = R"("turn":0,"kind":"timer_fire","task":0,"cause":1,"at":0)";

std::string begun(const std::string& begin) {
    std::string line(begin);
    return line.append(rest).append("}");
}

}  // namespace

TEST_CASE("a trace event's keys are kept with their values") {
    const recording made =
        around(R"({"seq":5,"t":3,"turn":1,"kind":"reply","task":4,"cause":2,"at":0,"to":3,)"
               R"("trap":"receive","at_once":true,"value":-1})");
    REQUIRE(made.complaints.empty());
    const event read = made.events[1];
    CHECK(read.seq == 5);
    CHECK(read.t == 3);
    CHECK(read.turn == 1);
    CHECK(read.kind == kind::reply);
    CHECK(read.task == 4);
    CHECK(read.cause == 2);
    CHECK(made.number(read, key::to) == 3);
    CHECK(made.text(read, key::trap) == "receive");
    CHECK(made.number(read, key::at_once) == 1);
    CHECK(made.number(read, key::value) == -1);
    CHECK_FALSE(made.number(read, key::trap).has_value());
    CHECK(made.text(read, key::to).empty());
    CHECK_FALSE(made.number(read, key::fd).has_value());
    CHECK(made.arguments_of(read).size() == 4);
}

TEST_CASE("lines that are no trace event are skipped and told") {
    check_skipped("hello", 0, "not JSON");
    check_skipped("", 0, "not JSON");
    check_skipped("[1,2]", 0, "not a JSON object");
    check_skipped("17", 0, "not a JSON object");
    check_skipped("\"text\"", 0, "not a JSON object");
    check_skipped("null", 0, "not a JSON object");
    check_skipped("{}", 0, "without any key");
    check_skipped(with(rest, R"(,"timer":)"), with(rest, R"(,"timer":)").size() - 1, "not JSON");
    check_skipped(with(rest, "") + " more", with(rest, "").size() + 1, "not JSON");
}

TEST_CASE("bytes that JSON forbids are told with their place") {
    const std::string begin = R"({"seq":2,"t":1,"turn":0,"kind":"log)";
    const std::string end = R"(","task":0,"cause":1,"at":0})";
    check_skipped(begin + '\x01' + end, begin.size(), "not JSON");
    check_skipped(begin + std::string(1, '\0') + end, begin.size(), "not JSON");
    check_skipped(begin + "\xff" + end, begin.size(), "not JSON");
}

TEST_CASE("a missing common key is named") {
    const std::array<std::string, 7> pairs{R"("seq":2)",        R"("t":1)",    R"("turn":0)",
                                           R"("kind":"batch")", R"("task":0)", R"("cause":1)",
                                           R"("at":0)"};
    for (std::size_t left_out = 1; left_out < pairs.size(); ++left_out) {
        std::string line("{");
        line += pairs[0];
        for (std::size_t i = 1; i < pairs.size(); ++i)
            if (i != left_out) line += "," + pairs[i];
        const std::string key = pairs[left_out].substr(0, pairs[left_out].find(':'));
        check_skipped(line + "}", 0, "The key " + key + " is missing");
    }
}

TEST_CASE("a value of the wrong type is named") {
    check_skipped(begun(R"({"seq":"2","t":1,)"), 0, "\"seq\" is not a whole number");
    check_skipped(begun(R"({"seq":-2,"t":1,)"), 0, "\"seq\" is not a whole number");
    check_skipped(begun(R"({"seq":2.5,"t":1,)"), 0, "\"seq\" is not a whole number");
    check_skipped(begun(R"({"seq":2,"t":true,)"), 0, "\"t\" is not a whole number");
    check_skipped(begun(R"({"seq":2,"t":99999999999999999999999,)"), 0, "\"t\" is not");
    check_skipped(R"({"seq":2,"t":1,"turn":0,"kind":4,"task":0,"cause":1,"at":0})", 0,
                  "\"kind\" is not a text");
    check_skipped(R"({"seq":2,"t":1,"turn":0,"kind":"log","task":null,"cause":1,"at":0})", 0,
                  "\"task\" is not a whole number");
    check_skipped(R"({"seq":2,"t":1,"turn":4294967296,"kind":"log","task":0,"cause":1,"at":0})", 0,
                  "in its range");
    check_skipped(with(rest, R"(,"timer":"x")"), 0, "\"timer\" is not a whole number");
    check_skipped(with(rest, R"(,"why":3)"), 0, "\"why\" is not a text");
    check_skipped(with(rest, R"(,"at_once":1)"), 0, "\"at_once\" is not true or false");
    check_skipped(with(rest, R"(,"timer":[1])"), 0, "\"timer\" is not a whole number");
    check_skipped(with(rest, R"(,"timer":{"a":1})"), 0, "\"timer\" is not a whole number");
    check_skipped(with(rest, R"(,"chain":["a"])"), 0, "\"chain\" is not a whole number");
    check_skipped(with(rest, R"(,"chain":[[1]])"), 0, "\"chain\" is not a whole number");
    check_skipped(with(rest, R"(,"t":4)"), 0, "\"t\" stands twice");
}

TEST_CASE("a number that no computer can keep costs its own line only") {
    check_skipped(R"({"weather":1e999})", 0, "a number that is too large");
    check_skipped(R"({"source":1,"file":"a","text":null,"size":-1e999})", 0, "too large");
    check_skipped(with(rest, R"(,"new":1e999)"), 0, "a number that is too large");
}

TEST_CASE("a time that could not be added to others is refused") {
    const std::string late = R"({"seq":2,"t":1152921504606846977,)";  // 2^60 and one more
    check_skipped(begun(late), 0, "\"t\" is not a whole number in its range");
    check_skipped(begun(R"({"seq":2,"t":9223372036854775807,)"), 0, "in its range");
    trace_maker maker;
    const recording made = maker.add("mark", 0).time(1LL << 60).add("mark", 0).read();
    CHECK(made.complaints.empty());
    CHECK(made.events.back().t == 1152921504606846976);
}

TEST_CASE("a refused line leaves no keys behind for the next one") {
    const recording made = around(with(rest, R"(,"timer":7,"chain":[0,0],"why":3)"));
    CHECK(made.arguments_of(made.events.back()).size() == 1);
    CHECK(made.chain_of(made.events.back()).empty());
}

TEST_CASE("a seq that does not rise is skipped") {
    check_skipped(good_1, 0, "does not rise");
    check_skipped(begun(R"({"seq":0,"t":1,)"), 0, "does not rise");
}

TEST_CASE("what is wrong in a useful line is left out, and the rest is kept") {
    const recording late =
        around(R"({"seq":2,"t":1,"turn":0,"kind":"log","task":0,"cause":2,"at":0})");
    REQUIRE(late.events.size() == 3);
    CHECK(late.events[1].cause == 0);
    REQUIRE(late.complaints.size() == 1);
    CHECK_THAT(late.complaints[0].what, ContainsSubstring("cause 2"));

    const recording back =
        read_text(header_line + good_9 + "\n" +
                      R"({"seq":10,"t":4,"turn":1,"kind":"log","task":0,"cause":1,"at":0})" + "\n",
                  "made.json");
    REQUIRE(back.events.size() == 2);
    CHECK(back.events[1].t == 5);
    REQUIRE(back.complaints.size() == 1);
    CHECK(back.complaints[0].line == 3);
}

TEST_CASE("a site that was never defined is left out and told once") {
    trace_maker maker;
    maker.add("log", 0, R"("text":"a")", "3").add("log", 0, R"("text":"b")", "3");
    maker.add("park", 1, R"("on":"timer","timer":1,"chain":[3,4])", "3");
    const recording made = maker.read();
    REQUIRE(made.events.size() == 3);
    for (const event& each : made.events) CHECK(each.at == 0);
    REQUIRE(made.chain_of(made.events[2]).size() == 2);
    CHECK(made.chain_of(made.events[2])[0] == 0);
    REQUIRE(made.complaints.size() == 2);
    CHECK(made.complaints[0].line == 2);
    CHECK_THAT(made.complaints[0].what, ContainsSubstring("site 3 was not defined"));
    CHECK_THAT(made.complaints[1].what, ContainsSubstring("site 4 was not defined"));
}

TEST_CASE("a damaged definition costs its places, not the trace events") {
    const recording made =
        trace_maker()
            .line(R"({"source":1,"file":"a/b.cpp","text":"one\ntwo\n"})")
            .line(R"({"site":1,"source":1,"line":"x","column":1,"function":"f"})")
            .line(R"({"site":2,"source":1,"line":2,"column":1,"function":"f"})")
            .line(R"({"site":3,"source":9,"line":2,"column":1,"function":"f"})")
            .line(R"({"site":4000000000,"source":1,"line":2,"column":1,"function":"f"})")
            .line(R"({"site":2,"source":1,"line":1,"column":1,"function":"g"})")
            .line(R"({"source":0,"file":"c","text":null})")
            .add("log", 0, R"("text":"a")", "2")
            .add("log", 0, R"("text":"b")", "1")
            .read();
    CHECK(made.events.size() == 2);
    CHECK(made.place(made.events[0].at) == "b.cpp:2");
    CHECK(made.code_line(made.events[0].at) == "two");
    CHECK(made.place(made.events[1].at).empty());
    CHECK(made.site_of(1) == nullptr);
    CHECK(made.site_of(2)->function == "f");
    const std::vector<std::uint64_t> lines{3, 5, 6, 7, 8, 10};
    REQUIRE(made.complaints.size() == lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) CHECK(made.complaints[i].line == lines[i]);
}

TEST_CASE("definitions may leave out no more than a few numbers in all") {
    trace_maker maker;
    for (const char* id : {"65536", "131072", "196608"})
        maker.line(R"({"source":)" + std::string(id) + R"(,"file":"a","text":null})");
    for (const char* id : {"65536", "65538", "65539"})
        maker.line(R"({"site":)" + std::string(id) +
                   R"(,"source":65536,"line":1,"column":1,"function":"f"})");
    const recording made = maker.read();
    CHECK(made.sources.size() == 65536);
    CHECK(made.sites.size() == 65536);
    REQUIRE(made.complaints.size() == 4);
    CHECK_THAT(made.complaints[0].what, ContainsSubstring("131072 of this definition is out of"));
}

TEST_CASE("kinds, keys and lines of a later version are tolerated") {
    const recording made = trace_maker()
                               .line(R"({"weather":"rain","seq":1})")
                               .add("teleport", 0, R"("where":{"a":[1,{"b":2}]},"timer":4,"x":1.5)")
                               .add("log", 0, R"("text":"a","colour":null)")
                               .read();
    CHECK(made.complaints.empty());
    REQUIRE(made.events.size() == 2);
    CHECK(made.events[0].kind == kind::unknown);
    CHECK(made.kind_word(made.events[0]) == "teleport");
    CHECK(made.number(made.events[0], key::timer) == 4);
    CHECK(made.text(made.events[1], key::text) == "a");
}

TEST_CASE("the first key tells the sort of a line, whatever stands behind it") {
    const recording made = trace_maker()
                               .line(R"({"thread":3,"site":4})")
                               .line(R"({"chapter":1,"source":"a book","end":"soon"})")
                               .line(R"({"copied_from":7,"giambio_trace":2})")
                               .add("mark", 0, R"("text":"a")")
                               .read();
    CHECK(made.complaints.empty());
    CHECK(made.events.size() == 1);
}

TEST_CASE("very deep and very long lines do no harm") {
    const std::string deep(200'000, '[');
    CHECK(around(deep).complaints.size() == 1);
    CHECK(around(with(rest, R"(,"new":)" + deep)).complaints.size() == 1);
    CHECK(around(R"({"new":)" + deep).complaints.size() == 1);
    const std::string closed = deep + std::string(deep.size(), ']');
    CHECK(around(with(rest, R"(,"new":)" + closed)).complaints.empty());
    CHECK(around(R"({"new":)" + closed + "}").complaints.size() == 1);
    const std::string text(5'000'000, 'x');
    const recording made =
        around(R"({"seq":2,"t":1,"turn":0,"kind":"log","task":0,"cause":1,"at":0,"text":")" + text +
               "\"}");
    CHECK(made.text(made.events[1], key::text) == text);
}

TEST_CASE("a chain of any length is kept") {
    std::string chain;
    for (int i = 0; i < 399; ++i) chain += "0,";
    chain += "1";
    const recording made = trace_maker()
                               .line(R"({"source":1,"file":"a.cpp","text":null})")
                               .line(R"({"site":1,"source":1,"line":2,"column":1,"function":"f"})")
                               .add("park", 1, R"("on":"timer","timer":1,"chain":[)" + chain + "]")
                               .read();
    REQUIRE(made.events.size() == 1);
    REQUIRE(made.chain_of(made.events[0]).size() == 400);
    CHECK(made.chain_of(made.events[0]).back() == 1);
}

TEST_CASE("a number that is too large for a chain is passed over with all its digits") {
    numbers_in all("99999999999999999999, x, 7");
    REQUIRE(all.next());
    CHECK(all.number() == 7);
    CHECK_FALSE(all.next());
}

TEST_CASE("the footer is read, and a second run behind it is not mixed in") {
    const std::string footer = R"({"end":{"events":1,"turns":2,"t":3,"tasks":4,"lost":5}})";
    const recording made =
        read_text(header_line + good_1 + "\n" + footer + "\n" + header_line + good_9 + "\n", "two");
    REQUIRE(made.end.has_value());
    CHECK(made.end->events == 1);
    CHECK(made.end->turns == 2);
    CHECK(made.end->t == 3);
    CHECK(made.end->tasks == 4);
    CHECK(made.end->lost == 5);
    CHECK(made.events.size() == 1);
    REQUIRE(made.complaints.size() == 1);
    CHECK(made.complaints[0].line == 4);
    CHECK_THAT(made.complaints[0].what, ContainsSubstring("second header"));
    check_skipped(R"({"end":3})", 0, "\"end\" is not an object");
}

TEST_CASE("lines may end like on Windows, and the last newline may be missing") {
    std::string text = header_line + good_1 + "\n" + good_9;
    CHECK(read_text(text, "x").events.size() == 2);
    CHECK(read_text(text, "x").complaints.empty());
    std::string windows;
    for (const char each : text)
        windows += each == '\n' ? std::string("\r\n") : std::string(1, each);
    CHECK(read_text(windows, "x").events.size() == 2);
    CHECK(read_text(windows, "x").complaints.empty());
}

TEST_CASE("of very many bad lines the first are told, and all are counted") {
    std::string text = header_line + good_1 + "\n";
    for (int i = 0; i < 5000; ++i) text += "no trace event\n";
    const recording made = read_text(text + good_9 + "\n", "x");
    CHECK(made.events.size() == 2);
    CHECK(made.bad_lines == 5000);
    CHECK(made.complaints.size() == 1001);
    CHECK_THAT(made.complaints.back().what, ContainsSubstring("4000 more lines"));
}

TEST_CASE("a number may have any blank of JSON behind it") {
    for (const char* blank : {"", " ", "\t", "\r", " \r\t "}) {
        const recording made =
            trace_maker().add("batch", 0, std::string(R"("size":3)") + blank).read();
        CHECK(made.complaints.empty());
        CHECK(made.number(made.events[0], key::size) == 3);
    }
}
