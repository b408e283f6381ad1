// The layout of the timeline: lanes and a visible range become bars, marks, arrows and labels.
//
// A pure function of its input: the drawing in gui/draw/ only paints what is listed here, and the
// tests look at the same lists. Stretches narrower than a pixel are merged, so that the work
// follows the pixels and not the length of the trace. Not here: colours, fonts, the mouse.
// Kept true: nothing that is listed lies wholly outside the frame; bars of one lane do not overlap.
// Internal to gui/.
#pragma once

#include "gui/model/axis.hpp"
#include "gui/model/causes.hpp"
#include "gui/model/lanes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace giambio::gui {

// Where the timeline is, in pixels. The lanes begin below the ruler and right of the names.
struct frame {
    float x = 0;
    float y = 0;
    float width = 0;
    float height = 0;
    float names = 0;
    float ruler = 0;
    float lane = 0;    // height of one
    float scroll = 0;  // how far the tasks' lanes are scrolled up below the loop's
    float letter = 8;  // about as wide as one letter

    float lanes_x() const { return x + names; }
    float lanes_y() const { return y + ruler; }
    float lanes_width() const { return width - names; }
    float right() const { return x + width; }
    float bottom() const { return y + height; }
    float top_of(std::size_t row) const {
        return row == 0 ? lanes_y() : lanes_y() + static_cast<float>(row) * lane - scroll;
    }
};

float x_of(const frame& in, const range& seen, double place);
double place_of(const frame& in, const range& seen, float x);

// How a bar is filled; a pattern tells states apart where colours do not.
enum class fill : std::uint8_t { solid, hatched, tinted, merged };
fill fill_of(look which);

struct bar {
    float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    gui::look look = look::ready;
    gui::fill fill = fill::solid;
    std::string text;  // as much as fits; empty when not even the letter does
    std::size_t row = 0;
    std::uint32_t begin = 0;  // position of the trace event that began it
    std::uint32_t count = 1;  // how many stretches it stands for
    bool selected = false;
};

struct lane_label {
    float y0 = 0, y1 = 0;
    std::size_t row = 0;
    bool selected = false;
    std::optional<gui::look> look;  // at the playhead; absent when the task does not exist then
};

struct placed_mark {
    float x = 0, y = 0;
    std::size_t row = 0;
    std::uint32_t index = 0;
    trace::kind kind = trace::kind::unknown;
};

struct lane_end {
    float x = 0, y = 0;
    std::size_t row = 0;
    std::string outcome;
};

struct placed_arrow {
    float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    bool effect = false;
    int distance = 1;
};

struct placed_tick {
    float x = 0;
    std::string text;
};

struct timeline_input {
    const trace::recording& of;
    const lanes& all;
    const axis& on;
    range seen;
    frame in;
    std::size_t playhead = 0;
    std::uint32_t selected_task = 0;  // 0: none
    std::vector<arrow> arrows;
};

struct timeline_layout {
    std::vector<placed_tick> ticks;
    std::vector<lane_label> labels;
    std::vector<bar> bars;
    std::vector<lane_end> ends;
    std::vector<placed_mark> marks;
    std::vector<placed_arrow> arrows;
    float playhead_x0 = 0;  // on the axis of events the playhead is as wide as its trace event
    float playhead_x1 = 0;
    float content_height = 0;  // of all lanes
};

timeline_layout lay_out(const timeline_input& from);

// What is at a place of the timeline: the row, and the trace event of the mark there, else the one
// that began the stretch (or the one at that place of the axis, where the task does not exist).
struct hit {
    std::size_t row = 0;
    std::size_t index = 0;
    const span* stretch = nullptr;
};
std::optional<hit> pick(const timeline_input& from, float x, float y);

}  // namespace giambio::gui
