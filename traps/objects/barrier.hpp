// A barrier: a number of tasks wait until all of them have come; then all go on, again and again.
//
// The last one to come does not wait. It opens the barrier for the others and learns that it leads,
// so that one of them can do what is to be done once a round. A task that is cancelled while it
// waits leaves the line, and the barrier waits for another in its place; who does not want that
// calls `abort`.
// Kept true: fewer tasks wait than it takes to open. Who has been let through has passed, even when
// the barrier is aborted or gone before that task runs (rule R4).
// Public.
#pragma once

#include "traps/calls.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace giambio {

class barrier {
public:
    explicit barrier(std::size_t parties, site at = site::current())
        : waiters_("barrier", at), parties_(parties) {
        if (parties == 0) throw misuse("a barrier is for one party at least");
    }

    // Waits until all have come. True for one of them: the last.
    // Throws barrier_aborted when somebody has aborted it, before the call or while waiting.
    coroutine<bool> wait(site at = site::current()) {
        refuse_if_aborted();
        // The checkpoint may cost this task its turn, so look again after it.
        if (opens_with_one_more()) co_await checkpoint(at);
        refuse_if_aborted();
        if (opens_with_one_more()) {
            open(at);
            co_return true;
        }
        const std::shared_ptr<const round> mine = round_;  // `this` may be gone when we wake
        co_await park(waiters_, at);
        if (mine->aborted) throw barrier_aborted(mine->reason);
        co_return false;
    }

    // Nobody shall wait here any more: those who do, and those who come later, get barrier_aborted.
    // Doing it twice changes nothing; the first reason stays.
    void abort(std::string reason = "the barrier was aborted", site at = site::current()) {
        if (round_->aborted) return;
        round_->aborted = true;
        round_->reason = std::move(reason);
        tell("abort", at);
        while (wake_oldest(waiters_, at)) {
        }
    }

    std::size_t parties() const { return parties_; }
    std::size_t waiting() const { return waiters_.size(); }
    bool aborted() const { return round_->aborted; }

private:
    // What the tasks that wait together share.
    struct round {
        bool aborted = false;
        std::string reason;
    };

    void refuse_if_aborted() const {
        if (round_->aborted) throw barrier_aborted(round_->reason);
    }

    bool opens_with_one_more() const { return waiters_.size() + 1 == parties_; }

    // From here on who comes is of the next round.
    void open(site at) {
        round_ = std::make_shared<round>();
        tell("open", at);
        while (wake_oldest(waiters_, at)) {
        }
    }

    void tell(const char* operation, site at) {
        door().object_did(waiters_.id(), operation, task_id::none,
                          static_cast<std::int64_t>(waiters_.size()), at);
    }

    wait_list waiters_;
    std::size_t parties_;
    std::shared_ptr<round> round_ = std::make_shared<round>();
};

}  // namespace giambio
