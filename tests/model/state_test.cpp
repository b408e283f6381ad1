// What each kind of trace event changes, one case for each row of FORMAT.md's table that changes
// anything, and what a trace event that does not fit does.
//
// Internal to tests/.
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"

#include <string>

using namespace giambio::trace;
using Catch::Matchers::ContainsSubstring;
using model_tests::replay;
using model_tests::trace_maker;
using line = std::deque<std::uint32_t>;
using waiting = std::vector<std::uint32_t>;

namespace {

// Three tasks; #1 main runs in turn 1, the others are ready.
trace_maker three_tasks() {
    trace_maker made;
    made.add("run_begin", 0).add("spawn", 0, R"("child":1,"name":"main")");
    made.add("spawn", 1, R"("child":2,"name":"a")").add("spawn", 1, R"("child":3,"name":"b")");
    made.add("io_wait", 0, R"("timeout":0,"reason":"ready","watched":0)");
    made.add("io_done", 0, R"("ready":0)").add("batch", 0, R"("size":3)").add("switch_in", 1);
    return made;
}

state fits(const trace_maker& made) {
    std::string problems;
    const recording of = made.read();
    REQUIRE(of.complaints.empty());
    const state now = replay(of, problems);
    CHECK(problems == "");
    return now;
}

std::string problems_of(const trace_maker& made) {
    std::string problems;
    replay(made.read(), problems);
    return problems;
}

// #1 main has parked on something, and its step is over.
trace_maker parked(const std::string& on) {
    trace_maker made = three_tasks();
    made.add("object_new", 1, R"("object":1,"type":"lock")");
    made.time(70).add("park", 1, on + R"(,"chain":[])").add("switch_out", 1, R"("how":"park")");
    return made;
}

}  // namespace

TEST_CASE("spawn: the child goes to the back of the ready queue") {
    trace_maker made;
    made.add("run_begin", 0).add("spawn", 0, R"("child":1,"name":"main")");
    made.time(9).add("spawn", 1, R"("child":2,"name":"a")");
    const state now = fits(made);
    CHECK(now.ready == line{1, 2});
    const task_view& child = now.tasks.at(2);
    CHECK(child.id == 2);
    CHECK(child.parent == 1);
    CHECK(child.state == task_state::ready);
    CHECK(child.since == 2);  // the third trace event
    CHECK(child.steps == 0);
    CHECK(now.phase == phase::before);
    CHECK(now.seq == 3);
    CHECK(now.t == 9);
}

TEST_CASE("io_wait, io_done, batch and run_end: the phases of a turn") {
    trace_maker made;
    made.add("run_begin", 0);
    CHECK(fits(made).turn == 0);
    made.add("io_wait", 0, R"("timeout":-1,"reason":"idle","watched":1)");
    CHECK(fits(made).phase == phase::poll);
    CHECK(fits(made).turn == 1);
    made.add("io_done", 0, R"("ready":0)");
    CHECK(fits(made).phase == phase::timers);
    made.add("batch", 0, R"("size":0)");
    CHECK(fits(made).phase == phase::run);
    made.add("log", 0, R"("text":"x")");
    CHECK(fits(made).phase == phase::run);
    made.add("run_end", 0, R"("outcome":"value")");
    CHECK(fits(made).phase == phase::over);
}

TEST_CASE("switch_in: the front of the ready queue runs") {
    const state now = fits(three_tasks());
    CHECK(now.running == 1);
    CHECK(now.ready == line{2, 3});
    CHECK(now.tasks.at(1).state == task_state::running);
    CHECK(now.tasks.at(1).steps == 1);
    CHECK(now.tasks.at(1).since == 7);
}

TEST_CASE("trap: where the task asked is kept, nothing else changes") {
    trace_maker made = three_tasks();
    made.line(R"({"source":1,"file":"a.cpp","text":null})");
    made.line(R"({"site":1,"source":1,"line":4,"column":1,"function":"f"})");
    const state before = fits(made);
    const state now = fits(made.add("trap", 1, R"("trap":"yield")", "1"));
    CHECK(now.tasks.at(1).at == 1);
    CHECK(now.running == before.running);
    CHECK(now.ready == before.ready);
    CHECK(now.tasks.at(1).since == before.tasks.at(1).since);
}

