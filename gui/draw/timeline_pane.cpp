// Paints the timeline's layout and turns the mouse on it into the study's verbs.
//
// Called by app.cpp. What is painted is what gui/model/timeline.cpp listed, in order: stripes,
// bars, ends, marks, arrows, playhead, names. Not here: where anything is.
// Internal to gui/draw/; public to it through panes.hpp.
#include "gui/draw/button.hpp"
#include "gui/draw/panes.hpp"

#include "tracer/model/words.hpp"

#include <algorithm>
#include <cmath>

namespace giambio::gui {
namespace {

constexpr float legend_height = 40;
constexpr float overview_height = 12;
constexpr float scroll_width = 8;

float indent_of(const brush& with, const lane& row) {
    // Deep trees are not to push the names out of their column.
    return with.px(8) + with.px(12) * static_cast<float>(std::min(row.depth, 4U));
}

// As wide as the longest name among the first lanes, within reason.
float names_width(const brush& with, float whole) {
    constexpr std::size_t looked_at = 300;
    const auto& rows = with.of.all().rows;
    float widest = 0;
    for (std::size_t i = 0; i < std::min(rows.size(), looked_at); ++i)
        widest =
            std::max(widest, indent_of(with, rows[i]) + size_of(with.type.text, rows[i].name).x);
    return std::round(std::clamp(widest + with.px(42), with.px(104), whole * 0.36F));
}

frame frame_of(const brush& with) {
    const ImVec2 at = ImGui::GetWindowPos();
    const ImVec2 size = ImGui::GetWindowSize();
    frame in;
    in.x = at.x;
    in.y = at.y;
    in.width = size.x - with.px(scroll_width);
    in.height = std::max(size.y - with.px(legend_height + overview_height), with.px(60));
    in.names = names_width(with, size.x);
    in.ruler = with.px(28);
    // Few lanes are drawn taller, so that they can be read from far away.
    const float room = (in.height - in.ruler) / static_cast<float>(with.of.all().rows.size());
    in.lane = std::round(std::clamp(room - 0.5F, with.px(30), with.px(52)));
    in.letter = size_of(with.type.small, "0").x;
    return in;
}

struct painter {
    const brush& with;
    const timeline_layout& layout;
    const frame& in;
    bool loop = false;  // paint the loop's lane, else the tasks' lanes
    ImDrawList* on = ImGui::GetWindowDrawList();

    void stripes() const {
        for (const lane_label& each : layout.labels) {
            if ((each.row == 0) != loop) continue;
            const float top = std::max(each.y0, in.lanes_y());
            if (each.selected)
                on->AddRectFilled({in.x, top}, {in.right(), each.y1},
                                  paint(with.colors.current, 0.55F));
            on->AddLine({in.x, each.y1}, {in.right(), each.y1}, paint(with.colors.border, 0.7F));
        }
    }

    void playhead_band() const {
        if (layout.playhead_x1 - layout.playhead_x0 < 2) return;
        on->AddRectFilled({layout.playhead_x0, in.y}, {layout.playhead_x1, in.bottom()},
                          paint(with.colors.accent, 0.16F));
    }

    void bars() const {
        for (const bar& each : layout.bars) {
            if ((each.row == 0) != loop) continue;
            const ImVec2 from{each.x0, each.y0};
            const ImVec2 to{each.x1, each.y1};
            if (each.fill == fill::merged) {
                on->AddRectFilled(from, to, paint(hue_of(with.colors, each.look), 0.8F));
                continue;
            }
            state_box(with, from, to, each.look, with.px(3));
            if (each.selected)
                on->AddRect({from.x - 1, from.y - 1}, {to.x + 1, to.y + 1}, paint(with.colors.text),
                            with.px(3), 0, with.px(2));
            bar_text(each);
        }
    }

