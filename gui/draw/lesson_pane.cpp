// Paints a lesson's text; the paragraphs that are bound to trace events can be clicked, and so can
// the question behind which the text is still hidden.
//
// Called by app.cpp when a lesson is open. Not here: reading the text, choosing the step.
// Kept true: the current step, or the question, is in sight after it was chosen.
// Internal to gui/draw/; public to it through panes.hpp.
#include "gui/draw/panes.hpp"

#include <algorithm>

namespace giambio::gui {
namespace {

struct painter {
    const brush& with;
    bool fresh;
    float left = 0;
    float width = 0;

    ImDrawList* on() const { return ImGui::GetWindowDrawList(); }

    const ImFont* font_of(const trace::lesson_paragraph& of) const {
        if (of.kind == "heading") return of.level <= 1 ? with.type.large : with.type.bold;
        return with.type.text;
    }

    void draw_code(const trace::lesson_paragraph& of) const {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const ImFont* font = with.type.mono;
        const float line = with.px(22);
        std::vector<std::string_view> lines;
        for (std::string_view rest = of.text; !rest.empty();) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            lines.push_back(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        const float height = line * static_cast<float>(lines.size()) + with.px(14);
        on()->AddRectFilled({left, at.y}, {left + width, at.y + height}, paint(with.colors.sunken),
                            with.px(5));
        float y = at.y + with.px(8);
        for (const std::string_view each : lines) {
            write_cut(with, font, {left + with.px(8), y}, width - with.px(16), with.colors.text,
                      each);
            y += line;
        }
        ImGui::Dummy({1, height + with.px(10)});
    }

    float indent_of(const trace::lesson_paragraph& of) const {
        if (of.kind == "list") return with.px(18) * static_cast<float>(std::max(1, of.level));
        return 0;
    }

    void draw_free(const trace::lesson_paragraph& of) const {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float indent = indent_of(of);
        if (of.kind == "list")
            on()->AddCircleFilled({left + indent - with.px(9), at.y + with.px(11)}, with.px(2.5F),
                                  paint(with.colors.dim));
        const float height = write_flowing(with, font_of(of), {left + indent, at.y}, width - indent,
                                           with.colors.text, of.text, true);
        ImGui::Dummy({1, height + with.px(9)});
    }

    float pad() const { return with.px(8); }
    float text_left() const { return left + with.px(14); }
    float text_width() const { return width - with.px(14) - pad(); }

    float height_of(const trace::lesson_paragraph& of) const {
        return write_flowing(with, font_of(of), {0, 0}, text_width(), with.colors.text, of.text,
                             false);
    }

    // A plate with an edge at the left, for the text of a paragraph that can be clicked. `current`
    // is where the reader is; `here` is false when the playhead has moved on from there.
    row_place draw_plate(std::size_t index, const trace::lesson_paragraph& of, float height,
                         bool current, bool here) const {
        const float offset = ImGui::GetCursorPosY();
        const row_place place = next_row(static_cast<int>(index), height);
        const ImVec2 from{left, place.from.y};
        const ImVec2 to{left + width, place.to.y};
        if (current && here)
            on()->AddRectFilled(from, to, paint(with.colors.current), with.px(5));
        else if (current || place.hovered)
            on()->AddRectFilled(from, to, paint(with.colors.sunken), with.px(5));
        const color& edge = current || place.hovered ? with.colors.accent : with.colors.border;
        on()->AddRectFilled(from, {from.x + with.px(4), to.y}, paint(edge), with.px(2));
        write_flowing(with, font_of(of), {text_left(), from.y + pad()}, text_width(),
                      with.colors.text, of.text, true);
        if (current && fresh)
            bring_into_sight(std::max(0.0F, offset - pad()), offset + height + pad());
        ImGui::Dummy({1, with.px(7)});
        return place;
    }

    void draw_bound(std::size_t index, const trace::lesson_paragraph& of, bool current) const {
        const bool here = with.of.lesson().is_at(with.of.play().seq());
        if (draw_plate(index, of, height_of(of) + 2 * pad(), current, here).clicked)
            with.of.choose_paragraph(index);
    }

    // The question that hides the rest of the text, and how the rest is made to appear.
    void draw_question(std::size_t index, const trace::lesson_paragraph& of) const {
        constexpr std::string_view how =
            "Say your answer aloud. Then press PageDown, or click here, to see what happens.";
        const float asked = height_of(of) + pad();
        const float told = write_flowing(with, with.type.bold, {0, 0}, text_width(),
                                         with.colors.accent, how, false);
        const row_place place =
            draw_plate(index, of, asked + told + 2 * pad(), with.of.lesson().asks(), true);
        write_flowing(with, with.type.bold, {text_left(), place.from.y + pad() + asked},
                      text_width(), with.colors.accent, how, true);
        if (place.clicked) with.of.show_answer();
    }

    void draw() {
        left = ImGui::GetCursorScreenPos().x + with.px(12);
        width = ImGui::GetContentRegionAvail().x - with.px(24);
        ImGui::Dummy({1, with.px(10)});
        const lesson_pane& lesson = with.of.lesson();
        const auto& paragraphs = lesson.text().paragraphs;
        const auto current = lesson.asks() ? std::nullopt : lesson.paragraph();
        const std::size_t shown = lesson.shown();
        const bool hides = lesson.hides_answer();
        for (std::size_t i = 0; i < shown; ++i) {
            if (hides && i + 1 == shown)
                draw_question(i, paragraphs[i]);
            else if (paragraphs[i].seq != 0)
                draw_bound(i, paragraphs[i], current == i);
            else if (paragraphs[i].kind == "code")
                draw_code(paragraphs[i]);
            else
                draw_free(paragraphs[i]);
        }
    }
};

}  // namespace

void draw_lesson(const brush& with, bool fresh) {
    painter{with, fresh}.draw();
}

}  // namespace giambio::gui
