// Text that fits, patterns, badges and plates.
//
// Called by every pane. Not here: colours of states (palette.cpp), what is written.
// Internal to gui/draw/; public to it through brush.hpp.
#include "gui/draw/brush.hpp"

#include <algorithm>
#include <cmath>

namespace giambio::gui {
namespace {

constexpr std::string_view dots = "\u2026";

// How many bytes of the text fit into the width, cut between letters.
std::size_t fitting(const ImFont* font, std::string_view text, float width) {
    const char* rest = nullptr;
    font->CalcTextSizeA(font->FontSize, width, 0, text.data(), text.data() + text.size(), &rest);
    return static_cast<std::size_t>(rest - text.data());
}

struct flow {
    const brush& with;
    const ImFont* words;
    ImVec2 from;
    float width;
    color ink;
    bool draw;
    float x = 0;
    float y = 0;
    bool code = false;

    float line() const { return std::floor(words->FontSize * 1.28F); }

    // A word may be in two typefaces: "`send`," is code with a comma of the sentence behind it.
    void piece(std::string_view text) {
        const ImFont* font = code ? with.type.mono : words;
        const float down = code ? (words->FontSize - font->FontSize) / 2 : 0;
        if (draw)
            write(ImGui::GetWindowDrawList(), font, {from.x + x, from.y + y + down},
                  code ? with.colors.keyword : ink, text);
        x += size_of(font, text).x;
    }

    float width_of(std::string_view word) const {
        bool in_code = code;
        float sum = 0;
        while (true) {
            const std::size_t end = std::min(word.find('`'), word.size());
            sum += size_of(in_code ? with.type.mono : words, word.substr(0, end)).x;
            if (end == word.size()) return sum;
            in_code = !in_code;
            word.remove_prefix(end + 1);
        }
    }

    void word(std::string_view text) {
        if (x > 0 && x + width_of(text) > width) newline();
        while (true) {
            const std::size_t end = std::min(text.find('`'), text.size());
            piece(text.substr(0, end));
            if (end == text.size()) break;
            code = !code;
            text.remove_prefix(end + 1);
        }
        x += size_of(words, " ").x;
    }

