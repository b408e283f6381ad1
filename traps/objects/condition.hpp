// A condition: tasks that hold a lock wait until something that the lock protects has changed.
//
// Waiting lets go of the lock, and has it again when it ends. Who makes the change holds the lock
// too and calls `notify`. Several conditions may share one lock.
// Discussion: a notified task cannot go on before it has the lock, so notify does not wake it but
// moves it into the lock's line; it wakes once, as the holder. From the move on its wait has
// succeeded (rule R4): a shield goes up around it, and a cancel that comes later waits for its next
// trap. Otherwise a notification could be lost on a task that does nothing with it.
// Kept true: whoever leaves `wait`, with a `cancelled` too, holds the lock. (Not when the lock is
// of no use any more: then the error says so.)
// Public.
#pragma once

#include "traps/objects/lock.hpp"
#include "traps/scope.hpp"

#include <concepts>
#include <cstddef>
#include <exception>
#include <limits>
#include <optional>

namespace giambio {

class condition {
public:
    static constexpr std::size_t everybody = std::numeric_limits<std::size_t>::max();

    // With a lock of its own, or with one that lives longer than the condition.
    explicit condition(site at = site::current())
        : own_(std::in_place, at), lock_(&*own_), waiters_("condition", at) {}
    explicit condition(lock& shared, site at = site::current())
        : lock_(&shared), waiters_("condition", at) {}

    // The lock's own, so that a condition is enough to work with.
    coroutine<void> acquire(site at = site::current()) { return lock_->acquire(at); }
    bool try_acquire(site at = site::current()) { return lock_->try_acquire(at); }
    void release(site at = site::current()) { lock_->release(at); }
    coroutine<lock::held> hold(site at = site::current()) { return lock_->hold(at); }

    // Lets go of the lock, waits until it is notified, and has the lock again.
    // Throws misuse when this task does not hold the lock.
    coroutine<void> wait(site at = site::current()) {
        refuse_if_not_held();
        lock& mine = *lock_;  // `this` may be gone when we wake
        scope waiting;
        scope::inside here(waiting, at);
        std::exception_ptr stopped;
        mine.release(at);
        try {
            co_await park(waiters_, at);  // whoever wakes us has made us the lock's holder
        } catch (const cancelled&) {
            stopped = std::current_exception();
        }
        if (stopped) {
            waiting.shield(true, at);
            co_await mine.acquire(at);
            std::rethrow_exception(stopped);
        }
        here.returned();
    }

    // Waits until the test is true; it runs while this task holds the lock. Being notified is no
    // promise: somebody may have been faster.
    template <std::predicate Test>
    coroutine<void> wait_until(Test test, site at = site::current()) {
        refuse_if_not_held();
        if (test()) co_await checkpoint(at);
        while (!test()) co_await wait(at);
    }

    // Lets the oldest waiters go on, at most that many, one after the other as they get the lock.
    // Returns how many there were. Throws misuse when this task does not hold the lock.
    std::size_t notify(std::size_t most = 1, site at = site::current()) {
        refuse_if_not_held();
        const std::size_t all = most < waiting() ? most : waiting();
        door().object_did(waiters_.id(), "notify", task_id::none,
                          static_cast<std::int64_t>(waiting() - all), at);
        for (std::size_t i = 0; i < all; ++i) {
            frame& notified = *waiters_.oldest();
            // The scope in which it stands is that of `wait`.
            door().change_scope(*notified.scope, std::nullopt, true, at);
            door().move(notified, lock_->waiters_, at);
        }
        return all;
    }
    std::size_t notify_all(site at = site::current()) { return notify(everybody, at); }

    task_id holder() const { return lock_->holder(); }
    // Who has not been notified yet.
    std::size_t waiting() const { return waiters_.size(); }

private:
    void refuse_if_not_held() const {
        if (lock_->holder() == current_task()) return;
        throw misuse(
            "to wait for a condition, or to notify, a task must hold the condition's lock; acquire "
            "it first");
    }

    std::optional<lock> own_;
    lock* lock_;
    wait_list waiters_;
};

}  // namespace giambio
