// What befalls a run as a whole: its beginning and end, Ctrl-C, a failure that nobody takes,
// deadlock.
//
// loop.cpp, schedule.cpp and async_scheduler call in. All of these come down to asking every task
// to stop and letting the loop go on until they have: coroutines are never just destroyed, because
// their catch blocks and the awaits in them would be skipped (rule R16).
// Not here: one task's life (schedule.cpp).
// Kept true: `start` throws at most one error, after every task has cleaned up: keyboard_interrupt
// if there was a Ctrl-C, else deadlock, else what has failed (several as one error_group).
// Internal to kernel/.
#include "kernel/deadlock.hpp"
#include "kernel/kernel.hpp"
#include "kernel/words.hpp"
#include "traps/coroutine.hpp"

#include <csignal>
#include <utility>

namespace giambio {

namespace {

// For its end, or for what it holds.
bool waits_for_another_task(const task_record& who) {
    const bool for_an_object = who.waits == wait_kind::object;
    return who.waits == wait_kind::task ||
           (for_an_object && who.standing_in->holder != task_id::none);
}

// For the tasks of a pool that it has opened itself.
bool waits_for_its_pool(const task_record& who) {
    if (who.waits != wait_kind::object) return false;
    const scope_record* in = who.scope;
    while (in != nullptr && in->pool != who.standing_in->number()) in = in->outer;
    return in != nullptr;
}

}  // namespace

kernel::kernel(const kernel_parts& parts)
    : time_(parts.time),
      io_(parts.io),
      posts_(parts.posts),
      board_(parts.board),
      interrupts_(parts.interrupts),
      told_(parts.watchers, parts.time, parts.tape_capacity),
      budget_(parts.budget),
      payload_(parts.payload),
      warnings_(parts.warnings),
      shuffle_(parts.shuffle),
      dice_(parts.shuffle) {
    board_->tells_who_runs(&running_);
}

// Tasks that were spawned but never run: they have no life to clean up, only memory.
kernel::~kernel() {
    board_->tells_who_runs(nullptr);
    for (task_record* each : early_) {
        each->innermost->self().destroy();
        each->ended = true;
        each->was_cancelled = true;
        if (each->handles == 0) take_back(*each);
    }
    let_go(latest_origin_);
}

// The main task is the first, whatever was spawned before it.
void kernel::begin(frame& main) {
    begun_ = true;
    watched_ = board_->watched();
    main_ = &static_cast<task_record&>(main);
    told_.begin(facts());
    begin_seq_ = told_.run_began();
    admit(*main_);
    for (task_record* each : early_) {
        if (each != main_) admit(*each);
    }
    early_.clear();
}

// Before: nobody is alive. Returns what `start` shall throw.
std::exception_ptr kernel::end() {
    // What was accepted is done, even now. Whom that spawns lives as anybody does, so until they
    // have ended the box is open again: they may wait for a thread.
    for (posts_->close(); make_posted_calls() && anyone_alive(); posts_->close()) {
        posts_->open();
        go_round(true, false);
    }
    over_ = true;
    // A Ctrl-C in the very last step came too late to stop anyone, but it is not lost.
    if (interrupts_ != nullptr && interrupts_->taken()) obey_interrupt();
    close_what_is_left();
    idle_.reset();
    std::exception_ptr failure;
    const char* outcome = "value";
    if (!failures_.empty()) {
        outcome = "error";
        failure = unwrap_single(as_one_error(failures_));
    }
    if (deadlocked_ != nullptr) {
        outcome = "deadlock";
        failure = deadlocked_;
    }
    if (interrupted_) {
        outcome = "interrupt";
        failure = std::make_exception_ptr(keyboard_interrupt("Ctrl-C"));
    }
    told_.run_ended(outcome, failure, main_exit_seq_);
    told_.end(last_task_);
    return failure;
}

// Ctrl-C: the main task is asked to stop; when it has ended, everyone else is (rule R14).
void kernel::obey_interrupt() {
    const seq signal_seq = told_.signalled(SIGINT, 0);
    interrupted_ = true;
    if (main_ == nullptr) {
        cancel_everyone(cancel_source::interrupt, "Ctrl-C", signal_seq);
        return;
    }
    const cancel_note note{.source = cancel_source::interrupt, .reason = "Ctrl-C"};
    request_cancel(*main_, nullptr, note, signal_seq, {});
}

// Nobody is ready and nothing can ever wake anyone (rule R13): everyone is asked to stop, so that
// all clean up, and `start` throws the report. When the run is ending already, for that or for
// another reason, the first reason stays.
void kernel::report_deadlock() {
    const std::string report = deadlock_report(look());
    polled_ = told_.in_deadlock(report);
    told_.settle();
    if (ending_) {
        lift_shields(polled_);
        return;
    }
    deadlocked_ = std::make_exception_ptr(deadlock(report));
    cancel_everyone(cancel_source::shutdown, "the run is in a deadlock", polled_);
}

// Everyone has been told to stop, and who waits all the same does so under a shield. A shield lets
// a task finish what it is about; for what cannot come any more it would wait for ever.
// Who waits for another task (a condition's waiter, say, for who holds its lock) keeps the shield:
// it gets what it waits for when that one has stopped. Only when all wait so, in a circle, all lose
// their shields. But never who waits for the tasks of its own pool: they are among the others here,
// and its block may not be left before they have ended.
void kernel::lift_shields(seq cause) {
    bool any = false;
    last_operation_ = cause;
    const std::vector<task_record*> living = tasks_.living();
    const auto lift = [&](bool from_all) {
        for (task_record* each : living) {
            if (waits_for_its_pool(*each)) continue;
            if (!from_all && waits_for_another_task(*each)) continue;
            for (scope_record* in = each->scope; in != nullptr; in = in->outer) {
                if (!in->shielded) continue;
                any = true;
                change_scope(*in, in->due, false, {});
            }
        }
    };
    lift(false);
    if (!any) lift(true);
    last_operation_ = 0;
    check(any, "a task waits although it has been cancelled");
}

// An error that reaches nobody ends the run: everyone else is asked to stop, and `start` throws it.
// A joiner that waited for the task has been told; but what ends the main task always ends the run.
void kernel::pass_on_failure(const task_record& failed, seq exit_seq) {
    const bool was_main = &failed == main_;
    if (was_main) {
        main_exit_seq_ = exit_seq;
        if (interrupted_) cancel_everyone(cancel_source::interrupt, "Ctrl-C", exit_seq);
    }
    if (!failed.failed() || (failed.joined && !was_main)) return;
    const std::exception_ptr error = failed.error();
    const std::string who = "#" + std::to_string(number_of(failed.id)) + " " + failed.name();
    failures_.push_back({who, error});
    cancel_everyone(cancel_source::failure, who + " failed: " + text_of(error), exit_seq);
}

// Only those are left who serve others, and there are no others.
void kernel::dismiss_daemons(seq cause) {
    if (daemons_ == 0) return;
    cancel_everyone(cancel_source::shutdown, "everyone whom it could serve has ended", cause);
}

void kernel::dismiss_everyone() {
    cancel_everyone(cancel_source::shutdown, "the scheduler goes away", begin_seq_);
}

// Newest first: a child stops before the parent whose objects it may be using (rule R16).
// Once is enough: a newcomer is told when it comes (came_too_late). Discussion: where each of many
// fails while it cleans up, telling all of them again takes time in the square of their number.
// Each gets a note of its own, so nobody has to go down the tree from each: 0.7 s instead of 3.6
// where 8,000 pools are open, each inside the one before.
void kernel::cancel_everyone(cancel_source source, const std::string& reason, seq cause) {
    if (std::exchange(ending_, true)) return;
    const std::vector<task_record*> living = tasks_.living();
    for (auto each = living.rbegin(); each != living.rend(); ++each) {
        const bool is_first =
            note_cancel(**each, nullptr, {.source = source, .reason = reason}, cause, {});
        if (is_first) obey(**each);
    }
}

}  // namespace giambio
