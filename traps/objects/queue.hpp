// Queues between tasks, with an optional limit: first in first out, last in first out, or the best
// first.
//
// A full queue makes the one who puts wait; an empty one makes the one who gets wait. When an item
// comes while somebody waits for one, it is handed to the task that has waited longest, and when
// room comes it is promised likewise; nobody takes either in between (rule R6). The three makes
// differ in which item comes out first and in nothing else.
// Not here: handing over without storing (rendezvous.hpp), ends that can be closed (channel.hpp).
// Kept true: stored items and promised room are together never more than `capacity`; getters wait
// only while nothing is stored, putters only while there is no room. Who was handed an item has it,
// even when the queue is gone before that task runs (rule R4).
// Public.
#pragma once

#include "traps/calls.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace giambio {

// What a queue can tell of itself.
struct queue_statistics {
    std::size_t stored = 0;      // items that anybody may take
    std::size_t most = 0;        // that were ever stored at once
    std::uint64_t put = 0;       // items that ever came in
    std::size_t getters = 0;     // tasks that wait for an item
    std::size_t putters = 0;     // tasks that wait for room
    std::size_t unfinished = 0;  // items for which nobody has called task_done
};

// The stores: where items are until somebody takes them.
template <class T>
class first_in_store {
public:
    void push(T item) { items_.push_back(std::move(item)); }
    T pop() {
        T item = std::move(items_.front());
        items_.pop_front();
        return item;
    }
    std::size_t size() const { return items_.size(); }
    void clear() { items_.clear(); }

private:
    std::deque<T> items_;
};

template <class T>
class last_in_store {
public:
    void push(T item) { items_.push_back(std::move(item)); }
    T pop() {
        T item = std::move(items_.back());
        items_.pop_back();
        return item;
    }
    std::size_t size() const { return items_.size(); }
    void clear() { items_.clear(); }

private:
    std::vector<T> items_;
};

// The item before which no other goes, by `Before`; of equals the one that came first.
template <class T, class Before>
class best_first_store {
public:
    void push(T item) {
        items_.push_back({std::move(item), ++last_});
        std::push_heap(items_.begin(), items_.end(), goes_after);
    }
    T pop() {
        std::pop_heap(items_.begin(), items_.end(), goes_after);
        T item = std::move(items_.back().item);
        items_.pop_back();
        return item;
    }
    std::size_t size() const { return items_.size(); }
    void clear() { items_.clear(); }

private:
    struct entry {
        T item;
        std::uint64_t number;
    };
    static bool goes_after(const entry& a, const entry& b) {
        const Before before;
        if (before(b.item, a.item)) return true;
        return !before(a.item, b.item) && b.number < a.number;
    }
    std::vector<entry> items_;
    std::uint64_t last_ = 0;
};

template <class T, class Store>
class basic_queue {
public:
    static constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

    explicit basic_queue(std::size_t capacity = unbounded, site at = site::current())
        : getters_("queue", at), putters_("queue", at), most_(capacity) {
        if (capacity == 0) {
            throw misuse("a queue needs room for at least one item; a rendezvous has none");
        }
    }
    ~basic_queue() { handed_->queue_is_gone = true; }

    // Items that anybody may take.
    std::size_t size() const { return stored_.size(); }
    bool empty() const { return size() == 0; }
    bool full() const { return size() + promised_room_ >= most_; }

    // Waits until there is room.
    coroutine<void> put(T item, site at = site::current()) {
        // The checkpoint may cost this task its turn, so look again after it.
        if (!full()) co_await checkpoint(at);
        if (full()) {
            // `this` may be gone when we wake.
            const std::shared_ptr<const handover> mine = handed_;
            co_await park(putters_, at);
            if (mine->queue_is_gone) throw misuse(room_is_gone);
            --promised_room_;  // it was promised to us by the one who made it
        }
        add(std::move(item), at);
    }

