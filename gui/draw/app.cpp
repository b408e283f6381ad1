// Puts the panes into their regions.
//
// Called by gui/window/. The one full-size ImGui window has no decoration of its own; cards are
// drawn on it. Not here: what a pane shows.
// Internal to gui/; public to it through app.hpp.
#include "gui/draw/app.hpp"

#include "gui/draw/card.hpp"
#include "gui/draw/panes.hpp"

#include <algorithm>
#include <cmath>

namespace giambio::gui {
namespace {

constexpr ImGuiWindowFlags plain_window =
    ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
    ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse |
    ImGuiWindowFlags_NoBackground;

void set_style(const brush& with) {
    ImGuiStyle& style = ImGui::GetStyle();
    style = ImGuiStyle();
    style.WindowPadding = {0, 0};
    style.WindowBorderSize = 0;
    style.ChildBorderSize = 0;
    style.PopupBorderSize = 1;
    style.ItemSpacing = {0, 0};
    style.ScrollbarSize = with.px(10);
    style.ScrollbarRounding = with.px(5);
    style.Colors[ImGuiCol_ScrollbarBg] = {0, 0, 0, 0};
    const auto set = [&](ImGuiCol which, const color& from) {
        style.Colors[which] = ImGui::ColorConvertU32ToFloat4(paint(from));
    };
    set(ImGuiCol_ScrollbarGrab, with.colors.border);
    set(ImGuiCol_ScrollbarGrabHovered, with.colors.dim);
    set(ImGuiCol_ScrollbarGrabActive, with.colors.dim);
    set(ImGuiCol_Text, with.colors.text);
}

// What is below the help stays in sight, but steps back. A window of its own, because what the
// panes draw comes after everything that the window below them draws.
void draw_shade(const brush& with, float width, float height) {
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({width, height});
    ImGui::Begin("shade", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoInputs |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground);
    ImGui::GetWindowDrawList()->AddRectFilled({0, 0}, {width, height},
                                              paint(with.colors.window, 0.7F));
    ImGui::End();
}

// Where there is no room for the buttons and tabs, larger letters would lay them on each other.
float fitting_scale(float wished, float width) {
    constexpr float needed = 400;  // at scale 1
    return std::clamp(std::floor(width / needed * 4) / 4, smallest_scale, wished);
}

// What stands at the right end of a card's title.
std::string beside(const study& of, pane which) {
    switch (which) {
        case pane::kernel:
            return of.kernel().moment;
        case pane::source:
            return of.source().file;
        case pane::events:
            return std::to_string(of.play().seq()) + " of " +
                   std::to_string(of.of().events.empty() ? 0 : of.of().events.back().seq);
        case pane::lesson:
            return std::to_string(of.lesson().step()) + " of " +
                   std::to_string(of.lesson().steps());
        case pane::timeline:
            break;
    }
    return of.on().kind() == axis_kind::events ? "one column for each trace event" : "time";
}

}  // namespace

bool app::prepare(float width) {
    const float wanted = fitting_scale(of_->scale(), width);
    if (scale_ == wanted) return false;
    scale_ = wanted;
    type_ = load_fonts(scale_);
    seen_moves_ = 0;  // every list scrolls anew, because all sizes have changed
    return true;
}

void app::draw_region(const brush& with, const region& of, bool fresh) {
    const pane front = of_->in_front(of);
    begin_card(with, of, beside(*of_, front));
    switch (front) {
        case pane::lesson:
            draw_lesson(with, fresh);
            break;
        case pane::source:
            draw_source(with, fresh);
            break;
        case pane::timeline:
            draw_timeline(with);
            break;
        case pane::kernel:
            draw_kernel(with);
            break;
        case pane::events:
            draw_events(with, fresh);
            break;
    }
    end_card();
}

void app::frame(float width, float height) {
    const brush with{*of_, palette_of(of_->theme()), type_, scale_};
    set_style(with);
    // ImGui knows how long a list is only after it was drawn once; so scrolling takes two frames.
    if (seen_moves_ != of_->moves()) settling_ = 2;
    seen_moves_ = of_->moves();
    const bool fresh = settling_ > 0;
    if (settling_ > 0) --settling_;
    ImGui::GetBackgroundDrawList()->AddRectFilled({0, 0}, {width, height},
                                                  paint(with.colors.window));
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({width, height});
    ImGui::PushFont(type_.text);
    ImGui::Begin("giambio", nullptr, plain_window);
    const arrangement places = arrange(width, height, scale_, of_->lesson().is_open());
    draw_transport(with, places.transport, places.roomy);
    for (const region& each : places.regions) draw_region(with, each, fresh);
    draw_sentence(with, places.sentence);
    draw_status(with, places.status);
    ImGui::End();
    if (of_->find().is_open())
        draw_search_line(with, places.transport.y + places.transport.height + with.px(6), width);
    if (of_->shows_help()) {
        draw_shade(with, width, height);
        draw_help(with, width, height);
    }
    ImGui::PopFont();
}

}  // namespace giambio::gui
