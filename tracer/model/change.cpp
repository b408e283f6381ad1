// What a trace event changed in the kernel, and what a task is doing, in words.
//
// `change` looks at the state after the trace event, so that it can tell positions; `situation`
// looks at a task in any state. Not here: the change itself (state.cpp), what happened (words.cpp).
// Kept true: only trace events that change the rebuilt state have a text here.
// Internal to tracer/model/; its functions are public through words.hpp.
#include "tracer/model/phrases.hpp"
#include "tracer/model/state_lines.hpp"
#include "tracer/model/words.hpp"

#include <algorithm>
#include <deque>

namespace giambio::trace {
namespace {

struct changed {
    const recording& of;
    const event& that;
    const state& after;

    std::string task(key which) const { return task_in(of, that, which); }
    std::uint32_t id(key which) const {
        return static_cast<std::uint32_t>(of.number(that, which).value_or(0));
    }
};

// "position 2 of 3", counted from 1.
std::string position(const state_lines::place& found) {
    if (found.number == 0) return "at no position";
    return "position " + std::to_string(found.number) + " of " + std::to_string(found.of);
}

template <typename line_type>
std::string position(const line_type& line, std::uint32_t task) {
    const auto found = std::find(line.begin(), line.end(), task);
    if (found == line.end()) return position({0, line.size()});
    return position({static_cast<std::size_t>(found - line.begin()) + 1, line.size()});
}

std::string to_ready(const changed& c, std::uint32_t task) {
    return "the back of the ready queue (" + position(c.after.ready, task) + ")";
}

std::string first_names(const recording& of, const std::deque<std::uint32_t>& line) {
    constexpr std::size_t most = 5;
    std::string shown;
    for (std::size_t i = 0; i < std::min(line.size(), most); ++i)
        shown += (i == 0 ? "" : ", ") + of.task_name(line[i]);
    if (line.size() > most) shown += " and " + std::to_string(line.size() - most) + " more";
    return shown;
}

std::string batch(const changed& c) {
    return "these run now, in this order: " + first_names(c.of, c.after.ready);
}

std::string timer_gone(const changed& c) {
    return "removed " + numbered(c.of, c.that, "timer", key::timer) + ", " +
           counted(static_cast<std::int64_t>(c.after.timers.size()), "timer") + " left";
}

std::string switch_in(const changed& c) {
    return "moved " + c.of.task_name(c.that.task) +
           " from the front of the ready queue to the processor, " +
           counted(static_cast<std::int64_t>(c.after.ready.size()), "task") + " left in the queue";
}

// " (waiter 2 of 3)" for what has a line of waiters.
std::string place_in_line(const changed& c) {
    const std::string_view on = c.of.text(c.that, key::on);
    if (on != "object") return "";
    return " (" + position(c.after.waiters(c.id(key::object)), c.that.task) + " in its line)";
}

std::string park(const changed& c) {
    return "parked " + c.of.task_name(c.that.task) + ", which waits " + awaited(c.of, c.that) +
           place_in_line(c);
}

std::string switch_out(const changed& c) {
    const std::string_view how = c.of.text(c.that, key::how);
    if (how != "yield" && how != "budget") return "the processor is free";
    return "moved " + c.of.task_name(c.that.task) + " from the processor to " +
           to_ready(c, c.that.task);
}

// What a task stood in line for before it was woken, from its last park.
std::string left_behind(const changed& c, std::uint32_t woken) {
    const task_view* task = c.after.tasks.find(woken);
    if (task == nullptr || task->parked == task_view::nowhere) return "";
    const event parked = c.of.events[task->parked];
    const std::string_view on = c.of.text(parked, key::on);
    if (on == "timer") return " from " + numbered(c.of, parked, "timer", key::timer);
    if (on == "fd") return " from " + numbered(c.of, parked, "descriptor", key::fd);
    if (on == "object") return " from the line of " + object_in(c.of, parked);
    return " from its wait " + awaited(c.of, parked);
}

std::string wake(const changed& c) {
    const std::uint32_t woken = c.id(key::woken);
    return "moved " + c.task(key::woken) + left_behind(c, woken) + " to " + to_ready(c, woken);
}

std::string move(const changed& c) {
    return c.task(key::target) + " waits in the line of " + object_in(c.of, c.that) + " now (" +
           position(c.after.waiters(c.id(key::object)), c.id(key::target)) + ")";
}

std::string exit(const changed& c) {
    return c.of.task_name(c.that.task) + " is over, " +
           counted(static_cast<std::int64_t>(c.after.tasks.size()), "task") + " left";
}

std::string timer_set(const changed& c) {
    const std::vector<timer_view> timers = c.after.timers_in_order();
    const std::uint32_t id = c.id(key::timer);
    const auto place = std::find_if(timers.begin(), timers.end(),
                                    [id](const timer_view& each) { return each.id == id; });
    return "added " + numbered(c.of, c.that, "timer", key::timer) + " (number " +
           std::to_string(place - timers.begin() + 1) + " of " + std::to_string(timers.size()) +
           " to fire)";
}

std::string object_op(const changed& c) {
    const object_view* found = c.after.objects.find(c.id(key::object));
    if (found == nullptr) return "";
    const object_view& object = *found;
    const std::string holder =
        object.holder == 0 ? "nobody holds it" : c.of.task_name(object.holder) + " holds it";
    return object_in(c.of, c.that) + ": " + holder + ", length " + std::to_string(object.length) +
           ", " + counted(static_cast<std::int64_t>(c.after.waiters(object.id).size()), "waiter");
}

std::string cancel_request(const changed& c) {
    const task_view* target = c.after.tasks.find(c.id(key::target));
    const bool waits = target != nullptr && target->state == task_state::parked;
    return c.task(key::target) +
           (waits ? " stops waiting next, and is told" : " is told at its next trap");
}

std::string scope_change(const changed& c, const std::string& how) {
    return c.of.task_name(c.that.task) + " is " + how + " " +
           numbered(c.of, c.that, "scope", key::scope);
}

std::string fd_watch(const changed& c) {
    const std::string fd = numbered(c.of, c.that, "descriptor", key::fd);
    const std::string_view mode = c.of.text(c.that, key::mode);
    if (mode.empty()) return fd + " wakes nobody for now";
    return "the poll now tells when " + fd + " can be " + std::string(mode_text(mode));
}

std::string told(const changed& c) {
    const event& that = c.that;
    switch (that.kind) {
        case kind::spawn:
            return "put " + c.task(key::child) + " at " + to_ready(c, c.id(key::child));
        case kind::io_wait:
            return "began turn " + std::to_string(c.after.turn);
        case kind::io_done:
            return "timers that are due fire next";
        case kind::timer_fire:
            [[fallthrough]];
        case kind::timer_drop:
            return timer_gone(c);
        case kind::batch:
            return batch(c);
        case kind::switch_in:
            return switch_in(c);
        case kind::park:
            return park(c);
        case kind::switch_out:
            return switch_out(c);
        case kind::wake:
            return wake(c);
        case kind::move:
            return move(c);
        case kind::exit:
            return exit(c);
        case kind::timer_set:
            return timer_set(c);
        case kind::fd_watch:
            return fd_watch(c);
        case kind::fd_forget:
            return "removed " + numbered(c.of, that, "descriptor", key::fd) + " from the poll";
        case kind::object_new:
            return "added " + object_in(c.of, that);
        case kind::object_op:
            return object_op(c);
        case kind::object_end:
            return "removed " + object_in(c.of, that);
        case kind::scope_enter:
            return scope_change(c, "inside");
        case kind::scope_leave:
            return scope_change(c, "outside");
        case kind::scope_change:
            return "changed " + numbered(c.of, c.that, "scope", key::scope);
        case kind::adopt:
            return "gave " + c.task(key::target) + " to another owner";
        case kind::cancel_request:
            return cancel_request(c);
        case kind::lost:
            return "from here on the state is not to be trusted";
        case kind::run_end:
            return "the run is over";
        default:
            return "";
    }
}

// A state whose tasks are told. Its lines are there when many tasks are; for one alone it is less
// work to ask the state.
struct moment {
    const recording& of;
    const state& now;
    const state_lines* lines;

