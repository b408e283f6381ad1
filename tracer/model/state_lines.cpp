// The lines of a state, in their order: tasks at an object or a descriptor, timers by due time.
//
// The panes, the words and the reports ask for them when they show a state. A task stands in a line
// by the time of its `park` or `move`, so no line is kept anywhere. Not here: how a wait begins and
// ends (state.cpp).
// Internal to tracer/model/; its functions are public through state.hpp and state_lines.hpp.
#include "tracer/model/state_lines.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace giambio::trace {
namespace {

std::vector<std::uint32_t> ids_of(std::span<const task_view* const> line) {
    std::vector<std::uint32_t> ids;
    ids.reserve(line.size());
    for (const task_view* each : line) ids.push_back(each->id);
    return ids;
}

template <typename condition>
std::vector<std::uint32_t> line_of(const state& now, condition stands_in_it) {
    std::vector<const task_view*> line;
    now.tasks.each([&](const task_view& each) {
        if (stands_in_it(each)) line.push_back(&each);
    });
    std::sort(line.begin(), line.end(),
              [](const task_view* a, const task_view* b) { return a->parked < b->parked; });
    return ids_of(line);
}

}  // namespace

std::vector<std::uint32_t> state::waiters(std::uint32_t object) const {
    return line_of(*this, [&](const task_view& each) {
        return each.waits == wait_kind::object && each.wait_id == object;
    });
}

std::vector<std::uint32_t> state::readers(int fd) const {
    return line_of(*this, [&](const task_view& each) {
        return each.wait_fd() == fd && each.waits == wait_kind::fd && !each.wait_write;
    });
}

std::vector<std::uint32_t> state::writers(int fd) const {
    return line_of(*this, [&](const task_view& each) {
        return each.wait_fd() == fd && each.waits == wait_kind::fd && each.wait_write;
    });
}

std::vector<const task_view*> state::lines_of_objects() const {
    std::vector<const task_view*> line;
    tasks.each([&](const task_view& each) {
        if (each.waits == wait_kind::object || each.waits == wait_kind::fd) line.push_back(&each);
    });
    std::sort(line.begin(), line.end(), [](const task_view* a, const task_view* b) {
        return std::tuple(a->waits, a->wait_id, a->parked) <
               std::tuple(b->waits, b->wait_id, b->parked);
    });
    return line;
}

state_lines::state_lines(const state& now) : waiting_(now.lines_of_objects()) {
    ready_.reserve(now.ready.size());
    for (const std::uint32_t task : now.ready) ready_.emplace_back(task, ready_.size() + 1);
    std::sort(ready_.begin(), ready_.end());
}

std::span<const task_view* const> state_lines::line_of(wait_kind on, std::uint32_t id) const {
    const std::pair wanted(on, id);
    const auto key = [](const task_view* each) { return std::pair(each->waits, each->wait_id); };
    const auto first = std::partition_point(waiting_.begin(), waiting_.end(),
                                            [&](const auto* each) { return key(each) < wanted; });
    const auto last = std::partition_point(first, waiting_.end(),
                                           [&](const auto* each) { return key(each) == wanted; });
    return {first, last};
}

std::vector<std::uint32_t> state_lines::at_descriptor(int fd, bool write) const {
    std::vector<const task_view*> line;
    for (const task_view* each : line_of(wait_kind::fd, static_cast<std::uint32_t>(fd)))
        if (each->wait_write == write) line.push_back(each);
    return ids_of(line);
}

std::vector<std::uint32_t> state_lines::waiters(std::uint32_t object) const {
    return ids_of(line_of(wait_kind::object, object));
}

std::vector<std::uint32_t> state_lines::readers(int fd) const {
    return at_descriptor(fd, false);
}

std::vector<std::uint32_t> state_lines::writers(int fd) const {
    return at_descriptor(fd, true);
}

state_lines::place state_lines::in_its_line(const task_view& task) const {
    const auto line = line_of(wait_kind::object, task.wait_id);
    const auto came = [](const task_view* each) { return each->parked; };
    const auto found = std::ranges::lower_bound(line, task.parked, {}, came);
    const bool there = found != line.end() && (*found)->id == task.id;
    return {there ? static_cast<std::size_t>(found - line.begin()) + 1 : 0, line.size()};
}

state_lines::place state_lines::in_ready_queue(std::uint32_t task) const {
    const auto found = std::ranges::lower_bound(ready_, std::pair(task, std::size_t{0}));
    const bool there = found != ready_.end() && found->first == task;
    return {there ? found->second : 0, ready_.size()};
}

std::vector<timer_view> state::timers_in_order() const {
    std::vector<timer_view> sorted;
    sorted.reserve(timers.size());
    timers.each([&](const timer_view& each) { sorted.push_back(each); });
    // Equal due times fire in arming order, and ids rise with it (rule R2).
    std::sort(sorted.begin(), sorted.end(), [](const timer_view& a, const timer_view& b) {
        return std::pair(a.due, a.id) < std::pair(b.due, b.id);
    });
    return sorted;
}

}  // namespace giambio::trace