TEST_CASE("park: on a timer, a descriptor, an object, a task") {
    SECTION("timer") {
        const state now = fits(parked(R"("on":"timer","timer":6)"));
        CHECK(now.tasks.at(1).waits == wait_kind::timer);
        CHECK(now.tasks.at(1).wait_id == 6);
        CHECK(now.tasks.at(1).state == task_state::parked);
        CHECK(now.tasks.at(1).since == 9);
        CHECK(now.tasks.at(1).parked == now.tasks.at(1).since);
        CHECK(now.running == 0);
    }
    SECTION("descriptor, to read") {
        const state now = fits(parked(R"("on":"fd","fd":7,"mode":"r")"));
        CHECK(now.tasks.at(1).waits == wait_kind::fd);
        CHECK(now.tasks.at(1).wait_fd() == 7);
        CHECK_FALSE(now.tasks.at(1).wait_write);
        CHECK(now.readers(7) == waiting{1});
        CHECK(now.writers(7).empty());
    }
    SECTION("descriptor, to write") {
        const state now = fits(parked(R"("on":"fd","fd":7,"mode":"w")"));
        CHECK(now.writers(7) == waiting{1});
        CHECK(now.readers(7).empty());
    }
    SECTION("object") {
        const state now = fits(parked(R"("on":"object","object":1)"));
        CHECK(now.tasks.at(1).waits == wait_kind::object);
        CHECK(now.tasks.at(1).wait_id == 1);
        CHECK(now.waiters(1) == waiting{1});
    }
    SECTION("task") {
        const state now = fits(parked(R"("on":"task","target":3)"));
        CHECK(now.tasks.at(1).waits == wait_kind::task);
        CHECK(now.tasks.at(1).wait_id == 3);
    }
}

TEST_CASE("park: the task has the processor until its switch_out") {
    trace_maker made = three_tasks();
    made.add("park", 1, R"("on":"task","target":3,"chain":[])");
    CHECK(fits(made).running == 1);
    CHECK(fits(made).tasks.at(1).state == task_state::parked);
}

TEST_CASE("waiters stand in the order in which they came, and leave from any place") {
    trace_maker made = parked(R"("on":"object","object":1)");
    for (const int each : {2, 3}) {
        made.add("switch_in", each).add("park", each, R"("on":"object","object":1,"chain":[])");
        made.add("switch_out", each, R"("how":"park")");
    }
    CHECK(fits(made).waiters(1) == waiting{1, 2, 3});
    made.add("wake", 0, R"("woken":2,"why":"cancel")");
    CHECK(fits(made).waiters(1) == waiting{1, 3});
    CHECK(fits(made).ready == line{2});
}

TEST_CASE("switch_out: after yield and budget the task goes to the back of the ready queue") {
    for (const std::string how : {"yield", "budget"}) {
        trace_maker made = three_tasks();
        made.add("switch_out", 1, R"("how":")" + how + "\"");
        const state now = fits(made);
        CHECK(now.running == 0);
        CHECK(now.ready == line{2, 3, 1});
        CHECK(now.tasks.at(1).state == task_state::ready);
        CHECK(now.tasks.at(1).since == now.seq - 1);
    }
}

TEST_CASE("wake: the task waits for nothing any more and is ready") {
    for (const std::string on : {R"("on":"timer","timer":6)", R"("on":"fd","fd":7,"mode":"r")",
                                 R"("on":"fd","fd":7,"mode":"w")", R"("on":"object","object":1)",
                                 R"("on":"task","target":3)"}) {
        INFO(on);
        trace_maker made = parked(on);
        const state now = fits(made.add("wake", 0, R"("woken":1,"why":"timer")"));
        CHECK(now.tasks.at(1).waits == wait_kind::nothing);
        CHECK(now.tasks.at(1).wait_fd() == -1);
        CHECK(now.tasks.at(1).state == task_state::ready);
        CHECK(now.tasks.at(1).since == now.seq - 1);
        CHECK(now.ready == line{2, 3, 1});
        CHECK(now.waiters(1).empty());
        for (const fd_view* each : now.fds.in_order()) CHECK(each->waiting == 0);
    }
}

