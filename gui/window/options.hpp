// The command line of the viewer.
//
// main.cpp asks for it first. Texts that mean a moment, a size or a task are read by
// gui/model/moment.hpp. Not here: what the options do.
// Kept true: nothing is opened or drawn before the whole line was understood.
// Internal to gui/window/.
#pragma once

#include "gui/model/axis.hpp"
#include "gui/model/moment.hpp"
#include "gui/model/palette.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace giambio::gui {

struct options {
    std::string file;
    std::optional<moment> at;
    gui::size size;
    std::string screenshot;      // where to; empty: a window is opened
    std::optional<float> scale;  // nothing: 1 in a picture, as the screen has it in a window
    gui::theme theme = theme::light;
    std::optional<axis_kind> axis;
    std::string lesson;
    std::optional<std::size_t> step;
    std::string select;
    std::string dump_state;
    bool announce = false;
};

// Help and faults of the line are printed here; nothing then, and `code` is what to end with.
std::optional<options> read_options(int argc, char** argv, int& code);

}  // namespace giambio::gui
