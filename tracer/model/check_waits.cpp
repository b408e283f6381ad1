// Finds the circles in who waits for whom. See check_waits.hpp.
//
// Tasks that reach each other are found as strongly connected components (Tarjan), with a stack of
// our own: a chain of a hundred thousand tasks must not overflow the machine's.
// Internal to tracer/model/.
#include "tracer/model/check_waits.hpp"

#include <algorithm>
#include <deque>

namespace giambio::trace {
namespace {

using edges = std::unordered_map<std::uint32_t, std::vector<std::uint32_t>>;

// Gives each strongly connected component of what can be reached, once.
class component_finder {
public:
    explicit component_finder(edges& from) : edges_(from) {}

    template <typename taker>
    void look_from(std::uint32_t root, taker take) {
        if (marks_[root].number != 0) return;
        discover(root);
        while (!way_.empty()) {
            const std::uint32_t task = way_.back().task;
            const std::vector<std::uint32_t>& next = edges_[task];
            if (way_.back().followed < next.size()) {
                follow(task, next[way_.back().followed++]);
            } else if (leave(task)) {
                take(component_of(task));
            }
        }
    }

private:
    struct mark {
        std::uint32_t number = 0;  // in order of discovery, from 1
        std::uint32_t lowest = 0;  // that it reaches
        bool on_stack = false;
    };
    struct visit {
        std::uint32_t task = 0;
        std::size_t followed = 0;  // how many of its edges
    };

    void discover(std::uint32_t task) {
        marks_[task] = {++last_, last_, true};
        stack_.push_back(task);
        way_.push_back({task, 0});
    }

    void follow(std::uint32_t task, std::uint32_t to) {
        const mark there = marks_[to];
        if (there.number == 0) return discover(to);
        if (there.on_stack) marks_[task].lowest = std::min(marks_[task].lowest, there.number);
    }

    // True: everything that reaches back to this task has been seen.
    bool leave(std::uint32_t task) {
        const mark done = marks_[task];
        way_.pop_back();
        if (!way_.empty()) {
            mark& caller = marks_[way_.back().task];
            caller.lowest = std::min(caller.lowest, done.lowest);
        }
        return done.lowest == done.number;
    }

    std::vector<std::uint32_t> component_of(std::uint32_t first) {
        std::vector<std::uint32_t> members;
        do {
            members.push_back(stack_.back());
            marks_[stack_.back()].on_stack = false;
            stack_.pop_back();
        } while (members.back() != first);
        return members;
    }

    edges& edges_;
    std::unordered_map<std::uint32_t, mark> marks_;
    std::vector<std::uint32_t> stack_;  // seen, and not in a component yet
    std::vector<visit> way_;            // from the root to where we are
    std::uint32_t last_ = 0;
};

}  // namespace

std::uint32_t needed_by(const scene& now, const task_row& who) {
    if (who.waits == wait_kind::task) return who.wait_id;
    if (who.waits != wait_kind::object) return 0;
    const object_row* on = now.object(who.wait_id);
    return on == nullptr || on->kind == object_kind::thread ? 0 : on->holder;
}

wait_graph::wait_graph(const scene& now) {
    for (const task_row* each : now.tasks.in_order())
        if (each->now == task_state::parked) parked_.push_back(each->id);
    add_edges(now);
    find_circles();
}

void wait_graph::add_edges(const scene& now) {
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> members;  // of pools
    for (const std::uint32_t id : parked_) {
        const std::uint32_t pool = now.task(id)->pool;
        if (pool != 0) members[pool].push_back(id);
    }
    const auto add = [&](std::uint32_t from, std::uint32_t to) {
        const task_row* needed = now.task(to);
        if (needed == nullptr || needed->now != task_state::parked) return;
        needs_[from].push_back(to);
        needed_by_[to].push_back(from);
    };
    for (const std::uint32_t id : parked_) {
        const task_row& who = *now.task(id);
        if (const std::uint32_t other = needed_by(now, who); other != 0) add(id, other);
        if (who.waits != wait_kind::object) continue;
        const auto children = members.find(who.wait_id);
        if (children == members.end()) continue;
        for (const std::uint32_t child : children->second) add(id, child);
    }
}

void wait_graph::find_circles() {
    component_finder finder(needs_);
    for (const std::uint32_t root : parked_)
        finder.look_from(root, [&](const auto& members) { add_circle(members); });
}

// A shortest way from the lowest member back to itself.
void wait_graph::add_circle(const std::vector<std::uint32_t>& members) {
    const std::uint32_t first = *std::min_element(members.begin(), members.end());
    std::unordered_map<std::uint32_t, std::uint32_t> came_from;
    for (const std::uint32_t each : members) came_from[each] = 0;
    std::deque<std::uint32_t> next{first};
    while (!next.empty() && came_from[first] == 0) {
        const std::uint32_t task = next.front();
        next.pop_front();
        for (const std::uint32_t to : needs_[task]) {
            const auto known = came_from.find(to);
            if (known == came_from.end() || known->second != 0) continue;
            known->second = task;
            next.push_back(to);
        }
    }
    if (came_from[first] == 0) return;  // a task alone, which does not need itself
    std::vector<std::uint32_t> way;
    for (std::uint32_t task = came_from[first]; task != first; task = came_from[task])
        way.push_back(task);
    way.push_back(first);
    std::reverse(way.begin(), way.end());
    circles_.push_back(std::move(way));
}

std::vector<std::uint32_t> wait_graph::behind(const std::vector<std::uint32_t>& these) const {
    std::unordered_map<std::uint32_t, bool> seen;
    for (const std::uint32_t each : these) seen[each] = true;
    std::vector<std::uint32_t> found;
    std::deque<std::uint32_t> next(these.begin(), these.end());
    while (!next.empty()) {
        const auto waiting = needed_by_.find(next.front());
        next.pop_front();
        if (waiting == needed_by_.end()) continue;
        for (const std::uint32_t each : waiting->second) {
            if (seen[each]) continue;
            seen[each] = true;
            found.push_back(each);
            next.push_back(each);
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

bool wait_graph::needs_somebody(std::uint32_t task) const {
    const auto edges = needs_.find(task);
    return edges != needs_.end() && !edges->second.empty();
}

}  // namespace giambio::trace
