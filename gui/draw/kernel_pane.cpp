// Paints the kernel at the playhead: phase, processor, ready queue, timers, descriptors, objects,
// tasks.
//
// Called by app.cpp. What the trace event changed has the colour of change behind it. A click on a
// task selects it. Not here: the rows (gui/model/kernel_pane.cpp).
// Internal to gui/draw/; public to it through panes.hpp.
#include "gui/draw/panes.hpp"

#include <algorithm>
#include <array>

namespace giambio::gui {
namespace {

constexpr float margin = 12;

struct painter {
    const brush& with;
    const kernel_rows& rows;
    int next_id = 0;

    ImDrawList* on() const { return ImGui::GetWindowDrawList(); }
    float left() const { return ImGui::GetWindowPos().x + with.px(margin); }
    float right() const {
        return ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x - with.px(margin);
    }

    void space(float units) const { ImGui::Dummy({1, with.px(units)}); }

    void heading(std::string_view text, std::size_t count) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const std::string whole =
            std::string(text) + (count == 0 ? "" : "  " + std::to_string(count));
        write(on(), with.type.small, {left(), at.y + with.px(8)}, with.colors.dim, whole);
        ImGui::Dummy({1, with.px(30)});
    }

    void phases() {
        constexpr std::array shown{trace::phase::poll, trace::phase::timers, trace::phase::run};
        const ImVec2 from = ImGui::GetCursorScreenPos();
        const float top = from.y + with.px(10);
        const float height = with.px(28);
        const float width = (right() - left() - with.px(8)) / 3;
        for (std::size_t i = 0; i < shown.size(); ++i) {
            const bool now = rows.phase == shown[i];
            const ImVec2 at{left() + static_cast<float>(i) * (width + with.px(4)), top};
            const ImVec2 to{at.x + width, top + height};
            on()->AddRectFilled(at, to, paint(now ? with.colors.accent : with.colors.sunken),
                                with.px(5));
            const std::string_view word = word_of(shown[i]);
            const ImFont* font = now ? with.type.bold : with.type.text;
            const ImVec2 size = size_of(font, word);
            write(on(), font, {at.x + (width - size.x) / 2, top + (height - size.y) / 2},
                  now ? with.colors.on_accent : with.colors.dim, word);
        }
        ImGui::SetCursorScreenPos(from);
        ImGui::Dummy({1, with.px(42)});
    }

    // Plates one after the other, on as many lines as it takes.
    void plates(float indent, const std::vector<chip>& chips) {
        ImVec2 at{left() + indent, ImGui::GetCursorScreenPos().y};
        const float first = at.x;
        const float end = right();
        for (const chip& each : chips) {
            if (at.x > first && at.x + plate_width(with, each.text) > end)
                at = {first, at.y + plate_height(with) + with.px(5)};
            if (task_plate(with, next_id++, at, end - first, each)) with.of.select(each.task);
        }
        ImGui::SetCursorScreenPos({ImGui::GetWindowPos().x, at.y + plate_height(with)});
        ImGui::Dummy({1, 1});
    }

    // A label at the left and plates beside it: the processor and the ready queue.
    void labelled(std::string_view label, const std::vector<chip>& chips, std::string_view empty) {
        const ImVec2 from = ImGui::GetCursorScreenPos();
        const float top = from.y + with.px(5);
        const float indent = with.px(84);
        const float down = (plate_height(with) - with.type.text->FontSize) / 2;
        write(on(), with.type.text, {left(), top + down}, with.colors.dim, label);
        if (chips.empty())
            write(on(), with.type.text, {left() + indent, top + down}, with.colors.dim, empty);
        ImGui::SetCursorScreenPos({from.x, top});
        if (chips.empty())
            ImGui::Dummy({1, plate_height(with)});
        else
            plates(indent, chips);
    }

    void processor() {
        std::vector<chip> one;
        if (rows.running != 0)
            one.push_back({rows.running, rows.running_name, rows.running_changed});
        labelled("running", one, "nobody");
    }

    // A long queue must not push everything else out of sight.
    void ready() {
        constexpr std::size_t most = 12;
        std::vector<chip> shown(
            rows.ready.begin(),
            rows.ready.begin() + static_cast<std::ptrdiff_t>(std::min(most, rows.ready.size())));
        if (rows.ready.size() > most)
            shown.push_back(
                {0, "and " + std::to_string(rows.ready.size() - most) + " more", false});
        labelled("ready", shown, "nobody is in the queue");
    }

