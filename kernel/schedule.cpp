// Every change of a task's state: made, parked, woken, switched in and out, ended.    [trap 5/5]
//
// The loop, the handlers and the plain calls call in; nothing here calls back. Each change is one
// function, which tells the chronicle when it is done.
// Not here: deciding whether to park (handlers.cpp) or when time has come (loop.cpp).
// Kept true: a ready task is in the ready queue exactly once; a task is unlinked from what it waits
// on before it is made ready (rule R8).
// Internal to kernel/.
#include "kernel/kernel.hpp"
#include "traps/coroutine.hpp"

namespace giambio {

// The states of a task, and the function that leads from one to the next:
//
//     admit --> ready --switch_in--> running --finish--> ended
//                 ^                   |   |
//                 |<----switch_out----+   +--park--> parked
//                 |                                    |
//                 +<-------------make_ready------------+

// Takes a new task into the run: it stands at the back of the ready queue, and does not run (rule
// R1).
void kernel::admit(task_record& made) {
    made.id = task_id{++last_task_};
    if (made.name.empty()) made.name = function_name(made.outermost->written_at);
    made.parent = who_runs();
    made.older = youngest_alive_;
    (youngest_alive_ != nullptr ? youngest_alive_->younger : oldest_alive_) = &made;
    youngest_alive_ = &made;
    made.state = task_state::ready;
    ready_.join_at_back(made);
    made.why_ready = told_.spawned(made, running_ != nullptr ? running_->step : begin_seq_);
    // A run that is ending takes the newcomer in, so that its arguments are cleaned up, and stops
    // it at its first trap.
    if (ending_) {
        const cancel_note note{.source = cancel_source::shutdown, .reason = "the run is ending"};
        request_cancel(made, nullptr, note, made.why_ready, {});
    }
}

// The running task waits from now on. `target` is the number of what it waits on, unless that is a
// descriptor. Before: the task stands in the line, heap or table where its waker will look for it.
verdict kernel::park(task_record& who, wait_kind on, std::uint32_t target, site at) {
    who.state = task_state::parked;
    who.waits = on;
    who.parked = told_.parked(who, target, at);
    return verdict::parked;
}

// What the task waited for has happened, or will not: it goes to the back of the ready queue.
// Before: its answer is in the mailbox. From here on its trap has succeeded or failed for good, and
// a cancel that comes later waits for its next trap (rule R4).
void kernel::make_ready(task_record& who, const char* why, task_id by, seq cause, site at) {
    check(who.state == task_state::parked, "a task is woken that does not wait");
    unlink(who, cause);
    who.waits = wait_kind::nothing;
    who.state = task_state::ready;
    ready_.join_at_back(who);
    who.why_ready = told_.woke(who, why, by, cause, at);
}

// Takes a parked task out of whatever it stands in. Whoever wakes it need not know what that is: a
// cancel may reach a task in any wait.
void kernel::unlink(task_record& who, seq cause) {
    if (who.nap.armed()) disarm(who.nap, cause);
    if (who.standing_in != nullptr) who.standing_in->leave(who);
    if (who.waits == wait_kind::fd) {
        fd_entry& entry = waits_.entry(who.wait_fd);
        (who.wait_write ? entry.writer : entry.reader) = nullptr;
        --waits_.waiting;
        who.wait_fd = -1;
    }
    who.wait_task = nullptr;
}

// A step begins. Before: the task stands in front of the ready queue.
void kernel::switch_in(task_record& who) {
    ready_.leave(who);
    who.state = task_state::running;
    running_ = &who;
    who.budget = budget_;
    last_operation_ = 0;
    who.step = told_.switched_in(who);
    // A task that had to wait learns its answer only now that it runs.
    if (who.owes_reply && who.answer.error == refusal::cancelled) {
        told_.cancel_delivered(who, *effective_cancel(who));
    }
    if (who.owes_reply) told_.replied(who, false, who.why_ready);
    who.owes_reply = false;
}

// A step ends. A task that is still running has not parked and not ended: it yields, to the back.
void kernel::switch_out(task_record& who, const char* how, seq cause) {
    running_ = nullptr;
    const bool goes_to_back = who.state == task_state::running;
    if (goes_to_back) {
        who.state = task_state::ready;
        ready_.join_at_back(who);
    }
    const seq out = told_.switched_out(who, how, cause);
    if (goes_to_back) who.why_ready = out;
}

// The task's outermost coroutine has returned. After: its joiners are awake, in the order in which
// they came; the record is gone unless somebody holds a handle.
void kernel::finish(task_record& who) {
    take_outcome(who);
    // Its arguments are destroyed while it still counts as running, so that what their destructors
    // do (close a socket, wake a waiter) is done by this task.
    who.outermost->self.destroy();
    who.outermost = who.innermost = nullptr;
    who.ended = true;
    who.state = task_state::ended;
    (who.older != nullptr ? who.older->younger : oldest_alive_) = who.younger;
    (who.younger != nullptr ? who.younger->older : youngest_alive_) = who.older;
    const seq ended = told_.exited(who);
    const bool somebody_knows = !who.joiners.empty();
    while (!who.joiners.empty()) {
        make_ready(static_cast<task_record&>(*who.joiners.oldest()), "exit", who.id, ended, {});
    }
    switch_out(who, "exit", ended);
    pass_on_failure(who, somebody_knows, ended);
    if (who.handles == 0) delete &who;
}

// Keeps what the coroutine left: its value for those who may ask, or its error.
void kernel::take_outcome(task_record& ended) {
    try {
        if (ended.outermost->error) std::rethrow_exception(ended.outermost->error);
        if (ended.handles > 0 && ended.keep != nullptr) ended.result = ended.keep(*ended.outermost);
    } catch (const cancelled&) {
        ended.was_cancelled = true;
    } catch (...) {  // also from a value that cannot be moved
        ended.error = std::current_exception();
    }
}

// Somebody wants a task, or one scope of it, to stop. One that waits is woken for it, with nothing
// else; one that is ready or running has succeeded with its trap and is told at the next (rule R4).
// The first reason stays: who comes later changes nothing.
void kernel::request_cancel(task_record& target, scope_record* only, cancel_note note, seq cause,
                            site at) {
    std::unique_ptr<cancel_note>& kept = only != nullptr ? only->cancel : target.cancel;
    if (target.ended || kept != nullptr) return;
    kept = std::make_unique<cancel_note>(std::move(note));
    kept->scope = only != nullptr ? only->id : scope_id::none;
    ++target.cancels;
    kept->seq = told_.cancel_requested(target, *kept, cause, at);
    if (target.state != task_state::parked) return;
    target.answer = {refusal::cancelled, 0};
    make_ready(target, "cancel", kept->requester, kept->seq, at);
}

// A scope's deadline has come.
void kernel::expire(scope_record& late, seq cause) {
    const cancel_note note{.source = cancel_source::deadline, .reason = "its time limit is over"};
    request_cancel(static_cast<task_record&>(*late.owner), &late, note, cause, {});
}

// Timers carry no state of a task, but every wait for time goes through these two.
seq kernel::arm(timer& armed, moment due, task_record& owner, scope_record* scope, seq cause,
                site at) {
    armed.due = due;
    armed.id = timer_id{++last_timer_};
    armed.owner = &owner;
    armed.scope = scope;
    timers_.arm(armed);
    armed.set_by = told_.timer_set(armed, cause, at);
    return armed.set_by;
}

void kernel::disarm(timer& disarmed, seq cause) {
    timers_.disarm(disarmed);
    told_.timer_dropped(disarmed, who_runs(), cause);
}

}  // namespace giambio
