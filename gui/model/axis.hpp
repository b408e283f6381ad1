// The horizontal axis of the timeline: by time, or by trace events (each equally wide).
//
// The timeline's layout asks where a trace event stands, and the study moves the visible range.
// Under the virtual clock most trace events share one time, which is what that is good for.
// Not here: pixels of lanes (timeline.hpp).
// Kept true: a range stays inside the run (with a small margin) and keeps a smallest width.
// Internal to gui/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace giambio::gui {

enum class axis_kind : std::uint8_t { events, time };

// Which axis shows this trace better at first sight.
axis_kind best_axis(const trace::recording& of);

class axis {
public:
    axis(const trace::recording& of, axis_kind kind) : of_(&of), kind_(kind) {}

    axis_kind kind() const { return kind_; }
    bool empty() const { return of_->events.empty(); }
    // Where the trace event begins; for the number of trace events, where the run ends.
    double at(std::size_t index) const;
    double end() const { return at(of_->events.size()); }
    // The last trace event that begins at or before this place.
    std::size_t index_at(double place) const;
    // What a tick there says: a trace event's number, or a time precise enough for the distance
    // between two ticks, in the unit that suits the farthest of them.
    std::string label(double place, double step, double farthest) const;
    double narrowest() const { return kind_ == axis_kind::events ? 6 : 200; }

private:
    const trace::recording* of_;
    axis_kind kind_;
};

// The visible part of an axis.
struct range {
    double from = 0;
    double to = 1;
    double width() const { return to - from; }
};

range whole_range(const axis& on);
// What to show first: everything, or as much of a long run's beginning as can be read.
range first_range(const axis& on);
// From `first` to `last` with some air around it.
range fitted(const axis& on, std::size_t first, std::size_t last);
// `factor` below 1 zooms in; the place `around` keeps its share of the range.
range zoomed(const axis& on, range now, double around, double factor);
range panned(const axis& on, range now, double by);
// The smallest move that makes a place visible; the same range when it is.
range revealing(const axis& on, range now, double place);

struct tick {
    double place = 0;
    std::string text;
};

// Round places, not more than fit when each needs `room` of `pixels`.
std::vector<tick> ticks(const axis& on, range now, double pixels, double room);

}  // namespace giambio::gui
