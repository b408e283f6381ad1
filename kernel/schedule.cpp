// Every change of a task's state: made, parked, woken, switched in and out, ended.    [trap 5/5]
//
// The loop, the handlers and the plain calls call in. Each change is one function, which tells the
// chronicle when it is done. A task's end is passed on from here: to its pool, and to fate.cpp.
// Not here: deciding whether to park (handlers.cpp) or when time has come (loop.cpp).
// Kept true: a ready task is in the ready queue exactly once; a task is unlinked from what it waits
// on before it is made ready (rule R8).
// Internal to kernel/.
#include "kernel/describe.hpp"
#include "kernel/kernel.hpp"
#include "traps/coroutine.hpp"

namespace giambio {

// The states of a task, and the function that leads from one to the next:
//
//     admit --> ready --switch_in--> running --finish--> ended
//                 ^                   |   |
//                 |<----requeue-------+   +--park--> parked
//                 |                                    |
//                 +<--------make_ready, line_up--------+

// Takes a new task into the run: it stands at the back of the ready queue, and does not run (rule
// R1).
void kernel::admit(task_record& made) {
    made.give_number(task_id{next_number(last_task_)});
    if (made.daemon) {
        ++daemons_;
    } else {
        ++awaited_;
    }
    join_family(made);
    made.state = task_state::ready;
    ready_.make_room_for(awaited_ + daemons_);
    ready_.push_back(made);
    if (told_.on()) tell_birth(made);
    // Into a pool that shall stop it is born with that wish: it starts, and stops at its first
    // trap.
    if (shall_newcomer_stop(made)) made.shall_stop = true;
    if (ending_) came_too_late(made);
}

// It comes from the step that made it, or from the call that somebody has posted; the first ones
// come from the beginning of the run.
void kernel::tell_birth(task_record& made) {
    const seq from = who_acts().step;
    made.led_here = told_.spawned(made, from != 0 ? from : begin_seq_);
}

// A run that is ending takes the newcomer in, so that its arguments are cleaned up, and stops it at
// its first trap.
void kernel::came_too_late(task_record& made) {
    const cancel_note note{.source = cancel_source::shutdown, .reason = "the run is ending"};
    request_cancel(made, nullptr, note, made.led_here, {});
}

// The running task waits from now on. `target` is the number of what it waits on, unless that is a
// descriptor. Before: the task stands in the line, heap or table where its waker will look for it.
verdict kernel::park(task_record& who, wait_kind on, std::uint32_t target, site at) {
    who.state = task_state::parked;
    who.waits = on;
    if (told_.on()) parked_ = told_.parked(who, on, target, at);
    return verdict::parked;
}

// What the task waited for has happened, or will not: it goes to the back of the ready queue.
// Before: its answer is in the mailbox. From here on its trap has succeeded or failed for good, and
// a cancel that comes later waits for its next trap (rule R4).
void kernel::make_ready(task_record& who, const char* why, task_id by, seq cause, site at) {
    unlink(who, cause);
    line_up(who, why, by, cause, at);
}

// The same for a task that stands in nothing any more. Discussion: most who wake a task know what
// it stood in, and to look that up again is a tenth of what waking takes.
void kernel::line_up(task_record& who, const char* why, task_id by, seq cause, site at) {
    check(who.state == task_state::parked, "a task is woken that does not wait");
    who.waits = wait_kind::nothing;
    who.state = task_state::ready;
    ready_.push_back(who);
    if (told_.on()) who.led_here = told_.woke(who, why, by, cause, at);
}

// A task that waits in one object's line shall wait in another's from now on: it stands at the back
// there, and stays parked. That saves it a step in which it could only ask to wait again.
void kernel::move(frame& waiting, wait_list& to, site at) {
    auto& who = static_cast<task_record&>(waiting);
    check(who.waits == wait_kind::object, "a task is moved that stands in no object's line");
    const object_id there = to.id();  // told, if it is new, before anybody stands in it
    who.standing_in->leave(who);
    to.join_at_back(who);
    told_.moved(who_runs(), who, there, because(), at);
}

// Takes a parked task out of whatever it stands in. Whoever wakes it need not know what that is: a
// cancel may reach a task in any wait.
void kernel::unlink(task_record& who, seq cause) {
    switch (who.waits) {
        case wait_kind::nothing:
            break;
        case wait_kind::timer:
            if (who.nap != timer_id::none) disarm(who.nap, cause);
            break;
        case wait_kind::object:
            who.standing_in->leave(who);
            break;
        case wait_kind::task:
            joined_by(who)->joiners.leave(who);
            break;
        case wait_kind::fd: {
            const descriptor_wait wanted = descriptor_of(who.asked);
            waits_.remove(wanted.fd, wanted.writes ? direction::write : direction::read);
        }
    }
}

// A step begins. Before: the task has been taken from the ready queue.
void kernel::switch_in(task_record& who) {
    who.state = task_state::running;
    if (watched_) {
        running_ = nullptr;  // while the board is written, who looks at it sees nobody run
        board_->show(who);
    }
    running_ = &who;
    if (told_.on()) tell_step(who);
}

// A task that had to wait learns its answer only now that it runs.
void kernel::tell_step(task_record& who) {
    last_operation_ = 0;
    step_ = told_.switched_in(who);
    if (!who.owes_reply) return;
    if (who.refused == refusal::cancelled) told_.cancel_delivered(who, *who.answer.note);
    told_.replied(who, false, who.led_here);
    who.owes_reply = false;
}

// A step ends: the task has parked, or ended.
void kernel::switch_out(task_record& who, const char* how, seq cause) {
    running_ = nullptr;
    told_.switched_out(who, how, cause);
}

// A step ends, and the task goes on when everyone has who is ready now.
// Discussion: who runs next follows at once, so that nobody runs in between is written only for who
// is told. Each write is a twentieth of a step: without three of them it takes 4.0 ns and not 4.6.
void kernel::requeue(task_record& who, const char* how) {
    who.state = task_state::ready;
    ready_.push_back(who);
    if (told_.on()) {
        running_ = nullptr;
        who.led_here = told_.switched_out(who, how, who.trap);
    }
}

// The task's outermost coroutine has returned. After: its joiners are awake, in the order in which
// they came; the record is gone unless somebody holds a handle.
void kernel::finish(task_record& who) {
    take_outcome(who);
    // Its arguments are destroyed while it still counts as running, so that what their destructors
    // do (close a socket, wake a waiter) is done by this task.
    who.innermost->self().destroy();
    who.innermost = nullptr;
    who.ended = true;
    who.state = task_state::ended;
    const seq ended = told_.exited(who, step_);
    if (told_.on()) last_operation_ = ended;
    if (!who.joiners.empty()) who.joined = true;
    while (!who.joiners.empty()) {
        line_up(static_cast<task_record&>(who.joiners.take_oldest()), "exit", who.id, ended, {});
    }
    if (who.held() != nullptr) drop_what_it_holds(who);
    leave_family(who);
    if (who.owner != nullptr) who.owner->child_ended(who);
    switch_out(who, "exit", ended);
    lose(who, ended);
}

// The last that the kernel has to do with a task: the run learns of it, and the record goes unless
// somebody holds a handle.
void kernel::lose(task_record& ended, seq exit_seq) {
    --(ended.daemon ? daemons_ : awaited_);
    const bool passes_on = ended.failed() || &ended == main_;
    if (passes_on && ended.owner == nullptr) pass_on_failure(ended, exit_seq);
    if (ended.handles == 0 && made_in_vain(ended)) never_joined(ended);
    if (&ended == main_) main_ = nullptr;
    if (awaited_ == 0 && !ending_) dismiss_daemons(exit_seq);
    if (ended.handles == 0) take_back(ended);
}

// A value that nobody can ask for any more was made in vain, and that is mostly a mistake.
// Before: there is no handle to the task.
bool kernel::made_in_vain(const task_record& ended) const {
    const bool made_one =
        ended.origin->keeper != nullptr && !ended.failed() && !ended.was_cancelled;
    return made_one && !ended.joined && ended.owner == nullptr && &ended != main_;
}

// A task that ends and still holds a lock has broken it: whoever waits for it waits for nobody.
void kernel::drop_what_it_holds(task_record& ended) {
    epitaphs_.push_back(std::make_unique<std::string>(
        "#" + std::to_string(number_of(ended.id)) + " " + ended.name() +
        " ended while it held this; release it before the end, or use hold()"));
    while (ended.held() != nullptr) ended.held()->abandon(epitaphs_.back()->c_str());
}

// The tasks of one owner are a list that begins at its scope; a task of the run is in none.
void kernel::join_family(task_record& child) {
    if (child.owner == nullptr) return;
    scope_record& home = *child.owner->home;
    child.older_sibling = home.youngest_inside;
    if (child.older_sibling != nullptr) child.older_sibling->younger_sibling = &child;
    home.youngest_inside = &child;
}

void kernel::leave_family(task_record& child) {
    if (child.owner == nullptr) return;
    frame*& youngest = child.owner->home->youngest_inside;
    frame* younger = child.younger_sibling;
    (younger != nullptr ? younger->older_sibling : youngest) = child.older_sibling;
    if (child.older_sibling != nullptr) child.older_sibling->younger_sibling = younger;
    child.older_sibling = child.younger_sibling = nullptr;
}

// Keeps what the coroutine left: its value for those who may ask, or its error.
void kernel::take_outcome(task_record& ended) {
    if (ended.innermost->error != nullptr) {
        take_error(ended);
        return;
    }
    const value_keeper* keeper = ended.origin->keeper;
    if (ended.handles > 0 && keeper != nullptr) keeper->keep(ended);
    if (ended.cancel() != nullptr && ended.cancel()->delivered) absorbed(ended);
}

void kernel::take_error(task_record& ended) {
    try {
        std::rethrow_exception(ended.innermost->error);
    } catch (const cancelled&) {
        ended.was_cancelled = true;
    } catch (...) {
        ended.with_extras().error = std::current_exception();
    }
}

// Timers carry no state of a task, but every wait for time goes through these two.
// `armed` is where the owner keeps the number: its nap, or the deadline of one of its scopes (none:
// it is a nap). Returns the timer_set.
seq kernel::arm(timer_id& armed, moment due, task_record& owner, scope_id scope, seq cause,
                site at) {
    armed = timer_id{next_number(last_timer_)};
    const timer made{due, armed, task_table::number(owner)};
    timers_.arm(made);
    plain_ = false;  // turns have it to look at from now on
    return told_.timer_set(made, owner.id, scope, cause, at);
}

void kernel::disarm(timer_id& armed, seq cause) {
    disarming_ = armed;
    timers_.disarm(armed, [this](const timer& each) { return is_armed(each); });
    told_.timer_dropped(armed, who_runs(), cause);
    armed = disarming_ = timer_id::none;
}

// In a crowd of timers some hundreds come near at a time, and their tasks are in no cache any more.
// Their memory is fetched now, all at once: first the records, and then, when those are here, the
// coroutines that they name.
timer kernel::take_timer() {
    const timer taken = timers_.take([this](const timer& each) { return is_armed(each); });
    const std::span<const timer> next = timers_.newly_near();
    for (const timer& each : next) {
        const auto* record = reinterpret_cast<const std::byte*>(&tasks_.at(each.task));
        __builtin_prefetch(record);
        __builtin_prefetch(record + 64);
        __builtin_prefetch(record + 128);
    }
    for (const timer& each : next) {
        const auto* coroutine = reinterpret_cast<const std::byte*>(tasks_.at(each.task).innermost);
        if (coroutine == nullptr) continue;  // the task has ended, and its timer is still there
        __builtin_prefetch(coroutine);
        __builtin_prefetch(coroutine + 64);
    }
    return taken;
}

// The queue may still hold a timer that its task has forgotten, or a task's that is long gone.
bool kernel::is_armed(const timer& in_queue) const {
    if (in_queue.id == disarming_) return false;
    const task_record& owner = tasks_.at(in_queue.task);
    return owner.nap == in_queue.id || scope_limited_by(owner, in_queue.id) != nullptr;
}

// The trace event that armed it.
seq kernel::timer_set(const timer& armed) const {
    const task_record& owner = tasks_.at(armed.task);
    const scope_record* limited = scope_limited_by(owner, armed.id);
    return limited != nullptr ? limited->deadline_set : owner.led_here;
}

}  // namespace giambio
