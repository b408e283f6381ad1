// The kernel's record of a task, built around its mailbox.
//
// `spawn` (calls.cpp) takes it from the table of tasks (task_table.hpp), and schedule.cpp is the
// only file that changes `state`. What a parked task waits on is in its request.
// Not here: anything the program's side touches; that is the mailbox (traps/frame.hpp).
// Kept true: another thread looks at nothing but the number of who runs (running_task).
// Internal to kernel/.
#pragma once

#include "kernel/task_state.hpp"
#include "traps/frame.hpp"

#include <atomic>
#include <cstdint>

namespace giambio {

struct task_record : frame {
    // Written by schedule.cpp only; `wipe` makes them new.
    task_state state = task_state::ready;
    wait_kind waits = wait_kind::nothing;

    line joiners;                        // tasks that wait for this one's end
    timer_id nap = timer_id::none;       // its sleep's end, while it sleeps
    std::uint32_t answered_at_once = 0;  // so many of its traps, after which it went on

    // For the trace: the seq of the trace event that made it ready (its spawn, wake, or the
    // switch_out that put it back); of a sleeping task, of its timer_set.
    std::uint64_t led_here = 0;
    std::uint64_t trap = 0;  // of its latest trap

    // How many steps it has begun. Each but the last one ended with a trap after which it did not
    // go on at once. Discussion: so a step has one counter to write, which the gate does.
    std::uint32_t steps() const {
        const bool has_one_without = state == task_state::running || ended;
        return traps - answered_at_once + (has_one_without ? 1 : 0);
    }

    // Another thread may look at the number just now (running_task below).
    void give_number(task_id given) { std::atomic_ref(id).store(given, std::memory_order_relaxed); }

    // Makes the record of a task that has ended as new, for another one.
    // Before: the task has put back what it had: it stands in no line, has no siblings and no
    // joiners, is in no scope, and no timer is armed for it. Whoever takes the record says where it
    // belongs and what goes on.
    // Discussion: a processor finishes one write at a time, and a spawn and join has 140 of them.
    // To write all of the record anew would be nine more than this: 4 ns.
    void wipe() {
        drop_what_is_left();
        origin = nullptr;
        if (extras != nullptr) extras.reset();
        asked.emplace<std::monostate>();
        give_number(task_id::none);
        traps = 0;
        returned = shall_stop = ended = was_cancelled = daemon = joined = false;
        owes_reply = keeps_value = false;
        refused = refusal::none;
        state = task_state::ready;
        waits = wait_kind::nothing;
        answered_at_once = 0;
        led_here = trap = 0;
    }
};
// As promised in traps/frame.hpp: a million tasks feel each word more.
static_assert(sizeof(task_record) == 160);

// Who runs, or null. The loop's own thread writes it at each step, and reads it as a pointer.
class running_task {
public:
    running_task& operator=(task_record* who) {
        kept_.store(who, std::memory_order_release);
        return *this;
    }
    operator task_record*() const { return kept_.load(std::memory_order_relaxed); }
    task_record* operator->() const { return *this; }

    // For any other thread (watch_post.cpp). Meanwhile the task may end and its record become
    // another task's, so the number is read as it was written, at once; the record stays where it
    // is as long as the kernel lives.
    task_id number_from_outside() const {
        task_record* who = kept_.load(std::memory_order_acquire);
        if (who == nullptr) return task_id::none;
        return std::atomic_ref(who->id).load(std::memory_order_relaxed);
    }

private:
    std::atomic<task_record*> kept_{nullptr};
};

}  // namespace giambio
