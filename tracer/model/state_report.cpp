// The rebuilt state of the kernel in words: what `trace state` prints.
//
// Each part has a heading and a line for each row, in the order in which the kernel would take
// them. Not here: rebuilding the state (state.cpp), one task in a sentence (change.cpp).
// Internal to tracer/model/; state_text is public through report.hpp.
#include "tracer/model/phrases.hpp"
#include "tracer/model/report.hpp"
#include "tracer/model/words.hpp"

namespace giambio::trace {
namespace {

std::string phase_text(phase which) {
    switch (which) {
        case phase::before:
            return "before its first turn";
        case phase::poll:
            return "polling";
        case phase::timers:
            return "firing timers";
        case phase::run:
            return "running tasks";
        case phase::over:
            break;
    }
    return "over";
}

std::string names(const recording& of, const std::deque<std::uint32_t>& tasks) {
    std::string shown;
    for (const std::uint32_t each : tasks)
        shown += (shown.empty() ? "" : ", ") + of.task_name(each);
    return shown.empty() ? "nobody" : shown;
}

std::string heading(const std::string& what, std::size_t rows) {
    return "\n" + what + (rows == 0 ? ": none\n" : "\n");
}

std::string ready_part(const recording& of, const state& now) {
    std::string shown = heading("ready queue, front first", now.ready.size());
    std::size_t place = 0;
    for (const std::uint32_t each : now.ready)
        shown += "  " + std::to_string(++place) + ". " + one_line(of.task_name(each)) + "\n";
    return shown;
}

std::string timer_part(const recording& of, const state& now) {
    std::string shown = heading("timers, next first", now.timers.size());
    for (const timer_view& each : now.timers_in_order()) {
        shown += "  timer " + std::to_string(each.id) + ", due at " + duration_text(each.due) +
                 ", in " + duration_text(each.due - now.t) + ": " + one_line(each.what) + " of " +
                 one_line(of.task_name(each.owner));
        if (each.scope != 0) shown += " in scope " + std::to_string(each.scope);
        shown += "\n";
    }
    return shown;
}

std::string fd_part(const recording& of, const state& now) {
    std::string shown = heading("descriptors", now.fds.size());
    for (const auto& [number, fd] : now.fds) {
        shown += "  descriptor " + std::to_string(number) +
                 (fd.watched.empty()
                      ? ", not listened to"
                      : ", listened to for when it can be " + std::string(mode_text(fd.watched)));
        if (!fd.readers.empty()) shown += "; reader: " + one_line(names(of, fd.readers));
        if (!fd.writers.empty()) shown += "; writer: " + one_line(names(of, fd.writers));
        shown += "\n";
    }
    return shown;
}

std::string object_part(const recording& of, const state& now) {
    std::string shown = heading("objects", now.objects.size());
    for (const auto& [id, object] : now.objects) {
        shown += "  " + one_line(of.object_name(id)) + ": holder " +
                 one_line(object.holder == 0 ? "nobody" : of.task_name(object.holder)) +
                 ", length " + std::to_string(object.length) + ", waiters " +
                 one_line(names(of, object.waiters)) + "\n";
    }
    return shown;
}

std::string scope_part(const recording& of, const state& now) {
    if (now.scopes.empty()) return "";
    std::string shown = heading("scopes", now.scopes.size());
    for (const auto& [id, scope] : now.scopes) {
        shown += "  scope " + std::to_string(id) + " of " + one_line(of.task_name(scope.task));
        if (scope.due >= 0) shown += ", time limit at " + duration_text(scope.due);
        if (scope.shielded) shown += ", shielded";
        if (scope.cancelled) shown += ", cancelled";
        shown += "\n";
    }
    return shown;
}

// Ended tasks are counted; there may be very many of them.
std::string task_part(const recording& of, const state& now) {
    std::string rows;
    std::size_t ended = 0;
    for (const auto& [id, task] : now.tasks) {
        if (task.state == task_state::ended)
            ++ended;
        else
            rows += "  " + situation(of, now, id) + "\n";
    }
    std::string shown = heading("tasks that live", rows.size()) + rows;
    if (ended > 0) shown += "  (" + counted(static_cast<std::int64_t>(ended), "task") + " ended)\n";
    return shown;
}

}  // namespace

std::string state_text(const recording& of, const state& now) {
    std::string shown = "after trace event " + std::to_string(now.seq) + ", at " +
                        duration_text(now.t) + ", in turn " + std::to_string(now.turn) + ": " +
                        phase_text(now.phase) + "\n";
    if (!now.trusted)
        shown += "trace events were lost before this one, so this state may be wrong\n";
    if (now.running != 0)
        shown += "the processor is with " + one_line(of.task_name(now.running)) + "\n";
    return shown + ready_part(of, now) + timer_part(of, now) + fd_part(of, now) +
           object_part(of, now) + scope_part(of, now) + task_part(of, now);
}

}  // namespace giambio::trace
