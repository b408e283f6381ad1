// A region of a task that can be told to stop: at a deadline, by hand, or because what is around it
// stops.
//
// Most programs use `with_timeout` and `skip_after` (timeout.hpp), or a pool; each opens a scope
// around a coroutine. Who needs more makes one: `scope quiet; co_await quiet.run(work());`. The
// kernel arms the deadline and spreads a cancel to every task inside (kernel/cancelling.cpp).
// Kept true: scopes of one task nest like blocks. Inside a scope that shall stop every trap throws
// `cancelled` again and again until the scope is left (rule R7). Leaving it disarms its deadline
// (rule R10): a timer that outlived its scope would cancel some innocent later block.
// Public.
#pragma once

#include "traps/coroutine.hpp"

#include <memory>
#include <optional>
#include <string>

namespace giambio {

// The kernel's half of a scope.
struct scope_record {
    scope_id id = scope_id::none;
    scope_record* outer = nullptr;       // of the same task
    frame* owner = nullptr;              // the task that is inside; null before it is entered
    bool over = false;                   // it was left, and nothing changes it any more
    frame* youngest_inside = nullptr;    // of the tasks that a pool has spawned into it
    timer_id deadline = timer_id::none;  // while one is armed
    std::uint64_t deadline_set = 0;      // seq of its `timer_set`
    std::optional<moment> due;
    std::unique_ptr<cancel_note> cancel;  // set: everything inside shall stop
    bool shielded = false;                // what is around it does not reach inside
    object_id pool = object_id::none;     // whose tasks run inside, if a pool opened it
};

// What a task must obey: of all scopes around it that shall stop the outermost, because that one is
// left last. The search ends at a shield. Null when nobody wants the task to stop.
cancel_note* effective_cancel(const frame& of);

// The same for what is around a scope, not counting the scope itself.
cancel_note* cancel_around(const scope_record& inner);

// Of a task's own scopes the one whose deadline this timer is, or null.
scope_record* scope_limited_by(const frame& of, timer_id deadline);

// The earliest deadline of all scopes around the running task, as far as its shields let it see;
// moment::min() when it shall stop already, moment::max() when there is none.
moment effective_deadline();

class scope {
public:
    // Limits that a scope begins with. A length may not be negative; a moment in the past, like a
    // length of zero, cancels at the first trap.
    struct limits {
        std::optional<duration> after{};  // from the moment at which it is entered
        std::optional<moment> at{};       // since the run began
        bool shield = false;
    };

    scope() = default;
    explicit scope(limits chosen);
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;

    // Runs the body inside. True: it came to its end. False: it was cancelled, and that ended here.
    // A scope has one body in its life. Throws misuse at the second.
    coroutine<bool> run(coroutine<void> body, site at = site::current());

    // After the body has ended, these three change nothing.
    // Everything inside shall stop. A body that has not begun yet begins, and stops at its first
    // trap.
    void cancel(std::string reason = "cancelled", site at = site::current());
    // Takes effect at once, for a task that waits inside too.
    void shield(bool up, site at = site::current());
    // A new deadline, or none; after a cancel it changes nothing.
    void move_deadline(std::optional<moment> due, site at = site::current());

    std::optional<moment> deadline() const { return record_.due; }
    bool cancel_requested() const { return record_.cancel != nullptr; }
    // It was cancelled, and the `cancelled` ended here.
    bool caught() const { return how_ == leaving::caught; }
    // It was cancelled by its deadline, and the `cancelled` ended here.
    bool timed_out() const { return caught() && record_.cancel->source == cancel_source::deadline; }

    // The time between entering and leaving, for those who build a `run` of their own.
    class inside;

private:
    scope_record record_;
    std::optional<duration> after_;
    leaving how_ = leaving::thrown;
};

class scope::inside {
public:
    inside(scope& entered, site at, object_id pool = object_id::none);
    ~inside();
    inside(const inside&) = delete;
    inside& operator=(const inside&) = delete;

    scope_record& record() { return scope_->record_; }
    void returned() { scope_->how_ = leaving::returned; }
    // Called with a `cancelled` in flight: does it end here? When an outer scope shall stop as well
    // the answer is no, because the outer one catches.
    bool catches();

private:
    scope* scope_;
    site at_;
};

}  // namespace giambio
