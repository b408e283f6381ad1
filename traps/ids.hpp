// The names by which the kernel, the program and the trace speak of the same thing.
//
// Ids are small numbers in order of creation, never addresses (rule R17), so that two runs of one
// program give the same trace. Each is a type of its own: a timer cannot be passed for a task.
// Public.
#pragma once

#include <chrono>
#include <cstdint>

namespace giambio {

using duration = std::chrono::nanoseconds;
// A point in time is the duration since the run began.
using moment = std::chrono::nanoseconds;

// That long after a moment; a length that reaches beyond the end of time ends there.
constexpr moment later(moment than, duration by) {
    return by > moment::max() - than ? moment::max() : than + by;
}

enum class task_id : std::uint32_t { none = 0 };
enum class object_id : std::uint32_t { none = 0 };
enum class timer_id : std::uint32_t { none = 0 };
enum class scope_id : std::uint32_t { none = 0 };

// Counts one on. After four billion the numbers begin again, without the one that means none.
constexpr std::uint32_t next_number(std::uint32_t& last) {
    if (++last == 0) ++last;
    return last;
}

// The number of an id, for printing.
template <class Id>
constexpr std::uint32_t number_of(Id id) {
    return static_cast<std::uint32_t>(id);
}

}  // namespace giambio
