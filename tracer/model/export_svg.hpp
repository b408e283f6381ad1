// A picture of a run, or of a window of it, as one SVG file that needs nothing else.
//
// `trace export --svg` calls it. Not here: the bars (export_bars.hpp), colours (export_colors.hpp).
// Kept true: the file refers to nothing outside itself, and its size follows the picture's width
// and the number of lanes, not the number of trace events.
// Internal to tracer/.
#pragma once

#include "tracer/model/export_text.hpp"
#include "tracer/model/export_window.hpp"

#include <cstddef>

namespace giambio::trace {

struct svg_style {
    bool dark = false;
    int width = 1600;
    std::size_t most_arrows = 200;
    std::size_t most_lanes = 100;
};

struct svg_counts {
    std::size_t lanes = 0;
    std::size_t all_lanes = 0;  // with those that were one too many
    std::size_t arrows = 0;
    std::size_t all_arrows = 0;
};

svg_counts svg_picture(const recording& of, const window& shown, axis which, const svg_style& style,
                       const receiver& to);

}  // namespace giambio::trace
