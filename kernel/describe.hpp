// A request as a record for the tape: the trap's name and arguments.
//
// The loop calls in, only when somebody watches. One function for each trap, in the order of
// traps/request.hpp.
// Not here: answering (handlers.cpp).
// Internal to kernel/.
#pragma once

#include "kernel/observer.hpp"
#include "traps/request.hpp"

namespace giambio {

// Before: the request is not empty. `step` is the trace event that let the task run.
record describe(const request& asked, task_id who, std::uint64_t step, moment now);

// Where the program asked; no place when the mailbox is empty.
site site_of(const request& asked);

}  // namespace giambio
