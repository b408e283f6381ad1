// The lines of a state, in their order: tasks at an object or a descriptor, timers by due time.
//
// The panes, the words and the reports ask for them when they show a state. Not here: how a line
// changes (state.cpp).
// Internal to tracer/model/; its functions are public through state.hpp.
#include "tracer/model/state.hpp"

#include <algorithm>

namespace giambio::trace {

std::vector<std::uint32_t> state::waiters(std::uint32_t object) const {
    const auto found = objects.find(object);
    if (found == objects.end()) return {};
    return {found->second.waiters.begin(), found->second.waiters.end()};
}

std::vector<std::uint32_t> state::readers(int fd) const {
    const auto found = fds.find(fd);
    if (found == fds.end()) return {};
    return {found->second.readers.begin(), found->second.readers.end()};
}

std::vector<std::uint32_t> state::writers(int fd) const {
    const auto found = fds.find(fd);
    if (found == fds.end()) return {};
    return {found->second.writers.begin(), found->second.writers.end()};
}

std::vector<timer_view> state::timers_in_order() const {
    std::vector<timer_view> sorted;
    sorted.reserve(timers.size());
    for (const auto& [id, timer] : timers) sorted.push_back(timer);
    // The map is sorted by id already, and equal due times fire in arming order (rule R2).
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const timer_view& a, const timer_view& b) { return a.due < b.due; });
    return sorted;
}

}  // namespace giambio::trace
