// Puts the rebuilt state into rows.
//
// Called by the study when the playhead has moved. Two states are compared row by row; a task has
// changed when its state has, which `since` tells. Not here: the state itself (tracer/model/).
// Internal to gui/; public to it through kernel_pane.hpp.
#include "gui/model/kernel_pane.hpp"

#include "tracer/model/words.hpp"

#include <algorithm>

namespace giambio::gui {
namespace {

using trace::duration_text;

struct making {
    const trace::recording& of;
    const trace::state& before;
    const trace::state& now;

    std::vector<chip> chips(const std::deque<std::uint32_t>& line,
                            const std::deque<std::uint32_t>& old) const {
        std::vector<chip> made;
        for (const std::uint32_t task : line) {
            const bool fresh = std::find(old.begin(), old.end(), task) == old.end();
            made.push_back({task, of.task_name(task), fresh});
        }
        return made;
    }

    std::string until(std::int64_t due) const {
        return due > now.t ? "in " + duration_text(due - now.t) : "due now";
    }

    timer_row timer(const trace::timer_view& of_it) const {
        const std::string what = of_it.what == "deadline" ? "deadline of " : "sleep of ";
        return {of_it.id,
                "timer " + std::to_string(of_it.id),
                what + of.task_name(of_it.owner),
                of_it.owner,
                until(of_it.due),
                "at " + duration_text(of_it.due),
                before.timers.count(of_it.id) == 0};
    }

    static std::string mode_word(const std::string& mode) {
        if (mode == "r") return "to be read";
        if (mode == "w") return "to be written";
        return mode.empty() ? "not watched" : "to be read or written";
    }

    fd_row fd(const trace::fd_view& of_it) const {
        static const trace::fd_view none;
        const auto old = before.fds.find(of_it.fd);
        const trace::fd_view& was = old == before.fds.end() ? none : old->second;
        fd_row made{of_it.fd, "descriptor " + std::to_string(of_it.fd), mode_word(of_it.watched),
                    chips(of_it.readers, was.readers), was.watched != of_it.watched};
        for (const chip& writer : chips(of_it.writers, was.writers)) {
            const auto same = [&](const chip& each) { return each.task == writer.task; };
            if (std::none_of(made.waiters.begin(), made.waiters.end(), same))
                made.waiters.push_back(writer);
        }
        return made;
    }

    std::string holder_of(const trace::object_view& object) const {
        if (object.type == "queue") return std::to_string(object.length) + " inside";
        if (object.type == "semaphore" || object.type == "capacity_limiter")
            return std::to_string(object.length) + " free";
        if (object.holder != 0) return "held by " + of.task_name(object.holder);
        return object.type == "lock" || object.type == "reentrant_lock" ? "free" : "";
    }

    object_row object(const trace::object_view& of_it) const {
        static const trace::object_view none;
        const auto old = before.objects.find(of_it.id);
        const trace::object_view& was = old == before.objects.end() ? none : old->second;
        const bool changed =
            old == before.objects.end() || was.holder != of_it.holder || was.length != of_it.length;
        return {of_it.id, of.object_name(of_it.id), holder_of(of_it),
                chips(of_it.waiters, was.waiters), changed};
    }

    scope_row scope(const trace::scope_view& of_it) const {
        const auto old = before.scopes.find(of_it.id);
        const bool changed = old == before.scopes.end() || old->second.cancelled != of_it.cancelled;
        const std::string what = of_it.cancelled  ? "cancelled"
                                 : of_it.due >= 0 ? "deadline " + until(of_it.due)
                                                  : "no deadline";
        return {of_it.id, "scope " + std::to_string(of_it.id) + " of " + of.task_name(of_it.task),
                what, changed};
    }

    std::string waiting(const trace::task_view& task) const {
        if (task.waits != trace::wait_kind::fd) return "waits for " + short_text(of, task);
        return (task.wait_mode == "w" ? "waits to write descriptor "
                                      : "waits to read descriptor ") +
               std::to_string(task.wait_fd);
    }

    std::string doing(const trace::task_view& task) const {
        switch (task.state) {
            case trace::task_state::ready: {
                const auto place = std::find(now.ready.begin(), now.ready.end(), task.id);
                return "ready, number " + std::to_string(place - now.ready.begin() + 1) + " of " +
                       std::to_string(now.ready.size());
            }
            case trace::task_state::running:
                return "running, step " + std::to_string(task.steps);
            case trace::task_state::parked:
                return waiting(task);
            case trace::task_state::ended:
                break;
        }
        if (task.outcome == "error") return "failed: " + task.error;
        return task.outcome == "cancelled" ? "ended, cancelled" : "ended";
    }

    task_row task(const trace::task_view& of_it) const {
        const auto old = before.tasks.find(of_it.id);
        const bool changed = old == before.tasks.end() || old->second.since != of_it.since ||
                             old->second.cancel_requested != of_it.cancel_requested;
        const bool ended = of_it.state == trace::task_state::ended;
        return {of_it.id,
                of.task_name(of_it.id),
                look_of(of_it),
                doing(of_it),
                ended ? "at " + duration_text(of_it.since_t)
                      : "for " + duration_text(now.t - of_it.since_t),
                of.place(of_it.at),
                of_it.cancel_requested && !ended,
                changed};
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
    made.running_name = now.running == 0 ? "nobody" : of.task_name(now.running);
    made.ready = make.chips(now.ready, before.ready);
    for (const trace::timer_view& each : now.timers_in_order())
        made.timers.push_back(make.timer(each));
    // A descriptor that was waited on before, and is not now, is of no interest here.
    for (const auto& [id, fd] : now.fds)
        if (!fd.watched.empty() || !fd.readers.empty() || !fd.writers.empty())
            made.fds.push_back(make.fd(fd));
    for (const auto& [id, object] : now.objects) made.objects.push_back(make.object(object));
    for (const auto& [id, scope] : now.scopes) made.scopes.push_back(make.scope(scope));
    for (const auto& [id, task] : now.tasks) made.tasks.push_back(make.task(task));
    const auto lives = [](const task_row& each) { return each.look != look::ended; };
    const auto dead = std::stable_partition(made.tasks.begin(), made.tasks.end(), lives);
    made.ended = static_cast<std::size_t>(made.tasks.end() - dead);
    return made;
}

}  // namespace giambio::gui
