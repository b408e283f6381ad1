// The colours, letters and patterns of the pictures that a trace is exported as.
//
// The SVG and the HTML page take theirs from here. The values are those of the viewer
// (gui/model/palette.cpp), which this layer may not include; a test compares the two. Not here:
// what is drawn where.
// Kept true: no two looks differ by their colour alone; each has a letter and a pattern of its own.
// Internal to tracer/; tests/gui/ compares it.
#pragma once

#include "tracer/model/export_bars.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace giambio::trace {

using rgb = std::uint32_t;  // 0xrrggbb

struct export_palette {
    rgb window, card, border, sunken, text, dim, accent, on_accent, current, changed, warning;
    rgb cause, effect, playhead, keyword, literal, comment;
    double fill_share;  // how much of its own colour a look keeps where text stands on it
};

const export_palette& export_colors(bool dark);

rgb hue_of(bar_look which);
rgb fill_of(const export_palette& from, bar_look which);
rgb ink_of(const export_palette& from, bar_look which);

// R running, q in the queue, t timer, d descriptor, o object, j join; P T U for the loop's phases.
char letter_of(bar_look which);
// "running", "ready", "waits for a timer"...
std::string_view words_of(bar_look which);
// The inside of an SVG pattern of 8 by 8, in currentColor; empty for none.
std::string_view pattern_of(bar_look which);

std::string hex_text(rgb of);  // "#0072b2"

}  // namespace giambio::trace
