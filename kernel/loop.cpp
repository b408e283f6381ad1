// The loop: the phases of a turn, and one step of a task.                          [trap 3/5]
//
// async_scheduler calls `run`. A turn polls for I/O, fires the timers that are due, and runs once
// each the tasks that are ready when the batch begins (rule R3).
// Not here: what a trap means (handlers.cpp), any change of a task's state (schedule.cpp), system
// calls (the driver).
// Kept true: only this file resumes coroutines, from `step`, so the native stack never grows.
// Internal to kernel/.
#include "kernel/deadlock.hpp"
#include "kernel/describe.hpp"
#include "kernel/dispatch.hpp"
#include "kernel/kernel.hpp"
#include "kernel/words.hpp"
#include "traps/coroutine.hpp"

#include <algorithm>
#include <csignal>
#include <optional>

namespace giambio {

std::exception_ptr kernel::run(frame& main) {
    begin(static_cast<task_record&>(main));
    while (anyone_alive()) turn();
    close_what_is_left();
    if (interrupted_) failure_ = std::make_exception_ptr(keyboard_interrupt("Ctrl-C"));
    const bool failed = failure_ != nullptr;
    const char* outcome = failed ? "error" : "value";
    if (deadlocked_) outcome = "deadlock";
    if (interrupted_) outcome = "interrupt";
    tape_.write(
        {.kind = happening::run_end, .has_error = failed, .cause = main_exit_seq_, .word = outcome},
        failed ? text_of(failure_) : "");
    tape_.end(last_task_);
    return failure_;
}

void kernel::turn() {
    poll_io();
    fire_timers();
    run_batch();
}

void kernel::poll_io() {
    if (interrupts_ != nullptr && interrupts_->taken()) obey_interrupt();
    ++tape_.turn;
    // How long may the loop sleep, and why? The trace tells the reason.
    const char* reason = "idle";
    std::optional<duration> limit;
    std::uint64_t cause = 0;
    if (!ready_.empty()) {
        reason = "ready";
        limit = duration::zero();
        cause = static_cast<task_record*>(ready_.oldest())->why_ready;
    } else if (!timers_.empty()) {
        reason = "timer";
        limit = std::max(duration::zero(), timers_.earliest().due - now());
        cause = timers_.earliest().set_by;
    } else if (waits_.waiting == 0 || !io_.may_report(waits_.watched)) {
        report_deadlock();
        return;
    }
    const std::uint64_t polling = tape_.write({.kind = happening::io_wait,
                                               .cause = cause,
                                               .word = reason,
                                               .a = limit ? limit->count() : -1,
                                               .b = static_cast<std::int64_t>(waits_.watched)});
    // Whatever kills the program while it sleeps, the trace up to here is safe (rule R11).
    if (!limit || *limit > duration::zero()) tape_.settle();
    ready_fds_.clear();
    // Nothing is listened to and nobody has to sleep: the system call could not find anything.
    const bool in_vain = waits_.watched == 0 && limit && *limit == duration::zero();
    if (!in_vain) io_.poll(limit, ready_fds_);
    polled_ = tape_.write({.kind = happening::io_done,
                           .cause = polling,
                           .a = static_cast<std::int64_t>(ready_fds_.size())});
    for (const readiness& told : ready_fds_) fd_became_ready(told);
    if (interrupts_ != nullptr && interrupts_->taken()) obey_interrupt();
}

void kernel::fire_timers() {
    if (timers_.empty()) return;  // asking the time costs more than a whole step
    const moment reached = now();
    while (!timers_.empty() && timers_.earliest().due <= reached) {
        timer& due = timers_.earliest();
        auto& owner = static_cast<task_record&>(*due.owner);
        timers_.disarm(due);
        const std::uint64_t fired = tape_.write({.kind = happening::timer_fire,
                                                 .cause = due.set_by,
                                                 .id = number_of(due.id),
                                                 .a = (reached - due.due).count()});
        if (due.scope == nullptr) {
            make_ready(owner, "timer", task_id::none, fired, {});
        } else {
            request_cancel(owner, due.scope,
                           {cancel_source::deadline, task_id::none, 0, "its time limit is over"},
                           fired, {});
        }
    }
}

// A task that becomes ready meanwhile waits for the next turn. So the poll comes round again after a
// bounded number of steps, and tasks that only yield cannot starve the descriptors.
void kernel::run_batch() {
    std::size_t left = ready_.size();
    if (left == 0) return;
    tape_.write({.kind = happening::batch, .cause = polled_, .a = static_cast<std::int64_t>(left)});
    for (; left > 0; --left) step(static_cast<task_record&>(*ready_.oldest()));
}

// One step: from being switched in until the task waits, yields or ends.
//
// Discussion: a coroutine that awaits another, or returns to its caller, could name the next one in
// await_suspend and let the compiler jump there. GCC 12 makes that jump a call unless it optimises,
// and always under the address sanitizer; a loop of ten million awaits then overflows the stack. So
// each coroutine comes back here and this loop resumes the next one: 3 ns more for each awaited child.
void kernel::step(task_record& who) {
    switch_in(who);
    do {
        who.asked.emplace<std::monostate>();
        who.innermost->self.resume();
    } while (goes_on(who));
}

// Looks at why the coroutine stopped. True: there is more to run in this step.
bool kernel::goes_on(task_record& who) {
    if (who.returned) {
        finish(who);
        return false;
    }
    if (std::holds_alternative<std::monostate>(who.asked)) return true;  // a call or a return
    const verdict decided = answer(who);
    if (decided == verdict::answered) {
        note_reply(who, true, who.trap);
        if (--who.budget > 0) return true;
        switch_out(who, "budget", who.trap);
    } else {
        who.owes_reply = true;
        if (decided == verdict::parked) switch_out(who, "park", who.parked);
        if (decided == verdict::requeued) switch_out(who, "yield", who.trap);
    }
    return false;
}

// Every trap checks for cancellation before anything else (rule R5), so a task that catches
// `cancelled` and goes on is told again at its next trap.
verdict kernel::answer(task_record& who) {
    if (tape_.on()) who.trap = tape_.write(describe(who.asked, who.id, who.step, now()));
    who.answer = {};
    const verdict decided =
        who.cancels > 0 ? refuse(who, refusal::cancelled) : dispatch(*this, who.asked, who);
    return decided;
}

// Ctrl-C: the main task is asked to stop; when it has ended, everyone else is (rule R14).
void kernel::obey_interrupt() {
    const std::uint64_t signal_seq = tape_.write({.kind = happening::signal, .a = SIGINT});
    interrupted_ = true;
    if (main_ == nullptr) {
        cancel_everyone(cancel_source::interrupt, "Ctrl-C", signal_seq);
        return;
    }
    request_cancel(*main_, nullptr, {cancel_source::interrupt, task_id::none, 0, "Ctrl-C"},
                   signal_seq, {});
}

// Nobody is ready and nothing can ever wake anyone (rule R13): everyone is asked to stop, so that all
// clean up, and `start` throws the report.
void kernel::report_deadlock() {
    const std::string report = deadlock_report(look());
    polled_ = tape_.write({.kind = happening::deadlock}, report);
    tape_.settle();
    check(!ending_, "a task waits although it has been cancelled");
    deadlocked_ = true;
    failure_ = std::make_exception_ptr(deadlock(report));
    cancel_everyone(cancel_source::shutdown, "the run is in a deadlock", polled_);
}

}  // namespace giambio
