// Places on the axis, the arithmetic of zoom and pan, and round ticks.
//
// Called by the study and the timeline's layout. Zooming never moves what is under the mouse,
// unless the end of the run comes into sight. Not here: pixels.
// Internal to gui/; public to it through axis.hpp.
#include "gui/model/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace giambio::gui {
namespace {

// How much beyond the run may be seen, as a share of the visible width.
constexpr double margin = 0.03;

range inside(const axis& on, range wanted) {
    const double most = on.end() * (1 + 2 * margin);
    const double width =
        std::clamp(wanted.width(), std::min(on.narrowest(), most), std::max(most, on.narrowest()));
    const double lowest = -margin * width;
    const double highest = std::max(on.end() + margin * width - width, lowest);
    const double from = std::clamp(wanted.from, lowest, highest);
    return {from, from + width};
}

// 1, 2 or 5 times a power of ten, at least `least`.
double round_up(double least) {
    const double power = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= least * (1 - 1e-9)) return factor * power;
    return 10 * power;
}

}  // namespace

axis_kind best_axis(const trace::recording& of) {
    return of.header.clock == "virtual" ? axis_kind::events : axis_kind::time;
}

double axis::at(std::size_t index) const {
    const std::size_t count = of_->events.size();
    if (kind_ == axis_kind::events) return static_cast<double>(std::min(index, count));
    if (count == 0) return 1;
    if (index < count) return static_cast<double>(of_->events[index].t);
    // A run on which no time passed still needs a width.
    return std::max(1.0, static_cast<double>(of_->events.back().t));
}

std::size_t axis::index_at(double place) const {
    const std::size_t count = of_->events.size();
    if (count == 0 || place <= 0) return 0;
    if (kind_ == axis_kind::events)
        return std::min(static_cast<std::size_t>(std::floor(place)), count - 1);
    return std::min(of_->index_at(static_cast<std::int64_t>(std::llround(place))), count - 1);
}

range whole_range(const axis& on) {
    return inside(on, {-margin * on.end(), on.end() * (1 + margin)});
}

range first_range(const axis& on) {
    constexpr double readable = 130;  // columns
    if (on.kind() == axis_kind::time || on.end() <= readable * 1.3) return whole_range(on);
    return inside(on, {-margin * readable, readable});
}

range fitted(const axis& on, std::size_t first, std::size_t last) {
    const double from = on.at(first);
    const double to = on.at(last);
    const double air = std::max((to - from) * 0.2, on.narrowest() / 2);
    return inside(on, {from - air, to + air});
}

range zoomed(const axis& on, range now, double around, double factor) {
    const double most = std::max(on.end() * (1 + 2 * margin), on.narrowest());
    const double width = std::clamp(now.width() * factor, std::min(on.narrowest(), most), most);
    const double share = (around - now.from) / now.width();
    return inside(on, {around - share * width, around + (1 - share) * width});
}

range panned(const axis& on, range now, double by) {
    return inside(on, {now.from + by, now.to + by});
}

range revealing(const axis& on, range now, double place) {
    const double air = now.width() * 0.08;
    if (place < now.from) return panned(on, now, place - air - now.from);
    if (place > now.to - air) return panned(on, now, place + air - now.to);
    return now;
}

std::string axis::label(double place, double step, double farthest) const {
    if (kind_ == axis_kind::events) return std::to_string(of_->events[index_at(place)].seq);
    struct unit {
        double length;
        const char* name;
    };
    constexpr std::array<unit, 4> units{{{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}}};
    const auto fits = [&](const unit& each) {
        return farthest >= each.length || step >= each.length / 10;
    };
    const auto found = std::find_if(units.begin(), units.end(), fits);
    const unit& chosen = found == units.end() ? units.back() : *found;
    const double decimals = std::ceil(-std::log10(step / chosen.length) - 1e-9);
    return fmt::format("{:.{}f} {}", place / chosen.length, std::max(0, static_cast<int>(decimals)),
                       chosen.name);
}

std::vector<tick> ticks(const axis& on, range now, double pixels, double room) {
    std::vector<tick> made;
    if (on.empty()) return made;
    const bool events = on.kind() == axis_kind::events;
    const double step =
        std::max(round_up(now.width() / std::max(1.0, std::floor(pixels / room))), 1.0);
    // The first trace event has the number 1, and round numbers read better than 1, 11, 21.
    const double shift = events ? -1 : 0;
    const double last = std::min(now.to, events ? on.end() - 1 : on.end());
    for (double i = std::ceil(std::max(0.0, now.from - shift) / step); made.size() < 1000; ++i) {
        const double place = i * step + shift;
        if (place > last) break;
        if (place >= 0) made.push_back({place, on.label(place, step, last)});
    }
    return made;
}

}  // namespace giambio::gui
