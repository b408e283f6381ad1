// The lanes of the timeline: what the loop and every task did, as stretches from one trace event to
// another, in the order of the spawn tree.
//
// Made once when a trace is opened; timeline.cpp cuts out what is visible. The states come from the
// rebuilt state of tracer/model/, so that this file knows nothing about the meaning of trace
// events.
// Not here: pixels, colours.
// Kept true: the stretches of a lane are in order and do not overlap; the first lane is the loop's.
// Internal to gui/.
#pragma once

#include "gui/model/look.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace giambio::gui {

// From the trace event `begin` (its position) up to `end`, which is not part of it any more.
struct span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    gui::look look = look::ready;
    std::uint32_t what = 0;  // the word for what it waits for, in lanes::words
};

struct lane {
    std::uint32_t task = 0;    // 0: the loop
    std::uint32_t parent = 0;  // the task that spawned it
    std::uint32_t depth = 0;   // in the spawn tree
    std::string name;
    std::uint32_t born = 0;
    std::uint32_t died = 0;  // position of its exit, or the number of trace events
    std::string outcome;     // "value", "error", "cancelled", or empty when it has not ended
    std::vector<span> spans;

    // The stretch in which the trace event at this position falls; nullptr when there is none.
    const span* at(std::size_t index) const;
};

// A trace event that gets a mark of its own on its task's lane.
struct mark {
    std::uint32_t index = 0;
    std::uint32_t row = 0;
    trace::kind kind = trace::kind::unknown;
};

struct lanes {
    std::vector<lane> rows;
    std::unordered_map<std::uint32_t, std::size_t> row_of;  // by task id
    std::vector<std::string> words;
    std::vector<mark> marks;  // by position

    std::size_t row(std::uint32_t task) const;
};

lanes make_lanes(const trace::recording& of);

}  // namespace giambio::gui
