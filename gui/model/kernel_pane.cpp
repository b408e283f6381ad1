// Puts the rebuilt state into rows.
//
// Called by the study when the playhead has moved. Two states are compared row by row; a task has
// changed when its state has, which `since` tells. Not here: the state itself (tracer/model/).
// Internal to gui/; public to it through kernel_pane.hpp.
#include "gui/model/kernel_pane.hpp"

#include "tracer/model/state_lines.hpp"
#include "tracer/model/words.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace giambio::gui {
namespace {

using trace::duration_text;

struct making {
    const trace::recording& of;
    const trace::state& before;
    const trace::state& now;
    const trace::state_lines lines_before{before};
    const trace::state_lines lines{now};

    template <typename list>
    std::vector<chip> chips(const list& line, const list& old) const {
        std::vector<std::uint32_t> known(old.begin(), old.end());
        std::sort(known.begin(), known.end());
        std::vector<chip> made;
        for (const std::uint32_t task : line) {
            const bool fresh = !std::binary_search(known.begin(), known.end(), task);
            made.push_back({task, name_of(of, task), fresh});
        }
        return made;
    }

    std::string until(std::int64_t due) const {
        return due > now.t ? "in " + duration_text(due - now.t) : "due now";
    }

    timer_row timer(const trace::timer_view& of_it) const {
        const std::string what = of_it.is_deadline ? "deadline of " : "sleep of ";
        return {of_it.id,
                "timer " + std::to_string(of_it.id),
                what + name_of(of, of_it.owner),
                of_it.owner,
                until(of_it.due),
                "at " + duration_text(of_it.due),
                !before.timers.contains(of_it.id)};
    }

    static std::string mode_word(std::string_view mode) {
        if (mode == "r") return "to be read";
        if (mode == "w") return "to be written";
        return mode.empty() ? "not watched" : "to be read or written";
    }

    fd_row fd(const trace::fd_view& of_it) const {
        static const trace::fd_view none;
        const trace::fd_view* old = before.fds.find(of_it.id);
        const trace::fd_view& was = old == nullptr ? none : *old;
        const int fd = of_it.fd();
        fd_row made{fd, "descriptor " + std::to_string(fd), mode_word(of_it.mode()),
                    chips(lines.readers(fd), lines_before.readers(fd)), was.mode() != of_it.mode()};
        for (chip& writer : chips(lines.writers(fd), lines_before.writers(fd)))
            made.waiters.push_back(std::move(writer));
        return made;
    }

    std::string holder_of(const trace::object_view& object) const {
        const std::string_view type = of.type_of(object.id);
        if (type == "queue") return std::to_string(object.length) + " inside";
        if (type == "semaphore" || type == "capacity_limiter")
            return std::to_string(object.length) + " free";
        if (object.holder != 0) return "held by " + name_of(of, object.holder);
        return type == "lock" || type == "reentrant_lock" ? "free" : "";
    }

    object_row object(const trace::object_view& of_it) const {
        const trace::object_view* old = before.objects.find(of_it.id);
        const bool changed =
            old == nullptr || old->holder != of_it.holder || old->length != of_it.length;
        return {of_it.id, trace::one_line(of.object_name(of_it.id)), holder_of(of_it),
                chips(lines.waiters(of_it.id), lines_before.waiters(of_it.id)), changed};
    }

    scope_row scope(const trace::scope_view& of_it) const {
        const trace::scope_view* old = before.scopes.find(of_it.id);
        const bool changed = old == nullptr || old->cancelled != of_it.cancelled;
        const std::string what = of_it.cancelled  ? "cancelled"
                                 : of_it.due >= 0 ? "deadline " + until(of_it.due)
                                                  : "no deadline";
        return {of_it.id, "scope " + std::to_string(of_it.id) + " of " + name_of(of, of_it.task),
                what, changed};
    }

    std::string waiting(const trace::task_view& task) const {
        if (task.waits != trace::wait_kind::fd) return "waits for " + short_text(of, task);
        return (task.wait_write ? "waits to write descriptor " : "waits to read descriptor ") +
               std::to_string(task.wait_fd());
    }

