// Paints the program's text with a cursor for every task.
//
// Called by app.cpp. A line that is too long goes on below, indented, so that no code is cut off.
// The strong cursor is a filled arrow and a lit line; a ghost is a plate with the task's letter.
// Not here: which file and which lines (gui/model/source_pane.cpp).
// Internal to gui/draw/; public to it through panes.hpp.
#include "gui/draw/panes.hpp"
#include "gui/model/syntax.hpp"

#include <algorithm>
#include <deque>
#include <map>

namespace giambio::gui {
namespace {

struct painter {
    const brush& with;
    const source_rows& rows;
    const std::vector<std::string_view>& lines;
    std::map<std::uint32_t, std::vector<const cursor*>> at_line;
    std::deque<cursor> crowds{};  // what stands for the tasks of a line that are too many to name
    float letter = 0;
    float numbers = 0;    // width of the line numbers
    float height = 0;     // of one row
    std::size_t fit = 0;  // letters in a row

    ImDrawList* on() const { return ImGui::GetWindowDrawList(); }

    void measure() {
        for (const cursor& each : rows.cursors) at_line[each.line].push_back(&each);
        for (auto& [line, there] : at_line) name_a_few(line, there);
        letter = size_of(with.type.mono, "0").x;
        height = with.px(24);
        const std::string last = std::to_string(std::max<std::size_t>(lines.size(), 10));
        numbers = letter * static_cast<float>(last.size()) + with.px(34);
        const float room = ImGui::GetContentRegionAvail().x - numbers - with.px(6);
        fit = static_cast<std::size_t>(std::max(12.0F, room / letter));
    }

    // A thousand tasks at one co_await must not push the program's text out of sight.
    void name_a_few(std::uint32_t line, std::vector<const cursor*>& there) {
        constexpr std::size_t most = 9;
        if (there.size() <= most) return;
        const std::size_t unnamed = there.size() - (most - 1);
        there.resize(most - 1);
        cursor& crowd = crowds.emplace_back();
        crowd.name = "and " + std::to_string(unnamed) + " more";
        crowd.line = line;
        crowd.look = there.back()->look;
        there.push_back(&crowd);
    }

    // Tasks that stand at a line are written on a row of their own, below it.
    bool has_plates(std::uint32_t line) const { return at_line.count(line) != 0; }

    float height_of(std::uint32_t line) const {
        const float text = static_cast<float>(wrapped(lines[line - 1], fit).size()) * height;
        return text + (has_plates(line) ? plates_height(line) : 0);
    }

    float plates_height(std::uint32_t line) const {
        float x = 0;
        int count = 1;
        for (const cursor* each : at_line.at(line)) {
            const float width = plate(*each);
            if (x > 0 && x + width > plates_room()) {
                x = 0;
                ++count;
            }
            x += width + with.px(6);
        }
        return static_cast<float>(count) * with.px(26) + with.px(3);
    }

    float plates_room() const {
        return ImGui::GetWindowContentRegionMax().x - numbers - with.px(8);
    }

    float plate(const cursor& of) const {
        return std::min(size_of(with.type.small, of.name).x + with.px(38), plates_room());
    }

    void draw_line(std::uint32_t line, ImVec2 at, float width) const {
        const auto found = at_line.find(line);
        const bool strong = found != at_line.end() && found->second.front()->strong;
        const float whole = height_of(line);
        if (strong)
            on()->AddRectFilled(at, {at.x + width, at.y + whole}, paint(with.colors.current));
        else if (found != at_line.end())
            on()->AddRectFilled(at, {at.x + width, at.y + whole}, paint(with.colors.sunken));
        number(line, at, strong);
        float y = at.y;
        bool first = true;
        const float after = letter * static_cast<float>(indent_of(lines[line - 1], fit));
        const std::vector<piece> pieces = pieces_of(lines[line - 1]);
        for (const std::string_view part : wrapped(lines[line - 1], fit)) {
            const float indent = first ? 0 : after;
            write_code({at.x + numbers + indent, y + (height - with.type.mono->FontSize) / 2},
                       pieces_in_row(pieces, part));
            y += height;
            first = false;
        }
        if (found != at_line.end()) draw_plates(found->second, {at.x + numbers, y});
    }

    void number(std::uint32_t line, ImVec2 at, bool strong) const {
        const std::string text = std::to_string(line);
        const float x = at.x + numbers - with.px(14) - size_of(with.type.mono, text).x;
        write(on(), with.type.mono, {x, at.y + (height - with.type.mono->FontSize) / 2},
              strong ? with.colors.text : with.colors.dim, text);
        if (!strong) return;
        const float middle = at.y + height / 2;
        const float half = with.px(6);
        on()->AddTriangleFilled({at.x + with.px(5), middle - half},
                                {at.x + with.px(5), middle + half},
                                {at.x + with.px(5) + 2 * half, middle}, paint(with.colors.accent));
    }

    void write_code(ImVec2 at, const std::vector<piece>& row) const {
        for (const piece& each : row) {
            const color& ink = each.kind == word_kind::keyword   ? with.colors.keyword
                               : each.kind == word_kind::literal ? with.colors.literal
                               : each.kind == word_kind::comment ? with.colors.comment
                                                                 : with.colors.text;
            write(on(), with.type.mono, at, ink, each.text);
            at.x += size_of(with.type.mono, each.text).x;
        }
    }

