// The help: every key, over everything else.
//
// Called by app.cpp while the study shows help. Not here: the table (gui/model/command.cpp).
// Kept true: the help fits its window; in a small one it has two columns or can be scrolled.
// Internal to gui/draw/; public to it through panes.hpp.
#include "gui/draw/panes.hpp"

#include <algorithm>

namespace giambio::gui {
namespace {

constexpr float row_height = 26;
constexpr float key_width = 190;
constexpr float column_width = 560;

void draw_row(const brush& with, const help_row& row, ImVec2 at, float width) {
    ImDrawList* on = ImGui::GetWindowDrawList();
    if (row.keys.empty()) {
        write(on, with.type.bold, {at.x, at.y + with.px(2)}, with.colors.accent, row.what);
        on->AddLine({at.x, at.y + with.px(22)}, {at.x + width, at.y + with.px(22)},
                    paint(with.colors.border));
        return;
    }
    write_cut(with, with.type.bold, {at.x, at.y}, with.px(key_width), with.colors.text, row.keys);
    write_cut(with, with.type.text, {at.x + with.px(key_width), at.y}, width - with.px(key_width),
              with.colors.text, row.what);
}

// Where the second column begins: at the heading nearest to the middle.
std::size_t split(std::span<const help_row> rows, int columns) {
    if (columns == 1) return rows.size();
    std::size_t at = rows.size() / 2;
    while (at < rows.size() && !rows[at].keys.empty()) ++at;
    return at;
}

}  // namespace

void draw_help(const brush& with, float width, float height) {
    const auto rows = help_rows();
    const int columns = width > with.px(2 * column_width + 60) ? 2 : 1;
    const std::size_t second = split(rows, columns);
    const float wide = std::min(width - with.px(24),
                                with.px(column_width) * static_cast<float>(columns) + with.px(48));
    const float needed =
        static_cast<float>(std::max(second, rows.size() - second)) * with.px(row_height);
    const float high = std::min(height - with.px(24), needed + with.px(48));
    ImGui::SetNextWindowPos({(width - wide) / 2, (height - high) / 2});
    ImGui::SetNextWindowSize({wide, high});
    ImGui::SetNextWindowFocus();
    ImGui::PushStyleColor(ImGuiCol_WindowBg, paint(with.colors.card));
    ImGui::PushStyleColor(ImGuiCol_Border, paint(with.colors.accent));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, with.px(10));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    ImGui::Begin("help", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings);
    const ImVec2 from = ImGui::GetCursorScreenPos();
    const float room = (wide - with.px(48)) / static_cast<float>(columns);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const bool right = i >= second;
        const auto down = static_cast<float>(right ? i - second : i);
        draw_row(with, rows[i],
                 {from.x + with.px(24) + (right ? room : 0),
                  from.y + with.px(20) + down * with.px(row_height)},
                 room - with.px(12));
    }
    ImGui::Dummy({1, needed + with.px(40)});
    ImGui::End();
    ImGui::PopStyleVar(2);
    ImGui::PopStyleColor(2);
}

}  // namespace giambio::gui
