// What each task did, as stretches: ready, running or parked, from one trace event to the next.
//
// Made in one pass over a recording, and asked by everything that measures: the statistics, the
// sentences about why, the exports, the timeline. Not here: what a task waited for (its `park`
// tells; that is the trace event at which a parked stretch begins), the kernel's other parts
// (state.hpp).
// Kept true: the stretches of a task are in order and have no gap between its spawn and its end; a
// question about any window of time costs a binary search, not a walk.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/id_table.hpp"
#include "tracer/model/state.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace giambio::trace {

// From the trace event at this position of `recording::events` up to the next stretch's.
struct stretch {
    std::uint32_t begins = 0;
    task_state in = task_state::ready;
};

// How a task spent a window of time, in nanoseconds.
struct share {
    std::array<std::int64_t, 3> in{};  // ready, running, parked
    std::int64_t longest_step = 0;     // of the steps that begin in the window, to their real end
};

class lanes {
public:
    explicit lanes(const recording& of);

    // The tasks that have a lane, by id.
    std::vector<std::uint32_t> tasks() const;

    // Empty for a task that is not there. The last stretch of a task that ended is `ended`.
    std::span<const stretch> of(std::uint32_t task) const;

    // The stretch that the task is in after the trace event at this position; nullptr before its
    // spawn.
    const stretch* at(std::uint32_t task, std::size_t index) const;

    // From t0 up to t1. What is still going on at the end of the recording lasts until then.
    share between(std::uint32_t task, std::int64_t t0, std::int64_t t1) const;

    std::size_t bytes() const;  // that they take

private:
    // A task's place in all_.
    struct range {
        std::uint32_t id = 0;
        std::uint32_t begin = 0;
        std::uint32_t count = 0;
        task_state now = task_state::ended;  // while the lanes are made
    };
    static constexpr std::size_t block = 16;  // stretches that are summed up together

    // A stretch on its way to its task's range.
    struct begun {
        std::uint32_t task = 0;
        stretch what;
    };

    std::vector<begun> collect();
    void place_ranges();
    void sum_up();
    std::int64_t begin_of(std::size_t place) const;
    std::int64_t end_of(const range& task, std::size_t place) const;
    share sum(const range& task, std::size_t from, std::size_t to) const;
    std::int64_t longest_step(const range& task, std::size_t from, std::size_t to) const;

    const recording* of_;
    id_table<range> tasks_;
    std::vector<stretch> all_;  // task after task
    // For block number n: the time in each state of all stretches before it. Of very many tasks it
    // goes beyond the largest number and begins again at 0, which differences do not feel.
    std::vector<std::array<std::uint64_t, 3>> sums_;
    // longest_[k][n]: the longest step in the 2^k blocks from block n * 2^k on.
    std::vector<std::vector<std::int64_t>> longest_;
};

}  // namespace giambio::trace