TEST_CASE("move: a waiting task leaves one line and goes to the back of another") {
    trace_maker made = parked(R"("on":"object","object":1)");
    made.add("object_new", 2, R"("object":2,"type":"condition")");
    made.add("switch_in", 2, "").add("park", 2, R"("on":"object","object":2,"chain":[])");
    made.add("switch_out", 2, R"("how":"park")").add("switch_in", 3, "");
    made.add("move", 3, R"("target":1,"on":"object","object":2)");
    const state now = fits(made);
    CHECK(now.waiters(1).empty());
    CHECK(now.waiters(2) == waiting{2, 1});
    CHECK(now.tasks.at(1).state == task_state::parked);
    CHECK(now.tasks.at(1).wait_id == 2);
    CHECK(fits(made.add("wake", 3, R"("woken":1,"why":"object")")).waiters(2) == waiting{2});
}

TEST_CASE("exit: the task has ended, with its outcome and error") {
    trace_maker made = three_tasks();
    made.add("exit", 1, R"("outcome":"error","error":"no salt")");
    CHECK(fits(made).running == 1);
    const state now = fits(made.add("switch_out", 1, R"("how":"exit")"));
    CHECK(now.running == 0);
    CHECK_FALSE(now.tasks.contains(1));
    CHECK(now.ended == 1);
    const recording of = made.read();
    CHECK(of.outcome_of(1) == "error");
    CHECK(of.error_of(1) == "no salt");
    CHECK(of.outcome_of(2).empty());
    CHECK(now.ready == line{2, 3});
}

TEST_CASE("timer_set, timer_fire, timer_drop: timers fire by due time, then by number") {
    trace_maker made = three_tasks();
    made.add("timer_set", 1, R"("timer":1,"due":50,"what":"sleep","owner":1)");
    made.add("timer_set", 2, R"("timer":2,"due":20,"what":"deadline","owner":2,"scope":4)");
    made.add("timer_set", 3, R"("timer":3,"due":20,"what":"sleep","owner":3)");
    const std::vector<timer_view> timers = fits(made).timers_in_order();
    REQUIRE(timers.size() == 3);
    CHECK(timers[0].id == 2);
    CHECK(timers[1].id == 3);
    CHECK(timers[2].id == 1);
    CHECK((timers[0].is_deadline && !timers[1].is_deadline));
    CHECK(timers[0].scope == 4);
    CHECK(timers[0].owner == 2);
    CHECK(timers[2].due == 50);
    made.add("timer_fire", 0, R"("timer":2,"late":0)").add("timer_drop", 1, R"("timer":1)");
    CHECK(fits(made).timers.size() == 1);
    CHECK(fits(made).timers.contains(3));
}

TEST_CASE("fd_watch and fd_forget: what the loop listens to") {
    trace_maker made = three_tasks();
    CHECK(fits(made.add("fd_watch", 1, R"("fd":7,"mode":"r")")).fds.at(7).mode() == "r");
    CHECK(fits(made.add("fd_watch", 1, R"("fd":7,"mode":"rw")")).fds.at(7).mode() == "rw");
    CHECK(fits(made.add("fd_watch", 0, R"("fd":7,"mode":"")")).fds.at(7).mode().empty());
    CHECK(fits(made.add("fd_forget", 1, R"("fd":7)")).fds.empty());
}

TEST_CASE("a descriptor stays listened to when its only waiter is woken") {
    trace_maker made = parked(R"("on":"fd","fd":7,"mode":"r")");
    made.add("fd_watch", 0, R"("fd":7,"mode":"r")").add("wake", 0, R"("woken":1,"why":"fd")");
    REQUIRE(fits(made).fds.contains(7));
    CHECK(fits(made).fds.at(7).mode() == "r");
    CHECK(fits(made).readers(7).empty());
}

TEST_CASE("fd_forget: tasks that still wait are found until they are woken") {
    trace_maker made = parked(R"("on":"fd","fd":7,"mode":"r")");
    made.add("fd_watch", 0, R"("fd":7,"mode":"r")").add("fd_forget", 2, R"("fd":7)");
    CHECK(fits(made).readers(7) == waiting{1});
    CHECK(fits(made).fds.at(7).mode().empty());
    made.add("wake", 2, R"("woken":1,"why":"closed")");
    CHECK(fits(made).fds.empty());
}

