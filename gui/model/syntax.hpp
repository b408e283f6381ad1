// The words of a line of C++, for the source pane's colours.
//
// A line is cut into rows that fit, and into words, literals, comments and the rest. This is reading help and no parser: raw
// strings over several lines are taken for code. Not here: colours (palette.hpp).
// Kept true: the pieces of a line, one after the other, are the line.
// Internal to gui/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace giambio::gui {

enum class word_kind : std::uint8_t { plain, keyword, literal, comment };

struct piece {
    std::string_view text;
    word_kind kind = word_kind::plain;
};

std::vector<piece> pieces_of(std::string_view line);

// A line in parts of at most `letters` letters, cut behind a space where there is one. The parts
// after the first have four letters less room, because they are indented. An empty line is one part.
std::vector<std::string_view> wrapped(std::string_view line, std::size_t letters);

}  // namespace giambio::gui