    // Name at the left, what it is in the middle, a figure at the right.
    void line(std::string_view name, std::string_view what, std::string_view figure, bool changed,
              std::uint32_t task) {
        const row_place place = next_row(next_id++, with.px(29));
        if (changed || place.hovered)
            on()->AddRectFilled(
                {place.from.x + with.px(5), place.from.y}, {place.to.x - with.px(5), place.to.y},
                paint(changed ? with.colors.changed : with.colors.sunken), with.px(4));
        const float y = place.from.y + (with.px(29) - with.type.text->FontSize) / 2;
        const float end = place.to.x - with.px(margin);
        const float figure_width = size_of(with.type.text, figure).x;
        write(on(), with.type.text, {end - figure_width, y}, with.colors.text, figure);
        const float room = end - figure_width - with.px(10) - left();
        const float used =
            write_cut(with, with.type.text, {left(), y}, room, with.colors.text, name);
        if (room - used > with.px(30))
            write_cut(with, with.type.text, {left() + used + with.px(10), y},
                      room - used - with.px(10), with.colors.dim, what);
        if (place.clicked && task != 0) with.of.select(task);
    }

    void timers() {
        if (rows.timers.empty()) return;
        heading("Timers, next first", rows.timers.size());
        for (const timer_row& each : rows.timers)
            line(each.name, each.what, each.countdown, each.changed, each.task);
    }

    // A row with those who wait: beside the name where there is room, else below it.
    void waited_on(std::string_view name, std::string_view figure, bool changed,
                   const std::vector<chip>& waiters) {
        const ImVec2 from = ImGui::GetCursorScreenPos();
        const float used = size_of(with.type.text, name).x + with.px(12);
        float needed = used + size_of(with.type.text, figure).x;
        for (const chip& each : waiters) needed += plate_width(with, each.text) + with.px(6);
        const float room = right() - left();
        line(name, "", figure, changed, 0);
        if (waiters.empty()) return;
        const bool beside = needed <= room;
        if (beside) ImGui::SetCursorScreenPos({from.x, from.y + with.px(2)});
        plates(beside ? used : with.px(14), waiters);
        space(3);
    }

    void fds() {
        if (rows.fds.empty()) return;
        heading("Descriptors listened to", rows.fds.size());
        for (const fd_row& each : rows.fds)
            waited_on(each.name, each.mode, each.changed, each.waiters);
    }

    void objects() {
        if (rows.objects.empty()) return;
        heading("Objects, oldest waiter first", rows.objects.size());
        for (const object_row& each : rows.objects)
            waited_on(each.name, each.holder, each.changed, each.waiters);
    }

    void scopes() {
        if (rows.scopes.empty()) return;
        heading("Scopes", rows.scopes.size());
        for (const scope_row& each : rows.scopes) line(each.name, "", each.what, each.changed, 0);
    }

    void tasks() {
        heading("Tasks", rows.tasks.size() + rows.left_out);
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(rows.tasks.size()), with.px(48));
        while (clipper.Step())
            for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
                task(rows.tasks[static_cast<std::size_t>(i)], 10000 + i);
        if (rows.left_out != 0)
            line("and " + std::to_string(rows.left_out) + " that ended earlier", "", "", false, 0);
    }

    void task(const task_row& of, int id) const {
        const row_place place = next_row(id, with.px(48));
        const bool selected = of.task == with.of.selected();
        const ImVec2 from{place.from.x + with.px(5), place.from.y + with.px(1)};
        const ImVec2 to{place.to.x - with.px(5), place.to.y - with.px(1)};
        if (of.changed || selected || place.hovered)
            on()->AddRectFilled(from, to,
                                paint(of.changed ? with.colors.changed
                                      : selected ? with.colors.current
                                                 : with.colors.sunken),
                                with.px(5));
        if (selected) on()->AddRect(from, to, paint(with.colors.accent), with.px(5));
        const float side = with.px(22);
        badge(with, {left(), place.from.y + (with.px(48) - side) / 2}, side, of.look);
        const float x = left() + side + with.px(10);
        const float end = place.to.x - with.px(margin);
        const float top = place.from.y + with.px(4);
        const float below = place.from.y + with.px(25);
        const float age = size_of(with.type.small, of.age).x;
        const bool ended = of.look == look::ended;
        write_cut(with, with.type.bold, {x, top}, end - age - with.px(10) - x,
                  ended ? with.colors.dim : with.colors.text, of.name);
        write(on(), with.type.small, {end - age, top + with.px(2)}, with.colors.dim, of.age);
        const std::string doing = of.doing + (of.cancelled ? ", cancelled" : "");
        const float where = size_of(with.type.small, of.where).x;
        const bool both = size_of(with.type.small, doing).x + where + with.px(12) < end - x;
        write_cut(with, with.type.small, {x, below}, end - x - (both ? where : 0),
                  of.cancelled ? with.colors.warning : with.colors.text, doing);
        if (both) write(on(), with.type.small, {end - where, below}, with.colors.dim, of.where);
        if (place.hovered && !both) tooltip(with, of.name + ": " + doing + "\n" + of.where);
        if (place.clicked) with.of.select(of.task);
    }
};

}  // namespace

void draw_kernel(const brush& with) {
    painter paint_it{with, with.of.kernel()};
    paint_it.phases();
    paint_it.processor();
    paint_it.ready();
    paint_it.timers();
    paint_it.fds();
    paint_it.objects();
    paint_it.scopes();
    paint_it.tasks();
    paint_it.space(8);
}

}  // namespace giambio::gui
