// Questions to a recording: where a seq or a time is, and what places and names read like.
//
// Internal to tests/.
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"

#include <string>

using namespace giambio::trace;
using model_tests::trace_maker;

namespace {

recording four_lines() {
    trace_maker made;
    made.time(10).add("log", 1, R"("text":"a")").time(20).add("log", 1, R"("text":"b")");
    made.add("log", 1, R"("text":"c")").time(30).add("log", 1, R"("text":"d")");
    return made.read();
}

}  // namespace

TEST_CASE("the place of a time is the last trace event at or before it") {
    const recording of = four_lines();
    CHECK(of.index_at(-5) == 0);
    CHECK(of.index_at(9) == 0);
    CHECK(of.index_at(10) == 0);
    CHECK(of.index_at(19) == 0);
    CHECK(of.index_at(20) == 2);
    CHECK(of.index_at(29) == 2);
    CHECK(of.index_at(30) == 3);
    CHECK(of.index_at(INT64_MAX) == 3);
    CHECK(trace_maker().read().index_at(5) == 0);
}

TEST_CASE("the place of a seq that is missing is the next one's, and never out of range") {
    const std::string common = R"(,"t":0,"turn":0,"kind":"batch","task":0,"cause":0,"at":0})";
    const recording of = trace_maker()
                             .line(R"({"seq":2)" + common)
                             .line(R"({"seq":5)" + common)
                             .line(R"({"seq":9)" + common)
                             .read();
    REQUIRE(of.complaints.empty());
    CHECK(of.index_of(0) == 0);
    CHECK(of.index_of(2) == 0);
    CHECK(of.index_of(3) == 1);
    CHECK(of.index_of(5) == 1);
    CHECK(of.index_of(9) == 2);
    CHECK(of.index_of(10) == 2);
    CHECK(trace_maker().read().index_of(1) == 0);
}

TEST_CASE("tasks and objects are called by number and name") {
    const recording of = trace_maker()
                             .add("spawn", 0, R"("child":3,"name":"cook")")
                             .add("object_new", 3, R"("object":1,"type":"lock")")
                             .read();
    CHECK(of.task_name(0) == "the loop");
    CHECK(of.task_name(3) == "#3 cook");
    CHECK(of.task_name(4) == "#4");
    CHECK(of.object_name(1) == "lock 1");
    CHECK(of.object_name(2) == "object 2");
}

TEST_CASE("a place is the file's name and the line; its code comes without the spaces around") {
    const recording of =
        trace_maker()
            .line(R"({"source":1,"file":"a/b/c.cpp","text":"first\n\t  second  \r\nlast"})")
            .line(R"({"source":2,"file":"d.cpp","text":null})")
            .line(R"({"site":1,"source":1,"line":2,"column":1,"function":"f"})")
            .line(R"({"site":2,"source":1,"line":3,"column":1,"function":"f"})")
            .line(R"({"site":3,"source":1,"line":4,"column":1,"function":"f"})")
            .line(R"({"site":4,"source":2,"line":7,"column":1,"function":"f"})")
            .read();
    REQUIRE(of.complaints.empty());
    CHECK(of.place(1) == "c.cpp:2");
    CHECK(of.code_line(1) == "second");
    CHECK(of.code_line(2) == "last");
    CHECK(of.code_line(3).empty());
    CHECK(of.place(4) == "d.cpp:7");
    CHECK(of.code_line(4).empty());
    CHECK(of.place(0).empty());
    CHECK(of.place(5).empty());
    CHECK(of.code_line(5).empty());
    CHECK(of.site_of(0) == nullptr);
}

TEST_CASE("effects are the trace events that name the cause, in order") {
    const recording of = four_lines();
    CHECK(of.effects_of(2) == std::vector<std::uint64_t>{3});
    CHECK(of.effects_of(4).empty());
    CHECK(of.effects_of(0).empty());
}
