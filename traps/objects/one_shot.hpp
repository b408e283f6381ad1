// A one-shot: the result of some work, handed to all who wait for it. It is a value or an error.
//
// Whoever does the work sets it, once. Any number of tasks wait for it; each gets a copy of the
// value, or the error thrown. Who comes late gets the same at once.
// Not here: something that only happens and cannot fail (event.hpp).
// Kept true: it is set at most once, so all see the same. A waiter keeps what it was woken for,
// even when the one-shot is gone before it runs.
// Public.
#pragma once

#include "traps/calls.hpp"
#include "traps/objects/event.hpp"

#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace giambio {

template <class T = void>
class one_shot {
public:
    // What is kept: of a result without a value, that it is there.
    using value_type = std::conditional_t<std::is_void_v<T>, nothing, T>;
    static_assert(std::is_copy_constructible_v<value_type>,
                  "every waiter gets a copy of the value; what cannot be copied goes through a "
                  "queue, or in a std::shared_ptr");

    explicit one_shot(site at = site::current())
        : waiters_("one_shot", at), outcome_(std::make_shared<outcome>()) {}

    // Throw misuse when it is set already; it keeps what it has.
    void set_value(value_type value = value_type(), site at = site::current()) {
        if (!try_set_value(std::move(value), at)) refuse_second();
    }
    void set_error(std::exception_ptr error, site at = site::current()) {
        if (!try_set_error(std::move(error), at)) refuse_second();
    }
    template <std::derived_from<std::exception> Error>
    void set_error(Error error, site at = site::current()) {
        set_error(std::make_exception_ptr(std::move(error)), at);
    }

    // The same without the throw: false when it is set already. For many that race to answer.
    bool try_set_value(value_type value = value_type(), site at = site::current()) {
        if (is_set()) return false;
        outcome_->value.emplace(std::move(value));
        wake_all(at);
        return true;
    }
    bool try_set_error(std::exception_ptr error, site at = site::current()) {
        if (error == nullptr) throw misuse("an error is needed; without one, set a value");
        if (is_set()) return false;
        outcome_->error = std::move(error);
        wake_all(at);
        return true;
    }

    // How it stands, without waiting.
    bool is_set() const { return outcome_->value || outcome_->error; }
    bool failed() const { return outcome_->error != nullptr; }
    std::size_t waiting() const { return waiters_.size(); }

    // Waits until it is set; returns the value or throws the error.
    coroutine<T> wait(site at = site::current()) {
        const std::shared_ptr<const outcome> mine = outcome_;  // `this` may be gone when we wake
        if (is_set()) {
            co_await checkpoint(at);
        } else {
            co_await park(waiters_, at);
        }
        if (mine->error) std::rethrow_exception(mine->error);
        if constexpr (!std::is_void_v<T>) co_return *mine->value;
    }

private:
    // Exactly one of them once it is set. Shared with the waiters, who may outlive the one-shot.
    struct outcome {
        std::optional<value_type> value;
        std::exception_ptr error;
    };

    [[noreturn]] static void refuse_second() {
        throw misuse(
            "this one-shot is set already; make a new one for each result, or use try_set_value "
            "when the first of several shall win");
    }

    // Told before the wakes, so that it is their cause.
    void wake_all(site at) {
        door().object_did(waiters_.id(), "set", task_id::none,
                          static_cast<std::int64_t>(waiters_.size()), at);
        while (wake_oldest(waiters_, at)) {
        }
    }

    wait_list waiters_;
    std::shared_ptr<outcome> outcome_;
};

}  // namespace giambio
