// What a trace needs to know that begins in the middle of a run: everything that is there already.
//
// An observer that comes late and alone is told the present state as if it had just come about:
// objects, watched descriptors, each task with its scopes, timers and what it waits on, and last
// the ready queue in its order. From there on the trace is like any other: the state can be
// rebuilt.
// Not here: what happens afterwards (chronicle.cpp).
// Kept true: nothing of the run changes but the numbers that later trace events give as causes.
// Internal to kernel/.
#include "kernel/describe.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace giambio {

// Before: no task is running, and nobody else is told, since they know all this.
void kernel::tell_what_is_there() {
    begin_seq_ = told_.run_began();
    for (int fd = 0; fd < waits_.end(); ++fd) {
        const fd_entry& each = waits_.entry(fd);
        if (!each.watched_read && !each.watched_write) continue;
        told_.watches(fd, each.watched_read, each.watched_write, task_id::none, begin_seq_, {});
    }
    tell_of_objects();
    // Those who stand in one line are told in its order, all the others by age.
    std::set<const task_record*> told;
    armed_timers armed;
    for (const timer& each : timers_.all()) armed.emplace(each.id, each);
    for (task_record* each : tasks_.living()) {
        if (each->waits == wait_kind::object) {
            for (frame* one = each->standing_in->oldest(); one != nullptr; one = one->behind) {
                auto& waiting = static_cast<task_record&>(*one);
                if (told.insert(&waiting).second) tell_of(waiting, armed);
            }
        } else {
            tell_of(*each, armed);
        }
    }
    // Until here nobody is ready in the trace: now those who are, in their order.
    for (std::size_t i = 0; i < ready_.size(); ++i) {
        task_record& who = ready_.at(i);
        who.led_here = told_.woke(who, "exit", task_id::none, who.led_here, {});
    }
    last_operation_ = 0;
}

// Objects of which a task tells: what it waits on, what it holds, the pool that it belongs to.
void kernel::tell_of_objects() {
    std::set<object_id> told;
    const actor by{task_id::none, begin_seq_};
    const auto tell = [&](object_id which, const char* type, task_id holder) {
        if (which == object_id::none || !told.insert(which).second) return;
        told_.object_made(by, which, type, {});
        if (holder != task_id::none) told_.object_did(by, which, "acquire", holder, 0, {});
    };
    for (task_record* each : tasks_.living()) {
        if (each->owner != nullptr) tell(each->owner->number(), "pool", task_id::none);
        if (each->waits == wait_kind::object) {
            wait_list& line = *each->standing_in;
            tell(line.id(), line.type(), line.holder);
        }
        for (wait_list* held = each->held(); held != nullptr; held = held->next_held()) {
            tell(held->id(), held->type(), held->holder);
        }
    }
}

// One task: it is spawned, enters its scopes, and waits for what it waits for. A task that is ready
// waits for nothing that has a name; it is woken at the end.
void kernel::tell_of(task_record& who, const armed_timers& armed) {
    who.led_here = told_.spawned(who, begin_seq_);
    const seq step = told_.switched_in(who);
    who.trap = step;
    std::vector<scope_record*> scopes;
    for (scope_record* each = who.scope; each != nullptr; each = each->outer) {
        scopes.push_back(each);
    }
    std::reverse(scopes.begin(), scopes.end());
    for (scope_record* each : scopes) {
        const seq begun = told_.scope_entered({who.id, step}, *each, {});
        if (each->deadline != timer_id::none) {
            each->deadline_set =
                told_.timer_set(armed.at(each->deadline), who.id, each->id, begun, {});
        }
        if (each->cancel == nullptr) continue;
        each->cancel->seq = told_.cancel_requested(who, *each->cancel, begun, {});
    }
    if (cancel_note* note = who.cancel(); note != nullptr) {
        note->seq = told_.cancel_requested(who, *note, step, {});
    }
    who.owes_reply = who.steps() > 0;
    const seq parked = tell_of_wait(who, step, armed);
    // A sleeping task keeps its timer_set: when the timer fires, that is the cause.
    if (who.waits != wait_kind::timer) who.led_here = parked;
    told_.switched_out(who, "park", parked);
}

// Returns its park.
seq kernel::tell_of_wait(task_record& who, seq step, const armed_timers& armed) {
    const bool ready = who.state == task_state::ready;
    if (!ready) who.trap = told_.trapped(who, step);
    std::uint32_t target = 0;
    if (who.waits == wait_kind::timer) {
        who.led_here = told_.timer_set(armed.at(who.nap), who.id, scope_id::none, who.trap, {});
        target = number_of(who.nap);
    }
    if (who.waits == wait_kind::task) target = number_of(joined_by(who)->id);
    if (who.waits == wait_kind::object) {
        target = number_of(who.standing_in->id());
    }
    // One who is ready is told to wait for the end of task 0, which nobody can wait for.
    return told_.parked(who, ready ? wait_kind::task : who.waits, target, {});
}

}  // namespace giambio
