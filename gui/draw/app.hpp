// One frame of the viewer: all panes at their places.
//
// gui/window/ calls frame() between ImGui's NewFrame and Render, for the window on the screen as
// for the picture without one. Not here: OpenGL, the keyboard.
// Kept true: the same study and size give the same picture.
// Internal to gui/.
#pragma once

#include "gui/draw/fonts.hpp"
#include "gui/model/study.hpp"

#include <cstdint>

namespace giambio::gui {

class app {
public:
    explicit app(study& of) : of_(&of) {}

    // Loads the fonts again when the scale has changed; true when the texture must be made anew.
    // In a window of this width letters may have to be smaller than the user wished.
    bool prepare(float width);
    void frame(float width, float height);

private:
    void draw_region(const struct brush& with, const region& of, bool fresh);

    study* of_;
    fonts type_;
    float scale_ = 0;  // that of the fonts that are loaded
    std::uint64_t seen_moves_ = 0;
    int settling_ = 0;
};

}  // namespace giambio::gui
