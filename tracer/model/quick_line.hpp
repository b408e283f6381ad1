// Reads a trace event's line when it looks exactly as our own writer makes it; nearly all lines do.
//
// The reader tries this first. A line that is anything else (spaces, another order of keys, an
// escape, a key that is not known, a mistake) is left to event_line.hpp, which takes its time and
// can say what is wrong. Not here: checks against the lines before (event_taker.hpp).
// Kept true: what is taken here, event_line takes with the same result; the tests compare them.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/event.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace giambio::trace {

struct quick_event {
    event made;
    std::size_t keys_at = 0;  // offset in the line of what stands behind the seven common keys
};

std::optional<quick_event> read_quickly(std::string_view line);

}  // namespace giambio::trace
