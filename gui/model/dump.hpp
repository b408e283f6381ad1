// What the viewer shows, as JSON: for `--dump-state` and for the test that drives a real window.
//
// Called by gui/window/ at the end, and after a frame that shows something new when asked to.
// Not here: pixels. Kept true: everything is taken from the study, nothing is kept on the side.
// Internal to gui/.
#pragma once

#include "gui/model/study.hpp"

#include <string>

namespace giambio::gui {

// One line, without '\n'.
std::string dump(const study& of);

}  // namespace giambio::gui
