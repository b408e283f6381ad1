// The loop: the phases of a turn, and one step of a task.                          [trap 3/5]
//
// async_scheduler calls `run`. A turn polls for I/O, fires the timers that are due, and runs once
// each the tasks that are ready when the batch begins (rule R3).
// Not here: what a trap means (handlers.cpp), any change of a task's state (schedule.cpp), system
// calls (the driver), what befalls the run as a whole (fate.cpp).
// Kept true: only this file resumes coroutines, from `step`, so the native stack never grows.
// Internal to kernel/.
#include "kernel/kernel.hpp"
#include "traps/coroutine.hpp"

#include <algorithm>

namespace giambio {

namespace {

// So many tasks, of some 300 bytes each, are more than the caches of a processor hold.
constexpr std::size_t crowd = std::size_t{32} << 10;

}  // namespace

// The whole life of a run. Each task that is alive keeps it going, but for the daemons; when the
// last one has ended, and no posted call waits that could make another, there is nothing left.
std::exception_ptr kernel::run(frame& main) {
    begin(main);
    go_round(true, false);
    return end();
}

// Once round, or again and again. The order matters: who is woken by a descriptor stands in the
// ready queue before who is woken by a timer that is due at the same time, and both run in this
// very turn.
// False: nobody is left, and nothing that could make somebody.
bool kernel::go_round(bool may_sleep, bool once) {
    bool more = true;
    do {
        const bool rung = posts_->has_rung();
        if (rung || watched_) look_outside(rung);
        ++told_.turn;
        if (rung || !nothing_to_poll()) {
            poll_io(may_sleep);
        } else {
            poll_nothing();
        }
        if (!timers_.empty()) fire_timers();
        if (ready_.empty() && idle_ != nullptr) wake_idle();
        if (!ready_.empty()) run_batch(once);
        more = anyone_alive() || (posts_->waiting() && make_posted_calls() && anyone_alive());
    } while (more && !once);
    return more;
}

// Called when somebody watches, or has rung the bell: to be let watch, to stop the run, or to have
// a call made, which the first phase does. A Ctrl-C is obeyed here, before the turn is counted. Who
// rings after the loop has asked is seen in the next turn.
void kernel::look_outside(bool rung) {
    // No poll of the simulated world empties the bell.
    if (rung && time_.is_virtual()) posts_->silence();
    if (rung) posts_->hear();
    report_to_watchers();
    if (interrupts_ != nullptr && interrupts_->taken()) obey_interrupt();
}

std::optional<moment> kernel::next_deadline() const {
    if (!ready_.empty() || posts_->waiting() || posts_->has_rung()) return time_.now();
    if (idle_ != nullptr && !idle_->empty()) return time_.now();
    if (timers_.empty()) return std::nullopt;
    return timers_.earliest().due;
}

// How long may the loop sleep in this turn, and why? Not at all when somebody is ready; until the
// next timer when there is one; otherwise until the outside world wakes somebody.
kernel::patience kernel::how_long_to_sleep() {
    if (!ready_.empty()) {
        return {.reason = "ready", .limit = duration::zero(), .cause = ready_.at(0).led_here};
    }
    // Who waits for everybody to be blocked may go on, unless the poll or a timer finds somebody
    // now.
    if (idle_ != nullptr && !idle_->empty()) {
        return {.reason = "all_blocked", .limit = duration::zero(), .cause = polled_};
    }
    if (!timers_.empty()) {
        const timer& next = timers_.earliest();
        const duration left = std::max(duration::zero(), next.due - now());
        return {.reason = "timer", .limit = left, .cause = timer_set(next)};
    }
    const bool somebody_may_come =
        (waits_.waiting > 0 && io_.may_report(waits_.watched)) || may_be_called();
    return {.reason = somebody_may_come ? "idle" : nullptr};
}

// Somebody is ready, and no descriptor is listened to: the first phase would change nothing, unless
// somebody has rung. Discussion: finding that out before saves two tasks that take turns a quarter
// of each switch.
bool kernel::nothing_to_poll() const {
    return !ready_.empty() && waits_.watched == 0;
}

// The first phase, when it would change nothing.
void kernel::poll_nothing() {
    if (told_.on()) polled_ = told_.polled_nothing(ready_.at(0).led_here);
}

// The first phase: looks at the descriptors, and sleeps when there is nothing better to do.
// After: whoever waited for a descriptor that is ready has been served and woken.
// `may_sleep` is false for a host that steps the loop and does the sleeping itself.
void kernel::poll_io(bool may_sleep) {
    patience allowed = how_long_to_sleep();
    if (allowed.reason == nullptr) {
        report_deadlock();
        return;
    }
    const bool would_sleep = !allowed.limit || *allowed.limit > duration::zero();
    if (would_sleep && !may_sleep) {
        allowed = {.reason = "stepping", .limit = duration::zero(), .cause = allowed.cause};
    }
    const seq polling = told_.polls(allowed.reason, allowed.limit, waits_.watched, allowed.cause);
    // With nothing to listen to and no leave to sleep, the system call could not find anything.
    const bool looks = would_sleep || waits_.watched > 0;
    if (!would_sleep || !somebody_comes_at_once()) {
        // Whatever kills the program while it sleeps, the trace up to here is safe (rule R11).
        if (would_sleep) told_.settle();
        if (would_sleep && may_sleep) wait_for_threads(allowed);
        ready_fds_.clear();
        if (looks) io_.poll(allowed.limit, ready_fds_);
    }
    polled_ = told_.polled(ready_fds_.size(), looks, polling);
    for (const readiness& each : ready_fds_) fd_became_ready(each);
    make_posted_calls();
    if (interrupts_ != nullptr && interrupts_->taken()) obey_interrupt();
}

// A traced loop that had much to do last time looks whether it would sleep at all, before the trace
// is written for that. After, when it is true: who is ready stands in `ready_fds_`, or the bell has
// rung, which the look has taken from the poll.
// Discussion: a server with a hundred busy connections never sleeps. Writing its trace in each turn
// all the same takes 0.57 us for each request that it answers, in whole blocks of the file 0.49.
bool kernel::somebody_comes_at_once() {
    if (!told_.on() || time_.is_virtual() || ready_fds_.size() < 2) return false;
    ready_fds_.clear();
    io_.poll(duration::zero(), ready_fds_);
    return !ready_fds_.empty() || posts_->has_rung();
}

// The second phase: ends the sleeps and cancels the scopes whose time has come, the earliest first.
// Before: there are timers. Without, asking the time would cost more than a whole step.
void kernel::fire_timers() {
    const moment reached = now();
    while (!timers_.empty() && timers_.earliest().due <= reached) {
        const timer due = take_timer();
        task_record& owner = tasks_.at(due.task);
        const seq fired = told_.timer_fired(due.id, reached - due.due, timer_set(due));
        if (owner.nap == due.id) {
            owner.nap = timer_id::none;
            line_up(owner, "timer", task_id::none, fired, {});
        } else {
            scope_record& late = *scope_limited_by(owner, due.id);
            late.deadline = timer_id::none;
            expire(late, fired);
        }
    }
}

// Nobody had anything to do, and nothing has come: those go on who waited for that.
void kernel::wake_idle() {
    while (!idle_->empty()) {
        auto& who = static_cast<task_record&>(*idle_->oldest());
        who.grant();
        make_ready(who, "all_blocked", task_id::none, polled_, {});
    }
}

// The third phase. A task that becomes ready meanwhile waits for the next turn, so the poll comes
// round again after a bounded number of steps: tasks that only yield cannot starve the descriptors.
// Up to `until` they run one after the other: the whole batch, or those of it who are prepared. The
// next turn is begun here too, when a batch is all that there is to do in it.
void kernel::run_batch(bool once) {
    const bool special = shuffle_ != 0 || ready_.size() > crowd;
    plain_ = !special && !once && !watched_ && timers_.empty() && nothing_to_poll();
    do {
        if (told_.on()) told_.batch_begins(ready_.size(), polled_);
        const std::size_t last = ready_.come();
        std::size_t until = last;
        do {
            if (special) until = prepare_next(last);
            do {
                step(ready_.pop_front());
            } while (ready_.gone() != until);
        } while (until != last);
    } while (plain_ && begins_plain_turn());
    running_ = nullptr;
    if (watched_) board_->show_nobody();
}

// Begins the next turn, unless the bell has rung, nobody is ready, or a crowd.
// Before: nothing else is there to be looked at before the batch.
// Discussion: asked by one flag, that who arms a timer or listens takes down, a switch of one task
// alone takes 4.6 ns, and 6.4 where each of them was asked.
bool kernel::begins_plain_turn() {
    if (posts_->has_rung() || ready_.size() - 1 >= crowd) return false;
    ++told_.turn;
    poll_nothing();
    return true;
}

// A run that is shuffled, to find programs that rely on the order, takes any of the batch next. In
// a crowd the memory of those who come soon is fetched, for some of them together: first the line
// of the cache in which a record has what each step touches, and when that is here, the coroutine
// that it names. Returns up to whom that was done: `last`, or somebody before.
//
// Discussion: of 100,000 tasks that take turns each step takes 5.5 ns, and 6.2 without fetching,
// even where they lie in the order in which they run, which the processor finds out by itself.
// Where the caches hold everybody it would only cost: 0.6 ns of 4.3. (GCC takes a function that
// does nothing but fetch for one that does nothing, and drops it; so this stands here line by
// line.)
std::size_t kernel::prepare_next(std::size_t last) {
    constexpr std::size_t soon = 48;
    constexpr std::size_t together = 16;
    if (shuffle_ != 0) {
        ready_.bring_to_front(dice_() % (last - ready_.gone()));
        return ready_.gone() + 1;
    }
    if (last - ready_.gone() < 2 * soon + together) return last;
    for (std::size_t place = soon; place != soon + together; ++place) {
        __builtin_prefetch(&ready_.at(place + soon).innermost);
        const auto* coroutine =
            static_cast<const std::byte*>(ready_.at(place).innermost->self().address());
        __builtin_prefetch(coroutine);
        __builtin_prefetch(coroutine + 64);
        __builtin_prefetch(coroutine + 112);  // they begin at multiples of 16
    }
    if (told_.on()) {
        for (std::size_t place = 2 * soon; place != 2 * soon + together; ++place)
            __builtin_prefetch(&ready_.at(place).trap);
    }
    return ready_.gone() + together;
}

// One step: from being switched in until the task waits, yields or ends.
//
// Discussion: a coroutine that awaits another, or returns to its caller, could name the next one in
// await_suspend and let the compiler jump there. GCC 12 makes that jump a call unless it optimises,
// and always under the address sanitizer; a loop of ten million awaits then overflows the stack. So
// each coroutine comes back here and this loop resumes the next one: 3 ns more for each awaited
// child.
void kernel::step(task_record& who) {
    switch_in(who);
    int answers_left = budget_;
    do {
        who.innermost->self().resume();
    } while (goes_on(who, answers_left));
}

// Why did the coroutine stop? It has ended, it called or returned, or it asks for something.
// True: there is more to run in this step.
bool kernel::goes_on(task_record& who, int& answers_left) {
    if (std::holds_alternative<std::monostate>(who.asked)) {
        if (!who.returned) return true;  // a call, or the return to a caller
        finish(who);
        return false;
    }
    const verdict decided = answer(who);
    if (decided == verdict::answered) {
        told_.replied(who, true, who.trap);
        who.owes_reply = false;
        // An answer at once is no reason to stop, but somebody who always gets one must not keep
        // the loop for ever (rule R5).
        if (--answers_left > 0) {
            ++who.answered_at_once;
            return true;
        }
        requeue(who, "budget");
        return false;
    }
    if (decided == verdict::parked) {
        switch_out(who, "park", parked_);
    } else {
        requeue(who, "yield");
    }
    return false;
}

// Every trap checks for cancellation before anything else (rule R5), so a task that catches
// `cancelled` and goes on is told again at its next trap.
verdict kernel::answer(task_record& who) {
    if (told_.on()) {
        who.trap = told_.trapped(who, step_);
        who.owes_reply = true;
    }
    if (who.shall_stop) [[unlikely]]
        return refuse_cancelled(who);
    return dispatch_yield_first(*this, who.asked, who);
}

}  // namespace giambio
