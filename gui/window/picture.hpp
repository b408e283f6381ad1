// A picture in memory, and the PNG file that is made of it.
//
// Called by offscreen.cpp and main.cpp. Not here: drawing it.
// Kept true: rows go from the top down, three bytes a pixel, without gaps.
// Internal to gui/window/.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace giambio::gui {

struct picture {
    int width = 0;
    int height = 0;
    std::vector<unsigned char> pixels;
};

// what() names the file and the reason.
class unwritable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

void write_png(const picture& from, const std::string& file);
void write_text(const std::string& text, const std::string& file);

}  // namespace giambio::gui
