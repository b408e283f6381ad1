// Scopes, and how the wish to stop reaches everyone inside of one.
//
// Programs call in through the plain door, the loop when a deadline has come, the fate of the run
// when everybody shall stop. A cancel is a note on a scope or on a task; from there it spreads to
// every task inside, which is woken if it waits.
// Not here: who must obey which note (traps/scope.cpp), and the waking itself (schedule.cpp).
// Kept true: `shall_stop` of every living task is whether effective_cancel finds anything, after
// each call. So the check at every trap (rule R5) is one look at a flag.
// Internal to kernel/.
#include "kernel/kernel.hpp"

#include <algorithm>

namespace giambio {

namespace {

// Two runs may go on beside each other on one thread, and who is inside would be woken in the wrong
// one.
void refuse_other_runs(const task_table& mine, const scope_record& changed) {
    if (changed.owner == nullptr || mine.has(*changed.owner)) return;
    throw misuse("this scope, or pool, is open in another run; leave a call there that changes it");
}

}  // namespace

// --- scopes

void kernel::enter_scope(scope_record& entered, site at) {
    auto& who = static_cast<task_record&>(current());
    entered.id = scope_id{next_number(last_scope_)};
    entered.owner = &who;
    entered.outer = who.scope;
    who.scope = &entered;
    if (entered.shielded) who.shall_stop = false;  // what is around it does not reach inside
    const std::unique_ptr<cancel_note> early = std::move(entered.cancel);
    const seq begun = told_.scope_entered(who_acts(), entered, at);
    if (early != nullptr) {  // cancelled before it was entered
        request_cancel(who, &entered, *early, begun, at);
    } else if (entered.due) {
        begin_deadline(entered, begun, at);
    }
}

// A moment that has come already needs no timer: the first trap is told.
void kernel::begin_deadline(scope_record& limited, seq cause, site at) {
    if (*limited.due <= now()) {
        expire(limited, cause);
    } else {
        limited.deadline_set =
            arm(limited.deadline, *limited.due, static_cast<task_record&>(*limited.owner),
                limited.id, cause, at);
    }
}

// A deadline that is left armed would cancel some later block (rule R10).
void kernel::leave_scope(scope_record& left, leaving how, site at) {
    auto& who = static_cast<task_record&>(*left.owner);
    check(who.scope == &left, "scopes of one task are left in the order of blocks");
    check(left.youngest_inside == nullptr, "a pool is left while its tasks live");
    if (left.deadline != timer_id::none) disarm(left.deadline, who_acts().step);
    who.scope = left.outer;
    left.over = true;
    const seq gone = told_.scope_left(who_acts(), left, how, is_late(left, how), at);
    // The body was told to stop, and came to its end as if nothing had been said.
    if (how == leaving::returned && left.cancel != nullptr && left.cancel->delivered) {
        told_.cancel_absorbed(who, *left.cancel, gone, at);
        warn(who.name() + " caught the cancel of its scope and went on: " + left.cancel->reason,
             at);
    }
    // A scope that was neither a shield nor cancelled has changed nothing of what must be obeyed.
    if (left.shielded || left.cancel != nullptr) obey(who);
}

// Did the body come to its end only after the deadline, because it never looked up from its work?
bool kernel::is_late(const scope_record& left, leaving how) const {
    if (how != leaving::returned || !left.due) return false;
    return left.cancel != nullptr ? left.cancel->source == cancel_source::deadline
                                  : time_.now() >= *left.due;
}

void kernel::change_scope(scope_record& changed, std::optional<moment> due, bool shielded,
                          site at) {
    if (changed.over) return;
    refuse_other_runs(tasks_, changed);
    const bool new_deadline = due != changed.due;
    changed.due = due;
    changed.shielded = shielded;
    if (changed.owner == nullptr) return;  // not entered yet: it begins like this
    const actor by = who_acts();
    const seq cause = told_.scope_changed(by, changed, at);
    if (new_deadline && changed.deadline != timer_id::none) disarm(changed.deadline, cause);
    if (new_deadline && due && changed.cancel == nullptr) begin_deadline(changed, cause, at);
    spread(static_cast<task_record&>(*changed.owner), &changed);
}

void kernel::cancel_scope(scope_record& target, cancel_source source, std::string reason, site at) {
    if (target.over) return;
    refuse_other_runs(tasks_, target);
    const actor by = who_acts();
    cancel_note note{.source = source, .requester = by.by, .reason = std::move(reason)};
    if (target.owner != nullptr) {
        request_cancel(static_cast<task_record&>(*target.owner), &target, std::move(note),
                       because(), at);
    } else if (target.cancel == nullptr) {  // told when it is entered
        target.cancel = std::make_unique<cancel_note>(std::move(note));
    }
}

// --- cancelling

// Somebody wants a task, or one scope of it, to stop.
void kernel::request_cancel(task_record& target, scope_record* only, cancel_note note, seq cause,
                            site at) {
    if (note_cancel(target, only, std::move(note), cause, at)) spread(target, only);
}

// Writes it down. The first reason stays: who comes later changes nothing (rule R7), which is false
// then. After: whoever must obey the note has not been told yet.
bool kernel::note_cancel(task_record& target, scope_record* only, cancel_note note, seq cause,
                         site at) {
    if (target.ended) return false;
    std::unique_ptr<cancel_note>& kept =
        only != nullptr ? only->cancel : target.with_extras().cancel;
    if (kept != nullptr) return false;
    kept = std::make_unique<cancel_note>(std::move(note));
    kept->scope = only != nullptr ? only->id : scope_id::none;
    kept->seq = told_.cancel_requested(target, *kept, cause, at);
    return true;
}

// A scope's deadline has come.
void kernel::expire(scope_record& late, seq cause) {
    const cancel_note note{.source = cancel_source::deadline, .reason = "its time limit is over"};
    request_cancel(static_cast<task_record&>(*late.owner), &late, note, cause, {});
}

// Everyone who may be concerned looks again: the task, and all tasks in pools that it has open
// inside of `within` (none: in any), and so on down the tree. The youngest first: a child stops
// before the parent whose objects it may be using (rule R16).
void kernel::spread(task_record& from, const scope_record* within) {
    std::vector<task_record*> concerned{&from};
    for (std::size_t i = 0; i < concerned.size(); ++i) {
        const scope_record* last = i == 0 ? within : nullptr;
        for (const scope_record* each = concerned[i]->scope; each != nullptr; each = each->outer) {
            for (frame* task = each->youngest_inside; task != nullptr; task = task->older_sibling) {
                concerned.push_back(static_cast<task_record*>(task));
            }
            if (each == last) break;
        }
    }
    std::sort(concerned.begin(), concerned.end(),
              [](const task_record* a, const task_record* b) { return a->id > b->id; });
    for (task_record* each : concerned) obey(*each);
}

// What a newcomer must obey from its birth. Mostly that is what its pool's owner must; only when
// the owner stands in an inner scope that is cancelled or a shield, the whole chain is looked
// through. Discussion: a walk for each newcomer would cost the square of the depth where pools open
// pools: 30 s for ten thousand levels instead of 0.1 s.
bool kernel::shall_newcomer_stop(const task_record& made) const {
    if (made.owner == nullptr) return false;
    const scope_record* home = made.owner->home;
    const frame& owner = *home->owner;
    for (const scope_record* in = owner.scope; in != home; in = in->outer) {
        if (in->shielded || in->cancel != nullptr) return effective_cancel(made) != nullptr;
    }
    return owner.shall_stop;
}

// The task learns what it must obey. One that waits is woken for it, with nothing else; one that is
// ready or running has succeeded with its trap and is told at the next (rule R4).
void kernel::obey(task_record& who) {
    cancel_note* note = effective_cancel(who);
    who.shall_stop = note != nullptr;
    if (note == nullptr || who.state != task_state::parked) return;
    who.refuse(*note);
    make_ready(who, "cancel", note->requester, note->seq, {});
}

}  // namespace giambio
