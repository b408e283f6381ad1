// Draws the viewer into memory, with no display and no X server.
//
// Called by main.cpp for --screenshot. Not here: a window on the screen (window.hpp).
// Kept true: the same study and size give the same pixels on the same machine.
// Internal to gui/window/.
#pragma once

#include "gui/model/study.hpp"
#include "gui/window/picture.hpp"

namespace giambio::gui {

// what() says what is missing and which package has it.
class no_graphics : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

picture draw_offscreen(study& of, int width, int height);

}  // namespace giambio::gui
