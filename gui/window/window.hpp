// The viewer in a window on the screen.
//
// Called by main.cpp unless a picture was asked for. Not here: panes (gui/draw/), keys (keys.hpp).
// Kept true: nothing is drawn while nothing happens, so an idle window costs no processor time.
// Internal to gui/window/.
#pragma once

#include "gui/model/study.hpp"
#include "gui/window/offscreen.hpp"

#include <functional>
#include <string>

namespace giambio::gui {

struct window_options {
    int width = 1280;
    int height = 720;
    std::string title;
    bool scaled_by_screen = false;     // text and window are as large as the user's screen has them
    std::function<void()> read_again;  // what is shown, from its file
    std::function<void()> after_frame;
    std::function<void()> at_rest;  // everything is drawn; nothing more until the next input
};

// Opens it and returns when it was closed. Throws no_graphics.
void show_window(study& of, const window_options& how);

}  // namespace giambio::gui
