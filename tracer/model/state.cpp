// What each trace event changes: the last column of the table in tracer/FORMAT.md, as code.
//
// state::apply picks the function of the trace event's kind from one table; the functions stand in
// the order of FORMAT.md. history.cpp calls apply along a recording, and the property test after
// each line. Not here: timers, descriptors, objects and scopes (state_things.cpp), keyframes and
// jumps (history.cpp), sentences about changes (change.cpp).
// Kept true: a ready task is in the ready queue exactly once, at most one task is running, and a
// damaged trace cannot break that: what does not fit is told and then done as well as it can be.
// Internal to tracer/model/; its functions are public through state.hpp.
#include "tracer/model/state_change.hpp"

#include <algorithm>
#include <array>

namespace giambio::trace {
namespace {

// A task stands in a line at most once; mostly it is the oldest, so this is cheap.
void remove_from(std::deque<std::uint32_t>& line, std::uint32_t task) {
    const auto place = std::find(line.begin(), line.end(), task);
    if (place != line.end()) line.erase(place);
}

void to_back_of_ready(change_of& c, task_view& which) {
    // Looking through the whole queue is only for damaged traces.
    if (which.state == task_state::ready && c.next.kind != kind::spawn) {
        c.complain(c.of.task_name(which.id) + " is in the ready queue already.");
        remove_from(c.now.ready, which.id);
    }
    c.now.ready.push_back(which.id);
    c.set(which, task_state::ready);
}

// Takes the task out of every line that it stands in (rule R8).
void stop_waiting(state& now, task_view& which, bool descriptor_closed) {
    if (which.waits == wait_kind::fd) {
        if (fd_view* fd = now.fds.change(which.wait_id)) {
            if (fd->waiting > 0) --fd->waiting;
            // When the loop has forgotten it already, it stayed in the table for its waiters alone.
            if (descriptor_closed && !fd->watched() && fd->waiting == 0) now.fds.erase(fd->id);
        }
    }
    which.waits = wait_kind::nothing;
    which.wait_id = 0;
    which.wait_write = false;
}

// From now on this task, or nobody (0), has the processor of the process that did this. In the
// trace of one process nothing more is kept than who has it.
void give_processor(change_of& c, std::uint32_t task) {
    if (!c.of.header.is_merged()) {
        c.now.running = task;
        return;
    }
    std::vector<runner>& all = c.now.runners;
    const std::uint32_t process = c.of.process_of(c.next);
    std::erase_if(all, [&](const runner& each) { return each.process == process; });
    if (task != 0) all.push_back({process, task});
    c.now.running = all.empty() ? 0 : all.back().task;
}

void nothing(change_of&) {}

void spawn(change_of& c) {
    const std::uint32_t child = c.id(key::child);
    if (child == 0) return;
    const life* known = c.of.tasks().find(child);
    if (c.now.tasks.contains(child) || (known != nullptr && known->born < c.next.index))
        return c.complain("Task " + std::to_string(child) + " was spawned before.");
    task_view& made = c.now.tasks[child];
    made.parent = c.next.task;
    made.pool = c.number(key::pool);
    made.daemon = c.of.number(c.next, key::daemon).value_or(0) != 0;
    to_back_of_ready(c, made);
}

void io_wait(change_of& c) {
    if (c.next.turn != c.now.turn + 1) c.doubt("The turn does not rise by one.");
    c.now.phase = phase::poll;
}

void io_done(change_of& c) {
    c.now.phase = phase::timers;
}

void batch(change_of& c) {
    c.now.phase = phase::run;
    if (c.id(key::size) != c.now.ready.size())
        c.doubt(std::to_string(c.now.ready.size()) + " tasks are ready, not as many as told.");
}

// Nobody may be left running when the end of a step is missing from the trace.
void end_step_before(change_of& c) {
    task_view* before = c.now.tasks.change(c.now.running_in(c.of.process_of(c.next)));
    if (before != nullptr && before->state == task_state::running)
        c.set(*before, task_state::parked);
}

void switch_in(change_of& c) {
    task_view* runner = c.task(c.next.task);
    if (runner == nullptr) return;
    end_step_before(c);
    if (c.now.running != 0) c.doubt(c.of.task_name(c.now.running) + " is still running.");
    const bool is_front = !c.now.ready.empty() && c.now.ready.front() == runner->id;
    if (!is_front && c.of.header.shuffle == 0)
        c.doubt(c.of.task_name(runner->id) + " is not at the front of the ready queue.");
    remove_from(c.now.ready, runner->id);
    stop_waiting(c.now, *runner, false);
    give_processor(c, runner->id);
    ++runner->steps;
    c.set(*runner, task_state::running);
}

void trap(change_of& c) {
    if (task_view* asker = c.task(c.next.task)) asker->at = c.next.at;
}

void end_task(change_of& c, std::uint32_t task) {
    task_view& ended = *c.now.tasks.change(task);
    if (ended.state == task_state::ready) remove_from(c.now.ready, task);
    stop_waiting(c.now, ended, false);
    c.now.tasks.erase(task);
    ++c.now.ended;
}

// Complains unless the trace event is about the task that is running.
task_view* running_task(change_of& c) {
    task_view* found = c.task(c.next.task);
    if (found == nullptr) return nullptr;
    if (found->state != task_state::running)
        c.complain(c.of.task_name(found->id) + " is not running.");
    if (found->state == task_state::ready) remove_from(c.now.ready, found->id);
    return found;
}

void wait_on_fd(change_of& c, task_view& waiter) {
    const auto fd = c.fd();
    if (!fd) return;
    waiter.waits = wait_kind::fd;
    waiter.wait_id = *fd;
    waiter.wait_write = c.text(key::mode) == "w";
    ++c.now.fds[*fd].waiting;
}

void wait_on_object(change_of& c, task_view& waiter) {
    waiter.waits = wait_kind::object;
    waiter.wait_id = c.id(key::object);
    object_row(c, waiter.wait_id);
}

void park(change_of& c) {
    task_view* waiter = running_task(c);
    if (waiter == nullptr) return;
    stop_waiting(c.now, *waiter, false);
    c.set(*waiter, task_state::parked);
    waiter->parked = c.next.index;
    const std::string_view on = c.text(key::on);
    if (on == "fd") return wait_on_fd(c, *waiter);
    if (on == "object") return wait_on_object(c, *waiter);
    if (on == "timer") {
        waiter->waits = wait_kind::timer;
        waiter->wait_id = c.id(key::timer);
    } else if (on == "task") {
        waiter->waits = wait_kind::task;
        waiter->wait_id = c.id(key::target);
    } else {
        c.complain("It does not tell what the task waits on.");
    }
}

void nobody_runs_after(change_of& c) {
    if (c.now.running != c.next.task) c.doubt(c.of.task_name(c.next.task) + " was not running.");
    give_processor(c, 0);
}

// The task's row went with its `exit`.
void step_ends_with_task(change_of& c) {
    if (c.now.tasks.contains(c.next.task)) {
        c.complain("The step does not end as its trace events told.");
        end_task(c, c.next.task);
    }
    nobody_runs_after(c);
}

void switch_out(change_of& c) {
    const std::string_view how = c.text(key::how);
    if (how == "exit") return step_ends_with_task(c);
    task_view* runner = c.task(c.next.task);
    if (runner == nullptr) return;
    nobody_runs_after(c);
    const task_state fits = how == "park" ? task_state::parked : task_state::running;
    if (runner->state != fits) c.complain("The step does not end as its trace events told.");
    if (how == "yield" || how == "budget") return to_back_of_ready(c, *runner);
    // As in a step whose end is missing.
    if (runner->state == task_state::running) c.set(*runner, task_state::parked);
}

void wake(change_of& c) {
    task_view* woken = c.task(c.id(key::woken));
    if (woken == nullptr) return;
    if (woken->state != task_state::parked)
        c.complain(c.of.task_name(woken->id) + " is not parked.");
    stop_waiting(c.now, *woken, c.of.text(c.next, key::why) == "closed");
    if (c.now.running_in(c.of.process_of(c.next)) == woken->id) give_processor(c, 0);
    to_back_of_ready(c, *woken);
}

void move(change_of& c) {
    task_view* moved = c.task(c.id(key::target));
    if (moved == nullptr) return;
    if (moved->waits != wait_kind::object)
        c.complain(c.of.task_name(moved->id) + " stands in no object's line.");
    stop_waiting(c.now, *moved, false);
    wait_on_object(c, *moved);
    moved->parked = c.next.index;
}

void exit(change_of& c) {
    if (running_task(c) != nullptr) end_task(c, c.next.task);
}

void adopt(change_of& c) {
    if (task_view* moved = c.task(c.id(key::target))) moved->pool = c.number(key::pool);
}

void cancel_request(change_of& c) {
    const std::uint32_t scope = c.id(key::scope);
    if (scope == 0) {
        if (task_view* target = c.task(c.id(key::target))) target->cancel_requested = true;
        return;
    }
    scope_view* found = c.now.scopes.change(scope);
    if (found == nullptr) return c.complain("There is no such scope.");
    found->cancelled = true;
}

void lost(change_of& c) {
    c.now.trusted = false;
}

void run_end(change_of& c) {
    c.now.phase = phase::over;
}

using change_function = void (*)(change_of&);

// By kind, in the order of the enumeration; the order is checked by a test for each kind.
constexpr std::size_t kinds = static_cast<std::size_t>(last_kind) + 1;
constexpr std::array<change_function, kinds> changes{
    nothing,         // unknown
    nothing,         // run_begin
    spawn,           //
    io_wait,         //
    io_done,         //
    nothing,         // fd_ready
    timer_gone,      // timer_fire
    batch,           //
    switch_in,       //
    trap,            //
    nothing,         // reply
    park,            //
    switch_out,      //
    wake,            //
    move,            //
    exit,            //
    timer_set,       //
    timer_gone,      // timer_drop
    fd_watch,        //
    fd_forget,       //
    nothing,         // io
    object_new,      //
    object_op,       //
    object_end,      //
    scope_enter,     //
    scope_leave,     //
    scope_change,    //
    adopt,           //
    cancel_request,  //
    nothing,         // cancel_deliver
    nothing,         // cancel_absorbed
    nothing,         // never_joined
    nothing,         // signal
    nothing,         // post
    nothing,         // busy
    nothing,         // log
    nothing,         // mark
    nothing,         // coroutine_dropped
    nothing,         // deadlock
    lost,            //
    run_end,         //
};

}  // namespace

bool state::is_changed_by(kind which) {
    return changes[static_cast<std::size_t>(which)] != nothing;
}

std::uint32_t state::running_in(std::uint32_t process) const {
    if (process == 0) return running;
    for (const runner& each : runners)
        if (each.process == process) return each.task;
    return 0;
}

std::string state::apply(const recording& of, const event& next) {
    change_of c{*this, of, next};
    changes[static_cast<std::size_t>(next.kind)](c);
    seq = next.seq;
    t = next.t;
    turn = next.turn;
    return c.problem;
}

}  // namespace giambio::trace
