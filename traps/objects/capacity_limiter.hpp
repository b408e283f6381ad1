// A capacity limiter: a number of tokens, and a list of who has borrowed one.
//
// A semaphore (semaphore.hpp) counts; a limiter knows its borrowers, so that it can say who is
// inside, refuses a second token to the same one and takes none back from somebody who has none.
// A borrower is the task itself, or a number that the program chooses: for one worker thread that
// runs on behalf of many tasks, say. The total can be changed at any time, below what is lent too:
// then tokens that come back are not lent again until there are few enough.
// Kept true: somebody waits only while no token is free; the oldest is served first (rule R6).
// Public.
#pragma once

#include "traps/calls.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace giambio {

// Who borrows: a task, or whatever the program has given a number to.
class borrower {
public:
    borrower(task_id who) : is_task_(true), number_(number_of(who)) {}
    explicit borrower(std::uint64_t number) : is_task_(false), number_(number) {}

    // "task #3", "borrower 17".
    std::string name() const {
        return (is_task_ ? "task #" : "borrower ") + std::to_string(number_);
    }
    bool operator==(const borrower&) const = default;
    bool operator<(const borrower& other) const {
        return is_task_ != other.is_task_ ? other.is_task_ : number_ < other.number_;
    }

private:
    bool is_task_;
    std::uint64_t number_;
};

class capacity_limiter {
public:
    static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

    explicit capacity_limiter(std::size_t total, site at = site::current())
        : waiters_("capacity_limiter", at), total_(total), books_(std::make_shared<books>()) {}

    // Waits until a token is lent to the borrower. Throws misuse when it has one, or waits for one.
    coroutine<void> acquire(site at = site::current()) {
        co_await acquire_for(current_task(), at);  // the task that awaits, not the one that calls
    }
    coroutine<void> acquire_for(borrower who, site at = site::current()) {
        refuse_if_known(who);
        // The checkpoint may cost this task its turn, so look again after it.
        if (free() > 0) co_await checkpoint(at);
        refuse_if_known(who);
        if (free() > 0) {
            lend(who, at);
            co_return;
        }
        // Whom this task waits for is not known to its record, so it stands in a list of ours. The
        // list is shared with those in it: `this` may be gone when we wake.
        const std::shared_ptr<books> mine = books_;
        const frame& me = door().current();
        mine->waiting.emplace(me.id, who);
        mine->hopeful[who] = &me;
        try {
            co_await park(waiters_, at);  // whoever wakes us has written us into the list
        } catch (...) {                   // cancelled, or the limiter is gone
            mine->waiting.erase(me.id);
            // Somebody else may have taken our place since.
            const auto place = mine->hopeful.find(who);
            if (place != mine->hopeful.end() && place->second == &me) mine->hopeful.erase(place);
            throw;
        }
    }

    // Borrows a token when one is free; false when none is. Does not wait.
    bool try_acquire(site at = site::current()) { return try_acquire_for(current_task(), at); }
    bool try_acquire_for(borrower who, site at = site::current()) {
        refuse_if_known(who);
        if (free() == 0) return false;
        lend(who, at);
        return true;
    }

    // Gives the borrower's token back. Throws misuse when it has none.
    void release(site at = site::current()) { release_for(current_task(), at); }
    void release_for(borrower who, site at = site::current()) {
        if (books_->lent.erase(who) == 0)
            throw misuse(who.name() +
                         " has no token of this limiter; release belongs after acquire");
        serve("release", at);
    }

    // From now on there are that many tokens.
    void set_total(std::size_t total, site at = site::current()) {
        total_ = total;
        serve("resize", at);
    }

    // Has a token until the end of the block: auto inside = co_await kitchen.hold();
    class held;
    coroutine<held> hold(site at = site::current());
    coroutine<held> hold_for(borrower who, site at = site::current());

    // How it stands, without waiting. More may be lent than there are, after the total was lowered.
    std::size_t total() const { return total_; }
    std::size_t lent() const { return books_->lent.size(); }
    std::size_t free() const { return lent() < total_ ? total_ - lent() : 0; }
    std::size_t waiting() const { return waiters_.size(); }
    bool has(borrower who) const { return books_->lent.count(who) != 0; }
    std::vector<borrower> borrowers() const { return {books_->lent.begin(), books_->lent.end()}; }

private:
    // Waiters write themselves in and, when they are cancelled, out.
    struct books {
        std::set<borrower> lent;
        std::map<task_id, borrower> waiting;
        // Those of `waiting`, to be found by name. Who has been cancelled leaves the line at once,
        // and this when its task runs.
        std::map<borrower, const frame*> hopeful;
    };

    void refuse_if_known(const borrower& who) const;
    void lend(borrower who, site at);
    void serve(const char* operation, site at);

    wait_list waiters_;
    std::size_t total_;
    std::shared_ptr<books> books_;
};

// Like the guard of held.hpp, with the name of the one who borrowed: that need not be this task.
class [[nodiscard(
    "the token is given back at once unless the guard has a name")]] capacity_limiter::held {
public:
    held(capacity_limiter & mine, borrower who, site at) : mine_(&mine), who_(who), at_(at) {}
    held(held && other) noexcept
        : mine_(std::exchange(other.mine_, nullptr)), who_(other.who_), at_(other.at_) {}
    held& operator=(held&&) = delete;
    ~held() {
        if (mine_ != nullptr && !mine_->has(who_))
            broken("the guard of a token that somebody has given back by hand; let the guard do it",
                   at_);
        try {
            release(at_);
        } catch (const misuse&) {
            // The run is over: the token is back, and there is nobody to tell.
        }
    }

    // Gives it back before the end of the block.
    void release(site at = site::current()) {
        if (auto* mine = std::exchange(mine_, nullptr)) mine->release_for(who_, at);
    }

private:
    capacity_limiter* mine_;
    borrower who_;
    site at_;
};

}  // namespace giambio