    void draw_plates(const std::vector<const cursor*>& cursors, ImVec2 at) const {
        const float first = at.x;
        for (const cursor* each : cursors) {
            const float width = plate(*each);
            if (at.x > first && at.x + width > first + plates_room())
                at = {first, at.y + with.px(26)};
            draw_plate(*each, at, width);
            at.x += width + with.px(6);
        }
    }

    void draw_plate(const cursor& of, ImVec2 at, float width) const {
        const float high = with.px(23);
        const ImVec2 to{at.x + width, at.y + high};
        const bool selected = of.task != 0 && of.task == with.of.selected();
        on()->AddRectFilled(at, to, paint(of.strong ? with.colors.card : with.colors.window),
                            with.px(5));
        on()->AddRect(at, to,
                      paint(of.strong || selected ? with.colors.accent : with.colors.border),
                      with.px(5), 0, of.strong ? with.px(2) : with.px(1));
        const float side = with.px(17);
        badge(with, {at.x + with.px(4), at.y + (high - side) / 2}, side, of.look);
        write_cut(with, with.type.small,
                  {at.x + with.px(27), at.y + (high - with.type.small->FontSize) / 2},
                  width - with.px(38) + 1, of.strong ? with.colors.text : with.colors.dim, of.name);
        if (!ImGui::IsWindowHovered() || !ImGui::IsMouseHoveringRect(at, to)) return;
        if (of.task != 0 && ImGui::IsMouseClicked(0)) with.of.select(of.task);
    }

    void draw(bool fresh) const {
        const ImVec2 from = ImGui::GetCursorScreenPos();
        const float top = ImGui::GetWindowPos().y;
        const float bottom = top + ImGui::GetWindowHeight();
        const float width = ImGui::GetContentRegionAvail().x;
        float y = with.px(4);
        for (std::uint32_t line = 1; line <= lines.size(); ++line) {
            const float high = height_of(line);
            const ImVec2 at{from.x, from.y + y};
            if (at.y + high > top && at.y < bottom) draw_line(line, at, width);
            if (fresh && line == rows.line)
                bring_into_sight(std::max(0.0F, y - 2 * height), y + high + 2 * height);
            y += high;
        }
        ImGui::Dummy({1, y + with.px(8)});
    }
};

constexpr float tab_height = 24;
constexpr float tab_row = 28;

void draw_file(const brush& with, std::uint32_t id, ImVec2 at, float width, bool fresh) {
    ImGui::SetCursorScreenPos(at);
    ImGui::PushID(static_cast<int>(id));
    if (ImGui::InvisibleButton("file", {width, with.px(tab_height)})) with.of.show_source(id);
    ImGui::PopID();
    const bool now = id == with.of.source().source;
    if (now && fresh) ImGui::SetScrollHereY();
    ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + width, at.y + with.px(tab_height)},
                                              paint(now ? with.colors.current : with.colors.sunken),
                                              with.px(5));
    const float down = (with.px(tab_height) - with.type.small->FontSize) / 2;
    write(ImGui::GetWindowDrawList(), with.type.small, {at.x + with.px(7), at.y + down},
          now ? with.colors.text : with.colors.dim, file_name(with.of.of().sources[id - 1].file));
}

// Tabs for the files, when the trace has more than one. They take two rows at most, which can be
// scrolled when there are more.
void draw_files(const brush& with, bool fresh) {
    const auto& sources = with.of.of().sources;
    if (sources.size() < 2) return;
    const float room = ImGui::GetContentRegionAvail().x - with.px(20);
    std::vector<ImVec2> places;  // of the left end in its row, and of the row
    std::vector<float> widths;
    ImVec2 next{0, 0};
    for (const trace::source_file& each : sources) {
        widths.push_back(size_of(with.type.small, file_name(each.file)).x + with.px(14));
        if (next.x > 0 && next.x + widths.back() > room) next = {0, next.y + with.px(tab_row)};
        places.push_back(next);
        next.x += widths.back() + with.px(5);
    }
    const float height = std::min(next.y, with.px(tab_row)) + with.px(tab_row);
    ImGui::Dummy({1, with.px(5)});
    ImGui::BeginChild("files", {0, height});
    const ImVec2 from = ImGui::GetCursorScreenPos();
    for (std::uint32_t id = 1; id <= sources.size(); ++id)
        draw_file(with, id, {from.x + with.px(10) + places[id - 1].x, from.y + places[id - 1].y},
                  widths[id - 1], fresh);
    ImGui::EndChild();
}

}  // namespace

void draw_source(const brush& with, bool fresh) {
    const source_rows& rows = with.of.source();
    draw_files(with, fresh);
    if (!rows.note.empty()) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        write_flowing(with, with.type.text, {at.x + with.px(12), at.y + with.px(10)},
                      ImGui::GetContentRegionAvail().x - with.px(24), with.colors.dim, rows.note,
                      true);
        return;
    }
    painter paint_it{with, rows, with.of.lines().of(rows.source), {}};
    ImGui::BeginChild("text");
    paint_it.measure();
    paint_it.draw(fresh);
    ImGui::EndChild();
}

}  // namespace giambio::gui
