// How a stretch of a lane looks: one word for what a task (or the loop) does during it.
//
// lanes.cpp makes them from the rebuilt state, the palette gives each a colour, and every pane
// shows the same letter for the same look, so that nobody has to tell states apart by colour alone.
// Not here: colours (palette.hpp), patterns and shapes on the screen (gui/draw/).
// Kept true: letters of task looks are all different.
// Internal to gui/.
#pragma once

#include "tracer/model/state.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace giambio::gui {

enum class look : std::uint8_t {
    running,
    ready,
    waits_timer,
    waits_fd,
    waits_object,
    waits_task,
    ended,
    poll,
    timers,
    run,
};
inline constexpr look last_look = look::run;

// R running, q in the queue, t timer, d descriptor, o object, j join, . ended; P T U for phases.
char letter_of(look which);

// "running", "ready", "waits for a timer", ...
std::string_view word_of(look which);

look look_of(const trace::task_view& task);

// A task's name as every pane shows it: on one line, whatever its program has called it.
std::string name_of(const trace::recording& of, std::uint32_t task);

// What a parked task waits for, short: "timer 3", "fd 7 read", "lock 1", "#2 serve". Else the word.
std::string short_text(const trace::recording& of, const trace::task_view& task);

}  // namespace giambio::gui
