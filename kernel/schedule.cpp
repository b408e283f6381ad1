// Every change of a task's state: made, parked, woken, switched in and out, ended.    [trap 5/5]
//
// The loop, the handlers and the plain calls call in; nothing here calls back except the tape. Each
// change is one function, and each writes one record when it is done.
// Not here: deciding whether to park (handlers.cpp) or when time has come (loop.cpp).
// Kept true: a ready task is in the ready queue exactly once; a task is unlinked from what it waits
// on before it is made ready (rule R8); when a record is written, the state is as it says.
// Internal to kernel/.
#include "kernel/describe.hpp"
#include "kernel/kernel.hpp"
#include "kernel/words.hpp"
#include "traps/coroutine.hpp"

namespace giambio {

// The newest member of the run: it stands at the back of the ready queue (rule R1).
void kernel::admit(task_record& made) {
    made.id = task_id{++last_task_};
    if (made.name.empty()) made.name = function_name(made.outermost->written_at);
    made.older = youngest_alive_;
    (youngest_alive_ != nullptr ? youngest_alive_->younger : oldest_alive_) = &made;
    youngest_alive_ = &made;
    made.state = task_state::ready;
    made.parent = who_runs();
    ready_.join_at_back(made);
    made.why_ready = tape_.write({.kind = happening::spawn,
                                  .cause = running_ != nullptr ? this_step() : begin_seq_,
                                  .task = made.parent,
                                  .id = number_of(made.id),
                                  .at = made.born},
                                 made.name);
    // A run that is ending takes the newcomer in, so that its arguments are cleaned up, and stops it
    // at its first trap.
    if (ending_) {
        request_cancel(made, nullptr,
                       {cancel_source::shutdown, task_id::none, 0, "the run is ending"},
                       made.why_ready, {});
    }
}

verdict kernel::park(task_record& who, wait_kind on, std::uint32_t id, site at) {
    who.state = task_state::parked;
    who.waits = on;
    who.parked = tape_.write({.kind = happening::park,
                              .cause = who.trap,
                              .task = who.id,
                              .id = id,
                              .fd = on == wait_kind::fd ? who.wait_fd : -1,
                              .word = word_of(on),
                              .mode = on != wait_kind::fd ? nullptr
                                      : who.wait_write    ? "w"
                                                          : "r",
                              .at = at},
                             who.innermost);
    return verdict::parked;
}

void kernel::make_ready(task_record& who, const char* why, task_id by, std::uint64_t cause,
                        site at) {
    check(who.state == task_state::parked, "a task is woken that does not wait");
    unlink(who, cause);
    who.waits = wait_kind::nothing;
    who.state = task_state::ready;
    ready_.join_at_back(who);
    who.why_ready = tape_.write({.kind = happening::wake,
                                 .cause = cause,
                                 .task = by,
                                 .id = number_of(who.id),
                                 .word = why,
                                 .at = at});
}

// Takes a parked task out of whatever it stands in.
void kernel::unlink(task_record& who, std::uint64_t cause) {
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

void kernel::switch_in(task_record& who) {
    ready_.leave(who);
    who.state = task_state::running;
    running_ = &who;
    who.budget = budget_;
    last_operation_ = 0;
    who.step = tape_.write({.kind = happening::switch_in, .cause = who.why_ready, .task = who.id});
    if (who.owes_reply) note_reply(who, false, who.why_ready);
    who.owes_reply = false;
}

void kernel::switch_out(task_record& who, const char* how, std::uint64_t cause) {
    running_ = nullptr;
    const bool goes_to_back = who.state == task_state::running;
    if (goes_to_back) {
        who.state = task_state::ready;
        ready_.join_at_back(who);
    }
    const std::uint64_t out = tape_.write({.kind = happening::switch_out,
                                           .cause = cause,
                                           .task = who.id,
                                           .word = how,
                                           .at = tape_.on() ? site_of(who.asked) : site{}});
    if (goes_to_back) who.why_ready = out;
}

// The task's outermost coroutine has returned. Its arguments are destroyed while it still counts as
// running, so that what their destructors do (close a socket, wake a waiter) is done by the task.
void kernel::finish(task_record& who) {
    take_outcome(who);
    who.outermost->self.destroy();
    who.outermost = who.innermost = nullptr;
    who.ended = true;
    who.state = task_state::ended;
    (who.older != nullptr ? who.older->younger : oldest_alive_) = who.younger;
    (who.younger != nullptr ? who.younger->older : youngest_alive_) = who.older;
    const bool failed = who.error != nullptr;
    const std::uint64_t ended = tape_.write({.kind = happening::exit,
                                             .has_error = failed,
                                             .cause = who.step,
                                             .task = who.id,
                                             .word = failed              ? "error"
                                                     : who.was_cancelled ? "cancelled"
                                                                         : "value"},
                                            failed ? text_of(who.error) : "");
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
    ended.error = ended.outermost->error;
    if (ended.error == nullptr) {
        if (ended.handles > 0 && ended.keep != nullptr) ended.result = ended.keep(*ended.outermost);
        return;
    }
    try {
        std::rethrow_exception(ended.error);
    } catch (const cancelled&) {
        ended.was_cancelled = true;
        ended.error = nullptr;
    } catch (...) {  // stays the error that it is
    }
}

// An error that reaches nobody ends the run: everyone else is asked to stop, and `start` throws it.
void kernel::pass_on_failure(task_record& failed, bool somebody_knows, std::uint64_t exit_seq) {
    const bool was_main = &failed == main_;
    if (was_main) {
        main_ = nullptr;
        main_exit_seq_ = exit_seq;
        if (interrupted_) cancel_everyone(cancel_source::interrupt, "Ctrl-C", exit_seq);
    }
    if (failed.error == nullptr || (somebody_knows && !was_main)) return;
    if (failure_ == nullptr) failure_ = failed.error;
    cancel_everyone(cancel_source::failure,
                    "#" + std::to_string(number_of(failed.id)) + " " + failed.name +
                        " failed: " + text_of(failed.error),
                    exit_seq);
}

// Newest first: a child stops before the parent whose objects it may be using (rule R16).
void kernel::cancel_everyone(cancel_source source, const std::string& reason, std::uint64_t cause) {
    ending_ = true;
    for (task_record* each = youngest_alive_; each != nullptr; each = each->older) {
        request_cancel(*each, nullptr, {source, task_id::none, 0, reason}, cause, {});
    }
}

// A task that is ready or running has succeeded with its trap; it is told at the next one (rule R4).
void kernel::request_cancel(task_record& target, scope_record* only, cancel_note note,
                            std::uint64_t cause, site at) {
    std::unique_ptr<cancel_note>& kept = only != nullptr ? only->cancel : target.cancel;
    if (target.ended || kept != nullptr) return;  // the first reason stays
    const task_id by = note.requester;
    kept = std::make_unique<cancel_note>(std::move(note));
    kept->scope = only != nullptr ? only->id : scope_id::none;
    ++target.cancels;
    kept->seq = tape_.write({.kind = happening::cancel_request,
                             .cause = cause,
                             .task = by,
                             .id = number_of(target.id),
                             .second = number_of(kept->scope),
                             .word = word_of(kept->source),
                             .at = at},
                            kept->reason);
    if (target.state != task_state::parked) return;
    target.answer = {refusal::cancelled, 0};
    make_ready(target, "cancel", by, kept->seq, at);
}

std::uint64_t kernel::arm(timer& armed, moment due, task_record& owner, scope_record* scope,
                          std::uint64_t cause, site at) {
    armed.due = due;
    armed.id = timer_id{++last_timer_};
    armed.owner = &owner;
    armed.scope = scope;
    timers_.arm(armed);
    armed.set_by = tape_.write({.kind = happening::timer_set,
                                .cause = cause,
                                .task = owner.id,
                                .id = number_of(armed.id),
                                .second = scope != nullptr ? number_of(scope->id) : 0,
                                .word = scope != nullptr ? "deadline" : "sleep",
                                .a = due.count(),
                                .at = at});
    return armed.set_by;
}

void kernel::disarm(timer& disarmed, std::uint64_t cause) {
    timers_.disarm(disarmed);
    tape_.write({.kind = happening::timer_drop,
                 .cause = cause,
                 .task = who_runs(),
                 .id = number_of(disarmed.id)});
}

// The answer to the task's latest trap, when the task gets it.
void kernel::note_reply(task_record& who, bool at_once, std::uint64_t cause) {
    if (!tape_.on()) return;
    const record asked = describe(who.asked, who.id, 0, moment{});
    const bool failed = who.answer.error != refusal::none;
    tape_.write({.kind = happening::reply,
                 .flag = at_once,
                 .has_error = failed,
                 .cause = cause,
                 .task = who.id,
                 .word = asked.word,
                 .a = failed ? 0 : who.answer.value,
                 .b = static_cast<std::int64_t>(who.trap),
                 .at = asked.at},
                failed ? text_of(who.answer) : "");
}

}  // namespace giambio
