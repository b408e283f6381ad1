// Makes the lanes and answers for any window of time.
//
// One pass over the recording collects the stretches and counts each task's; then they are put in
// their places, so that all of them are one array, task after task. Then sums over blocks of them
// are kept, and the longest step of every power of two of blocks. Not here: the meaning of the
// states (state.hpp).
// Kept true: only what the file says is told; a damaged trace gives lanes with odd stretches, never
// a crash.
// Internal to tracer/model/; its functions are public through lanes.hpp.
#include "tracer/model/lanes.hpp"

#include <algorithm>
#include <optional>

namespace giambio::trace {
namespace {

struct transition {
    std::uint32_t task = 0;
    task_state to = task_state::ready;
};

std::uint32_t id_in(const recording& of, const event& that, key which) {
    return static_cast<std::uint32_t>(of.number(that, which).value_or(0));
}

// What a trace event does to a task's state; `now_of` tells in which one a task is.
template <typename state_of>
std::optional<transition> transition_of(const recording& of, const event& that, state_of now_of) {
    switch (that.kind) {
        case kind::spawn:
            return transition{id_in(of, that, key::child), task_state::ready};
        case kind::wake:
            return transition{id_in(of, that, key::woken), task_state::ready};
        case kind::switch_in:
            return transition{that.task, task_state::running};
        case kind::park:
            return transition{that.task, task_state::parked};
        case kind::exit:
            return transition{that.task, task_state::ended};
        case kind::switch_out:
            // After a `park` or an `exit` the task is no longer running, and this adds nothing.
            if (now_of(that.task) != task_state::running) return std::nullopt;
            return transition{that.task, of.text(that, key::how) == "park" ? task_state::parked
                                                                           : task_state::ready};
        default:
            return std::nullopt;
    }
}

}  // namespace

lanes::lanes(const recording& of) : of_(&of) {
    const std::vector<begun> all = collect();
    place_ranges();
    for (const begun& each : all) {
        range& task = *tasks_.change(each.task);
        all_[task.begin + task.count++] = each.what;
    }
    sum_up();
}

// The stretches of all tasks as they begin, and how many each task has.
std::vector<lanes::begun> lanes::collect() {
    const auto now_of = [&](std::uint32_t task) {
        const range* found = tasks_.find(task);
        return found == nullptr ? task_state::ended : found->now;
    };
    std::vector<begun> all;
    for (auto at = of_->events.begin(); at != of_->events.end(); ++at) {
        __builtin_prefetch(of_->keys_soon(at.index()));
        if (!state::is_changed_by(at.kind())) continue;
        const event each = *at;
        const auto next = transition_of(*of_, each, now_of);
        if (!next || next->task == 0) continue;
        range& task = tasks_[next->task];
        task.now = next->to;
        ++task.count;
        all.push_back({next->task, {each.index, next->to}});
    }
    return all;
}

void lanes::place_ranges() {
    std::uint32_t begin = 0;
    for (const range* each : tasks_.in_order()) {
        range& task = *tasks_.change(each->id);
        task.begin = begin;
        begin += task.count;
        task.count = 0;
    }
    all_.resize(begin);
}

// Blocks do not care where a task begins: only whole blocks inside one task's range are ever asked.
void lanes::sum_up() {
    std::array<std::uint64_t, 3> sum{};
    std::vector<std::int64_t> longest;
    std::vector<std::int64_t> ends(all_.size());
    tasks_.each([&](const range& task) {
        for (std::size_t i = task.begin; i < task.begin + task.count; ++i)
            ends[i] = end_of(task, i);
    });
    for (std::size_t i = 0; i < all_.size(); ++i) {
        if (i % block == 0) {
            sums_.push_back(sum);
            longest.push_back(0);
        }
        if (all_[i].in == task_state::ended) continue;
        const std::int64_t length = ends[i] - begin_of(i);
        sum[static_cast<std::size_t>(all_[i].in)] += static_cast<std::uint64_t>(length);
        if (all_[i].in == task_state::running) longest.back() = std::max(longest.back(), length);
    }
    sums_.push_back(sum);
    while (longest.size() > 1) {
        std::vector<std::int64_t> next((longest.size() + 1) / 2);
        for (std::size_t i = 0; i < longest.size(); ++i)
            next[i / 2] = std::max(next[i / 2], longest[i]);
        longest_.push_back(std::move(longest));
        longest = std::move(next);
    }
    longest_.push_back(std::move(longest));
}

std::int64_t lanes::begin_of(std::size_t place) const {
    return of_->events.time(all_[place].begins);
}

std::int64_t lanes::end_of(const range& task, std::size_t place) const {
    if (place + 1 < task.begin + task.count) return begin_of(place + 1);
    return of_->events.time(of_->events.size() - 1);
}

std::size_t lanes::bytes() const {
    std::size_t sum =
        tasks_.bytes() + all_.capacity() * sizeof(stretch) + sums_.capacity() * sizeof(sums_[0]);
    for (const auto& level : longest_) sum += level.capacity() * sizeof(level[0]);
    return sum;
}

std::vector<std::uint32_t> lanes::tasks() const {
    std::vector<std::uint32_t> ids;
    for (const range* each : tasks_.in_order()) ids.push_back(each->id);
    return ids;
}

std::span<const stretch> lanes::of(std::uint32_t task) const {
    const range* found = tasks_.find(task);
    if (found == nullptr) return {};
    return std::span(all_).subspan(found->begin, found->count);
}

const stretch* lanes::at(std::uint32_t task, std::size_t index) const {
    const std::span<const stretch> lane = of(task);
    const auto later = std::upper_bound(
        lane.begin(), lane.end(), index,
        [](std::size_t wanted, const stretch& each) { return wanted < each.begins; });
    return later == lane.begin() ? nullptr : &*std::prev(later);
}

// The stretches from `from` up to `to`, whole.
share lanes::sum(const range& task, std::size_t from, std::size_t to) const {
    share made;
    const auto walk = [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            if (all_[i].in != task_state::ended)
                made.in[static_cast<std::size_t>(all_[i].in)] += end_of(task, i) - begin_of(i);
    };
    const std::size_t first_block = (from + block - 1) / block;
    const std::size_t last_block = to / block;
    if (first_block >= last_block) {
        walk(from, to);
        return made;
    }
    walk(from, first_block * block);
    for (std::size_t i = 0; i < made.in.size(); ++i)
        made.in[i] += static_cast<std::int64_t>(sums_[last_block][i] - sums_[first_block][i]);
    walk(last_block * block, to);
    return made;
}

// Climbs from blocks to pairs of blocks and so on: two looks at each power of two at most.
std::int64_t lanes::longest_step(const range& task, std::size_t from, std::size_t to) const {
    std::int64_t longest = 0;
    const auto walk = [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            if (all_[i].in == task_state::running)
                longest = std::max(longest, end_of(task, i) - begin_of(i));
    };
    std::size_t low = (from + block - 1) / block;
    std::size_t high = to / block;
    if (low >= high) {
        walk(from, to);
        return longest;
    }
    walk(from, low * block);
    walk(high * block, to);
    for (std::size_t level = 0; low < high; ++level, low /= 2, high /= 2) {
        if (low % 2 == 1) longest = std::max(longest, longest_[level][low++]);
        if (high % 2 == 1) longest = std::max(longest, longest_[level][--high]);
    }
    return longest;
}

share lanes::between(std::uint32_t task, std::int64_t t0, std::int64_t t1) const {
    const range* found = tasks_.find(task);
    if (found == nullptr || found->count == 0 || t1 <= t0) return {};
    const std::span<const stretch> lane = of(task);
    const auto begins_at = [&](std::int64_t t) {
        const auto place = std::partition_point(lane.begin(), lane.end(), [&](const stretch& each) {
            return of_->events[each.begins].t < t;
        });
        return found->begin + static_cast<std::size_t>(place - lane.begin());
    };
    const std::size_t from = begins_at(t0);
    const std::size_t to = begins_at(t1);
    share made = sum(*found, from, to);
    made.longest_step = longest_step(*found, from, to);
    // What began before the window reaches into it; what began in it may reach beyond it.
    const auto add = [&](std::size_t place, std::int64_t time) {
        if (all_[place].in != task_state::ended)
            made.in[static_cast<std::size_t>(all_[place].in)] += time;
    };
    if (from > found->begin)
        add(from - 1, std::max(std::min(end_of(*found, from - 1), t1) - t0, std::int64_t{0}));
    if (to > from) add(to - 1, std::min(t1 - end_of(*found, to - 1), std::int64_t{0}));
    return made;
}

}  // namespace giambio::trace
