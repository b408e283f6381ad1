// Warnings about a merged trace: each process is judged by itself.
//
// Process A has the tasks 1 and 3, process B has 2 and 4. Internal to tests/.
#include "tests/check/traced.hpp"
#include "tests/model/make_trace.hpp"

using namespace giambio::trace;
using check_tests::checked;
using check_tests::words;
using model_tests::merged_maker;

namespace {

constexpr long long ms = 1'000'000;

merged_maker beginning() {
    merged_maker made;
    made.add(1, "run_begin", 0).add(1, "spawn", 0, R"("child":1,"name":"A:main")");
    made.add(1, "spawn", 1, R"("child":3,"name":"A:cook")");
    made.add(2, "run_begin", 0).add(2, "spawn", 0, R"("child":2,"name":"B:main")");
    made.add(2, "spawn", 2, R"("child":4,"name":"B:cook")");
    return made;
}

// The two tasks of B wait for each other's end.
void add_circle(merged_maker& made) {
    made.add(2, "switch_in", 2).add(2, "park", 2, R"("on":"task","target":4,"chain":[])");
    made.add(2, "switch_out", 2, R"("how":"park")");
    made.add(2, "switch_in", 4).add(2, "park", 4, R"("on":"task","target":2,"chain":[])");
    made.add(2, "switch_out", 4, R"("how":"park")");
}

const std::string interrupt = R"("target":1,"scope":0,"source":"interrupt","reason":"Ctrl-C")";

}  // namespace

TEST_CASE("a long step is found although another process runs inside it") {
    merged_maker made = beginning();
    made.add(1, "switch_in", 1);
    made.time(10 * ms).add(2, "switch_in", 2);
    made.time(11 * ms).add(2, "switch_out", 2, R"("how":"yield")");
    made.time(100 * ms).add(1, "switch_out", 1, R"("how":"yield")");
    const checked told(made.text());
    CHECK(told.names() == words{"long_step"});
    CHECK(told.says("long_step", "#1 A:main kept the loop for 100.000 ms"));
    // B's tasks were ready too, but not for this loop.
    CHECK(told.says("long_step", "It delayed others by 100.000 ms in all: 1 ready task."));
}

TEST_CASE("nobody starves because another process runs") {
    merged_maker made = beginning();
    made.add(2, "switch_in", 2).time(8 * ms).add(2, "switch_out", 2, R"("how":"yield")");
    for (int i = 1; i < 20; ++i) {
        made.add(2, "switch_in", 4).add(2, "switch_out", 4, R"("how":"yield")");
        made.add(2, "switch_in", 2).time((i + 1) * 8 * ms);
        made.add(2, "switch_out", 2, R"("how":"yield")");
    }
    made.add(1, "switch_in", 1).add(1, "switch_out", 1, R"("how":"yield")");
    CHECK(checked(made.text()).names() == words{});
}

TEST_CASE("the end of one process does not hide what is wrong in another") {
    merged_maker made = beginning();
    made.add(1, "signal", 0, R"("signo":2)").add(1, "cancel_request", 0, interrupt);
    add_circle(made);
    made.add(2, "deadlock", 0, R"("text":"")");
    CHECK(checked(made.text()).names() == words{"deadlock_cycle"});
}

TEST_CASE("a gap in the trace of one process hides nothing of another") {
    merged_maker made = beginning();
    made.add(1, "lost", 0, R"("events":5,"text":"full")");
    add_circle(made);
    made.add(2, "deadlock", 0, R"("text":"")");
    CHECK(checked(made.text()).names() == words{"deadlock_cycle"});
    merged_maker other = beginning();
    other.add(2, "lost", 0, R"("events":5,"text":"full")");
    add_circle(other);
    CHECK(checked(other.text()).names() == words{});
}

TEST_CASE("every process has a main task, whose error ends its run") {
    merged_maker made = beginning();
    made.add(2, "switch_in", 4).add(2, "park", 4, R"("on":"task","target":2,"chain":[])");
    made.add(2, "switch_out", 4, R"("how":"park")").add(2, "switch_in", 2);
    made.add(2, "exit", 2, R"("outcome":"error","error":"no salt")");
    made.add(2, "wake", 2, R"("woken":4,"why":"exit")").add(2, "switch_out", 2, R"("how":"exit")");
    made.add(2, "run_end", 0, R"("outcome":"interrupt")");
    CHECK(checked(made.text()).names() == words{"exception_dropped"});
}