TEST_CASE("object_new, object_op, object_end: holder and length") {
    trace_maker made = three_tasks();
    made.add("object_new", 1, R"("object":4,"type":"queue")");
    CHECK(made.read().type_of(4) == "queue");
    CHECK(fits(made).objects.contains(4));
    made.add("object_op", 1, R"("object":4,"op":"put","holder":0,"length":3)");
    CHECK(fits(made).objects.at(4).length == 3);
    made.add("object_op", 1, R"("object":4,"op":"acquire","holder":2,"length":0)");
    CHECK(fits(made).objects.at(4).holder == 2);
    CHECK(fits(made.add("object_end", 1, R"("object":4)")).objects.empty());
}

TEST_CASE("an object that was there before the tracing began has a row once it is named") {
    const std::string acquired = R"("object":5,"op":"acquire","holder":2,"length":0)";
    const std::string on_it = R"("on":"object","object":5,"chain":[])";
    trace_maker made = three_tasks();
    made.add("object_op", 1, acquired);
    CHECK(fits(made).objects.at(5).holder == 2);
    made.add("park", 1, on_it).add("switch_out", 1, R"("how":"park")");
    CHECK(fits(made).objects.at(5).holder == 2);
    CHECK(fits(made).waiters(5) == waiting{1});
    CHECK(fits(parked(on_it)).objects.contains(5));
    trace_maker moved = parked(R"("on":"object","object":1)");
    moved.add("move", 0, R"("target":1,"on":"object","object":5)");
    CHECK(fits(moved).objects.contains(5));
    CHECK(fits(three_tasks().add("object_end", 1, R"("object":5)")).objects.empty());
}

TEST_CASE("an object that has ended, or is made only later, has no row") {
    const std::string used = R"("object":5,"op":"put","holder":0,"length":1)";
    trace_maker ended = three_tasks();
    ended.add("object_op", 1, used).add("object_end", 1, R"("object":5)");
    CHECK(fits(ended).objects.empty());
    CHECK_THAT(problems_of(ended.add("object_op", 1, used)), ContainsSubstring("no such object"));
    trace_maker twice = three_tasks();
    twice.add("object_new", 1, R"("object":5,"type":"lock")");
    twice.add("object_end", 1, R"("object":5)").add("object_end", 1, R"("object":5)");
    CHECK_THAT(problems_of(twice), ContainsSubstring("no such object"));
    trace_maker early = three_tasks();
    early.add("object_op", 1, used).add("object_new", 1, R"("object":5,"type":"queue")");
    CHECK_THAT(problems_of(early), ContainsSubstring("no such object"));
}

TEST_CASE("scope_enter and scope_leave, and a cancel of a scope alone") {
    trace_maker made = three_tasks();
    made.add("scope_enter", 1, R"("scope":1,"due":30)").add("scope_enter", 1, R"("scope":2)");
    CHECK(fits(made).scopes.at(1).due == 30);
    CHECK(fits(made).scopes.at(1).task == 1);
    CHECK(fits(made).scopes.at(2).due == -1);
    const std::string request = R"("target":1,"scope":2,"source":"explicit","reason":"r")";
    made.add("cancel_request", 2, request);
    CHECK(fits(made).scopes.at(2).cancelled);
    CHECK_FALSE(fits(made).scopes.at(1).cancelled);
    CHECK_FALSE(fits(made).tasks.at(1).cancel_requested);
    made.add("scope_leave", 1, R"("scope":2,"outcome":"cancelled")");
    CHECK(fits(made).scopes.size() == 1);
}

TEST_CASE("cancel_request of a whole task") {
    trace_maker made = three_tasks();
    made.add("cancel_request", 1, R"("target":2,"scope":0,"source":"explicit","reason":"r")");
    CHECK(fits(made).tasks.at(2).cancel_requested);
    CHECK_FALSE(fits(made).tasks.at(3).cancel_requested);
    CHECK(fits(made).ready == line{2, 3});
}

