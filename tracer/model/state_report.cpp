// The rebuilt state of the kernel in words: what `trace state` prints.
//
// Each part has a heading and a line for each row, in the order in which the kernel would take
// them. Not here: rebuilding the state (state.cpp), one task in a sentence (change.cpp).
// Internal to tracer/model/; state_text is public through report.hpp.
#include "tracer/model/phrases.hpp"
#include "tracer/model/report.hpp"
#include "tracer/model/state_lines.hpp"
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

std::string names(const recording& of, const std::vector<std::uint32_t>& tasks) {
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
                 ", in " + duration_text(each.due - now.t) + ": " +
                 (each.is_deadline ? "deadline of " : "sleep of ") +
                 one_line(of.task_name(each.owner));
        if (each.scope != 0) shown += " in scope " + std::to_string(each.scope);
        shown += "\n";
    }
    return shown;
}

std::string fd_part(const recording& of, const state& now, const state_lines& lines) {
    std::string shown = heading("descriptors", now.fds.size());
    for (const fd_view* each : now.fds.in_order()) {
        shown += "  descriptor " + std::to_string(each->id) +
                 (each->watched()
                      ? ", listened to for when it can be " + std::string(mode_text(each->mode()))
                      : ", not listened to");
        const std::vector<std::uint32_t> readers = lines.readers(each->fd());
        const std::vector<std::uint32_t> writers = lines.writers(each->fd());
        if (!readers.empty()) shown += "; reader: " + one_line(names(of, readers));
        if (!writers.empty()) shown += "; writer: " + one_line(names(of, writers));
        shown += "\n";
    }
    return shown;
}

std::string object_part(const recording& of, const state& now, const state_lines& lines) {
    std::string shown = heading("objects", now.objects.size());
    for (const object_view* each : now.objects.in_order()) {
        shown += "  " + one_line(of.object_name(each->id)) + ": holder " +
                 one_line(each->holder == 0 ? "nobody" : of.task_name(each->holder)) + ", length " +
                 std::to_string(each->length) + ", waiters " +
                 one_line(names(of, lines.waiters(each->id))) + "\n";
    }
    return shown;
}

std::string scope_part(const recording& of, const state& now) {
    if (now.scopes.empty()) return "";
    std::string shown = heading("scopes", now.scopes.size());
    for (const scope_view* each : now.scopes.in_order()) {
        shown +=
            "  scope " + std::to_string(each->id) + " of " + one_line(of.task_name(each->task));
        if (each->due >= 0) shown += ", time limit at " + duration_text(each->due);
        if (each->shielded) shown += ", shielded";
        if (each->cancelled) shown += ", cancelled";
        shown += "\n";
    }
    return shown;
}

// Ended tasks are counted; there may be very many of them.
std::string task_part(const recording& of, const state& now, const state_lines& lines) {
    std::string rows;
    for (const task_view* each : now.tasks.in_order())
        rows += "  " + situation(of, now, lines, each->id) + "\n";
    std::string shown = heading("tasks that live", rows.size()) + rows;
    if (now.ended > 0) shown += "  (" + counted(now.ended, "task") + " ended)\n";
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
    const state_lines lines(now);
    return shown + ready_part(of, now) + timer_part(of, now) + fd_part(of, now, lines) +
           object_part(of, now, lines) + scope_part(of, now) + task_part(of, now, lines);
}

}  // namespace giambio::trace
