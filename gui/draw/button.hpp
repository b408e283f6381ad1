// Buttons with drawn signs, so that no font has to have them.
//
// Called by the transport bar, the timeline's head and the help. Not here: what a press does.
// Kept true: a button's tooltip names its key.
// Internal to gui/draw/.
#pragma once

#include "gui/draw/brush.hpp"

#include <string_view>

namespace giambio::gui {

enum class sign : std::uint8_t {
    none,
    to_start,
    far_back,
    back,
    forward,
    far_forward,
    to_end,
    play,
    pause,
    plus,
    minus,
};

struct button {
    std::string_view id;
    sign before = sign::none;
    std::string_view text;  // between the signs; may be empty
    sign after = sign::none;
    std::string_view tip;
    bool active = false;
};

float width_of(const brush& with, const button& one);
float button_height(const brush& with);

// Draws it at `at`, moves `at` to the right of it, tells whether it was pressed.
bool press(const brush& with, ImVec2& at, const button& one);

}  // namespace giambio::gui