    std::string doing(const trace::task_view& task) const {
        switch (task.state) {
            case trace::task_state::ready: {
                const auto place = lines.in_ready_queue(task.id);
                return "ready, number " + std::to_string(place.number) + " of " +
                       std::to_string(place.of);
            }
            case trace::task_state::running:
                return "running, step " + std::to_string(task.steps);
            case trace::task_state::parked:
                return waiting(task);
            case trace::task_state::ended:
                break;
        }
        return "ended";
    }

    std::string ending(std::uint32_t task) const {
        const std::string_view outcome = of.outcome_of(task);
        if (outcome == "error") return "failed: " + trace::one_line(of.error_of(task));
        return outcome == "cancelled" ? "ended, cancelled" : "ended";
    }

    task_row task(const trace::task_view& of_it) const {
        const trace::task_view* old = before.tasks.find(of_it.id);
        const bool changed = old == nullptr || old->since != of_it.since ||
                             old->cancel_requested != of_it.cancel_requested;
        return {of_it.id,
                name_of(of, of_it.id),
                look_of(of_it),
                doing(of_it),
                "for " + duration_text(now.t - of.events.time(of_it.since)),
                of.place(of_it.at),
                of_it.cancel_requested,
                changed};
    }

    task_row ended_task(std::uint32_t exit) const {
        const trace::event that = of.events[exit];
        return {that.task,
                name_of(of, that.task),
                look::ended,
                ending(that.task),
                "at " + duration_text(that.t),
                of.place(that.at),
                false,
                before.tasks.contains(that.task)};
    }

    // Those that have ended, the last ones when there are very many.
    void add_ended(kernel_rows& to) const {
        constexpr std::size_t most = 1000;
        to.ended = now.ended;
        const std::vector<std::uint32_t>& exits = of.exits();
        const std::size_t count = std::min<std::size_t>(now.ended, exits.size());
        const auto all = std::span(exits).first(count);
        const auto shown = count > most ? all.last(most) : all;
        to.left_out = all.size() - shown.size();
        std::vector<std::uint32_t> last(shown.begin(), shown.end());
        std::sort(last.begin(), last.end(), [&](std::uint32_t a, std::uint32_t b) {
            return of.events.task(a) < of.events.task(b);
        });
        for (const std::uint32_t each : last) to.tasks.push_back(ended_task(each));
    }
};

}  // namespace

std::string_view word_of(trace::phase which) {
    switch (which) {
        case trace::phase::poll:
            return "poll";
        case trace::phase::timers:
            return "timers";
        case trace::phase::run:
            return "run";
        case trace::phase::over:
            return "over";
        default:
            return "before the first turn";
    }
}

kernel_rows kernel_at(const trace::recording& of, const trace::state& before,
                      const trace::state& now) {
    const making make{of, before, now};
    kernel_rows made;
    made.moment = "turn " + std::to_string(now.turn) + ", " + duration_text(now.t);
    made.phase = now.phase;
    made.trusted = now.trusted;
    made.running = now.running;
    made.running_changed = now.running != before.running;
    made.running_name = now.running == 0 ? "nobody" : name_of(of, now.running);
    made.ready = make.chips(now.ready, before.ready);
    for (const trace::timer_view& each : now.timers_in_order())
        made.timers.push_back(make.timer(each));
    // A descriptor that was waited on before, and is not now, is of no interest here.
    for (const trace::fd_view* each : now.fds.in_order())
        if (each->watched() || each->waiting > 0) made.fds.push_back(make.fd(*each));
    for (const trace::object_view* each : now.objects.in_order())
        made.objects.push_back(make.object(*each));
    for (const trace::scope_view* each : now.scopes.in_order())
        made.scopes.push_back(make.scope(*each));
    for (const trace::task_view* each : now.tasks.in_order())
        made.tasks.push_back(make.task(*each));
    make.add_ended(made);
    return made;
}

}  // namespace giambio::gui
