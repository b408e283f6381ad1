// Keyframes on the way through a recording, and the way back to any of its places.
//
// Most keyframes hold only the rows that changed. As soon as those since the last whole keyframe
// are as many as there are rows, the next one is whole: so restoring costs no more than twice the
// rows, and memory no more than twice the changes. The ready queue is not kept: a task stands in it
// by the time at which it became ready.
// Internal to tracer/model/.
#include "tracer/model/history.hpp"

#include <algorithm>

namespace giambio::trace {

std::size_t history::keyframe::count() const {
    return tasks.count() + timers.count() + objects.count() + fds.count() + scopes.count();
}

template <typename row>
history::rows<row> history::all_of(const id_table<row>& table) {
    rows<row> made;
    made.changed.reserve(table.size());
    table.each([&](const row& each) { made.changed.push_back(each); });
    return made;
}

template <typename row>
history::rows<row> history::changes_of(id_table<row>& table) {
    rows<row> made;
    for (const std::uint32_t id : table.take_changes()) {
        if (const row* found = table.find(id))
            made.changed.push_back(*found);
        else
            made.gone.push_back(id);
    }
    made.changed.shrink_to_fit();
    made.gone.shrink_to_fit();
    return made;
}

template <typename row>
void history::put(const rows<row>& kept, id_table<row>& table) {
    for (const row& each : kept.changed) table[each.id] = each;
    for (const std::uint32_t id : kept.gone) table.erase(id);
}

history::history(const recording& of) : of_(&of) {
    go_through();
}

void history::go_through() {
    state now;
    now.tasks.follow();
    now.timers.follow();
    now.objects.follow();
    now.fds.follow();
    now.scopes.follow();
    std::size_t seen = 0;
    // What a keyframe does not keep (seq, time, turn) need not be followed on the way.
    for (auto at = of_->events.begin(); at != of_->events.end(); ++at) {
        __builtin_prefetch(of_->keys_soon(at.index()));
        if (state::is_changed_by(at.kind())) now.apply(*of_, *at);
        if (++seen % spacing == 0) keep(now);
    }
    keyframes_.shrink_to_fit();
}

void history::keep(state& now) {
    keyframe made;
    made.trusted = now.trusted;
    made.phase = now.phase;
    made.running = now.running;
    made.runners = now.runners;
    made.ended = now.ended;
    made.tasks = changes_of(now.tasks);
    made.timers = changes_of(now.timers);
    made.objects = changes_of(now.objects);
    made.fds = changes_of(now.fds);
    made.scopes = changes_of(now.scopes);
    since_whole_ += made.count();
    const std::size_t living = now.tasks.size() + now.timers.size() + now.objects.size() +
                               now.fds.size() + now.scopes.size();
    made.whole = keyframes_.empty() || since_whole_ >= living;
    if (made.whole) {
        made.tasks = all_of(now.tasks);
        made.timers = all_of(now.timers);
        made.objects = all_of(now.objects);
        made.fds = all_of(now.fds);
        made.scopes = all_of(now.scopes);
        since_whole_ = 0;
    }
    keyframes_.push_back(std::move(made));
}

// Makes current_ the state at a keyframe: the last whole one up to it, and the changes since.
void history::restore(std::size_t wanted) {
    std::size_t first = wanted;
    while (!keyframes_[first].whole) --first;
    current_ = state{};
    for (std::size_t i = first; i <= wanted; ++i) {
        const keyframe& kept = keyframes_[i];
        put(kept.tasks, current_.tasks);
        put(kept.timers, current_.timers);
        put(kept.objects, current_.objects);
        put(kept.fds, current_.fds);
        put(kept.scopes, current_.scopes);
    }
    applied_ = (wanted + 1) * spacing;
    const event last = of_->events[applied_ - 1];
    current_.seq = last.seq;
    current_.t = last.t;
    current_.turn = last.turn;
    current_.trusted = keyframes_[wanted].trusted;
    current_.phase = keyframes_[wanted].phase;
    current_.running = keyframes_[wanted].running;
    current_.runners = keyframes_[wanted].runners;
    current_.ended = keyframes_[wanted].ended;
    std::vector<const task_view*> ready;
    current_.tasks.each([&](const task_view& each) {
        if (each.state == task_state::ready) ready.push_back(&each);
    });
    std::sort(ready.begin(), ready.end(),
              [](const task_view* a, const task_view* b) { return a->since < b->since; });
    for (const task_view* each : ready) current_.ready.push_back(each->id);
}

const state& history::at(std::size_t index) {
    if (of_->events.empty()) return current_;
    const std::size_t wanted = std::min(index, of_->events.size() - 1) + 1;
    const std::size_t nearest = wanted / spacing;  // how many keyframes come before it
    if (wanted < applied_ || (nearest > 0 && nearest * spacing > applied_)) {
        if (nearest > 0) {
            restore(nearest - 1);
        } else {
            current_ = state{};
            applied_ = 0;
        }
    }
    while (applied_ < wanted) {
        current_.apply(*of_, of_->events[applied_]);
        ++applied_;
    }
    return current_;
}

std::size_t history::bytes() const {
    const auto taken = [](const auto& kept) {
        return kept.changed.capacity() * sizeof(kept.changed[0]) +
               kept.gone.capacity() * sizeof(kept.gone[0]);
    };
    std::size_t sum = keyframes_.capacity() * sizeof(keyframe);
    for (const keyframe& each : keyframes_)
        sum += each.runners.capacity() * sizeof(runner) + taken(each.tasks) + taken(each.timers) +
               taken(each.objects) + taken(each.fds) + taken(each.scopes);
    return sum;
}

}  // namespace giambio::trace
