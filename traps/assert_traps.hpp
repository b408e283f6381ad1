// For tests: does a call trap or not?
//
//     co_await assert_traps(box.put(1));       // others get their chance, a cancel is seen
//     co_await assert_no_traps(box.try_put(1));
//
// What is awaited may block, so it must check for cancellation each time, not only when it has to
// wait (rule R5). Whoever builds an object of their own holds it to that with these two.
// Kept true: what the call returns or throws passes through when the promise was kept.
// Public.
#pragma once

#include "traps/calls.hpp"

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace giambio {

// The traps of a task since the guard was made, and what was promised of them.
class trap_promise {
public:
    trap_promise(bool shall_trap, std::string call)
        : shall_trap_(shall_trap), call_(std::move(call)), before_(door().current().traps) {}

    // Throws misuse when it was broken.
    void check_kept() const {
        const std::uint32_t traps = door().current().traps - before_;
        if (shall_trap_ && traps == 0) {
            throw misuse(call_ + " did not trap: no cancel could stop it and nobody else could " +
                         "run; await checkpoint() on the way that does not wait");
        }
        if (!shall_trap_ && traps > 0) {
            throw misuse(call_ + " trapped " + std::to_string(traps) +
                         (traps == 1 ? " time" : " times") + ", and was not to");
        }
    }

private:
    bool shall_trap_;
    std::string call_;
    std::uint32_t before_;
};

// Awaits a call and holds it to what is promised of it, also when it ends in an error. `cancelled`
// passes: it comes from a trap, and stops the test as well.
template <class T>
coroutine<T> hold_to(coroutine<T> call, bool shall_trap) {
    const trap_promise promised(shall_trap, function_name(call.standing_at()));
    try {
        if constexpr (std::is_void_v<T>) {
            co_await call;
            promised.check_kept();
            co_return;
        } else {
            T value = co_await call;
            promised.check_kept();
            co_return value;
        }
    } catch (const std::exception&) {
        promised.check_kept();
        throw;
    }
}

// Awaits a call. Throws misuse when it came to its end without a trap.
template <awaitable A>
coroutine<awaited<A>> assert_traps(A call) {
    return hold_to(as_coroutine(std::move(call)), true);
}

// Awaits a call. Throws misuse when it trapped.
template <awaitable A>
coroutine<awaited<A>> assert_no_traps(A call) {
    return hold_to(as_coroutine(std::move(call)), false);
}

}  // namespace giambio
