// The words of a line of C++, for the source pane's colours.
//
// A line is cut into rows that fit, and into words, literals, comments and the rest. This is
// reading help and no parser: raw strings over several lines are taken for code. Not here: colours
// (palette.hpp).
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

// The pieces of one row of that line (a part of it, as `wrapped` cuts it). They know what stands
// before: a comment that goes on in the next row is a comment there too.
std::vector<piece> pieces_in_row(const std::vector<piece>& pieces, std::string_view row);

// A line in rows of at most `letters` letters, cut behind a space where there is one. Rows after
// the first are indented by `indent_of` letters, and so have less room. An empty line is one row.
std::vector<std::string_view> wrapped(std::string_view line, std::size_t letters);
// Four letters more than the line itself, but never more than half of the room.
std::size_t indent_of(std::string_view line, std::size_t letters);

}  // namespace giambio::gui