    // Waits until there is an item.
    coroutine<T> get(site at = site::current()) {
        if (!empty()) co_await checkpoint(at);
        if (!empty()) co_return take(at);
        const std::shared_ptr<handover> mine = handed_;  // `this` may be gone when we wake
        co_await park(getters_, at);
        T item = std::move(mine->items.front());  // by the one who has woken us
        mine->items.pop_front();
        if (!mine->queue_is_gone) tell("get", at);
        co_return item;
    }

    // The same without waiting: false, or nothing, when it would have to.
    bool try_put(T item, site at = site::current()) {
        if (full()) return false;
        add(std::move(item), at);
        return true;
    }
    std::optional<T> try_get(site at = site::current()) {
        if (empty()) return std::nullopt;
        return take(at);
    }

    // Says that the work on an item is done. Throws misuse when there was none.
    void task_done(site at = site::current()) {
        if (unfinished_ == 0) throw misuse("task_done was called more often than items were put");
        if (--unfinished_ > 0) return;
        tell("all_done", at);
        wake_finishers(at);
    }
    // Waits until task_done was called for every item that was put.
    coroutine<void> wait_all_done(site at = site::current()) {
        if (unfinished_ == 0) {
            co_await checkpoint(at);
        } else {
            if (!finishers_) finishers_.emplace("queue", at);
            co_await park(*finishers_, at);
        }
    }

    // Throws all stored items away, as if somebody had got them and done them.
    void clear(site at = site::current()) {
        unfinished_ -= std::min(unfinished_, stored_.size());
        stored_.clear();
        tell("clear", at);
        promise_room(at);
        if (unfinished_ == 0) wake_finishers(at);
    }

    queue_statistics statistics() const {
        return {stored_.size(), high_water_, put_, getters_.size(), putters_.size(), unfinished_};
    }

private:
    // What the queue and the tasks that it has woken share; a task may be the last to go.
    struct handover {
        std::deque<T> items;  // for getters that are awake but have not run; the oldest in front
        bool queue_is_gone = false;
    };
    static constexpr const char* room_is_gone =
        "the queue in which this task was promised room is gone; let queues live longer than the "
        "tasks that use them";

    void add(T item, site at) {
        ++put_;
        ++unfinished_;
        const bool somebody_waits = !getters_.empty();
        if (!somebody_waits) {
            stored_.push(std::move(item));
            high_water_ = std::max(high_water_, stored_.size());
        } else {
            handed_->items.push_back(std::move(item));
        }
        tell("put", at);
        if (!somebody_waits) return;
        wake_oldest(getters_, at);
        promise_room(at);  // a handed item takes up none
    }

    T take(site at) {
        T item = stored_.pop();
        tell("get", at);
        promise_room(at);
        return item;
    }

    void promise_room(site at) {
        while (!full() && !putters_.empty()) {
            ++promised_room_;
            wake_oldest(putters_, at);
        }
    }

    void wake_finishers(site at) {
        while (finishers_ && wake_oldest(*finishers_, at)) {
        }
    }

    void tell(const char* operation, site at) {
        door().object_did(getters_.id(), operation, task_id::none,
                          static_cast<std::int64_t>(size()), at);
    }

    wait_list getters_;
    wait_list putters_;
    std::optional<wait_list> finishers_;  // who waits until all is done, once somebody has
    Store stored_;
    std::shared_ptr<handover> handed_ = std::make_shared<handover>();
    std::size_t most_;
    std::size_t promised_room_ = 0;  // for putters that are awake but have not run
    std::size_t unfinished_ = 0;
    std::size_t high_water_ = 0;
    std::uint64_t put_ = 0;
};

template <class T>
using queue = basic_queue<T, first_in_store<T>>;
template <class T>
using lifo_queue = basic_queue<T, last_in_store<T>>;
template <class T, class Before = std::less<T>>
using priority_queue = basic_queue<T, best_first_store<T, Before>>;

}  // namespace giambio
