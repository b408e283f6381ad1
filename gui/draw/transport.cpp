// The transport bar: buttons for every way to move, play, and look; and where the playhead is.
//
// Called by app.cpp. Every button is a command that has a key too. In a narrow window the words on
// the buttons are left out before any button is. Not here: what a command does (study.cpp).
// Internal to gui/draw/; public to it through panes.hpp.
#include "gui/draw/button.hpp"
#include "gui/draw/panes.hpp"

#include "tracer/model/words.hpp"

#include <cmath>
#include <span>
#include <vector>

namespace giambio::gui {
namespace {

struct item {
    button looks;
    command does = command::escape;
    float gap = 0;  // before it
};

std::vector<item> stepping(const study& of, bool words) {
    const bool plays = of.play().playing();
    const auto word = [words](std::string_view text) { return words ? text : ""; };
    // Without words, two triangles are a turn and "#" is a task.
    const sign turn_back = words ? sign::back : sign::far_back;
    const sign turn_forward = words ? sign::forward : sign::far_forward;
    return {
        {{"start", sign::to_start, "", sign::none, "To the start of the run (Home)"},
         command::to_start},
        {{"turn-", turn_back, word("turn"), sign::none, "One turn of the loop back (Ctrl+Left)"},
         command::turn_back},
        {{"task-", sign::back, words ? "task" : "#", sign::none,
          "To the last trace event of this task (Shift+Left)"},
         command::task_back},
        {{"event-", sign::back, word("event"), sign::none, "One trace event back (Left)"},
         command::event_back},
        {{"play", plays ? sign::pause : sign::play, words ? (plays ? "pause" : "play") : "",
          sign::none, "Play and pause (Space)", plays},
         command::play_or_pause},
        {{"event+", sign::none, word("event"), sign::forward, "One trace event forward (Right)"},
         command::event_forward},
        {{"task+", sign::none, words ? "task" : "#", sign::forward,
          "To the next trace event of this task (Shift+Right)"},
         command::task_forward},
        {{"turn+", sign::none, word("turn"), turn_forward,
          "To the next turn of the loop (Ctrl+Right)"},
         command::turn_forward},
        {{"end", sign::none, "", sign::to_end, "To the end of the run (End)"}, command::to_end},
    };
}

std::vector<item> looking(const study& of, bool words) {
    const bool events = of.on().kind() == axis_kind::events;
    const bool light = of.theme() == theme::light;
    std::vector<item> made{
        {{"find", sign::none, "find", sign::none, "Find a task or a trace event by its words (/)"},
         command::find},
        {{"fit", sign::none, "fit", sign::none, "Fit the selection; once more: everything (F)"},
         command::fit},
        {{"axis", sign::none, events ? "events" : "time", sign::none,
          "The axis: one column for each trace event, or time (X)"},
         command::switch_axis},
    };
    if (words)
        made.push_back({{"theme", sign::none, light ? "light" : "dark", sign::none,
                         "Light or dark colours (T)"},
                        command::switch_theme});
    made.push_back({{"smaller", sign::minus, "", sign::none, "Smaller text (Ctrl+minus)"},
                    command::scale_down,
                    6});
    made.push_back(
        {{"larger", sign::plus, "", sign::none, "Larger text (Ctrl+plus)"}, command::scale_up});
    made.push_back({{"help", sign::none, "?", sign::none, "All keys (?)"}, command::help, 6});
    return made;
}

float width_of(const brush& with, const std::vector<item>& items) {
    float sum = 0;
    for (const item& each : items)
        sum += width_of(with, each.looks) + with.px(4) + with.px(each.gap);
    return sum;
}

void draw(const brush& with, ImVec2& at, const std::vector<item>& items) {
    for (const item& each : items) {
        at.x += with.px(each.gap);
        if (press(with, at, each.looks)) with.of.perform(each.does);
    }
}

// A press takes the next of the five speeds.
void draw_speed(const brush& with, ImVec2& at) {
    const double now = with.of.play().speed();
    const std::string text = std::to_string(std::lround(now)) + " / s";
    const button looks{"speed", sign::none, text, sign::none,
                       "Trace events a second while it plays (1 to 5)"};
    if (!press(with, at, looks)) return;
    double next = speeds.front();
    for (const double each : speeds)
        if (each > now) {
            next = each;
            break;
        }
    with.of.set_speed(next);
}

std::string position(const study& of) {
    if (of.of().events.empty()) return "no trace events";
    const trace::event that = of.of().events[of.index()];
    return "turn " + std::to_string(that.turn) + "   " + trace::duration_text(that.t);
}

}  // namespace

void draw_transport(const brush& with, const rectangle& place, bool roomy) {
    ImGui::GetWindowDrawList()->AddRectFilled({place.x, place.y},
                                              {place.x + place.width, place.y + place.height},
                                              paint(with.colors.card));
    ImGui::GetWindowDrawList()->AddLine({place.x, place.y + place.height},
                                        {place.x + place.width, place.y + place.height},
                                        paint(with.colors.border));
    const float top = place.y + std::round((place.height - button_height(with)) / 2);
    const float speed = with.px(56);
    std::vector<item> left = stepping(with.of, true);
    std::vector<item> right = looking(with.of, roomy);
    const float room = place.width - 3 * with.px(8);
    if (width_of(with, left) + speed + width_of(with, right) > room) {
        left = stepping(with.of, false);
        // The keys give these too, and moving is what the bar is for.
        if (width_of(with, left) + speed + width_of(with, right) > room) {
            left.erase(left.begin() + 2);
            left.erase(left.end() - 3);
        }
        if (width_of(with, left) + speed + width_of(with, right) > room)
            right.erase(right.begin(), right.end() - 3);
    }
    ImVec2 at{place.x + with.px(8), top};
    draw(with, at, left);
    at.x += with.px(6);
    draw_speed(with, at);
    const float begin = place.x + place.width - width_of(with, right) - with.px(4);
    const std::string text = position(with.of);
    const float width = size_of(with.type.bold, text).x;
    if (begin - at.x > width + with.px(24))
        write(ImGui::GetWindowDrawList(), with.type.bold,
              {at.x + (begin - at.x - width) / 2,
               place.y + (place.height - with.type.bold->FontSize) / 2},
              with.colors.text, text);
    at = {begin, top};
    draw(with, at, right);
}

}  // namespace giambio::gui
