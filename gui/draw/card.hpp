// The card that a pane stands on: a plate with a title, or with tabs where panes share it.
//
// app.cpp opens one for each region and calls the pane inside. Not here: where cards stand
// (arrangement.hpp), what is in them.
// Kept true: every begin_card is followed by end_card.
// Internal to gui/draw/.
#pragma once

#include "gui/draw/brush.hpp"

namespace giambio::gui {

// The height of the strip with the title.
float head_height(const brush& with);

// Opens the card of a region and its inside, below the title. A click on a tab brings it to the
// front. `beside` is written at the right end of the title.
void begin_card(const brush& with, const region& of, std::string_view beside);
void end_card();

// A plate without a title.
void plain_card(const brush& with, const rectangle& place);

}  // namespace giambio::gui
