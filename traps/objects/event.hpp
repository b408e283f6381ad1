// An event: something that happens once and carries a value.
//
// Tasks wait for it; whoever makes it happen calls `trigger`. Who comes late gets the value at
// once.
// Kept true: it happens at most once, so every waiter sees the same value.
// Public.
#pragma once

#include "traps/calls.hpp"

#include <optional>
#include <type_traits>

namespace giambio {

// What stands for the value of an event that has none.
struct nothing {};

template <class T = nothing>
class event {
public:
    explicit event(site at = site::current()) : waiters_("event", at) {}

    // Makes it happen: every waiter is woken, in the order in which they came. Nobody runs yet.
    // Throws misuse the second time: two values would be one too many.
    void trigger(T value = T(), site at = site::current()) {
        if (value_) throw misuse("this event has happened already; make a new one for each time");
        value_ = std::move(value);
        door().object_did(waiters_.id(), "trigger", task_id::none,
                          static_cast<std::int64_t>(waiters_.size()), at);
        while (wake_oldest(waiters_, at)) {
        }
    }

    bool is_set() const { return value_.has_value(); }

    // Waits until it has happened; returns its value.
    coroutine<T> wait(site at = site::current()) {
        if (value_) {
            co_await checkpoint(at);
        } else {
            co_await park(waiters_, at);
        }
        co_return *value_;
    }

private:
    wait_list waiters_;
    std::optional<T> value_;
};

}  // namespace giambio
