// The rows of the kernel pane: the kernel at the playhead, in words and in the kernel's own order.
//
// Made from the rebuilt state after the playhead's trace event and the one before it; what differs
// is marked as changed, so that the eye finds what the trace event did. Not here: drawing, and the
// sentence about the change (tracer/model/words.hpp tells it).
// Kept true: the ready queue and the timers stand in the order in which they will be served.
// Internal to gui/.
#pragma once

#include "gui/model/look.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace giambio::gui {

struct chip {
    std::uint32_t task = 0;
    std::string text;
    bool changed = false;
};

struct timer_row {
    std::uint32_t id = 0;
    std::string name;  // "timer 3"
    std::string what;  // "sleep of #2 cook"
    std::uint32_t task = 0;
    std::string countdown;  // "in 2.000 ms", "due now"
    std::string due;        // "at 14.000 ms"
    bool changed = false;
};

struct fd_row {
    int fd = -1;
    std::string name;  // "descriptor 7"
    std::string mode;  // "read", "written", ...
    std::vector<chip> waiters;
    bool changed = false;
};

struct object_row {
    std::uint32_t id = 0;
    std::string name;    // "lock 1"
    std::string holder;  // "held by #2 cook", "free", "3 inside"
    std::vector<chip> waiters;
    bool changed = false;
};

struct scope_row {
    std::uint32_t id = 0;
    std::string name;  // "scope 1 of #1 main"
    std::string what;  // "deadline in 3.000 ms", "cancelled"
    bool changed = false;
};

struct task_row {
    std::uint32_t task = 0;
    std::string name;
    gui::look look = look::ready;
    std::string doing;  // "waits for timer 3", "ready, 2 of 3", "ended: error"
    std::string age;    // how long it has been doing that
    std::string where;  // "program.cpp:14"
    bool cancelled = false;
    bool changed = false;
};

struct kernel_rows {
    std::string moment;  // "turn 4, 14.000 ms"
    trace::phase phase = trace::phase::before;
    bool trusted = true;
    bool running_changed = false;
    std::uint32_t running = 0;
    std::string running_name;  // "nobody" when nobody runs
    std::vector<chip> ready;
    std::vector<timer_row> timers;
    std::vector<fd_row> fds;
    std::vector<object_row> objects;
    std::vector<scope_row> scopes;
    std::vector<task_row> tasks;  // the living in order of creation, then the ended
    std::size_t ended = 0;        // how many have ended
    std::size_t left_out = 0;     // how many of those have no row, because they are very many
};

kernel_rows kernel_at(const trace::recording& of, const trace::state& before,
                      const trace::state& now);

std::string_view word_of(trace::phase which);

}  // namespace giambio::gui
