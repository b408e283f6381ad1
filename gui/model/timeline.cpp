// Lays out lanes, bars, marks, arrows and the playhead.
//
// Called for every frame that is drawn, so it looks only at lanes in sight and jumps from pixel to
// pixel by binary search. Not here: choosing the range (axis.cpp), painting (gui/draw/).
// Internal to gui/; public to it through timeline.hpp.
#include "gui/model/timeline.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace giambio::gui {
namespace {

// Shares of a lane's height: what runs is tall, what waits is low.
constexpr float tall = 0.72F;
constexpr float low = 0.5F;

struct builder {
    const timeline_input& from;
    timeline_layout made;

    float x(std::size_t index) const { return x_of(from.in, from.seen, from.on.at(index)); }
    float top(std::size_t row) const { return from.in.top_of(row); }
    float middle(std::size_t row) const { return top(row) + from.in.lane / 2; }
    float mark_y(std::size_t row) const { return top(row) + from.in.lane * (1 - tall) / 2; }
    bool in_sight(float y) const {
        return y >= from.in.lanes_y() - from.in.lane && y <= from.in.bottom() + from.in.lane;
    }

    // Of the lanes that are scrolled.
    std::size_t first_row() const {
        return 1 + static_cast<std::size_t>(std::max(0.0F, from.in.scroll / from.in.lane));
    }
    std::size_t last_row() const {
        const float below = from.in.scroll + from.in.height - from.in.ruler;
        const auto rows = static_cast<std::size_t>(std::max(0.0F, std::ceil(below / from.in.lane)));
        return std::min(rows, from.all.rows.size());
    }

    void add_ticks() {
        const double room = 11.0 * static_cast<double>(from.in.letter);
        const auto width = static_cast<double>(from.in.lanes_width());
        for (const tick& each : ticks(from.on, from.seen, width, room))
            made.ticks.push_back({x_of(from.in, from.seen, each.place), each.text});
    }

    void add_label(std::size_t row) {
        const lane& of = from.all.rows[row];
        const span* now = of.at(from.playhead);
        std::optional<look> seen;
        if (now != nullptr) seen = now->look;
        if (now == nullptr && !of.outcome.empty() && from.playhead >= of.died) seen = look::ended;
        const bool selected = of.task != 0 && of.task == from.selected_task;
        made.labels.push_back({top(row), top(row) + from.in.lane, row, selected, seen});
    }

    std::string text_for(const span& of, float width) const {
        const float letters = width / from.in.letter;
        const std::string letter(1, letter_of(of.look));
        const std::string& what = from.all.words[of.what];
        const bool phase = of.look >= look::poll;
        const std::string full = phase          ? std::string(word_of(of.look))
                                 : what.empty() ? std::string(word_of(of.look))
                                                : letter + "  " + what;
        if (letters >= static_cast<float>(full.size()) + 1.5F) return full;
        return letters >= 1.7F ? letter : "";
    }

    // Where the bar of a stretch stands; `x1` is already known to the caller.
    bar bar_for(std::size_t row, const span& of, float x0, float x1) const {
        const float share = fill_of(of.look) == fill::tinted ? low : tall;
        const float half = from.in.lane * share / 2;
        bar one{x0, middle(row) - half, x1, middle(row) + half, of.look, fill_of(of.look), {}, row};
        one.begin = of.begin;
        one.text = text_for(of, x1 - x0);
        const lane& in = from.all.rows[row];
        one.selected = in.task != 0 && in.task == from.selected_task && from.playhead >= of.begin &&
                       from.playhead < of.end;
        return one;
    }

    // The first stretch that ends to the right of this place.
    std::size_t first_after(const lane& in, double place) const {
        const auto found =
            std::partition_point(in.spans.begin(), in.spans.end(),
                                 [&](const span& each) { return from.on.at(each.end) <= place; });
        return static_cast<std::size_t>(found - in.spans.begin());
    }