TEST_CASE("lost: the state is not trusted any more") {
    trace_maker made = three_tasks();
    CHECK(fits(made).trusted);
    CHECK_FALSE(fits(made.add("lost", 0, R"("events":3,"text":"disk full")")).trusted);
}

TEST_CASE("lost: one task runs at most, and none that has ended is ready") {
    trace_maker made = three_tasks();
    std::string ignored;
    const state now = replay(made.add("switch_in", 2).read(), ignored);
    CHECK(now.tasks.at(1).state == task_state::parked);
    const state after = replay(made.add("switch_out", 3, R"("how":"exit")").read(), ignored);
    CHECK_FALSE(after.tasks.contains(3));
    CHECK(after.ready.empty());
}

TEST_CASE("kinds that change nothing but seq and time") {
    const trace_maker start = three_tasks();
    const state before = fits(start);
    const std::pair<const char*, const char*> kinds[] = {
        {"reply", R"("to":1,"trap":"yield","at_once":true,"value":0)"},
        {"fd_ready", R"("fd":3,"mode":"r")"},
        {"io", R"("op":"close","fd":3)"},
        {"cancel_deliver", R"("scope":0,"source":"explicit","reason":"")"},
        {"signal", R"("signo":2)"},
        {"busy", R"("ns":5)"},
        {"log", R"("text":"x")"},
        {"mark", R"("text":"x")"},
        {"coroutine_dropped", R"("function":"f")"},
        {"deadlock", R"("text":"x")"},
        {"of_a_later_version", R"("fd":3)"}};
    for (const auto& [kind, own] : kinds) {
        INFO(kind);
        trace_maker made = start;
        const state now = fits(made.add(kind, 1, own));
        CHECK(now.seq == before.seq + 1);
        CHECK(now.ready == before.ready);
        CHECK(now.running == before.running);
        CHECK(now.phase == before.phase);
        CHECK((now.fds.empty() && now.timers.empty() && now.objects.empty()));
        CHECK(now.tasks.at(1).since == before.tasks.at(1).since);
    }
}

TEST_CASE("what does not fit is told, and the invariants hold all the same") {
    const trace_maker start = three_tasks();
    const auto told = [&start](const std::string& kind, int task, const std::string& own = "") {
        trace_maker made = start;
        return problems_of(made.add(kind, task, own));
    };
    CHECK_THAT(told("switch_in", 2), ContainsSubstring("#1 main is still running"));
    CHECK_THAT(told("switch_in", 3), ContainsSubstring("not at the front"));
    CHECK_THAT(told("switch_in", 9), ContainsSubstring("No task 9"));
    CHECK_THAT(told("spawn", 1, R"("child":2,"name":"x")"), ContainsSubstring("spawned before"));
    CHECK_THAT(told("wake", 0, R"("woken":2,"why":"fd")"), ContainsSubstring("#2 a is not parked"));
    CHECK_THAT(told("wake", 0, R"("why":"fd")"), ContainsSubstring("\"woken\" is missing"));
    CHECK_THAT(told("timer_fire", 0, R"("timer":8,"late":0)"), ContainsSubstring("no such timer"));
    CHECK_THAT(told("object_op", 1, R"("object":0,"op":"put","holder":0,"length":1)"),
               ContainsSubstring("no such object"));
    CHECK_THAT(told("object_end", 1, R"("object":0)"), ContainsSubstring("no such object"));
    CHECK_THAT(told("scope_leave", 1, R"("scope":8,"outcome":"left")"),
               ContainsSubstring("no such scope"));
    CHECK_THAT(told("park", 2, R"("on":"task","target":3,"chain":[])"),
               ContainsSubstring("#2 a is not running"));
    CHECK_THAT(told("park", 1, R"("chain":[])"), ContainsSubstring("does not tell"));
    CHECK_THAT(told("exit", 3, R"("outcome":"value")"), ContainsSubstring("#3 b is not running"));
    CHECK_THAT(told("switch_out", 1, R"("how":"park")"), ContainsSubstring("does not end as"));
    CHECK_THAT(told("batch", 0, R"("size":9)"), ContainsSubstring("2 tasks are ready"));
}