    std::string in_ready_queue(const task_view& task) const {
        return lines == nullptr ? position(now.ready, task.id)
                                : position(lines->in_ready_queue(task.id));
    }
    std::string in_its_line(const task_view& task) const {
        return lines == nullptr ? position(now.waiters(task.wait_id), task.id)
                                : position(lines->in_its_line(task));
    }
};

std::string since(const recording& of, const task_view& task) {
    return ", since " + duration_text(of.events.time(task.since));
}

std::string waits_for(const moment& at, const task_view& task) {
    const recording& of = at.of;
    const state& now = at.now;
    switch (task.waits) {
        case wait_kind::timer: {
            const timer_view* timer = now.timers.find(task.wait_id);
            const std::string name = "for timer " + std::to_string(task.wait_id);
            if (timer == nullptr) return name;
            return name + ", due in " + duration_text(timer->due - now.t);
        }
        case wait_kind::fd:
            return "until descriptor " + std::to_string(task.wait_fd()) + " can be " +
                   (task.wait_write ? "written" : "read");
        case wait_kind::object: {
            const object_view* object = now.objects.find(task.wait_id);
            const std::string name = "for " + of.object_name(task.wait_id);
            if (object == nullptr) return name;
            const std::uint32_t holder = object->holder;
            return name + " (" + at.in_its_line(task) + " in its line" +
                   (holder == 0 ? ")" : ", held by " + of.task_name(holder) + ")");
        }
        case wait_kind::task:
            return "for the end of " + of.task_name(task.wait_id);
        case wait_kind::nothing:
            break;
    }
    return "for something that the trace does not tell";
}

std::string ended(const recording& of, const life& task) {
    const std::string when = " at " + duration_text(of.events.time(task.ended));
    const std::string_view outcome = of.outcome_of(task.id);
    if (outcome == "error")
        return " has failed" + when + " with the error: " + std::string(of.error_of(task.id));
    if (outcome == "cancelled") return " was cancelled and has ended" + when;
    return " has ended" + when;
}

// A task without a row: it has ended, there has not been such a task yet, or nothing tells of its
// beginning.
std::string gone(const recording& of, const state& now, std::uint32_t task) {
    const std::string name = of.task_name(task);
    const life* known = of.tasks().find(task);
    const bool over =
        known != nullptr && known->ended != life::never && of.events.seq(known->ended) <= now.seq;
    if (over) return one_line(name + ended(of, *known));
    const bool is_born = known != nullptr && known->born != life::never;
    return one_line(name + (is_born ? " does not exist at this moment"
                                    : " is not in the rebuilt state: its spawn is missing"));
}

std::string doing(const moment& at, std::uint32_t task) {
    const recording& of = at.of;
    const std::string name = of.task_name(task);
    const task_view* found = at.now.tasks.find(task);
    if (found == nullptr) return gone(of, at.now, task);
    const task_view& view = *found;
    const std::string cancelled = view.cancel_requested ? ", and is cancelled" : "";
    switch (view.state) {
        case task_state::ready:
            return one_line(name + " is ready, " + at.in_ready_queue(view) + " in the ready queue" +
                            since(of, view) + cancelled) +
                   in_brackets(of, view.at);
        case task_state::running:
            return one_line(name + " runs, in its step number " + std::to_string(view.steps) +
                            since(of, view) + cancelled) +
                   in_brackets(of, view.at);
        case task_state::parked:
            return one_line(name + " waits " + waits_for(at, view) + since(of, view) + cancelled) +
                   in_brackets(of, view.at);
        case task_state::ended:
            break;
    }
    return gone(of, at.now, task);
}

}  // namespace

std::string change(const recording& of, const event& that, const state& after) {
    return one_line(told({of, that, after}));
}

std::string situation(const recording& of, const state& now, std::uint32_t task) {
    return doing({of, now, nullptr}, task);
}

std::string situation(const recording& of, const state& now, const state_lines& lines,
                      std::uint32_t task) {
    return doing({of, now, &lines}, task);
}

}  // namespace giambio::trace
