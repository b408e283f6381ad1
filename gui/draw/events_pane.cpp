// The list of trace events, scrolled to the playhead.
//
// Called by app.cpp. Only rows in sight are made. A click moves the playhead. The cause and the
// effects of the current trace event have an arrow in front, in the colours of the timeline's
// arrows.
// Not here: a row's words (gui/model/event_list.cpp).
// Internal to gui/draw/; public to it through panes.hpp.
#include "gui/draw/panes.hpp"
#include "gui/model/event_list.hpp"

#include "tracer/model/words.hpp"

#include <algorithm>
#include <cmath>

namespace giambio::gui {
namespace {

struct columns {
    float seq = 0;
    float time = 0;
    float turn = 0;
    float who = 0;
};

// As wide as the longest name among the first tasks, within reason.
float names_width(const brush& with) {
    constexpr std::size_t looked_at = 300;
    const auto& rows = with.of.all().rows;
    float widest = 0;
    for (std::size_t i = 0; i < std::min(rows.size(), looked_at); ++i)
        widest = std::max(widest, size_of(with.type.text, rows[i].name).x);
    return std::min(std::ceil(widest) + with.px(16), with.px(180));
}

// Wide enough for the last, which has the longest numbers, and for the names.
columns measured(const brush& with) {
    const trace::event last = with.of.of().events.back();
    const float gap = with.px(18);
    const auto width = [&](const std::string& text) {
        return size_of(with.type.text, text).x + gap;
    };
    return {std::max(width(std::to_string(last.seq)), width("event")),
            std::max(width(trace::duration_text(last.t)), width("999.999 ms")),
            std::max(width(std::to_string(last.turn)), width("turn")), names_width(with)};
}

void right_aligned(const brush& with, ImVec2 at, float width, const color& ink,
                   const std::string& text) {
    const float size = size_of(with.type.text, text).x;
    write(ImGui::GetWindowDrawList(), with.type.text, {at.x + width - with.px(18) - size, at.y},
          ink, text);
}

void relation_sign(const brush& with, ImVec2 at, float height, relation which) {
    if (which == relation::none) return;
    ImDrawList* on = ImGui::GetWindowDrawList();
    const color& ink = which == relation::cause    ? with.colors.cause
                       : which == relation::effect ? with.colors.effect
                                                   : with.colors.playhead;
    const float half = with.px(5);
    const float y = at.y + height / 2;
    on->AddTriangleFilled({at.x, y - half}, {at.x, y + half}, {at.x + 2 * half, y}, paint(ink));
}

void draw_row(const brush& with, const row_place& place, const columns& wide, std::size_t index) {
    const event_row row = event_row_at(with.of.of(), with.of.why(), index, with.of.index());
    ImDrawList* on = ImGui::GetWindowDrawList();
    const float height = place.to.y - place.from.y;
    if (row.relation == relation::current)
        on->AddRectFilled(place.from, place.to, paint(with.colors.current));
    else if (place.hovered)
        on->AddRectFilled(place.from, place.to, paint(with.colors.sunken));
    if (row.begins_turn)
        on->AddLine(place.from, {place.to.x, place.from.y}, paint(with.colors.border));
    relation_sign(with, {place.from.x + with.px(8), place.from.y}, height, row.relation);
    ImVec2 at{place.from.x + with.px(22), place.from.y + (height - with.type.text->FontSize) / 2};
    right_aligned(with, at, wide.seq, with.colors.text, row.seq);
    at.x += wide.seq;
    right_aligned(with, at, wide.time, with.colors.dim, row.time);
    at.x += wide.time;
    right_aligned(with, at, wide.turn, with.colors.dim, row.turn);
    at.x += wide.turn;
    write_cut(with, with.type.text, at, wide.who - with.px(10), with.colors.dim, row.who);
    at.x += wide.who;
    write_cut(with, with.type.text, at, place.to.x - with.px(10) - at.x, with.colors.text,
              row.sentence);
}

}  // namespace

void bring_into_sight(float top, float bottom, float step) {
    const float room = ImGui::GetWindowHeight();
    const float now = ImGui::GetScrollY();
    if (top >= now && bottom <= now + room) return;
    const bool near = top > now - room / 2 && bottom < now + room * 1.5F;
    const float wanted = !near ? (top + bottom - room) / 2 : top < now ? top : bottom - room;
    ImGui::SetScrollY(std::round(std::max(0.0F, std::ceil(wanted / step) * step)));
}

void draw_events(const brush& with, bool fresh) {
    if (with.of.of().events.empty()) return;
    const float height = with.px(26);
    const columns wide = measured(with);
    if (fresh) {
        const float top = static_cast<float>(with.of.index()) * height;
        // A row of what comes before and after is kept in sight too.
        bring_into_sight(std::max(0.0F, top - height), top + 2 * height, height);
    }
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(with.of.of().events.size()), height);
    while (clipper.Step())
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const row_place place = next_row(i, height);
            draw_row(with, place, wide, static_cast<std::size_t>(i));
            if (place.clicked) with.of.go_to(static_cast<std::size_t>(i));
        }
}

}  // namespace giambio::gui