    void bar_text(const bar& of) const {
        if (of.text.empty()) return;
        const ImVec2 size = size_of(with.type.small, of.text);
        const float room = of.x1 - of.x0;
        if (size.x > room) return;
        // Short texts stand in the middle, long ones begin at the left, where the eye starts.
        const float left = of.text.size() == 1 ? (room - size.x) / 2 : with.px(7);
        write_on_state(with, {of.x0 + left, (of.y0 + of.y1 - size.y) / 2}, of.look, of.text);
    }

    // A square for a value, a cross for an error, a slash for a cancelled task.
    void ends() const {
        const float half = with.px(5);
        for (const lane_end& each : layout.ends) {
            if ((each.row == 0) != loop) continue;
            const ImU32 ink = paint(with.colors.text);
            const float left = each.x, right = each.x + 2 * half;
            const float top = each.y - half, bottom = each.y + half;
            const float thick = with.px(2.5F);
            if (each.outcome == "value")
                on->AddRectFilled({left, top}, {right, bottom}, ink, with.px(2));
            if (each.outcome == "error")
                on->AddLine({left, top}, {right, bottom}, paint(with.colors.warning), thick);
            if (each.outcome == "error")
                on->AddLine({left, bottom}, {right, top}, paint(with.colors.warning), thick);
            if (each.outcome == "cancelled")
                on->AddLine({left, bottom}, {right, top}, paint(with.colors.warning), thick);
        }
    }

    // A small triangle that points down at the place; what it means is in the tooltip and the list.
    void marks() const {
        const float half = with.px(4);
        for (const placed_mark& each : layout.marks) {
            if ((each.row == 0) != loop) continue;
            const bool bad = each.kind == trace::kind::cancel_request ||
                             each.kind == trace::kind::cancel_deliver ||
                             each.kind == trace::kind::lost || each.kind == trace::kind::deadlock ||
                             each.kind == trace::kind::coroutine_dropped;
            const color& ink = bad ? with.colors.cause : with.colors.text;
            on->AddTriangleFilled({each.x - half, each.y - half}, {each.x + half, each.y - half},
                                  {each.x, each.y + half}, paint(ink));
        }
    }

    void arrows() const {
        for (const placed_arrow& each : layout.arrows) {
            const color& base = each.effect ? with.colors.effect : with.colors.cause;
            const float strength = each.effect || each.distance == 1 ? 1 : 0.5F;
            const ImU32 ink = paint(base, strength);
            const float bend = std::max(std::abs(each.x1 - each.x0) / 2, with.px(12));
            on->AddBezierCubic({each.x0, each.y0}, {each.x0 + bend, each.y0},
                               {each.x1 - bend, each.y1}, {each.x1, each.y1}, ink,
                               with.px(each.distance == 1 ? 2.5F : 1.5F));
            on->AddCircleFilled({each.x0, each.y0}, with.px(3), ink);
            // Where two trace events are close, the head must not cover both.
            const float head = std::clamp((each.x1 - each.x0) * 0.6F, with.px(5), with.px(9));
            on->AddTriangleFilled({each.x1 - head, each.y1 - head * 0.6F},
                                  {each.x1 - head, each.y1 + head * 0.6F}, {each.x1, each.y1}, ink);
        }
    }

    void ruler() const {
        on->AddRectFilled({in.x, in.y}, {in.right(), in.lanes_y()}, paint(with.colors.card));
        on->AddLine({in.x, in.lanes_y()}, {in.right(), in.lanes_y()}, paint(with.colors.border));
        for (const placed_tick& each : layout.ticks) {
            on->AddLine({each.x, in.lanes_y() - with.px(6)}, {each.x, in.lanes_y()},
                        paint(with.colors.dim));
            const ImVec2 size = size_of(with.type.small, each.text);
            const float left = std::min(each.x + with.px(4), in.right() - size.x);
            write(on, with.type.small, {left, in.y + with.px(5)}, with.colors.dim, each.text);
        }
    }

