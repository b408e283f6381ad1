// Finds the font files and bakes them at the size that the scale asks for.
//
// Called by gui/window/. GIAMBIO_FONT_DIR names a folder that is looked through first, for machines
// whose fonts are elsewhere. Not here: which font a pane uses.
// Internal to gui/; public to it through fonts.hpp.
#include "gui/draw/fonts.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace giambio::gui {
namespace {

struct family {
    std::vector<const char*> files;  // the first that exists is taken
};

const family text_family{{"Inter-Regular.otf", "Inter-Regular.ttf", "DejaVuSans.ttf"}};
const family bold_family{
    {"Inter-SemiBold.otf", "Inter-SemiBold.ttf", "Inter-Bold.otf", "DejaVuSans-Bold.ttf"}};
const family mono_family{{"JetBrainsMono-Regular.ttf", "DejaVuSansMono.ttf"}};

// What the panes may write: Latin (Vietnamese too), Greek, Cyrillic, punctuation, currencies,
// arrows, boxes, a few signs.
constexpr std::array<ImWchar, 21> ranges{0x0020, 0x021b, 0x0370, 0x04ff, 0x1ea0, 0x1ef9, 0x2010,
                                         0x2044, 0x20a0, 0x20bf, 0x2116, 0x2122, 0x2190, 0x22ff,
                                         0x2500, 0x25ff, 0x2713, 0x2718, 0xfffd, 0xfffd, 0};

std::vector<std::filesystem::path> folders() {
    std::vector<std::filesystem::path> found;
    const char* const own = std::getenv("GIAMBIO_FONT_DIR");
    if (own != nullptr && *own != '\0') found.emplace_back(own);
    for (const char* each :
         {"/usr/share/fonts/opentype/inter", "/usr/share/fonts/truetype/inter",
          "/usr/share/fonts/truetype/jetbrains-mono", "/usr/share/fonts/truetype/dejavu",
          "/usr/share/fonts/inter", "/usr/share/fonts/jetbrains-mono", "/usr/share/fonts/TTF",
          "/usr/local/share/fonts"})
        found.emplace_back(each);
    return found;
}

std::string find(const family& wanted) {
    std::error_code ignored;
    for (const char* file : wanted.files)
        for (const std::filesystem::path& folder : folders())
            if (std::filesystem::is_regular_file(folder / file, ignored))
                return (folder / file).string();
    throw no_fonts(
        "No font for the viewer was found (looked for " + std::string(wanted.files.front()) +
        "). Install the Debian packages fonts-inter and fonts-jetbrains-mono, or name a folder "
        "that has these files in GIAMBIO_FONT_DIR.");
}

ImFont* add(const family& wanted, float size) {
    ImFontConfig how;
    how.OversampleH = 2;
    how.PixelSnapH = true;
    const std::string file = find(wanted);
    ImFont* made =
        ImGui::GetIO().Fonts->AddFontFromFileTTF(file.c_str(), size, &how, ranges.data());
    if (made == nullptr) throw no_fonts("The font file " + file + " cannot be read.");
    return made;
}

}  // namespace

fonts load_fonts(float scale) {
    ImGui::GetIO().Fonts->Clear();
    // At these sizes small letters are about 8 pixels high at scale 1.
    fonts made;
    made.text = add(text_family, 17 * scale);
    made.bold = add(bold_family, 17 * scale);
    made.small = add(text_family, 15 * scale);
    made.large = add(bold_family, 23 * scale);
    made.mono = add(mono_family, 17 * scale);
    ImGui::GetIO().Fonts->Build();
    return made;
}

}  // namespace giambio::gui
