// Time limits for a block of code: `with_timeout` throws, `skip_after` goes on.
//
// Both put a scope around a coroutine. When its deadline comes, every trap inside throws
// `cancelled` until the coroutine has ended; that `cancelled` ends here.
// Not here: the deadline itself (kernel/schedule.cpp).
// Public.
#pragma once

#include "traps/coroutine.hpp"
#include "traps/scope.hpp"

#include <optional>
#include <type_traits>
#include <utility>

namespace giambio {

// Returns what the body returns, or throws too_slow when it did not end within the limit.
template <class T>
coroutine<T> with_timeout(duration limit, coroutine<T> body, site at = site::current()) {
    scope timed(limit, at);
    try {
        co_return co_await std::move(body);
    } catch (const cancelled&) {
        if (!timed.caught()) throw;
    }
    throw too_slow("the block did not end within its time limit");
}

// What skip_after answers: whether the body ended, or with what.
template <class T>
using skipped = std::conditional_t<std::is_void_v<T>, bool, std::optional<T>>;

// Returns true (or the body's value), or false (or nothing) when the limit came first.
template <class T>
coroutine<skipped<T>> skip_after(duration limit, coroutine<T> body, site at = site::current()) {
    scope timed(limit, at);
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(body);
            co_return true;
        } else {
            co_return co_await std::move(body);
        }
    } catch (const cancelled&) {
        if (!timed.caught()) throw;
    }
    co_return skipped<T>{};
}

}  // namespace giambio
