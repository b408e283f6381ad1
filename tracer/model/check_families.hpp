// The families of warnings, one function for each: it makes the part that looks for them.
//
// check.cpp makes all of them for each process and shows each the whole of it. Each family is a
// file of its own; its tables are nobody else's.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/check_scene.hpp"

#include <memory>

namespace giambio::trace {

using made_family = std::unique_ptr<family>;

// long_step, never_yields, self_wake (check_steps.cpp).
made_family step_warnings(const scene& now, const check_limits& from, findings& into);
// starved, timer_late (check_lateness.cpp).
made_family lateness_warnings(const scene& now, const check_limits& from, findings& into);
// lock_held (check_locks.cpp).
made_family lock_warnings(const scene& now, const check_limits& from, findings& into);
// thundering_herd (check_herd.cpp).
made_family herd_warnings(const scene& now, const check_limits& from, findings& into);
// queue_growth (check_queues.cpp).
made_family queue_warnings(const scene& now, const check_limits& from, findings& into);
// deadlock_cycle, endless_wait, lost_wakeup (check_deadlocks.cpp).
made_family deadlock_warnings(const scene& now, const check_limits& from, findings& into);
// cancel_absorbed, cancel_slow (check_cancels.cpp).
made_family cancel_warnings(const scene& now, const check_limits& from, findings& into);
// never_awaited, never_joined, exception_dropped, descriptor_left (check_losses.cpp).
made_family loss_warnings(const scene& now, const check_limits& from, findings& into);

}  // namespace giambio::trace
