// A moment at which the kernel shall do something: end a sleep, or cancel a scope.
//
// It is a part of the task's record (sleep) or of a scope (deadline); the kernel's heap only points
// to it. So arming and disarming allocate nothing.
// Public, though only scopes and the kernel have a use for it.
#pragma once

#include "traps/ids.hpp"

#include <cstddef>
#include <cstdint>

namespace giambio {

struct frame;
struct scope_record;

struct timer {
    static constexpr std::size_t not_armed = static_cast<std::size_t>(-1);

    moment due{};
    timer_id id = timer_id::none;   // equal moments fire in the order of the ids (rule R2)
    std::size_t place = not_armed;  // where the heap keeps it
    frame* owner = nullptr;
    scope_record* scope = nullptr;  // none: the timer ends a sleep
    std::uint64_t set_by = 0;       // seq of its `timer_set` in the trace

    bool armed() const { return place != not_armed; }
};

}  // namespace giambio
