// The rebuilt state of a merged trace: who runs, where several processes run at the same time.
//
// Not here: how a merged trace is made (tests/diff/merge_test.cpp).
// Internal to tests/.
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"
#include "tracer/model/history.hpp"

using namespace giambio::trace;
using model_tests::merged_maker;

namespace {

// One task in each process; both begin a step, B the later one.
merged_maker both_run() {
    merged_maker made;
    made.add(1, "run_begin", 0).add(1, "spawn", 0, R"("child":1,"name":"A:main")");
    made.add(2, "run_begin", 0).add(2, "spawn", 0, R"("child":2,"name":"B:main")");
    made.add(1, "switch_in", 1).add(2, "switch_in", 2);
    return made;
}

state after(const merged_maker& made) {
    std::string problems;
    const recording of = made.read();
    REQUIRE(of.header.is_merged());
    const state now = model_tests::replay(of, problems);
    CHECK(problems == "");
    return now;
}

}  // namespace

TEST_CASE("of several that run, the one that began last is named, and then the one before") {
    merged_maker made = both_run();
    CHECK(after(made).running == 2);
    made.add(2, "switch_out", 2, R"("how":"yield")");
    CHECK(after(made).running == 1);
    CHECK(after(made).tasks.at(1).state == task_state::running);
    made.add(1, "switch_out", 1, R"("how":"yield")");
    CHECK(after(made).running == 0);
}

TEST_CASE("whoever began earlier may end earlier") {
    merged_maker made = both_run();
    made.add(1, "switch_out", 1, R"("how":"yield")");
    CHECK(after(made).running == 2);
    CHECK(after(made.add(2, "exit", 2, R"("outcome":"value")")).running == 2);
    CHECK(after(made.add(2, "switch_out", 2, R"("how":"exit")")).running == 0);
}

TEST_CASE("each process has its own running task") {
    const state now = after(both_run());
    CHECK(now.running_in(1) == 1);
    CHECK(now.running_in(2) == 2);
    CHECK(now.running_in(3) == 0);
}

TEST_CASE("who else runs is known behind a keyframe too") {
    merged_maker made = both_run();
    // A's task has parked, but has the processor until its switch_out.
    made.add(1, "park", 1, R"("on":"task","target":0,"chain":[])");
    for (std::size_t i = 0; i < history::spacing; ++i) made.add(2, "mark", 2, R"("text":"x")");
    made.add(2, "switch_out", 2, R"("how":"yield")");
    made.add(1, "switch_out", 1, R"("how":"park")");
    const recording of = made.read();
    history past(of);
    const std::size_t last = of.events.size() - 1;
    CHECK(past.at(last - 1).running == 1);
    CHECK(past.at(last - 2).running == 2);
    CHECK(past.at(last).running == 0);
}
