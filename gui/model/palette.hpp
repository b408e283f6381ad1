// The colours of the viewer, in a light and a dark set.
//
// Every pane takes its colours from here. The hues of states are those that Okabe and Ito chose to
// be told apart by colour-blind people; a pattern and a letter tell the same again. Not here:
// fonts, sizes (gui/draw/theme.hpp).
// Kept true: every text colour has a contrast of at least 4.5 to what it is written on (a test).
// Internal to gui/.
#pragma once

#include "gui/model/look.hpp"

#include <cstdint>

namespace giambio::gui {

struct color {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
};

enum class theme : std::uint8_t { light, dark };

struct palette {
    color window;  // behind the cards
    color card;    // behind a pane
    color border;  // around a card, between rows
    color sunken;  // behind lanes, code, chips
    color text;
    color dim;        // text that is less important
    color accent;     // what can be pressed, and the current row's edge
    color on_accent;  // text on accent
    color current;    // behind the current row, paragraph, line
    color changed;    // behind what the last trace event changed
    color warning;    // text of complaints and errors
    color cause;      // arrows to the past
    color effect;     // arrows to the future
    color playhead;
    color keyword;  // words of the source
    color literal;
    color comment;
    gui::theme theme = theme::light;
};

const palette& palette_of(theme which);

// A state's own hue; what it is mixed to behind a text; the text on that.
color hue_of(const palette& from, look which);
color fill_color(const palette& from, look which);
color ink_of(const palette& from, look which);

// `share` of the first colour, the rest of the second.
color mixed(const color& first, const color& second, double share);

// As WCAG defines it: from 1 to 21.
double contrast(const color& first, const color& second);

}  // namespace giambio::gui