    void add_bars(std::size_t row) {
        const lane& in = from.all.rows[row];
        const float left = from.in.lanes_x();
        const float right = from.in.right();
        float free_from = left;
        for (std::size_t i = first_after(in, from.seen.from); i < in.spans.size();) {
            const float x0 = std::max(x(in.spans[i].begin), free_from);
            if (x0 >= right) break;
            const float x1 = std::min(x(in.spans[i].end), right);
            if (x1 - x0 >= 1)
                made.bars.push_back(bar_for(row, in.spans[i++], x0, x1));
            else
                i = add_merged(row, i, x0);
            free_from = made.bars.back().x1;
        }
    }

    // Of these stretches the first with the look that takes the most room. A part of them tells
    // enough, where a pixel stands for thousands.
    std::size_t most_of(const lane& in, std::size_t first, std::size_t next) const {
        constexpr std::size_t looked_at = 32;
        std::array<double, static_cast<std::size_t>(last_look) + 1> room{};
        std::size_t most = first;
        for (std::size_t i = first; i < std::min(next, first + looked_at); ++i) {
            const span& each = in.spans[i];
            room.at(index_of(each.look)) += from.on.at(each.end) - from.on.at(each.begin);
            if (room.at(index_of(each.look)) > room.at(index_of(in.spans[most].look))) most = i;
        }
        return most;
    }

    static std::size_t index_of(look which) { return static_cast<std::size_t>(which); }

    // Everything that ends within the next pixel becomes one bar; returns the stretch after it.
    std::size_t add_merged(std::size_t row, std::size_t first, float x0) {
        const lane& in = from.all.rows[row];
        const std::size_t next =
            std::max(first + 1, first_after(in, place_of(from.in, from.seen, x0 + 1)));
        bar one = bar_for(row, in.spans[most_of(in, first, next)], x0, x0 + 1);
        one.begin = in.spans[first].begin;
        one.fill = fill::merged;
        one.text.clear();
        one.count = static_cast<std::uint32_t>(next - first);
        if (!made.bars.empty() && is_continued(made.bars.back(), one)) {
            made.bars.back().x1 = one.x1;
            made.bars.back().count += one.count;
        } else {
            made.bars.push_back(one);
        }
        return next;
    }

    static bool is_continued(const bar& last, const bar& next) {
        return last.row == next.row && last.fill == fill::merged && last.look == next.look &&
               next.x0 - last.x1 < 0.5F;
    }

    void add_end(std::size_t row) {
        const lane& in = from.all.rows[row];
        if (in.outcome.empty()) return;
        const float at = x(in.died);
        if (at >= from.in.lanes_x() && at <= from.in.right())
            made.ends.push_back({at, middle(row), row, in.outcome});
    }

    void add_row(std::size_t row) {
        add_label(row);
        add_bars(row);
        add_end(row);
    }

    // The first mark at or after this place.
    std::size_t first_mark(double place) const {
        const auto found =
            std::partition_point(from.all.marks.begin(), from.all.marks.end(),
                                 [&](const mark& each) { return from.on.at(each.index) < place; });
        return static_cast<std::size_t>(found - from.all.marks.begin());
    }

    // The mark whose triangle is at this place, of very many the first.
    const mark* mark_at(std::size_t row, float at_x, float at_y) const {
        const float reach = from.in.letter * 0.75F;
        if (std::abs(at_y - mark_y(row)) > reach) return nullptr;
        constexpr std::size_t looked_at = 1000;
        const std::size_t first = first_mark(place_of(from.in, from.seen, at_x - reach));
        const std::size_t last = std::min(first + looked_at, from.all.marks.size());
        for (std::size_t i = first; i < last; ++i) {
            const mark& each = from.all.marks[i];
            if (x(each.index) > at_x + reach) break;
            if (each.row == row) return &each;
        }
        return nullptr;
    }

