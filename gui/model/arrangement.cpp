// Divides the window: wide, medium or small, measured in the text's own size.
//
// Called by gui/draw/app.cpp. All lengths here are for scale 1; the result is multiplied once.
// Not here: panes.
// Internal to gui/; public to it through arrangement.hpp.
#include "gui/model/arrangement.hpp"

#include <algorithm>

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

void wide(arrangement& to, rectangle left_over, bool lesson_open) {
    const float events = std::clamp(left_over.height * 0.22F, 126.0F, 300.0F);
    to.regions.push_back({cut_bottom(left_over, events), {pane::events}});
    to.sentence = cut_bottom(left_over, 82);
    rectangle left = cut_left(left_over, std::clamp(left_over.width * 0.28F, 330.0F, 640.0F));
    const float right = std::clamp(left_over.width * 0.36F, 310.0F, 460.0F);
    const rectangle middle = cut_left(left_over, left_over.width - right - gap);
    if (lesson_open) {
        const rectangle below = cut_bottom(left, left.height * 0.5F);
        to.regions.push_back({left, {pane::lesson}});
        to.regions.push_back({below, {pane::source}});
    } else {
        to.regions.push_back({left, {pane::source}});
    }
    to.regions.push_back({middle, {pane::timeline}});
    to.regions.push_back({left_over, {pane::kernel}});
}

void medium(arrangement& to, rectangle left_over, bool lesson_open) {
    to.sentence = cut_bottom(left_over, 82);
    const rectangle left = cut_left(left_over, left_over.width * 0.42F);
    if (lesson_open)
        to.regions.push_back({left, {pane::lesson, pane::source}});
    else
        to.regions.push_back({left, {pane::source}});
    const rectangle below = cut_bottom(left_over, left_over.height * 0.5F);
    to.regions.push_back({left_over, {pane::timeline}});
    to.regions.push_back({below, {pane::kernel, pane::events}});
}

void small(arrangement& to, rectangle left_over, bool lesson_open) {
    to.sentence = cut_bottom(left_over, 82);
    region all{left_over, {pane::timeline, pane::kernel, pane::source, pane::events}};
    if (lesson_open) all.panes.insert(all.panes.begin(), pane::lesson);
    to.regions.push_back(all);
}

void scale_up(rectangle& one, float scale) {
    one = {one.x * scale, one.y * scale, one.width * scale, one.height * scale};
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
    made.status = {0, h - status_height, w, status_height};
    const float top = transport_height + gap;
    const rectangle left_over{gap, top, w - 2 * gap, h - status_height - top};
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
