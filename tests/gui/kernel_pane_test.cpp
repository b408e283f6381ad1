// The kernel pane's rows at moments of the sample: queue, timers, descriptors, objects, tasks.
//
// Not here: the rebuilt state itself (tests/model/state_test.cpp).
// Internal to tests/gui/.
#include "gui/model/kernel_pane.hpp"
#include "tests/catch.hpp"
#include "tests/gui/sample.hpp"
#include "tests/model/make_crowd.hpp"

using namespace gui_tests;

namespace {

gui::kernel_rows rows_at(std::uint64_t seq) {
    gui::study of = sample_study();
    of.go_to(at(seq));
    return of.kernel();
}

std::string names(const std::vector<gui::chip>& chips) {
    std::string text;
    for (const gui::chip& each : chips) text += each.text + (each.changed ? "! " : " ");
    return text;
}

}  // namespace

TEST_CASE("the ready queue is in its order, and what came last is marked") {
    CHECK(names(rows_at(14).ready) == "#2 serve #3 call #4 cook! ");
    CHECK(names(rows_at(22).ready) == "#3 call #4 cook #5 cook ");
    CHECK(rows_at(22).running_name == "#2 serve");
    CHECK(rows_at(22).running_changed);
    CHECK(rows_at(23).running_changed == false);
    CHECK(rows_at(44).running_name == "nobody");
}

TEST_CASE("phase and moment are those of the playhead") {
    CHECK(rows_at(1).phase == trace::phase::before);
    CHECK(rows_at(44).phase == trace::phase::poll);
    CHECK(rows_at(46).phase == trace::phase::timers);
    CHECK(rows_at(60).phase == trace::phase::run);
    CHECK(rows_at(177).phase == trace::phase::over);
    CHECK(rows_at(60).moment == "turn 3, 1.000 ms");
}

TEST_CASE("timers stand in the order in which they fire, with their countdown") {
    const gui::kernel_rows rows = rows_at(130);
    REQUIRE(rows.timers.size() == 2);
    CHECK(rows.timers[0].name == "timer 3");
    CHECK(rows.timers[0].what == "deadline of #1 run");
    CHECK(rows.timers[0].countdown == "in 1.000 ms");
    CHECK_FALSE(rows.timers[0].changed);
    CHECK(rows.timers[1].what == "sleep of #1 run");
    CHECK(rows.timers[1].countdown == "in 10.000 ms");
    CHECK(rows.timers[1].due == "at 13.000 ms");
    CHECK(rows.timers[1].changed);
    CHECK(rows_at(73).timers[0].countdown == "due now");
    REQUIRE(rows.scopes.size() == 1);
    CHECK(rows.scopes[0].name == "scope 1 of #1 run");
    CHECK(rows.scopes[0].what == "deadline in 1.000 ms");
}

TEST_CASE("descriptors and objects have their waiters, locks their holder") {
    const gui::kernel_rows rows = rows_at(43);
    REQUIRE(rows.fds.size() == 2);
    CHECK(rows.fds[0].name == "descriptor 3");
    CHECK(rows.fds[0].mode == "to be read");
    CHECK(names(rows.fds[0].waiters) == "#2 serve ");
    CHECK(rows.fds[1].mode == "to be written");
    REQUIRE(rows.objects.size() == 2);
    CHECK(rows.objects[0].name == "lock 1");
    CHECK(rows.objects[0].holder == "held by #4 cook");
    CHECK(names(rows.objects[0].waiters) == "#5 cook ");
    CHECK(names(rows.objects[1].waiters) == "#1 run ");
    CHECK(rows_at(87).objects[0].changed);
    CHECK(rows_at(117).objects[0].holder == "free");
    CHECK(rows_at(52).fds.size() == 1);  // nobody waits on descriptor 4 any more
}

TEST_CASE("every task has a row: what it does, since when, where") {
    const gui::kernel_rows rows = rows_at(71);
    REQUIRE(rows.tasks.size() == 5);
    CHECK(rows.tasks[0].doing == "waits for event 2");
    CHECK(rows.tasks[0].where == "kitchen.cpp:40");
    CHECK(rows.tasks[0].age == "for 2.000 ms");
    CHECK(rows.tasks[1].doing == "waits to read descriptor 5");
    CHECK(rows.tasks[1].age == "for 1.000 ms");
    CHECK(rows.tasks[3].look == gui::look::waits_timer);
    CHECK(rows_at(88).tasks[4].doing == "ready, number 1 of 1");
    CHECK(rows_at(88).tasks[4].changed);
    CHECK(rows_at(95).tasks[3].doing == "running, step 2");
}

TEST_CASE("the ended stand last") {
    const gui::kernel_rows rows = rows_at(100);
    CHECK(rows.ended == 1);
    CHECK(rows.tasks.back().name == "#4 cook");
    CHECK(rows.tasks.back().doing == "ended");
    CHECK(rows.tasks.back().age == "at 2.000 ms");
    CHECK(rows_at(177).ended == 5);
    const gui::kernel_rows last = rows_at(154);
    CHECK(last.tasks[1].cancelled);
}

TEST_CASE("very many that have ended are counted, and the last of them have rows") {
    crowd many(1);
    many.add_ended(1200);
    gui::study of(many.read(), std::nullopt);
    of.perform(gui::command::to_end);
    const gui::kernel_rows& rows = of.kernel();
    CHECK(rows.ended == 1200);
    CHECK(rows.tasks.size() == 1001);
    CHECK(rows.left_out == 200);
    CHECK(rows.tasks.back().name == "#1201 child");
}

TEST_CASE("the lines of many tasks are in their order, and only who came last is marked") {
    const trace::recording of = model_tests::crowd(400).read();
    std::string problems;
    trace::state before, now;
    for (const trace::event& each : of.events) {
        before = now;
        problems += now.apply(of, each);
    }
    REQUIRE(problems == "");
    const gui::kernel_rows rows = gui::kernel_at(of, before, now);
    REQUIRE(rows.objects.size() == 5);
    std::size_t marked = 0;
    for (const gui::object_row& row : rows.objects) {
        std::vector<std::uint32_t> shown;
        for (const gui::chip& each : row.waiters) shown.push_back(each.task);
        for (const gui::chip& each : row.waiters) marked += each.changed ? 1 : 0;
        CHECK(shown == now.waiters(row.id));
    }
    CHECK(marked == 1);
    CHECK(rows.objects[0].waiters.back().task == 7);
    CHECK(rows.objects[0].waiters.back().changed);
    REQUIRE(rows.fds.size() == 3);
    for (const gui::fd_row& row : rows.fds) {
        std::vector<std::uint32_t> shown, there = now.readers(row.fd);
        for (const gui::chip& each : row.waiters) shown.push_back(each.task);
        for (const std::uint32_t each : now.writers(row.fd)) there.push_back(each);
        CHECK(shown == there);
    }
    for (const gui::task_row& row : rows.tasks)
        if (row.look == gui::look::ready && row.task == now.ready.back())
            CHECK(row.doing == "ready, number " + std::to_string(now.ready.size()) + " of " +
                                   std::to_string(now.ready.size()));
}
