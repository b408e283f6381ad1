// The part of a run that an export shows, and where its trace events stand on an axis.
//
// The commands make a window from --from, --to and --task; the Chrome and SVG exports lay trace
// events on an axis. Not here: bars (export_bars.hpp).
// Kept true: on every axis each trace event stands behind the one before it, so that no viewer can
// sort two of them wrongly, not even under the virtual clock, where many happen at the same time.
// Internal to tracer/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace giambio::trace {

// Positions in recording::events: from `from` on, up to `to`, without it.
struct window {
    std::size_t from = 0;
    std::size_t to = 0;
    std::optional<std::uint32_t> task;  // only this task's lane, and the loop's

    bool shows(std::uint32_t lane) const { return lane == 0 || !task || *task == lane; }
};

window whole(const recording& of);

// `events`: every trace event has the same room, as a microsecond. `time`: the nanoseconds of the
// run, but at least one more than the trace event before has.
enum class axis : std::uint8_t { time, events };

// Under the virtual clock a whole turn takes no time at all, so its trace events are counted.
axis natural_axis(const recording& of);

// For each position its place on the axis, and one more for the end of the run.
std::vector<std::int64_t> places_on(const recording& of, axis which);

}  // namespace giambio::trace
