// A parking lot: a line in which tasks wait until somebody lets them go. For objects of your own.
//
// It is what lock, queue and all the others have inside, with nothing around it: no state, no
// value, no rule about who may wake whom. Put the state beside it, change the state first and
// unpark afterwards: a task that was unparked has succeeded (rule R4), even when it is cancelled
// before it runs.
// Kept true: oldest first, always. A task that is cancelled has left the line already.
// Public.
#pragma once

#include "traps/calls.hpp"

#include <cstddef>
#include <limits>

namespace giambio {

class parking_lot {
public:
    static constexpr std::size_t everybody = std::numeric_limits<std::size_t>::max();

    // `type` is what the trace calls it, and a deadlock report; it lives for ever: a literal.
    explicit parking_lot(const char* type = "parking_lot", site at = site::current())
        : waiters_(type, at) {}

    // Waits at the back of the line: co_await outside.park();
    [[nodiscard]] trap::park park(site at = site::current()) { return {at, &waiters_}; }

    // Lets the oldest go, at most that many. Returns how many there were. Nobody runs yet.
    std::size_t unpark(std::size_t most = 1, site at = site::current()) {
        const std::size_t all = count(most);
        tell("unpark", all, at);
        for (std::size_t i = 0; i < all; ++i) wake_oldest(waiters_, at);
        return all;
    }
    std::size_t unpark_all(site at = site::current()) { return unpark(everybody, at); }

    // Moves the oldest to the back of another lot, in their order, at most that many; they go on
    // waiting there. Returns how many there were.
    std::size_t move_to(parking_lot& other, std::size_t most = everybody,
                        site at = site::current()) {
        if (&other == this) throw misuse("these tasks wait in this lot already; name another one");
        const std::size_t all = count(most);
        tell("move", all, at);
        for (std::size_t i = 0; i < all; ++i) door().move(*waiters_.oldest(), other.waiters_, at);
        return all;
    }

    std::size_t size() const { return waiters_.size(); }
    bool empty() const { return waiters_.empty(); }

private:
    std::size_t count(std::size_t most) const { return most < size() ? most : size(); }

    // Before it happens, so that it can be the cause of what happens; told is what is left then.
    void tell(const char* operation, std::size_t leaving, site at) {
        door().object_did(waiters_.id(), operation, task_id::none,
                          static_cast<std::int64_t>(size() - leaving), at);
    }

    wait_list waiters_;
};

}  // namespace giambio
