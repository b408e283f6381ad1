// A lock: at most one task has it.
//
// Whoever releases it hands it to the task that has waited longest; nobody can take it in between
// (rule R6). A task that was handed the lock and is then cancelled keeps it until it releases it
// (R8). When the holder ends without releasing it, the lock is of no use to anyone any more: those
// who wait, and those who come later, get owner_gone, which names it.
// Not here: a lock that its holder may acquire again (reentrant_lock.hpp), one that anybody may
// release (semaphore.hpp), waiting for something that happens under the lock (condition.hpp).
// Kept true: somebody waits only while somebody holds it.
// Public.
#pragma once

#include "traps/calls.hpp"
#include "traps/objects/held.hpp"

#include <cstddef>
#include <string>

namespace giambio {

class lock {
public:
    explicit lock(site at = site::current()) : waiters_("lock", at) {}

    // Waits until the lock is this task's. Throws misuse when it is already.
    coroutine<void> acquire(site at = site::current()) {
        const task_id me = current_task();
        if (waiters_.holder == me)
            throw misuse("this task holds the lock already; release it first");
        waiters_.refuse_if_abandoned();
        // The checkpoint may cost this task its turn, so look again after it.
        if (is_free()) co_await checkpoint(at);
        if (is_free()) {
            waiters_.refuse_if_abandoned();
            take(at);
        } else {
            co_await park(waiters_, at);  // whoever wakes us has made us the holder
        }
    }

    // Takes the lock when it is free; false when it is not. Does not wait.
    bool try_acquire(site at = site::current()) {
        waiters_.refuse_if_abandoned();
        if (!is_free()) return false;
        take(at);
        return true;
    }

    // Hands the lock on. Throws misuse when this task does not hold it, and owner_gone when nobody
    // ever can again.
    void release(site at = site::current()) {
        refuse_if_not_held();
        waiters_.hold(waiters_.oldest());
        door().object_did(waiters_.id(), "release", waiters_.holder,
                          static_cast<std::int64_t>(waiters_.size()), at);
        wake_oldest(waiters_, at);
    }

    // Holds the lock until the end of the block: auto inside = co_await painting.hold();
    using held = giambio::held<lock>;
    coroutine<held> hold(site at = site::current()) {
        co_await acquire(at);
        co_return held(*this, at);
    }

    bool is_free() const { return waiters_.holder == task_id::none; }
    task_id holder() const { return waiters_.holder; }
    std::size_t waiting() const { return waiters_.size(); }

private:
    friend class condition;       // moves its waiters into this line
    friend class reentrant_lock;  // is one, with a count

    lock(const char* type, site at) : waiters_(type, at) {}

    void refuse_if_not_held() const {
        waiters_.refuse_if_abandoned();
        if (is_free()) throw misuse("nobody holds this lock; release belongs after acquire");
        if (waiters_.holder == current_task()) return;
        throw misuse("task #" + std::to_string(number_of(waiters_.holder)) +
                     " holds this lock; only the task that acquired it can release it");
    }

    void take(site at) {
        waiters_.hold(&door().current());
        door().object_did(waiters_.id(), "acquire", waiters_.holder, 0, at);
    }

    wait_list waiters_;
};

}  // namespace giambio
