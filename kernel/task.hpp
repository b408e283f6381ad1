// The kernel's record of a task, built around its mailbox.
//
// Made and ended in schedule.cpp, which is also the only file that changes `state`. It lies in the
// table of tasks (task_table.hpp). What a parked task waits on is in its request.
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

    std::uint32_t steps = 0;        // that it has begun
    timer_id nap = timer_id::none;  // its sleep's end, while it sleeps
    line joiners;                   // tasks that wait for this one's end

    // For the trace: the seq of the trace event that made it ready (its spawn, wake, or the
    // switch_out that put it back); of a sleeping task, of its timer_set.
    std::uint64_t led_here = 0;
    std::uint64_t trap = 0;  // of its latest trap
};

}  // namespace giambio
