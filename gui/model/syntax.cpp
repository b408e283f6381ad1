// Cuts a line of C++ into pieces.
//
// Called by the drawing of the source pane for the lines in sight. Not here: colours.
// Internal to gui/; public to it through syntax.hpp.
#include "gui/model/syntax.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace giambio::gui {
namespace {

constexpr std::array<std::string_view, 62> keywords{
    "alignas",  "auto",     "bool",      "break",    "case",      "catch",     "char",
    "class",    "co_await", "co_return", "co_yield", "concept",   "const",     "constexpr",
    "continue", "decltype", "default",   "delete",   "do",        "double",    "else",
    "enum",     "explicit", "extern",    "false",    "float",     "for",       "friend",
    "if",       "inline",   "int",       "long",     "mutable",   "namespace", "new",
    "noexcept", "nullptr",  "operator",  "private",  "protected", "public",    "requires",
    "return",   "short",    "signed",    "sizeof",   "static",    "struct",    "switch",
    "template", "this",     "throw",     "true",     "try",       "typedef",   "typename",
    "union",    "unsigned", "using",     "virtual",  "void",      "while",
};

bool is_word(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

std::size_t word_length(std::string_view text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_word);
    return static_cast<std::size_t>(end - text.begin());
}

// Up to and with the closing quote, or the rest of the line.
std::size_t quoted_length(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == text[0])
            return i + 1;
    }
    return text.size();
}

std::size_t plain_length(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && !is_word(text[length]) && text[length] != '"' &&
           text[length] != '\'' && text.substr(length, 2) != "//")
        ++length;
    return length;
}

// How many bytes the first `letters` letters take; a letter of UTF-8 may have several bytes.
std::size_t bytes_of(std::string_view text, std::size_t letters) {
    std::size_t at = 0;
    while (at < text.size()) {
        const bool begins = (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U;
        if (begins && letters-- == 0) break;
        ++at;
    }
    return at;
}

piece first_piece(std::string_view text) {
    if (text.substr(0, 2) == "//") return {text, word_kind::comment};
    if (text[0] == '"' || text[0] == '\'')
        return {text.substr(0, quoted_length(text)), word_kind::literal};
    if (!is_word(text[0])) return {text.substr(0, plain_length(text)), word_kind::plain};
    const std::string_view word = text.substr(0, word_length(text));
    if (std::isdigit(static_cast<unsigned char>(word[0])) != 0) return {word, word_kind::literal};
    const bool known = std::find(keywords.begin(), keywords.end(), word) != keywords.end();
    return {word, known ? word_kind::keyword : word_kind::plain};
}

}  // namespace

std::vector<piece> pieces_of(std::string_view line) {
    std::vector<piece> made;
    while (!line.empty()) {
        made.push_back(first_piece(line));
        line.remove_prefix(made.back().text.size());
    }
    return made;
}

std::vector<piece> pieces_in_row(const std::vector<piece>& pieces, std::string_view row) {
    std::vector<piece> made;
    for (const piece& each : pieces) {
        const char* const from = std::max(each.text.data(), row.data());
        const char* const to =
            std::min(each.text.data() + each.text.size(), row.data() + row.size());
        if (from < to) made.push_back({{from, static_cast<std::size_t>(to - from)}, each.kind});
    }
    return made;
}

std::size_t indent_of(std::string_view line, std::size_t letters) {
    const std::size_t own = std::min(line.find_first_not_of(' '), line.size());
    return std::min(own + 4, letters / 2);
}

std::vector<std::string_view> wrapped(std::string_view line, std::size_t letters) {
    std::vector<std::string_view> made;
    const std::size_t indent = indent_of(line, letters);
    std::size_t room = std::max<std::size_t>(letters, 2);
    while (true) {
        std::size_t cut = bytes_of(line, room);
        if (cut == line.size()) break;
        // Not at a space of the indentation, where a cut would leave an empty row.
        const std::size_t space = line.substr(0, cut).rfind(' ');
        const std::size_t first = std::min(line.find_first_not_of(' '), line.size());
        if (space != std::string_view::npos && space > first) cut = space + 1;
        made.push_back(line.substr(0, cut));
        line.remove_prefix(cut);
        room = std::max<std::size_t>(letters - std::min(indent, letters), 1);
    }
    made.push_back(line);
    return made;
}

}  // namespace giambio::gui
