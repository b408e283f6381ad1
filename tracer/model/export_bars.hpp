// A run as bars: what each task was, what the loop was doing, and what happened inside a step.
//
// Made in one pass for the Chrome and SVG exports. Unlike lanes.hpp, a step lasts here until its
// `switch_out` and not only until its `park` or `exit`, because what an exit wakes must stand
// inside the step that did it. Not here: any file format.
// Kept true: the bars of a lane other than `trap` and `wake` follow one another without a gap or an
// overlap, from the task's spawn to the end of its last step; a `trap` or `wake` lies inside one of
// them; the bars are sorted by where they begin, an outer one before an inner one.
// Internal to tracer/.
#pragma once

#include "tracer/model/export_window.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace giambio::trace {

enum class bar_look : std::uint8_t {
    running,
    ready,
    waits_timer,
    waits_fd,
    waits_object,
    waits_task,
    begins,  // the loop, before its first turn
    poll,
    timers,
    run,
    trap,
    wake,
};
inline constexpr bar_look last_look = bar_look::wake;

// From events[begins] up to events[ends], which is the end of the run for a bar that nothing ended.
struct bar {
    std::uint32_t begins = 0;
    std::uint32_t ends = 0;
    std::uint32_t lane = 0;     // a task, or 0 for the loop
    std::uint32_t told_by = 0;  // the trace event with the details: the `park` of a wait
    bar_look look = bar_look::ready;
};

inline bool is_inner(bar_look which) {
    return which == bar_look::trap || which == bar_look::wake;
}

// The bars that reach into the window, whole. Those of lanes that it does not show are left out,
// but a wake by such a lane stands on the loop's.
std::vector<bar> bars_of(const recording& of, const window& shown);

// "run", "ready", "wait: timer", "wait: fd 5 r", "wait: lock 1", "wait: task 3", "poll"...
std::string bar_name(const recording& of, const bar& which);

}  // namespace giambio::trace
