// Where trace events stand on an axis.
//
// Not here: which options of a command make a window (tracer/commands/).
// Internal to tracer/.
#include "tracer/model/export_window.hpp"

#include <algorithm>

namespace giambio::trace {

window whole(const recording& of) {
    return {0, of.events.size(), std::nullopt};
}

axis natural_axis(const recording& of) {
    return of.header.clock == "virtual" ? axis::events : axis::time;
}

std::vector<std::int64_t> places_on(const recording& of, axis which) {
    constexpr std::int64_t room = 1000;
    std::vector<std::int64_t> places;
    places.reserve(of.events.size() + 1);
    std::int64_t next = 0;
    for (const event& each : of.events) {
        const std::int64_t place = which == axis::events ? next : std::max(each.t, next);
        places.push_back(place);
        next = place + (which == axis::events ? room : 1);
    }
    places.push_back(next);
    return places;
}

}  // namespace giambio::trace
