// The kernel's record of a task, built around its mailbox.
//
// Made and ended in schedule.cpp, which is also the only file that changes `state`.
// Not here: anything the program's side touches; that is the mailbox (traps/frame.hpp).
// Internal to kernel/.
#pragma once

#include "traps/frame.hpp"

#include <cstdint>

namespace giambio {

enum class task_state : std::uint8_t { ready, running, parked, ended };

// What a parked task waits on.
enum class wait_kind : std::uint8_t { nothing, timer, fd, object, task };

struct task_record : frame {
    // Written by schedule.cpp only.
    task_state state = task_state::ready;
    wait_kind waits = wait_kind::nothing;
    task_id parent = task_id::none;
    promise_base* outermost = nullptr;  // destroyed when the task ends
    std::unique_ptr<kept_result> (*keep)(promise_base&) = nullptr;
    line joiners;                  // tasks that wait for this one's end
    task_record* older = nullptr;  // the list of all living tasks, by age
    task_record* younger = nullptr;

    // What it waits on, while parked.
    timer nap;  // a sleep's end
    int wait_fd = -1;
    bool wait_write = false;
    task_record* wait_task = nullptr;

    // For the trace: seqs of the trace events that led here.
    std::uint64_t why_ready = 0;  // its spawn, wake, or the switch_out that put it back
    std::uint64_t step = 0;       // the switch_in of the running step
    std::uint64_t trap = 0;       // its latest trap
    std::uint64_t parked = 0;     // its latest park
    bool owes_reply = false;      // that trap's reply is not in the trace yet

    std::uint64_t steps = 0;  // that it has begun
    int budget = 0;           // answers that it may still get at once in this step
};

}  // namespace giambio
