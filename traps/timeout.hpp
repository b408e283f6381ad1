// Limits for a block of code: `with_timeout` throws at its end, `skip_after` goes on, `shielded`
// lets nobody disturb it.
//
// Each puts a scope around a coroutine. When its deadline comes, every trap inside throws
// `cancelled` until the coroutine has ended; that `cancelled` ends here.
// Not here: the deadline itself (scope.hpp, kernel/cancelling.cpp).
// Public.
#pragma once

#include "traps/coroutine.hpp"
#include "traps/scope.hpp"

#include <optional>
#include <type_traits>
#include <utility>

namespace giambio {

// What skip_after answers: whether the body ended, or with what.
template <class T>
using skipped = std::conditional_t<std::is_void_v<T>, bool, std::optional<T>>;

// Runs the body in a scope with these limits. Returns true (or the body's value), or false (or
// nothing) when the scope was cancelled.
template <awaitable A>
coroutine<skipped<awaited<A>>> run_within(scope::limits limits, A body, site at = site::current()) {
    using outcome = awaited<A>;
    scope limited(limits);
    scope::inside here(limited, at);
    try {
        if constexpr (std::is_void_v<outcome>) {
            co_await std::move(body);
            here.returned();
            co_return true;
        } else {
            skipped<outcome> value = co_await std::move(body);
            here.returned();
            co_return value;
        }
    } catch (const cancelled&) {
        if (!here.catches()) throw;
    }
    co_return skipped<outcome>{};
}

// Goes on without the body when it did not end within that time, or by that moment of the run.
template <awaitable A>
coroutine<skipped<awaited<A>>> skip_after(duration limit, A body, site at = site::current()) {
    return run_within({.after = limit}, std::move(body), at);
}
template <awaitable A>
coroutine<skipped<awaited<A>>> skip_at(moment due, A body, site at = site::current()) {
    return run_within({.at = due}, std::move(body), at);
}

// What the body returned, or too_slow when it did not come to its end.
template <class T>
coroutine<T> or_too_slow(coroutine<skipped<T>> limited) {
    skipped<T> ended = co_await std::move(limited);
    if (!ended) throw too_slow("the block did not end within its time limit");
    if constexpr (!std::is_void_v<T>) co_return *std::move(ended);
}

// Returns what the body returns, or throws too_slow when it did not end within that time, or by
// that moment of the run.
template <awaitable A>
coroutine<awaited<A>> with_timeout(duration limit, A body, site at = site::current()) {
    return or_too_slow<awaited<A>>(run_within({.after = limit}, std::move(body), at));
}
template <awaitable A>
coroutine<awaited<A>> with_timeout_at(moment due, A body, site at = site::current()) {
    return or_too_slow<awaited<A>>(run_within({.at = due}, std::move(body), at));
}

// Returns what the body returns. A cancel from outside waits until then.
template <awaitable A>
coroutine<awaited<A>> shielded(A body, site at = site::current()) {
    using outcome = awaited<A>;
    scope armour({.shield = true});
    scope::inside here(armour, at);
    if constexpr (std::is_void_v<outcome>) {
        co_await std::move(body);
        here.returned();
    } else {
        outcome value = co_await std::move(body);
        here.returned();
        co_return value;
    }
}

}  // namespace giambio
