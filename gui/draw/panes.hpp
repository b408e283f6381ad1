// The panes, each a function that draws itself where the cursor of ImGui stands.
//
// Called by app.cpp, inside a card. A pane reads rows from the study and turns clicks into the
// study's verbs; it keeps nothing but what scrolling needs. Not here: what the rows contain
// (gui/model/).
// Kept true: no pane changes another pane's rows.
// Internal to gui/draw/.
#pragma once

#include "gui/draw/brush.hpp"

namespace giambio::gui {

void draw_transport(const brush& with, const rectangle& place, bool roomy);
void draw_sentence(const brush& with, const rectangle& place);
void draw_status(const brush& with, const rectangle& place);
void draw_help(const brush& with, float width, float height);
// `top` is where the line begins that the user types into.
void draw_search_line(const brush& with, float top, float width);

void draw_timeline(const brush& with);
void draw_kernel(const brush& with);

// `fresh` is true in the first frame after the playhead (or what is shown) has moved.
void draw_source(const brush& with, bool fresh);
void draw_lesson(const brush& with, bool fresh);
void draw_events(const brush& with, bool fresh);

// Scrolls the window so that [top, bottom] (from the top of the content) is in sight; only as far
// as it must, unless it was far away, then to the middle. The place is a whole number of `step`s.
void bring_into_sight(float top, float bottom, float step = 1);

}  // namespace giambio::gui
