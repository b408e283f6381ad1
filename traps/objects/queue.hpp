// A queue between tasks, first in first out, with an optional limit.
//
// A full queue makes the one who puts wait; an empty one makes the one who gets wait. When an item
// comes while somebody waits for one, it is promised to the task that has waited longest, and when
// room comes it is promised likewise; nobody takes either in between (rule R6).
// Kept true: items that are not promised and room that is promised are together never more than
// `capacity`; getters wait only while every item is promised, putters only while there is no room.
// Public.
#pragma once

#include "traps/calls.hpp"

#include <cstddef>
#include <deque>
#include <limits>
#include <optional>
#include <utility>

namespace giambio {

template <class T>
class queue {
public:
    static constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

    explicit queue(std::size_t capacity = unbounded, site at = site::current())
        : getters_("queue", at), putters_("queue", at), capacity_(capacity) {
        if (capacity == 0) throw misuse("a queue needs room for at least one item");
    }

    // Items that anybody may take.
    std::size_t size() const { return items_.size() - promised_items_; }
    bool empty() const { return size() == 0; }
    bool full() const { return size() + promised_room_ >= capacity_; }

    // Waits until there is room.
    coroutine<void> put(T item, site at = site::current()) {
        // The checkpoint may cost this task its turn, so look again after it.
        if (!full()) co_await checkpoint(at);
        if (full()) {
            co_await park(putters_, at);
            --promised_room_;  // it was promised to us by the one who made it
        }
        add(std::move(item), at);
    }

    // Waits until there is an item.
    coroutine<T> get(site at = site::current()) {
        if (!empty()) co_await checkpoint(at);
        if (!empty()) co_return take(promised_items_, at);
        co_await park(getters_, at);
        --promised_items_;  // the front one was promised to us by the one who put it
        co_return take(0, at);
    }

    // The same without waiting: false, or nothing, when it would have to.
    bool try_put(T item, site at = site::current()) {
        if (full()) return false;
        add(std::move(item), at);
        return true;
    }
    std::optional<T> try_get(site at = site::current()) {
        if (empty()) return std::nullopt;
        return take(promised_items_, at);
    }

private:
    void add(T item, site at) {
        items_.push_back(std::move(item));
        if (!getters_.empty()) ++promised_items_;
        tell("put", at);
        wake_oldest(getters_, at);
        promise_room(at);
    }

    // Promised items stand in front; whoever comes later takes the first one behind them.
    T take(std::size_t place, site at) {
        const auto taken = items_.begin() + static_cast<std::ptrdiff_t>(place);
        T item = std::move(*taken);
        items_.erase(taken);
        tell("get", at);
        promise_room(at);
        return item;
    }

    // Taking an item makes room only when it had not been promised before: a promised one takes up
    // none, from the moment of the promise.
    void promise_room(site at) {
        while (!full() && !putters_.empty()) {
            ++promised_room_;
            wake_oldest(putters_, at);
        }
    }

    void tell(const char* operation, site at) {
        door().object_did(getters_.id(), operation, task_id::none,
                          static_cast<std::int64_t>(size()), at);
    }

    wait_list getters_;
    wait_list putters_;
    std::deque<T> items_;
    std::size_t capacity_;
    std::size_t promised_items_ = 0;  // at the front, for getters that are awake but have not run
    std::size_t promised_room_ = 0;   // for putters that are awake but have not run
};

}  // namespace giambio
