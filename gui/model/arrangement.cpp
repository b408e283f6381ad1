// Divides the window: wide, medium or small, measured in the text's own size.
//
// Called by gui/draw/app.cpp. All lengths here are for scale 1; the result is multiplied once.
// Not here: panes.
// Internal to gui/; public to it through arrangement.hpp.
#include "gui/model/arrangement.hpp"

#include <algorithm>
#include <cmath>

namespace giambio::gui {
namespace {

constexpr float gap = 8;
constexpr float transport_height = 52;
constexpr float status_height = 26;

// Cuts a piece of this height off the bottom, with a gap above it.
rectangle cut_bottom(rectangle& from, float height) {
    from.height -= height + gap;
    return {from.x, from.y + from.height + gap, from.width, height};
}

rectangle cut_left(rectangle& from, float width) {
    const rectangle cut{from.x, from.y, width, from.height};
    from.x += width + gap;
    from.width -= width + gap;
    return cut;
}

// Text needs height: the left side goes down to the status line, the rest is beside it.
void wide(arrangement& to, rectangle left_over, bool lesson_open) {
    rectangle left = cut_left(left_over, std::clamp(left_over.width * 0.29F, 340.0F, 660.0F));
    if (lesson_open) {
        const rectangle below = cut_bottom(left, left.height * 0.52F);
        to.regions.push_back({left, {pane::lesson}});
        to.regions.push_back({below, {pane::source}});
    } else {
        to.regions.push_back({left, {pane::source}});
    }
    const float events = std::clamp(left_over.height * 0.22F, 144.0F, 300.0F);
    to.regions.push_back({cut_bottom(left_over, events), {pane::events}});
    to.sentence = cut_bottom(left_over, 82);
    const float right = std::clamp(left_over.width * 0.36F, 310.0F, 460.0F);
    to.regions.push_back({cut_left(left_over, left_over.width - right - gap), {pane::timeline}});
    to.regions.push_back({left_over, {pane::kernel}});
}

// The timeline keeps a place of its own; in a low window everything else shares the left side.
void medium(arrangement& to, rectangle left_over, bool lesson_open) {
    constexpr float low = 460;
    to.sentence = cut_bottom(left_over, 82);
    region left{cut_left(left_over, left_over.width * 0.42F), {pane::source}};
    if (lesson_open) left.panes.insert(left.panes.begin(), pane::lesson);
    if (left_over.height < low) {
        left.panes.insert(left.panes.end(), {pane::kernel, pane::events});
        to.regions = {left, {left_over, {pane::timeline}}};
        return;
    }
    const rectangle below = cut_bottom(left_over, left_over.height * 0.48F);
    to.regions = {left, {left_over, {pane::timeline}}, {below, {pane::kernel, pane::events}}};
}

// In a tiny window the panes need what the sentence would take.
void small(arrangement& to, rectangle left_over, bool lesson_open) {
    if (left_over.height > 200) to.sentence = cut_bottom(left_over, 82);
    region all{left_over, {pane::timeline, pane::kernel, pane::source, pane::events}};
    if (lesson_open) all.panes.insert(all.panes.begin(), pane::lesson);
    to.regions.push_back(all);
}

void scale_up(rectangle& one, float scale) {
    // Edges on whole pixels are sharp, and neighbours keep the same gap.
    const float right = std::round((one.x + one.width) * scale);
    const float bottom = std::round((one.y + one.height) * scale);
    const float left = std::round(one.x * scale);
    const float top = std::round(one.y * scale);
    one = {left, top, right - left, bottom - top};
}

}  // namespace

std::string_view title_of(pane which) {
    switch (which) {
        case pane::lesson:
            return "Lesson";
        case pane::source:
            return "Source";
        case pane::timeline:
            return "Timeline";
        case pane::kernel:
            return "Kernel";
        case pane::events:
            break;
    }
    return "Trace events";
}

arrangement arrange(float width, float height, float scale, bool lesson_open) {
    const float w = width / scale;
    const float h = height / scale;
    arrangement made;
    made.roomy = w >= 1120;
    made.transport = {0, 0, w, transport_height};
    const float status = h > 240 ? status_height : 0;
    made.status = {0, h - status, w, status};
    const float top = transport_height + gap;
    const rectangle left_over{gap, top, std::max(w - 2 * gap, 1.0F),
                              std::max(h - status - top, 1.0F)};
    if (w >= 1120 && h >= 620)
        wide(made, left_over, lesson_open);
    else if (w >= 760 && h >= 440)
        medium(made, left_over, lesson_open);
    else
        small(made, left_over, lesson_open);
    for (rectangle* each : {&made.transport, &made.sentence, &made.status}) scale_up(*each, scale);
    for (region& each : made.regions) scale_up(each.place, scale);
    return made;
}

}  // namespace giambio::gui
