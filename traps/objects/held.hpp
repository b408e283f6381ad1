// The guard of whatever a task holds: it is given back at the end of the block.
//
//     const auto inside = co_await painting.hold();
//
// lock, reentrant_lock, semaphore and condition hand it out. A task that is cancelled, or fails,
// unwinds its blocks, so what it holds reaches the next one.
// Not here: getting hold of anything; that may block (`hold` of each object).
// Kept true: it gives back once. The object lives longer than its guards.
// Public.
#pragma once

#include "traps/check.hpp"
#include "traps/door.hpp"
#include "traps/errors.hpp"
#include "traps/site.hpp"

#include <utility>

namespace giambio {

template <class Object>
class [[nodiscard("what is held is given back at once unless the guard has a name")]] held {
public:
    // `at` is where it was taken: the trace shows the same place when it is given back.
    held(Object & mine, site at) : mine_(&mine), at_(at) {}
    held(held && other) noexcept : mine_(std::exchange(other.mine_, nullptr)), at_(other.at_) {}
    held& operator=(held&&) = delete;
    ~held() {
        try {
            release(at_);
        } catch (const owner_gone&) {
            // Of no use to anyone any more, and this task has been told: see condition::wait.
        } catch (const misuse&) {                   // a destructor cannot throw it
            if (door_if_open() == nullptr) return;  // nobody is left who could hold anything
            broken(
                "a guard gives back what it does not hold; leave the release to the guard, or "
                "call its own release",
                at_);
        }
    }

    // Gives it back before the end of the block.
    void release(site at = site::current()) {
        if (Object* mine = std::exchange(mine_, nullptr)) mine->release(at);
    }

private:
    Object* mine_;
    site at_;
};

}  // namespace giambio