    void playhead() const {
        const float x = std::round((layout.playhead_x0 + layout.playhead_x1) / 2);
        if (x < in.lanes_x() || x > in.right()) return;
        const ImU32 ink = paint(with.colors.playhead);
        const float half = with.px(6);
        on->AddTriangleFilled({x - half, in.lanes_y() - with.px(11)},
                              {x + half, in.lanes_y() - with.px(11)}, {x, in.lanes_y()}, ink);
        on->AddLine({x, in.lanes_y()}, {x, in.bottom()}, ink, with.px(1.5F));
    }

    void names() const {
        on->AddRectFilled({in.x, in.lanes_y()}, {in.lanes_x(), in.bottom()},
                          paint(with.colors.card));
        for (const lane_label& each : layout.labels) {
            const float top = in.lanes_y() + (each.row == 0 ? 0 : in.lane);
            on->PushClipRect({in.x, top}, {in.lanes_x(), in.bottom()}, true);
            name(each);
            on->PopClipRect();
        }
        on->AddLine({in.lanes_x(), in.y}, {in.lanes_x(), in.bottom()}, paint(with.colors.border));
    }

    void name(const lane_label& of) const {
        const lane& row = with.of.all().rows[of.row];
        if (of.selected)
            on->AddRectFilled({in.x, of.y0}, {in.lanes_x(), of.y1}, paint(with.colors.current));
        const float side = with.px(20);
        const float middle = (of.y0 + of.y1) / 2;
        float x = in.x + indent_of(with, row);
        if (row.depth > 0)
            on->AddLine({x - with.px(7), of.y0}, {x - with.px(7), middle}, paint(with.colors.dim),
                        with.px(1));
        if (row.depth > 0)
            on->AddLine({x - with.px(7), middle}, {x - with.px(2), middle}, paint(with.colors.dim),
                        with.px(1));
        if (of.look) badge(with, {x, middle - side / 2}, side, *of.look);
        x += side + with.px(7);
        const ImFont* font = row.task == 0 ? with.type.bold : with.type.text;
        const color& ink = of.look || row.task == 0 ? with.colors.text : with.colors.dim;
        write_cut(with, font, {x, middle - font->FontSize / 2}, in.lanes_x() - x - with.px(4), ink,
                  row.name);
    }
};

void paint_lanes(const painter& part, float top, float bottom) {
    part.on->PushClipRect({part.in.lanes_x(), top}, {part.in.right(), bottom}, true);
    part.stripes();
    part.playhead_band();
    part.bars();
    part.ends();
    part.marks();
    part.on->PopClipRect();
}

void paint_layout(const brush& with, const timeline_layout& layout) {
    const frame& in = with.of.in();
    const float below_loop = in.lanes_y() + in.lane;
    const painter tasks{with, layout, in, false};
    ImDrawList* on = tasks.on;
    on->PushClipRect({in.x, in.y}, {in.right(), in.bottom()}, true);
    paint_lanes(tasks, below_loop, in.bottom());
    paint_lanes({with, layout, in, true}, in.lanes_y(), below_loop);
    on->PushClipRect({in.lanes_x(), in.lanes_y()}, {in.right(), in.bottom()}, true);
    tasks.arrows();
    on->PopClipRect();
    tasks.names();
    on->PushClipRect({in.lanes_x(), in.y}, {in.right(), in.bottom()}, true);
    tasks.ruler();
    tasks.playhead();
    on->PopClipRect();
    on->PopClipRect();
}

void draw_legend(const brush& with, float y, float right) {
    struct entry {
        look which;
        std::string_view word;
    };
    constexpr std::array<entry, 6> entries{{{look::running, "running"},
                                            {look::ready, "ready"},
                                            {look::waits_timer, "timer"},
                                            {look::waits_fd, "descriptor"},
                                            {look::waits_object, "object"},
                                            {look::waits_task, "join"}}};
    float x = ImGui::GetWindowPos().x + with.px(10);
    const float side = with.px(18);
    for (const entry& each : entries) {
        const float width = size_of(with.type.small, each.word).x;
        if (x + side + width + with.px(5) > right) return;
        badge(with, {x, y + (with.px(legend_height) - side) / 2}, side, each.which);
        x += side + with.px(5);
        write(ImGui::GetWindowDrawList(), with.type.small,
              {x, y + (with.px(legend_height) - with.type.small->FontSize) / 2}, with.colors.dim,
              each.word);
        x += width + with.px(12);
    }
}

std::string told(const study& of, const hit& at) {
    const lane& row = of.all().rows[at.row];
    const trace::recording& from = of.of();
    if (at.stretch == nullptr) return row.name;
    const std::string sentence = trace::sentence(from, from.events[at.index]);
    const std::string& what = of.all().words[at.stretch->what];
    const std::size_t last = std::min<std::size_t>(at.stretch->end, from.events.size() - 1);
    const std::int64_t length = from.events[last].t - from.events[at.stretch->begin].t;
    return row.name + ": " + std::string(word_of(at.stretch->look)) +
           (what.empty() ? "" : " (" + what + ")") + "\nfrom trace event " +
           std::to_string(from.events[at.stretch->begin].seq) + " to " +
           std::to_string(from.events[last].seq) + ", " + trace::duration_text(length) + "\n" +
           sentence;
}

void use_wheel(const brush& with, ImVec2 mouse) {
    const ImGuiIO& io = ImGui::GetIO();
    const float sideways = io.MouseWheelH + (io.KeyShift ? io.MouseWheel : 0);
    if (io.KeyCtrl && io.MouseWheel != 0) {
        const double around = place_of(with.of.in(), with.of.seen(), mouse.x);
        with.of.zoom(around, std::pow(0.85, static_cast<double>(io.MouseWheel)));
    } else if (sideways != 0) {
        with.of.pan(-0.08 * static_cast<double>(sideways) * with.of.seen().width());
    } else if (io.MouseWheel != 0) {
        with.of.scroll_lanes(-io.MouseWheel * with.of.in().lane * 2);
    }
}

// A press on the ruler scrubs. One on the lanes pans when the mouse is dragged, else it selects.
void use_buttons(const brush& with, ImVec2 mouse) {
    const frame& in = with.of.in();
    const ImVec2 pressed = ImGui::GetIO().MouseClickedPos[0];
    const bool on_ruler = pressed.y < in.lanes_y() && pressed.x >= in.lanes_x();
    if (on_ruler && ImGui::IsItemActive()) {
        if (ImGui::IsMouseClicked(0) || ImGui::GetIO().MouseDelta.x != 0) with.of.scrub(mouse.x);
        return;
    }
    constexpr float threshold = 4;
    if (ImGui::IsItemActive() && ImGui::IsMouseDragging(0, threshold)) {
        const ImVec2 moved = ImGui::GetIO().MouseDelta;
        const double share = static_cast<double>(-moved.x / in.lanes_width());
        if (moved.x != 0) with.of.pan(share * with.of.seen().width());
        if (moved.y != 0) with.of.scroll_lanes(-moved.y);
        return;
    }
    const ImVec2 dragged = ImGui::GetIO().MouseDragMaxDistanceAbs[0];
    if (ImGui::IsItemDeactivated() && dragged.x <= threshold && dragged.y <= threshold)
        with.of.click_timeline(mouse.x, mouse.y);
}

// The whole run as a strip, the part of it that is seen, and the playhead; a drag moves the part.
void draw_overview(const brush& with) {
    const frame& in = with.of.in();
    const float end = static_cast<float>(with.of.on().end());
    const float width = in.lanes_width();
    const float top = in.bottom() + with.px(3);
    const float bottom = in.bottom() + with.px(overview_height - 2);
    const auto x = [&](double place) {
        return in.lanes_x() + std::clamp(static_cast<float>(place) / end, 0.0F, 1.0F) * width;
    };
    ImGui::SetCursorScreenPos({in.lanes_x(), in.bottom()});
    ImGui::InvisibleButton("overview", {std::max(width, 1.0F), with.px(overview_height)});
    const bool lit = ImGui::IsItemHovered() || ImGui::IsItemActive();
    const range& seen = with.of.seen();
    if (ImGui::IsItemActive()) {
        const float place = (ImGui::GetIO().MousePos.x - in.lanes_x()) / width * end;
        with.of.pan(static_cast<double>(place) - (seen.from + seen.to) / 2);
    }
    ImDrawList* on = ImGui::GetWindowDrawList();
    const float round = with.px(3);
    on->AddRectFilled({in.lanes_x(), top}, {in.right(), bottom}, paint(with.colors.sunken), round);
    on->AddRectFilled({x(seen.from), top}, {x(seen.to), bottom},
                      paint(lit ? with.colors.dim : with.colors.border), round);
    const float now = x(with.of.on().at(with.of.index()));
    on->AddRectFilled({now - with.px(1), top - 1}, {now + with.px(1), bottom + 1},
                      paint(with.colors.playhead));
}

// Beside the lanes when they do not all fit: which of them are seen. A drag scrolls.
void draw_scroll(const brush& with, float content) {
    const frame& in = with.of.in();
    const float room = in.height - in.ruler;
    if (content <= room) return;
    const float bar = std::clamp(room / content * room, std::min(with.px(16), room), room);
    const float pixels = (content - room) / std::max(room - bar, 1.0F);  // of lanes, for one of it
    ImGui::SetCursorScreenPos({in.right(), in.lanes_y()});
    ImGui::InvisibleButton("scroll", {with.px(scroll_width), room});
    const bool lit = ImGui::IsItemHovered() || ImGui::IsItemActive();
    if (ImGui::IsItemActive()) with.of.scroll_lanes(ImGui::GetIO().MouseDelta.y * pixels);
    const float top = in.lanes_y() + in.scroll / pixels;
    ImGui::GetWindowDrawList()->AddRectFilled(
        {in.right() + with.px(1), top}, {in.right() + with.px(scroll_width - 1), top + bar},
        paint(lit ? with.colors.dim : with.colors.border), with.px(3));
}

void draw_zoom(const brush& with, ImVec2 at) {
    if (press(with, at, {"zoom-", sign::minus, "", sign::none, "See more of the run (S)"}))
        with.of.perform(command::zoom_out);
    if (press(with, at, {"zoom+", sign::plus, "", sign::none, "See it closer (W)"}))
        with.of.perform(command::zoom_in);
}

}  // namespace

void draw_timeline(const brush& with) {
    with.of.set_frame(frame_of(with));
    const frame& in = with.of.in();
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    ImGui::SetCursorScreenPos({in.x, in.y});
    ImGui::InvisibleButton("lanes", {std::max(in.width, 1.0F), std::max(in.height, 1.0F)});
    const bool hovered = ImGui::IsItemHovered();
    use_buttons(with, mouse);
    if (hovered) use_wheel(with, mouse);
    const timeline_input input = with.of.timeline();
    const timeline_layout layout = lay_out(input);
    paint_layout(with, layout);
    if (!with.of.of().events.empty()) draw_overview(with);
    draw_scroll(with, layout.content_height);
    const float zoom_width = with.px(66);
    const float below = in.bottom() + with.px(overview_height);
    draw_legend(with, below, in.right() - zoom_width);
    draw_zoom(with, {in.right() - zoom_width, below + with.px(3)});
    const auto found = pick(input, mouse.x, mouse.y);
    if (hovered && found && !ImGui::IsMouseDown(0)) tooltip(with, told(with.of, *found));
}

}  // namespace giambio::gui
