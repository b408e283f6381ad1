// Everything that a key or a button can do, by name, and the table that help shows.
//
// gui/window/keys.cpp turns keys into commands, the buttons of gui/draw/ are commands, and the
// study carries them out. Not here: what a command does (study.cpp).
// Kept true: every command that a user can give stands in the help.
// Internal to gui/.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace giambio::gui {

enum class command : std::uint8_t {
    event_back,
    event_forward,
    task_back,
    task_forward,
    turn_back,
    turn_forward,
    to_start,
    to_end,
    play_or_pause,
    speed_1,
    speed_2,
    speed_3,
    speed_4,
    speed_5,
    to_cause,
    to_effect,
    lesson_next,
    lesson_previous,
    find,
    find_next,
    find_previous,
    find_erase,
    fit,
    zoom_in,
    zoom_out,
    pan_left,
    pan_right,
    switch_axis,
    switch_theme,
    scale_up,
    scale_down,
    scale_reset,
    help,
    escape,
    read_again,  // this and quit are carried out by the window
    quit,
};

// Does a key that is held down give it again and again? What switches between two things does not:
// the colours would flicker, and nobody could tell whether it plays.
bool repeats(command which);

struct help_row {
    std::string_view keys;  // empty: the row is a heading
    std::string_view what;
};

std::span<const help_row> help_rows();

}  // namespace giambio::gui
