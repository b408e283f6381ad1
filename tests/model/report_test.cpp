// The texts that the command `trace` prints.
//
// Internal to tests/.
#include "tracer/model/report.hpp"
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"
#include "tracer/model/history.hpp"

#include <algorithm>
#include <set>
#include <string>

using namespace giambio::trace;
using Catch::Matchers::ContainsSubstring;
using model_tests::text_of_file;
using model_tests::trace_maker;

namespace {

recording sample() {
    return read_text(text_of_file("tests/model/echo_sample.jsonl"), "echo_sample.jsonl");
}

}  // namespace

TEST_CASE("every trace event is one line, and the columns stand below each other") {
    const recording of = sample();
    const columns widths = columns_of(of);
    const std::size_t where = text_title(widths).find("what happened");
    REQUIRE(where != std::string::npos);
    for (const event& each : of.events) {
        const std::string line = text_line(of, each, widths);
        CHECK(line.find('\n') == std::string::npos);
        CHECK(line.substr(where - 2, 2) == "  ");
        CHECK(line[where] != ' ');
    }
    CHECK(text_line(of, of.events[0], widths) ==
          "  1    0.000     0  the loop  the run begins on the virtual clock");
    CHECK(text_line(of, of.events[73], widths) ==
          " 74    2.000     4  the loop  timer 1 fires, on time <- 37");
}

TEST_CASE("the turns of a merged trace are those of all its processes") {
    model_tests::merged_maker made;  // which counts the turns of both in one row
    made.add(1, "run_begin", 0).add(2, "run_begin", 0).add(1, "io_wait", 0);
    made.add(2, "io_wait", 0).add(2, "io_wait", 0).add(1, "run_end", 0);
    const recording of = made.read();
    CHECK(of.events.back().turn == 3);
    CHECK(turns_of(of) == 3 + 3);
    CHECK_THAT(info_text(of), ContainsSubstring("turns         6\n"));
    CHECK(turns_of(sample()) == sample().events.back().turn);
}

TEST_CASE("the totals list a task whose spawn is missing") {
    const recording of =
        trace_maker().add("spawn", 0, R"("child":1,"name":"a")").add("switch_in", 7).read();
    CHECK_THAT(info_text(of), ContainsSubstring("2 tasks\n  #1 a is ready"));
    CHECK_THAT(info_text(of), ContainsSubstring("#7 is not in the rebuilt state: its spawn is "
                                                "missing; 1 step\n"));
}

TEST_CASE("a long task name does not move the columns") {
    const recording of =
        trace_maker()
            .add("spawn", 0, R"("child":1,"name":"a_very_long_name_for_such_a_small_task")")
            .add("switch_in", 1)
            .read();
    const columns widths = columns_of(of);
    const std::size_t where = text_title(widths).find("what happened");
    CHECK(text_line(of, of.events[0], widths).substr(where, 8) == "the loop");
    CHECK(text_line(of, of.events[1], widths).substr(where, 8) == "#1 a_ver");
}

TEST_CASE("a name takes as many columns as it has characters, and is cut between two of them") {
    const auto lines = [](const std::string& name) {
        const recording of = trace_maker()
                                 .add("spawn", 0, R"("child":1,"name":")" + name + "\"")
                                 .add("switch_in", 1)
                                 .read();
        return text_line(of, of.events[1], columns_of(of));
    };
    CHECK_THAT(lines("käse"), ContainsSubstring("#1 käse   #1 käse begins"));
    CHECK_THAT(lines("12345678901234567ääää"), ContainsSubstring("#1 1234567890123456~  #1"));
    CHECK_THAT(lines("123456789012345ääää"), ContainsSubstring("#1 123456789012345ä~  #1"));
    CHECK_THAT(lines("1234567890123456ä"), ContainsSubstring("#1 1234567890123456ä  #1"));
}

TEST_CASE("the totals of a whole trace") {
    const std::string info = info_text(sample());
    for (const char* part :
         {"program       kitchen\n", "clock         virtual\n", "driver        simulated, seed 7\n",
          "trace events  177\n", "turns         10\n", "duration      4.000 ms\n",
          "lost          0\n", "bad lines     0\n", "present: 177 trace events written",
          "5 tasks\n", "#2 serve was cancelled and has ended at 4.000 ms; 5 steps\n",
          "switch_in                17\n"})
        CHECK_THAT(info, ContainsSubstring(part));
}

TEST_CASE("the totals tell a run that was killed, and what was lost") {
    const std::string info =
        info_text(trace_maker().add("lost", 0, R"("events":12,"text":"disk full")").read());
    CHECK_THAT(info, ContainsSubstring("no footer: the program was killed or still runs; every "
                                       "whole line was kept"));
    CHECK_THAT(info, ContainsSubstring("lost          12\n"));
    CHECK_THAT(info_text(trace_maker().read()), ContainsSubstring("trace events  0\n"));
}

TEST_CASE("the state in words") {
    const recording of = sample();
    history past(of);
    const std::string asleep = state_text(of, past.at(of.index_of(44)));
    for (const char* part :
         {"after trace event 44, at 0 ms, in turn 3: polling\n", "ready queue, front first: none\n",
          "timer 1, due at 2.000 ms, in 2.000 ms: sleep of #4 cook\n",
          "descriptor 3, listened to for when it can be read; reader: #2 serve\n",
          "descriptor 4, listened to for when it can be written; writer: #3 call\n",
          "lock 1: holder #4 cook, length 0, waiters #5 cook\n",
          "event 2: holder nobody, length 0, waiters #1 run\n",
          "#3 call waits until descriptor 4 can be written"})
        CHECK_THAT(asleep, ContainsSubstring(part));
    const std::string busy = state_text(of, past.at(of.index_of(22)));
    for (const char* part : {"running tasks\n", "the processor is with #2 serve\n",
                             "  1. #3 call\n  2. #4 cook\n  3. #5 cook\n"})
        CHECK_THAT(busy, ContainsSubstring(part));
    const std::string late = state_text(of, past.at(of.index_of(139)));
    CHECK_THAT(late, ContainsSubstring("scope 1 of #1 run, time limit at 4.000 ms, cancelled\n"));
    CHECK_THAT(late, ContainsSubstring("(3 tasks ended)\n"));
}