    void newline() {
        x = 0;
        y += line();
    }
};

}  // namespace

float brush::px(float units) const {
    return std::round(units * scale);
}

ImU32 paint(const color& from, float alpha) {
    return IM_COL32(from.red, from.green, from.blue, static_cast<int>(alpha * 255));
}

ImVec2 size_of(const ImFont* font, std::string_view text) {
    return font->CalcTextSizeA(font->FontSize, 1e9F, 0, text.data(), text.data() + text.size());
}

void write(ImDrawList* on, const ImFont* font, ImVec2 at, const color& ink, std::string_view text) {
    if (text.empty()) return;
    // Whole pixels keep the letters sharp.
    const ImVec2 place{std::round(at.x), std::round(at.y)};
    on->AddText(font, font->FontSize, place, paint(ink), text.data(), text.data() + text.size());
}

float write_cut(const brush& with, const ImFont* font, ImVec2 at, float width, const color& ink,
                std::string_view text) {
    ImDrawList* on = ImGui::GetWindowDrawList();
    const ImVec2 full = size_of(font, text);
    if (full.x <= width) {
        write(on, font, at, ink, text);
        return full.x;
    }
    const float room = width - size_of(font, dots).x;
    if (room <= 0) return 0;
    const std::string shown = std::string(text.substr(0, fitting(font, text, room))) + dots.data();
    write(on, font, at, ink, shown);
    if (ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(at, {at.x + width, at.y + full.y}))
        tooltip(with, text);
    return size_of(font, shown).x;
}

float write_flowing(const brush& with, const ImFont* font, ImVec2 at, float width, const color& ink,
                    std::string_view text, bool draw) {
    flow lines{with, font, at, width, ink, draw};
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
        if (end > 0) lines.word(text.substr(0, end));
        if (end < text.size() && text[end] == '\n') lines.newline();
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines.y + lines.line();
}

void tooltip(const brush& with, std::string_view text) {
    const color& ink = with.colors.text;
    ImGui::PushStyleColor(ImGuiCol_PopupBg, paint(with.colors.card));
    ImGui::PushStyleColor(ImGuiCol_Border, paint(with.colors.dim));
    ImGui::PushStyleColor(ImGuiCol_Text, paint(ink));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {with.px(10), with.px(8)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, with.px(6));
    ImGui::PushFont(const_cast<ImFont*>(with.type.text));
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(with.px(440));
    ImGui::TextUnformatted(text.data(), text.data() + text.size());
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
    ImGui::PopFont();
    ImGui::PopStyleVar(2);
    ImGui::PopStyleColor(3);
}

void hatch(ImDrawList* on, ImVec2 from, ImVec2 to, ImU32 ink, float distance) {
    on->PushClipRect(from, to, true);
    const float height = to.y - from.y;
    // The lines of neighbouring rectangles fit together, because they start from whole distances.
    const float first = std::floor((from.x - height) / distance) * distance;
    for (float x = first; x < to.x; x += distance)
        on->AddLine({x, to.y}, {x + height, from.y}, ink, distance / 4);
    on->PopClipRect();
}

void state_box(const brush& with, ImVec2 from, ImVec2 to, look which, float rounding) {
    ImDrawList* on = ImGui::GetWindowDrawList();
    const color fill = fill_color(with.colors, which);
    const color edge = mixed(hue_of(with.colors, which), with.colors.text, 0.75);
    on->AddRectFilled(from, to, paint(fill), rounding);
    if (fill_of(which) == fill::hatched)
        hatch(on, from, to, paint(hue_of(with.colors, which), 0.75F), with.px(8));
    if (to.x - from.x > 3) on->AddRect(from, to, paint(edge, 0.8F), rounding, 0, with.scale);
}

void write_on_state(const brush& with, ImVec2 at, look which, std::string_view text) {
    ImDrawList* on = ImGui::GetWindowDrawList();
    const ImVec2 size = size_of(with.type.small, text);
    if (fill_of(which) == fill::hatched)
        on->AddRectFilled({at.x - with.px(2), at.y + with.px(2)},
                          {at.x + size.x + with.px(2), at.y + size.y - with.px(1)},
                          paint(fill_color(with.colors, which)), with.px(3));
    write(on, with.type.small, at, ink_of(with.colors, which), text);
}

void badge(const brush& with, ImVec2 at, float side, look which) {
    state_box(with, at, {at.x + side, at.y + side}, which, with.px(3));
    const char letter = letter_of(which);
    const std::string_view text(&letter, 1);
    const ImVec2 size = size_of(with.type.small, text);
    write_on_state(with, {at.x + (side - size.x) / 2, at.y + (side - size.y) / 2}, which, text);
}

row_place next_row(int id, float height) {
    ImGui::PushID(id);
    const ImVec2 from = ImGui::GetCursorScreenPos();
    const float width = std::max(1.0F, ImGui::GetContentRegionAvail().x);
    row_place made{from, {from.x + width, from.y + height}};
    made.clicked = ImGui::InvisibleButton("row", {width, height});
    // What a pane puts into the row later (a plate) can be pressed too.
    ImGui::SetItemAllowOverlap();
    made.hovered = ImGui::IsItemHovered();
    ImGui::PopID();
    return made;
}

float plate_height(const brush& with) {
    return with.px(25);
}

float plate_width(const brush& with, std::string_view text) {
    return size_of(with.type.text, text).x + with.px(16);
}

bool task_plate(const brush& with, int id, ImVec2& at, float room, const chip& of) {
    ImDrawList* on = ImGui::GetWindowDrawList();
    const float width = std::clamp(plate_width(with, of.text), 1.0F, std::max(room, 1.0F));
    const ImVec2 to{at.x + width, at.y + plate_height(with)};
    ImGui::SetCursorScreenPos(at);
    ImGui::PushID(id);
    const bool clicked = ImGui::InvisibleButton("plate", {width, to.y - at.y});
    const bool hovered = ImGui::IsItemHovered();
    ImGui::PopID();
    const bool selected = of.task != 0 && of.task == with.of.selected();
    on->AddRectFilled(at, to, paint(of.changed ? with.colors.changed : with.colors.sunken),
                      with.px(5));
    const color& edge = selected || hovered ? with.colors.accent : with.colors.border;
    on->AddRect(at, to, paint(edge), with.px(5), 0, selected ? with.px(2) : with.px(1));
    const float down = (plate_height(with) - with.type.text->FontSize) / 2;
    write_cut(with, with.type.text, {at.x + with.px(8), at.y + down}, width - with.px(16) + 1,
              with.colors.text, of.text);
    at.x = to.x + with.px(6);
    return clicked;
}

}  // namespace giambio::gui
