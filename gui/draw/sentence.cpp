// What the trace event did, in one sentence, big; and what it changed, below. The status line too.
//
// Called by app.cpp. Both sentences come from tracer/model/words.hpp through the study. Where one
// is longer than the line, it goes on in smaller letters on two. Not here: the words.
// Internal to gui/draw/; public to it through panes.hpp.
#include "gui/draw/card.hpp"
#include "gui/draw/panes.hpp"

#include <algorithm>
#include <cstdint>

namespace giambio::gui {
namespace {

std::string kind_of(const study& of) {
    if (of.of().events.empty()) return "";
    return std::string(trace::word_of(of.of().events[of.index()].kind));
}

// The kind as a plate, with the trace event's number below it; returns the width.
float draw_kind(const brush& with, ImVec2 at) {
    ImDrawList* on = ImGui::GetWindowDrawList();
    const std::string kind = kind_of(with.of);
    const std::string seq = "trace event " + std::to_string(with.of.play().seq());
    const float width = std::max({size_of(with.type.bold, kind).x + with.px(16),
                                  size_of(with.type.small, seq).x + with.px(8), with.px(110)});
    const float height = with.px(28);
    on->AddRectFilled(at, {at.x + width, at.y + height}, paint(with.colors.accent), with.px(5));
    const ImVec2 size = size_of(with.type.bold, kind);
    write(on, with.type.bold, {at.x + (width - size.x) / 2, at.y + (height - size.y) / 2},
          with.colors.on_accent, kind);
    const ImVec2 below = size_of(with.type.small, seq);
    write(on, with.type.small, {at.x + (width - below.x) / 2, at.y + height + with.px(7)},
          with.colors.dim, seq);
    return width;
}

// On one line when it fits there, else in smaller letters on two; returns the height.
float draw_line(const brush& with, ImVec2 at, float width, const std::string& text) {
    const ImFont* font = with.type.large;
    if (size_of(font, text).x <= width) {
        write(ImGui::GetWindowDrawList(), font, at, with.colors.text, text);
        return font->FontSize;
    }
    font = with.type.bold;
    if (size_of(font, text).x <= width * 1.9F)
        return write_flowing(with, font, at, width, with.colors.text, text, true);
    write_cut(with, font, at, width, with.colors.text, text);
    return font->FontSize;
}

std::string facts(const trace::recording& of) {
    const trace::header& head = of.header;
    std::string text = head.program.empty() ? of.file : head.program;
    text += "   " + head.clock + " clock   " + head.driver;
    if (head.driver == "simulated") text += ", seed " + std::to_string(head.seed);
    text += "   " + std::to_string(of.events.size()) + " trace events";
    if (!of.end) text += "   the run did not end in this trace";
    return text;
}

std::string complaint_list(const study& of) {
    std::string text;
    constexpr std::size_t most = 12;
    const auto& all = of.of().complaints;
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i)
        text += "Line " + std::to_string(all[i].line) + ": " + all[i].what + "\n";
    const std::uint64_t more = of.of().bad_lines - std::min<std::uint64_t>(all.size(), most);
    if (more > 0) text += "and " + std::to_string(more) + " more\n";
    for (const std::string& each : of.lesson().text().complaints) text += each + "\n";
    return text;
}

std::string trouble(const study& of) {
    const std::uint64_t skipped = of.of().bad_lines;
    std::string text;
    if (skipped != 0)
        text = std::to_string(skipped) + (skipped == 1 ? " line" : " lines") + " with faults";
    const std::size_t lesson = of.lesson().text().complaints.size();
    if (lesson != 0)
        text += (text.empty() ? "" : "   ") + std::string("the lesson does not fit this run");
    if (!of.kernel().trusted)
        text += (text.empty() ? "" : "   ") + std::string("trace events are missing before here");
    return text;
}

}  // namespace

void draw_sentence(const brush& with, const rectangle& place) {
    if (place.height <= 0) return;
    plain_card(with, place);
    const float left = place.x + with.px(12);
    const bool empty = with.of.of().events.empty();
    const float kind = empty ? 0 : draw_kind(with, {left, place.y + with.px(12)}) + with.px(16);
    const float x = left + kind;
    const float width = place.x + place.width - with.px(14) - x;
    const float y = place.y + with.px(13);
    const float height = draw_line(with, {x, y}, width, with.of.sentence());
    const float below = std::max(y + height + with.px(6), place.y + with.px(46));
    const std::string& change = with.of.change();
    const bool fits = below + with.type.text->FontSize < place.y + place.height;
    const std::string nothing = empty ? "Was the program killed before its first step?"
                                      : "nothing in the kernel's tables changed";
    if (fits)
        write_cut(with, with.type.text, {x, below}, width, with.colors.accent,
                  change.empty() ? nothing : change);
}

void draw_status(const brush& with, const rectangle& place) {
    if (place.height <= 0) return;
    const float down = (place.height - with.type.small->FontSize) / 2;
    const std::string wrong = trouble(with.of);
    const float wrong_width = wrong.empty() ? 0 : size_of(with.type.small, wrong).x + with.px(20);
    const ImVec2 at{place.x + with.px(14), place.y + down};
    const float room = place.width - 2 * with.px(14) - wrong_width;
    write_cut(with, with.type.small, at, room, with.colors.dim, facts(with.of.of()));
    if (wrong.empty()) return;
    const ImVec2 right{place.x + place.width - wrong_width, at.y};
    write(ImGui::GetWindowDrawList(), with.type.small, right, with.colors.warning, wrong);
    if (ImGui::IsMouseHoveringRect({right.x, place.y},
                                   {place.x + place.width, place.y + place.height}))
        tooltip(with, complaint_list(with.of));
}

}  // namespace giambio::gui
