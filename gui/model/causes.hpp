// Who made what happen: the arrows from a trace event's causes to it, and from it to its effects.
//
// The timeline draws them for the trace event at the playhead, the list of trace events marks their
// rows, and the keys [ and ] walk along them. Not here: where an arrow is drawn (timeline.cpp).
// Kept true: an arrow points forward, from a cause to a later trace event.
// Internal to gui/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace giambio::gui {

// Positions of trace events, not their numbers.
struct arrow {
    std::size_t from = 0;
    std::size_t to = 0;
    bool effect = false;  // of the selected trace event; else it is one of its causes
    int distance = 1;     // how many arrows away from the selected one
};

class causes {
public:
    explicit causes(const trace::recording& of);

    std::optional<std::size_t> cause_of(std::size_t index) const;
    std::vector<std::size_t> effects_of(std::size_t index) const;

    // The chain of causes (at most `reach` arrows back) and the direct effects.
    std::vector<arrow> arrows_of(std::size_t index, int reach = 3) const;

private:
    const trace::recording* of_;
    // The effects of the trace event at i are effects_[first_[i]] up to effects_[first_[i + 1]].
    std::vector<std::uint32_t> first_;
    std::vector<std::uint32_t> effects_;
};

}  // namespace giambio::gui
