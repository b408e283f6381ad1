// A semaphore: a number of permits, for as many tasks as may do something at once.
//
// Whoever releases a permit hands it to the task that has waited longest; nobody can take it in
// between (rule R6). A permit belongs to nobody: one task may acquire it and another release it,
// which is what the owner of a lock (lock.hpp) cannot do. Where it matters who has one, use
// capacity_limiter.
// Kept true: somebody waits only while no permit is free.
// Public.
#pragma once

#include "traps/calls.hpp"
#include "traps/objects/held.hpp"

#include <cstddef>
#include <limits>

namespace giambio {

class semaphore {
public:
    static constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

    // `most` is how many permits may be free at once: a release too many is an error then, instead
    // of one task too many inside, later.
    explicit semaphore(std::size_t initial, std::size_t most = unbounded, site at = site::current())
        : waiters_("semaphore", at), free_(initial), most_(most) {
        if (most == 0 || initial > most)
            throw misuse(
                "a semaphore begins with at most as many permits as it may have, and may "
                "have one at least");
    }

    // Waits until a permit is this task's.
    coroutine<void> acquire(site at = site::current()) {
        // The checkpoint may cost this task its turn, so look again after it.
        if (free_ > 0) co_await checkpoint(at);
        if (free_ > 0) {
            take(at);
        } else {
            co_await park(waiters_, at);  // whoever wakes us has given us the permit
        }
    }

    // Takes a permit when one is free; false when none is. Does not wait.
    bool try_acquire(site at = site::current()) {
        if (free_ == 0) return false;
        take(at);
        return true;
    }

    // Gives a permit back, or adds a new one. Throws misuse above the bound.
    void release(site at = site::current()) {
        if (waiters_.empty() && free_ == most_)
            throw misuse(
                "every permit of this semaphore is free already; release once for each "
                "acquire");
        if (waiters_.empty()) ++free_;
        tell("release", at);
        wake_oldest(waiters_, at);
    }

    // Has a permit until the end of the block: auto inside = co_await tables.hold();
    using held = giambio::held<semaphore>;
    coroutine<held> hold(site at = site::current()) {
        co_await acquire(at);
        co_return held(*this, at);
    }

    std::size_t free() const { return free_; }
    std::size_t most() const { return most_; }
    std::size_t waiting() const { return waiters_.size(); }

private:
    void take(site at) {
        --free_;
        tell("acquire", at);
    }

    void tell(const char* operation, site at) {
        door().object_did(waiters_.id(), operation, task_id::none, static_cast<std::int64_t>(free_),
                          at);
    }

    wait_list waiters_;
    std::size_t free_;
    std::size_t most_;
};

}  // namespace giambio
