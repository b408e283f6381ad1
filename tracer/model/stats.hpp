// Where the time of a run went: of every task, object and place in the program.
//
// The command `trace stats` prints what comes out here; the viewer's statistics will be the same
// numbers. One pass over the lanes of a recording. Not here: tables and files (stats_text.hpp).
// Kept true: the times of a task in its three states add up to its life.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/histogram.hpp"
#include "tracer/model/lanes.hpp"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace giambio::trace {

struct task_stats {
    std::uint32_t task = 0;
    std::array<std::int64_t, 3> in{};  // ready, running, parked
    std::uint64_t steps = 0;
    std::int64_t longest_step = 0;
    std::uint64_t longest_step_seq = 0;  // of its switch_in
    std::uint64_t wakes = 0;
    std::int64_t longest_delay = 0;  // from a wake to the step
};

// What tasks did from a place on: the steps that began where they had stopped there, and the waits.
struct site_stats {
    std::uint32_t site = 0;  // 0: from the beginning of a task
    std::array<std::int64_t, 3> in{};
    std::uint64_t steps = 0;
    std::int64_t longest_step = 0;
    std::uint64_t waits = 0;
    std::int64_t longest_wait = 0;
};

struct object_stats {
    std::uint32_t object = 0;
    std::uint64_t waits = 0;
    std::int64_t waited = 0;  // of all together
    std::int64_t longest_wait = 0;
    std::uint64_t operations = 0;
    std::int64_t peak_length = 0;
};

// How long one task waited until another (0: the loop) woke it, or moved it to another object.
struct wait_stats {
    std::uint32_t waiter = 0;
    std::uint32_t waker = 0;
    std::uint32_t object = 0;  // 0 when it was no object
    std::uint64_t count = 0;
    std::int64_t waited = 0;
};

struct stats {
    std::vector<task_stats> tasks;      // by id
    std::vector<object_stats> objects;  // those that were waited for or used, by id
    std::vector<site_stats> sites;      // by id
    std::vector<wait_stats> waits;      // the longest together first
    histogram steps;                    // how long steps were
    histogram delays;                   // from a wake to the step
};

stats stats_of(const recording& of, const lanes& all);

}  // namespace giambio::trace
