// Draws a button: a plate, up to two signs, a text.
//
// Called by the panes that have buttons. Not here: where a button stands.
// Internal to gui/draw/; public to it through button.hpp.
#include "gui/draw/button.hpp"

#include <algorithm>

namespace giambio::gui {
namespace {

constexpr float sign_side = 10;
constexpr float padding = 9;
constexpr float between = 6;

void triangle(ImDrawList* on, float left, float right, float top, float bottom, ImU32 ink) {
    on->AddTriangleFilled({left, top}, {left, bottom}, {right, (top + bottom) / 2}, ink);
}

void draw_sign(const brush& with, ImVec2 middle, sign which, ImU32 ink) {
    ImDrawList* on = ImGui::GetWindowDrawList();
    const float half = with.px(sign_side) / 2;
    const float left = middle.x - half, right = middle.x + half;
    const float top = middle.y - half, bottom = middle.y + half;
    const float bar = with.px(2.5F);
    switch (which) {
        case sign::to_start:
            on->AddRectFilled({left, top}, {left + bar, bottom}, ink);
            return triangle(on, right, left + bar, top, bottom, ink);
        case sign::to_end:
            on->AddRectFilled({right - bar, top}, {right, bottom}, ink);
            return triangle(on, left, right - bar, top, bottom, ink);
        case sign::far_back:
            triangle(on, middle.x, left - half / 2, top, bottom, ink);
            return triangle(on, right + half / 2, middle.x, top, bottom, ink);
        case sign::far_forward:
            triangle(on, left - half / 2, middle.x, top, bottom, ink);
            return triangle(on, middle.x, right + half / 2, top, bottom, ink);
        case sign::back:
            return triangle(on, right - half / 2, left, top, bottom, ink);
        case sign::forward:
        case sign::play:
            return triangle(on, left + half / 2, right, top, bottom, ink);
        case sign::pause:
            on->AddRectFilled({left, top}, {left + bar * 1.3F, bottom}, ink);
            return on->AddRectFilled({right - bar * 1.3F, top}, {right, bottom}, ink);
        case sign::plus:
            on->AddRectFilled({middle.x - bar / 2, top}, {middle.x + bar / 2, bottom}, ink);
            [[fallthrough]];
        case sign::minus:
            return on->AddRectFilled({left, middle.y - bar / 2}, {right, middle.y + bar / 2}, ink);
        case sign::none:
            return;
    }
}

float sign_width(const brush& with, sign which) {
    return which == sign::none ? 0 : with.px(sign_side);
}

}  // namespace

float button_height(const brush& with) {
    return with.px(32);
}

float width_of(const brush& with, const button& one) {
    const float text = one.text.empty() ? 0 : size_of(with.type.text, one.text).x;
    float gaps = 0;
    if (!one.text.empty() && one.before != sign::none) gaps += with.px(between);
    if (!one.text.empty() && one.after != sign::none) gaps += with.px(between);
    return text + sign_width(with, one.before) + sign_width(with, one.after) + gaps +
           2 * with.px(padding);
}

bool press(const brush& with, ImVec2& at, const button& one) {
    const ImVec2 from = at;
    const ImVec2 to{from.x + width_of(with, one), from.y + button_height(with)};
    ImGui::SetCursorScreenPos(from);
    ImGui::PushID(one.id.data(), one.id.data() + one.id.size());
    const bool pressed = ImGui::InvisibleButton("press", {to.x - from.x, to.y - from.y});
    const bool hovered = ImGui::IsItemHovered();
    const bool held = ImGui::IsItemActive();
    ImGui::PopID();
    ImDrawList* on = ImGui::GetWindowDrawList();
    const palette& colors = with.colors;
    const color plate = one.active ? colors.accent : hovered || held ? colors.current : colors.card;
    const color ink = one.active ? colors.on_accent : colors.text;
    on->AddRectFilled(from, to, paint(plate), with.px(6));
    on->AddRect(from, to, paint(hovered ? colors.accent : colors.border), with.px(6), 0,
                with.px(1));
    const float middle = (from.y + to.y) / 2;
    float x = from.x + with.px(padding);
    draw_sign(with, {x + with.px(sign_side) / 2, middle}, one.before, paint(ink));
    x += sign_width(with, one.before);
    if (!one.text.empty()) {
        if (one.before != sign::none) x += with.px(between);
        const ImVec2 size = size_of(with.type.text, one.text);
        write(on, with.type.text, {x, middle - size.y / 2}, ink, one.text);
        x += size.x + (one.after != sign::none ? with.px(between) : 0);
    }
    draw_sign(with, {x + with.px(sign_side) / 2, middle}, one.after, paint(ink));
    if (hovered && !one.tip.empty()) tooltip(with, one.tip);
    at.x = to.x + with.px(4);
    return pressed;
}

}  // namespace giambio::gui
