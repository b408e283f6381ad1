// The lines of a state, in their order: tasks at an object or a descriptor, timers by due time.
//
// The panes, the words and the reports ask for them when they show a state. A task stands in a line
// by the time of its `park` or `move`, so no line is kept anywhere. Not here: how a wait begins and
// ends (state.cpp).
// Internal to tracer/model/; its functions are public through state.hpp.
#include "tracer/model/state.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace giambio::trace {
namespace {

template <typename condition>
std::vector<std::uint32_t> line_of(const state& now, condition stands_in_it) {
    std::vector<const task_view*> line;
    now.tasks.each([&](const task_view& each) {
        if (stands_in_it(each)) line.push_back(&each);
    });
    std::sort(line.begin(), line.end(),
              [](const task_view* a, const task_view* b) { return a->parked < b->parked; });
    std::vector<std::uint32_t> ids;
    ids.reserve(line.size());
    for (const task_view* each : line) ids.push_back(each->id);
    return ids;
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
