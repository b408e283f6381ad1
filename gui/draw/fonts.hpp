// The typefaces: Inter for words, JetBrains Mono for source, DejaVu where one of them is missing.
//
// gui/window/ calls load_fonts before the first frame and whenever the scale changes; the panes use
// what is in `fonts`. Not here: colours, sizes of anything that is not text.
// Kept true: after load_fonts every pointer is set, or an exception told what to install.
// Internal to gui/.
#pragma once

#include <stdexcept>

#include <imgui.h>

namespace giambio::gui {

struct fonts {
    ImFont* text = nullptr;
    ImFont* bold = nullptr;
    ImFont* small = nullptr;
    ImFont* large = nullptr;  // the sentence
    ImFont* mono = nullptr;
};

// what() names the packages that have the fonts, and the variable that says where they are.
class no_fonts : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Fills the current ImGui context's atlas. The texture must be made anew afterwards.
fonts load_fonts(float scale);

}  // namespace giambio::gui
