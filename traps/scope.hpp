// A region of a task that can be told to stop, at a deadline or by hand.
//
// A program uses `with_timeout` and `skip_after` (timeout.hpp); they open a scope around a
// coroutine. The kernel arms its deadline and cancels it (kernel/schedule.cpp).
// Kept true: scopes of one task nest like blocks. Leaving a scope disarms its deadline (rule R10):
// a timer that outlived its scope would cancel some innocent later block.
// Public.
#pragma once

#include "traps/frame.hpp"

#include <memory>
#include <optional>

namespace giambio {

// The kernel's half of a scope.
struct scope_record {
    scope_id id = scope_id::none;
    scope_record* outer = nullptr;
    frame* owner = nullptr;
    timer deadline;
    std::unique_ptr<cancel_note> cancel;  // set: everything inside shall stop
    std::uint64_t entered = 0;            // seq of its `scope_enter`
};

class scope {
public:
    // Enters. Without a limit the scope has no deadline.
    // Before: called by a running task, which is also the one that leaves.
    explicit scope(std::optional<duration> limit, site at = site::current());
    ~scope();
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;

    // Did the `cancelled` that is flying now begin here? Then it ends here. When an outer scope
    // shall stop as well the answer is no, because the outer one catches.
    bool caught() const;
    bool cancel_requested() const { return record_.cancel != nullptr; }
    void cancel(std::string reason, site at = site::current());

private:
    scope_record record_;
    site at_;
};

}  // namespace giambio
