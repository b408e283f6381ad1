// A request as a record for the tape: the trap's name and arguments.
//
// The loop calls in, only when somebody watches. One function for each trap, in the order of
// traps/request.hpp.
// Not here: answering (handlers.cpp).
// Internal to kernel/.
#pragma once

#include "kernel/clock.hpp"
#include "kernel/observer.hpp"
#include "traps/request.hpp"

namespace giambio {

// Before: the request is not empty. `step` is the trace event that let the task run.
record describe(const request& asked, task_id who, std::uint64_t step, const clock& time);

// Only the name and the place, after the answer: the object that was waited on may be gone by then.
// Neither when the mailbox is empty.
record describe_answered(const request& asked);

}  // namespace giambio
