// The states of a task, and what one that is parked waits on.
//
// A task's record (task.hpp) has them, and so has a snapshot, which programs see.
// Not here: the record; the way from one state to the next (schedule.cpp).
// Public.
#pragma once

#include <cstdint>

namespace giambio {

enum class task_state : std::uint8_t { ready, running, parked, ended };

// What a parked task waits on.
enum class wait_kind : std::uint8_t { nothing, timer, fd, object, task };

}  // namespace giambio
