// What every pane draws with: colours, fonts, scale, and the small things that look alike
// everywhere.
//
// Made anew for each frame by app.cpp and handed to the panes. Not here: whole panes, buttons
// (button.hpp), cards (card.hpp).
// Kept true: a text that was cut for lack of room is shown in full when the mouse is on it.
// Internal to gui/draw/.
#pragma once

#include "gui/draw/fonts.hpp"
#include "gui/model/study.hpp"

#include <string>
#include <string_view>

namespace giambio::gui {

struct brush {
    study& of;
    const palette& colors;
    const fonts& type;
    float scale = 1;

    float px(float units) const;
};

ImU32 paint(const color& from, float alpha = 1);

ImVec2 size_of(const ImFont* font, std::string_view text);
void write(ImDrawList* on, const ImFont* font, ImVec2 at, const color& ink, std::string_view text);

// Writes as much as fits into `width`, with "..." at the end when something is missing.
// Returns the width that was used.
float write_cut(const brush& with, const ImFont* font, ImVec2 at, float width, const color& ink,
                std::string_view text);

// Lines of text in at most `width`; `code` in backticks is written in the other typeface.
// Returns the height. With draw = false it is only measured.
float write_flowing(const brush& with, const ImFont* font, ImVec2 at, float width, const color& ink,
                    std::string_view text, bool draw);

void tooltip(const brush& with, std::string_view text);

// Diagonal lines in a rectangle: what is ready, not running.
void hatch(ImDrawList* on, ImVec2 from, ImVec2 to, ImU32 ink, float distance);

// A state's rectangle in its colour and pattern, and the small square with its letter.
void state_box(const brush& with, ImVec2 from, ImVec2 to, look which, float rounding);
// A text on a state's rectangle; where there is a pattern, the letters get a plain ground.
void write_on_state(const brush& with, ImVec2 at, look which, std::string_view text);
void badge(const brush& with, ImVec2 at, float side, look which);

// The next full row of a pane: where it is, and what the mouse does with it.
struct row_place {
    ImVec2 from;
    ImVec2 to;
    bool hovered = false;
    bool clicked = false;
};
row_place next_row(int id, float height);

// A task as a small plate, as wide as `room` at most; tells whether it was clicked. Moves `at` to
// the right.
bool task_plate(const brush& with, int id, ImVec2& at, float room, const chip& of);
float plate_width(const brush& with, std::string_view text);
float plate_height(const brush& with);

}  // namespace giambio::gui
