// The line in which the words to find are typed, below the transport bar and over the panes.
//
// Called by app.cpp while the line is open. Not here: the search (gui/model/search.cpp), the keys.
// Kept true: of a long text the end is seen, where one types.
// Internal to gui/draw/; public to it through panes.hpp.
#include "gui/draw/panes.hpp"

#include <algorithm>

namespace giambio::gui {
namespace {

// Without its first letters, until the rest has room.
std::string_view end_of(const ImFont* font, std::string_view text, float room) {
    const auto begins_character = [](char each) {
        return (static_cast<unsigned char>(each) & 0xc0U) != 0x80U;
    };
    while (!text.empty() && size_of(font, text).x > room) {
        text.remove_prefix(1);
        while (!text.empty() && !begins_character(text.front())) text.remove_prefix(1);
    }
    return text;
}

void draw_line(const brush& with, ImVec2 from, float wide, float high) {
    ImDrawList* on = ImGui::GetWindowDrawList();
    const search& line = with.of.find();
    const ImFont* font = with.type.bold;
    const float top = from.y + (high - font->FontSize) / 2;
    const std::string_view hint =
        line.note().empty() ? "Enter: next   Shift + Enter: previous   Esc" : line.note();
    const color& ink = line.note().empty() ? with.colors.dim : with.colors.warning;
    const float right = from.x + wide - with.px(16);
    const float hint_width = size_of(with.type.text, hint).x;
    write(on, with.type.text, {right - hint_width, top}, ink, hint);
    const float label = from.x + with.px(16);
    write(on, with.type.text, {label, top}, with.colors.dim, "find");
    const float left = label + size_of(with.type.text, "find").x + with.px(12);
    const float room = right - hint_width - with.px(20) - left;
    const std::string_view seen = end_of(font, line.text(), room);
    write(on, font, {left, top}, with.colors.text, seen);
    const float caret = left + size_of(font, seen).x + with.px(2);
    on->AddRectFilled({caret, top - with.px(2)}, {caret + with.px(2), top + font->FontSize},
                      paint(with.colors.accent));
}

}  // namespace

void draw_search_line(const brush& with, float top, float width) {
    const float wide = std::min(width - with.px(24), with.px(720));
    const float high = with.px(40);
    ImGui::SetNextWindowPos({(width - wide) / 2, top});
    ImGui::SetNextWindowSize({wide, high});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, paint(with.colors.card));
    ImGui::PushStyleColor(ImGuiCol_Border, paint(with.colors.accent));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, with.px(10));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, with.px(2));
    ImGui::Begin(
        "find", nullptr,
        ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
    draw_line(with, ImGui::GetWindowPos(), wide, high);
    ImGui::End();
    ImGui::PopStyleVar(2);
    ImGui::PopStyleColor(2);
}

}  // namespace giambio::gui
