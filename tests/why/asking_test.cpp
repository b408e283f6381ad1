// Why, asked of a trace that lacks a line, and of names that look like numbers.
//
// Not here: traces that are whole (why_test.cpp). Internal to tests/.
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"
#include "tracer/model/why_text.hpp"
#include "tracer/model/words.hpp"

using namespace giambio;
using Catch::Matchers::ContainsSubstring;

namespace {

// Main sleeps from 0 ms, its timer is due at 10 ms and fires at 30 ms; then it runs. Another timer
// is due at 20 ms. Without the line of the trace event with this seq.
trace::recording slept_without(int seq) {
    model_tests::trace_maker made;
    made.add("run_begin", 0).add("spawn", 0, R"("child":1,"name":"main")").add("switch_in", 1);
    made.add("timer_set", 1, R"("timer":1,"due":10000000,"what":"sleep","owner":1)");
    made.add("timer_set", 1, R"("timer":2,"due":20000000,"what":"sleep","owner":1)");
    made.add("park", 1, R"("on":"timer","timer":1,"chain":[])");
    made.add("switch_out", 1, R"("how":"park")").time(30'000'000);
    const auto line = [&](const std::string& kind, int seq_now, int cause, const char* own) {
        made.line(R"({"seq":)" + std::to_string(seq_now) + R"(,"t":30000000,"turn":0,"kind":")" +
                  kind + R"(","task":0,"cause":)" + std::to_string(cause) + R"(,"at":0,)" + own +
                  "}");
    };
    line("timer_fire", 8, 4, R"("timer":1,"late":20000000)");
    line("wake", 9, 8, R"("woken":1,"why":"timer")");
    made.line(R"({"seq":10,"t":30000000,"turn":0,"kind":"switch_in","task":1,"cause":9,"at":0})");
    std::string text = made.text();
    const std::size_t begin = text.find(R"({"seq":)" + std::to_string(seq) + ",");
    if (begin != std::string::npos) text.erase(begin, text.find('\n', begin) + 1 - begin);
    return trace::read_text(text, "made.json");
}

// What `trace why FILE 1 --ran-at 30ms` finds, and tells.
struct asked {
    explicit asked(trace::recording recorded)
        : of(std::move(recorded)),
          all(of),
          gap(trace::why(of, all).before_step(1, of.index_at(30'000'000))),
          words(trace::why_ran_text(of, 1, gap)) {}

    trace::recording of;
    trace::lanes all;
    trace::gap gap;
    std::string words;
};

}  // namespace

TEST_CASE("a cause whose line is missing is told as such, and no other is taken for it") {
    const asked whole(slept_without(0));
    CHECK(whole.gap.asked == 10'000'000);
    CHECK(whole.gap.missing_cause == 0);
    CHECK_THAT(whole.words, !ContainsSubstring("missing"));

    const asked without_timer(slept_without(4));
    CHECK(without_timer.gap.asked == 10'000'000);  // as late as the other line tells
    CHECK_THAT(without_timer.words, ContainsSubstring("seq 4: missing from this file"));

    const asked without_fire(slept_without(8));
    CHECK(without_fire.gap.missing_cause == 8);
    CHECK(without_fire.gap.asked == 30'000'000);  // nothing tells when it was due
    CHECK_THAT(without_fire.words, ContainsSubstring("seq 8: missing from this file"));
    CHECK_THAT(trace::gap_json(without_fire.of, without_fire.gap),
               ContainsSubstring("\"missing_cause\": 8"));
}

TEST_CASE("a task whose spawn is missing can be asked about by its number") {
    const asked without_spawn(slept_without(2));
    CHECK(without_spawn.gap.asked == 10'000'000);
    CHECK(trace::task_called(without_spawn.of, "#1") == 1);
    CHECK_THROWS_WITH(trace::task_called(without_spawn.of, "main"), ContainsSubstring("no task"));
    trace::history past(without_spawn.of);
    CHECK(trace::situation(without_spawn.of, past.at(6), 1) ==
          "#1 is not in the rebuilt state: its spawn is missing");
}

TEST_CASE("a number means the task that has it, also when another one is called so") {
    model_tests::trace_maker made;
    made.add("run_begin", 0);
    CHECK_THROWS_WITH(trace::task_called(made.read(), "1"), ContainsSubstring("no tasks at all"));
    made.add("spawn", 0, R"("child":1,"name":"2")").add("spawn", 0, R"("child":2,"name":"7")");
    CHECK(trace::task_called(made.read(), "2") == 2);
    CHECK(trace::task_called(made.read(), "7") == 2);
    CHECK_THROWS_WITH(trace::task_called(made.read(), "8"), ContainsSubstring("#1 2, #2 7."));
}
