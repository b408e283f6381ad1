// Who waits for whom, among all parked tasks at one moment: the circles, and who is behind them.
//
// check_deadlocks.cpp makes one when a run begins to end, or when the recording does. An edge goes
// from a task to each whose end, or release, it needs: the task that it joins, the holder of what
// it waits for, every living task of the pool that it waits for.
// Not here: what is told about it (check_deadlocks.cpp).
// Kept true: the time is that of the number of edges, whatever the trace says.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/check_scene.hpp"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace giambio::trace {

// The task that this one needs by itself: joined, or the holder of what it wants; 0 for none.
// A thread's object is held by the very task that waits for it; that is no edge.
std::uint32_t needed_by(const scene& now, const task_row& who);

class wait_graph {
public:
    explicit wait_graph(const scene& now);

    // Each as a way round, from its lowest task on; a task is in one at most.
    const std::vector<std::vector<std::uint32_t>>& circles() const { return circles_; }

    // Parked tasks that need one of these, directly or through others, without them themselves.
    std::vector<std::uint32_t> behind(const std::vector<std::uint32_t>& these) const;

    // Whether it needs any other parked task.
    bool needs_somebody(std::uint32_t task) const;

    // Parked and not ended, by id.
    const std::vector<std::uint32_t>& parked() const { return parked_; }

private:
    void add_edges(const scene& now);
    void find_circles();
    void add_circle(const std::vector<std::uint32_t>& members);

    std::vector<std::uint32_t> parked_;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> needs_;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> needed_by_;
    std::vector<std::vector<std::uint32_t>> circles_;
};

}  // namespace giambio::trace