    // Marks within one pixel cannot be told apart, so a few of them stand for all.
    void add_marks() {
        constexpr int most = 16;
        float column = -1;
        int in_column = 0;
        for (std::size_t i = first_mark(from.seen.from); i < from.all.marks.size();) {
            const mark& each = from.all.marks[i];
            const float at = x(each.index);
            if (at > from.in.right()) break;
            in_column = at < column + 1 ? in_column + 1 : 0;
            if (in_column == 0) column = at;
            const float y = top(each.row);
            if (in_sight(y))
                made.marks.push_back({at, mark_y(each.row), each.row, each.index, each.kind});
            i = in_column < most
                    ? i + 1
                    : std::max(i + 1, first_mark(place_of(from.in, from.seen, column + 1)));
        }
    }

    // An arrow begins and ends in the middle of its trace events' lanes, on the axis of events also
    // in the middle of their columns.
    float arrow_x(std::size_t index) const {
        if (from.on.kind() == axis_kind::time) return x(index);
        return (x(index) + x(index + 1)) / 2;
    }

    void add_arrows() {
        for (const arrow& each : from.arrows) {
            const std::size_t row0 = from.all.row(from.of.events[each.from].task);
            const std::size_t row1 = from.all.row(from.of.events[each.to].task);
            const float x0 = arrow_x(each.from);
            const float x1 = arrow_x(each.to);
            if (x1 < from.in.lanes_x() || x0 > from.in.right()) continue;
            made.arrows.push_back({x0, middle(row0), x1, middle(row1), each.effect, each.distance});
        }
    }

    void add_playhead() {
        made.playhead_x0 = x(from.playhead);
        const bool events = from.on.kind() == axis_kind::events;
        made.playhead_x1 = events ? x(from.playhead + 1) : made.playhead_x0;
    }
};

}  // namespace

float x_of(const frame& in, const range& seen, double place) {
    const double share = (place - seen.from) / seen.width();
    // Far outside is as good as just outside, and stays exact as a float.
    const double x = share * static_cast<double>(in.lanes_width());
    return in.lanes_x() + static_cast<float>(std::clamp(x, -1e5, 1e5));
}

double place_of(const frame& in, const range& seen, float x) {
    const auto share = static_cast<double>((x - in.lanes_x()) / in.lanes_width());
    return seen.from + share * seen.width();
}

fill fill_of(look which) {
    switch (which) {
        case look::running:
        case look::run:
            return fill::solid;
        case look::ready:
        case look::timers:
            return fill::hatched;
        default:
            return fill::tinted;
    }
}

timeline_layout lay_out(const timeline_input& from) {
    builder of{from, {}};
    of.made.content_height = static_cast<float>(from.all.rows.size()) * from.in.lane;
    if (from.of.events.empty()) return of.made;
    of.add_ticks();
    of.add_row(0);
    for (std::size_t row = of.first_row(); row < of.last_row(); ++row) of.add_row(row);
    of.add_marks();
    of.add_arrows();
    of.add_playhead();
    return of.made;
}

std::optional<hit> pick(const timeline_input& from, float x, float y) {
    if (from.of.events.empty() || x < from.in.x || x > from.in.right()) return std::nullopt;
    if (y < from.in.lanes_y() || y > from.in.bottom()) return std::nullopt;
    const float down = y - from.in.lanes_y();
    const bool loop = down < from.in.lane;
    const auto row = loop ? 0 : static_cast<std::size_t>((down + from.in.scroll) / from.in.lane);
    if (row >= from.all.rows.size()) return std::nullopt;
    const std::size_t index = from.on.index_at(place_of(from.in, from.seen, x));
    const lane& in = from.all.rows[row];
    if (x < from.in.lanes_x()) return hit{row, from.playhead, in.at(from.playhead)};
    if (const mark* there = builder{from, {}}.mark_at(row, x, y))
        return hit{row, there->index, in.at(there->index)};
    const span* stretch = in.at(index);
    return hit{row, stretch == nullptr ? index : stretch->begin, stretch};
}

}  // namespace giambio::gui
