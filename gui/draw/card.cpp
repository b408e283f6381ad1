// Draws cards, titles and tabs.
//
// Called by app.cpp. Not here: the panes.
// Internal to gui/draw/; public to it through card.hpp.
#include "gui/draw/card.hpp"

namespace giambio::gui {
namespace {

bool draw_tab(const brush& with, ImVec2& at, pane which, bool in_front, bool alone) {
    const std::string_view title = title_of(which);
    const ImVec2 size = size_of(with.type.bold, title);
    const float height = head_height(with);
    ImGui::SetCursorScreenPos(at);
    const ImVec2 whole{size.x + with.px(8), height};
    const bool clicked = ImGui::InvisibleButton(title.data(), whole);
    const bool lit = ImGui::IsItemHovered() && !alone;
    const color& ink = in_front || lit ? with.colors.text : with.colors.dim;
    const ImVec2 text{at.x + with.px(4), at.y + (height - size.y) / 2};
    ImDrawList* on = ImGui::GetWindowDrawList();
    write(on, with.type.bold, text, ink, title);
    if (in_front && !alone)
        on->AddRectFilled({text.x, at.y + height - with.px(3)},
                          {text.x + size.x, at.y + height - with.px(1)}, paint(with.colors.accent));
    at.x += whole.x + with.px(10);
    return clicked && !alone;
}

}  // namespace

float head_height(const brush& with) {
    return with.px(34);
}

void plain_card(const brush& with, const rectangle& place) {
    ImDrawList* on = ImGui::GetWindowDrawList();
    const ImVec2 from{place.x, place.y};
    const ImVec2 to{place.x + place.width, place.y + place.height};
    on->AddRectFilled(from, to, paint(with.colors.card), with.px(8));
    on->AddRect(from, to, paint(with.colors.border), with.px(8), 0, with.px(1));
}

void begin_card(const brush& with, const region& of, std::string_view beside) {
    const rectangle& place = of.place;
    plain_card(with, place);
    const pane front = with.of.in_front(of);
    ImVec2 at{place.x + with.px(10), place.y};
    for (const pane each : of.panes)
        if (draw_tab(with, at, each, each == front, of.panes.size() == 1))
            with.of.bring_to_front(each);
    const float size = size_of(with.type.small, beside).x;
    const float room = place.x + place.width - with.px(14) - at.x;
    const float down = (head_height(with) - with.type.small->FontSize) / 2;
    const float width = std::min(size, room);
    if (room >= std::min(size, with.px(40)))
        write_cut(with, with.type.small, {place.x + place.width - with.px(14) - width, at.y + down},
                  width + 1, with.colors.dim, beside);
    ImGui::GetWindowDrawList()->AddLine({place.x + 1, place.y + head_height(with)},
                                        {place.x + place.width - 1, place.y + head_height(with)},
                                        paint(with.colors.border));
    ImGui::SetCursorScreenPos({place.x + 1, place.y + head_height(with) + 1});
    ImGui::BeginChild(title_of(front).data(),
                      {place.width - 2, place.height - head_height(with) - with.px(5)}, false,
                      ImGuiWindowFlags_NoScrollWithMouse * (front == pane::timeline) |
                          ImGuiWindowFlags_NoScrollbar * (front == pane::timeline));
}

void end_card() {
    ImGui::EndChild();
}

}  // namespace giambio::gui
