// An event: something that happens once and carries a value.
//
// Tasks wait for it; whoever makes it happen calls `trigger`. Who comes late gets the value at
// once. There is no way back: for something that comes and goes use a condition, a queue or a new
// event for each time.
// Not here: work that may also fail (one_shot.hpp).
// Kept true: it happens at most once, so every waiter sees the same value. A waiter keeps what it
// was woken for, even when the event is gone before it runs.
// Public.
#pragma once

#include "traps/calls.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace giambio {

// What stands for the value of an event that has none.
struct nothing {};

// Waits for an event, and answers its value.
template <class T>
class [[nodiscard("waiting does nothing until it is awaited")]] waiting_for : public trap::park {
public:
    using asks = trap::park;
    using answer = T;
    using shared_value = std::shared_ptr<const std::optional<T>>;

    waiting_for(wait_list & line, shared_value value, site asked_at)
        : park{asked_at, &line}, value_(std::move(value)) {}
    T open() const {
        return **value_;
    }
    operator coroutine<T>() const {
        return as_coroutine(*this);
    }

private:
    shared_value value_;  // the event may be gone when the task runs
};

template <class T = nothing>
class event {
public:
    explicit event(site at = site::current())
        : waiters_("event", at), value_(std::make_shared<std::optional<T>>()) {}

    // Makes it happen: every waiter is woken, in the order in which they came. Nobody runs yet.
    // Throws misuse the second time: two values would be one too many.
    void trigger(T value = T(), site at = site::current()) {
        if (!try_trigger(std::move(value), at))
            throw misuse("this event has happened already; make a new one for each time");
    }

    // The same without the throw: false when it has happened already; it keeps its value.
    bool try_trigger(T value = T(), site at = site::current()) {
        if (is_set()) return false;
        value_->emplace(std::move(value));
        door().object_did(waiters_.id(), "trigger", task_id::none,
                          static_cast<std::int64_t>(waiters_.size()), at);
        while (wake_oldest(waiters_, at)) {
        }
        waiters_.open();
        return true;
    }

    bool is_set() const { return value_->has_value(); }
    std::size_t waiting() const { return waiters_.size(); }

    // Waits until it has happened; returns its value.
    waiting_for<T> wait(site at = site::current()) { return {waiters_, value_, at}; }

private:
    wait_list waiters_;
    std::shared_ptr<std::optional<T>> value_;
};

}  // namespace giambio
