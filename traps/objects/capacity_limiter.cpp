// The limiter's lending and taking back. See capacity_limiter.hpp.
// Internal to traps/.
#include "traps/objects/capacity_limiter.hpp"

namespace giambio {

coroutine<capacity_limiter::held> capacity_limiter::hold(site at) {
    const borrower me = current_task();
    co_await acquire_for(me, at);
    co_return held(*this, me, at);
}

coroutine<capacity_limiter::held> capacity_limiter::hold_for(borrower who, site at) {
    co_await acquire_for(who, at);
    co_return held(*this, who, at);
}

// A borrower that waits is as good as one that has: it will have two when its turn comes.
void capacity_limiter::refuse_if_known(const borrower& who) const {
    if (has(who))
        throw misuse(who.name() + " has a token of this limiter already; release it first");
    const auto place = books_->hopeful.find(who);
    if (place != books_->hopeful.end() && place->second->standing_in == &waiters_)
        throw misuse(who.name() + " waits for a token of this limiter already");
}

void capacity_limiter::lend(borrower who, site at) {
    books_->lent.insert(who);
    door().object_did(waiters_.id(), "acquire", task_id::none, static_cast<std::int64_t>(free()),
                      at);
}

// Something has changed: lends what is free to those who have waited longest, then tells, then
// wakes them. So what is told is how it is, and comes before what it causes.
void capacity_limiter::serve(const char* operation, site at) {
    std::size_t served = 0;
    for (const frame* next = waiters_.oldest(); next != nullptr && free() > 0;
         next = next->behind) {
        const auto waits = books_->waiting.extract(next->id);
        check(!waits.empty(), "a task waits for a token, but nobody knows for whom");
        books_->hopeful.erase(waits.mapped());
        books_->lent.insert(waits.mapped());
        ++served;
    }
    door().object_did(waiters_.id(), operation, task_id::none, static_cast<std::int64_t>(free()),
                      at);
    for (; served > 0; --served) wake_oldest(waiters_, at);
}

}  // namespace giambio
