// Where the panes stand in the window, for its size and the scale of the text.
//
// Where there is room every pane has a place of its own; where there is less, neighbours share one
// as tabs, so that no text has to be cut. Pure arithmetic; the drawing asks for it each frame.
// Not here: what is in a pane.
// Kept true: regions do not overlap, lie in the window, and every pane is in exactly one.
// Internal to gui/.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace giambio::gui {

enum class pane : std::uint8_t { lesson, source, timeline, kernel, events };
std::string_view title_of(pane which);

struct rectangle {
    float x = 0;
    float y = 0;
    float width = 0;
    float height = 0;
};

struct region {
    rectangle place;
    std::vector<pane> panes;  // more than one: tabs
};

struct arrangement {
    rectangle transport;
    rectangle sentence;
    rectangle status;
    std::vector<region> regions;
    bool roomy = true;  // buttons may have words
};

arrangement arrange(float width, float height, float scale, bool lesson_open);

}  // namespace giambio::gui
