// What a loop tells of itself: how many there are of everything, and each of them.
//
// `scheduler.statistics()` gives the numbers; watch_post.hpp gives both to other threads.
// kernel/watching.cpp fills in the numbers, kernel/snapshot.cpp the rest.
// Not here: the trace, which tells how it came to this.
// Kept true: plain copies; nothing here points into the kernel.
// Public.
#pragma once

#include "kernel/snapshot.hpp"
#include "traps/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace giambio {

struct loop_statistics {
    std::uint32_t turn = 0;
    moment now{};                          // of the run's clock
    std::size_t living = 0;                // tasks that have not ended
    std::size_t daemons = 0;               // of these, those that the run does not wait for
    std::size_t ready = 0;                 // tasks in the ready queue
    std::size_t running = 0;               // 1 when a task asks, 0 at the beginning of a turn
    std::size_t parked = 0;                // tasks that wait for something
    std::size_t timers = 0;                // sleeps and deadlines
    std::optional<moment> next_deadline;   // the earliest of them
    std::size_t queued_posts = 0;          // calls from other threads that are not made yet
    std::size_t tasks_on_descriptors = 0;  // parked ones that wait for a descriptor
    std::size_t watched_descriptors = 0;   // that the loop listens to
    std::uint64_t steps = 0;               // that have begun since the run began
};

struct loop_report {
    loop_statistics counts;
    snapshot state;  // with the await chains
};

}  // namespace giambio
