// A reentrant lock: the task that holds it may acquire it again, and releases it as often.
//
// It is a lock (lock.hpp) with a count of how much oftener its holder has acquired than released
// it. For functions that take the lock and call each other; where that can be avoided, the plain
// lock finds more mistakes.
// Kept true: the count is zero whenever the lock changes hands, so the next one begins afresh.
// Public.
#pragma once

#include "traps/objects/lock.hpp"

#include <cstddef>

namespace giambio {

class reentrant_lock {
public:
    explicit reentrant_lock(site at = site::current()) : lock_("reentrant_lock", at) {}

    // Waits until the lock is this task's, once more if it is already.
    coroutine<void> acquire(site at = site::current()) {
        if (is_mine()) {
            co_await checkpoint(at);
            nest(at);
        } else {
            co_await lock_.acquire(at);
        }
    }

    // Takes the lock when nobody else has it; false when somebody has. Does not wait.
    bool try_acquire(site at = site::current()) {
        if (!is_mine()) return lock_.try_acquire(at);
        nest(at);
        return true;
    }

    // Undoes one acquire; the last one hands the lock on. Throws misuse when this task does not
    // hold it.
    void release(site at = site::current()) {
        if (!is_mine() || nested_ == 0) return lock_.release(at);
        --nested_;
        tell("unnest", at);
    }

    // Holds the lock until the end of the block: auto inside = co_await painting.hold();
    using held = giambio::held<reentrant_lock>;
    coroutine<held> hold(site at = site::current()) {
        co_await acquire(at);
        co_return held(*this, at);
    }

    bool is_free() const { return lock_.is_free(); }
    task_id holder() const { return lock_.holder(); }
    // How many releases it takes until the lock is handed on.
    std::size_t depth() const { return is_free() ? 0 : nested_ + 1; }
    std::size_t waiting() const { return lock_.waiting(); }

private:
    bool is_mine() const { return lock_.holder() == current_task(); }

    void nest(site at) {
        ++nested_;
        tell("nest", at);
    }

    void tell(const char* operation, site at) {
        door().object_did(lock_.waiters_.id(), operation, lock_.holder(),
                          static_cast<std::int64_t>(depth()), at);
    }

    lock lock_;
    std::size_t nested_ = 0;
};

}  // namespace giambio
