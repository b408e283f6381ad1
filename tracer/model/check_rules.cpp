// The table of all warnings: what each means, what to do about it, and where it is taught.
//
// `trace check --list` prints it, and each warning that is found borrows its advice from here. The
// limits are in check_limits (check.hpp).
// Kept true: one row for each rule_id, in its order; a name never changes once it is published.
// Internal to tracer/model/; public through check.hpp.
#include "tracer/model/check.hpp"

#include <algorithm>
#include <array>

namespace giambio::trace {
namespace {

constexpr auto error = severity::error;
constexpr auto warning_only = severity::warning;

constexpr std::size_t how_many = static_cast<std::size_t>(last_rule) + 1;
constexpr std::array<rule, how_many> table{{
    {rule_id::deadlock_cycle, "deadlock_cycle", error,
     "Tasks wait for each other in a circle: each holds, or is, what the next one waits for. None "
     "of them can go on. Others may, so that the run as a whole seems well.",
     "Break one link: take locks in the same order everywhere, take both or none, or do not wait "
     "for a task while holding what it needs.",
     "lesson 13 (planned); the `deadlock` trace event in tracer/FORMAT.md", ""},
    {rule_id::endless_wait, "endless_wait", error,
     "A task waits, and nobody is left who could end that: no timer, no descriptor, no task that "
     "runs.",
     "Find who was to wake it, and why it ended, or waits itself: close queues and channels when "
     "nothing more comes, trigger the event on every path, wait with a deadline.",
     "lesson 05 (what a task waits on); the `deadlock` trace event in tracer/FORMAT.md", ""},
    {rule_id::lost_wakeup, "lost_wakeup", error,
     "A task was to be woken, but did not wait yet: notify and unpark are not remembered. Then it "
     "waited, and nobody came again.",
     "Look and wait in one step, with nothing awaited in between; look again in a loop; or use an "
     "event, which remembers that it has happened.",
     "lesson 14 (planned)", ""},
    {rule_id::exception_dropped, "exception_dropped", error,
     "A task failed, and its error reached nobody: the run ended for another reason meanwhile.",
     "Join the task, or run it in a pool, and handle its error there.",
     "lesson 17 (planned); `exit` and `run_end` in tracer/FORMAT.md", ""},
    {rule_id::never_awaited, "never_awaited", error,
     "A coroutine was called and its result thrown away. Calling makes a frame; only co_await, or "
     "spawn, runs it.",
     "Write co_await before the call, or spawn it.",
     "lesson 02 (planned); `coroutine_dropped` in tracer/FORMAT.md", ""},
    {rule_id::never_joined, "never_joined", warning_only,
     "A task returned a value, and nobody holds a handle with which to ask for it.",
     "Keep what spawn returns and join it, or let the task return nothing.",
     "lesson 04 (planned); `never_joined` in tracer/FORMAT.md", ""},
    {rule_id::cancel_absorbed, "cancel_absorbed", error,
     "A task or block was told to stop, caught that, and went on as if nothing had been said.",
     "Catch `cancelled` only to clean up, and throw it again.",
     "lesson 18 (planned); `cancel_absorbed` in tracer/FORMAT.md", ""},
    {rule_id::cancel_slow, "cancel_slow", warning_only,
     "Somebody was to stop, but learned of it late, or not before it had ended by itself. A cancel "
     "arrives at the next trap. Time behind a shield does not count.",
     "Await something in the long computation: co_await checkpoint(), or yield().",
     "lesson 18 (planned); `cancel_deliver` in tracer/FORMAT.md", "--slow-cancel"},
    {rule_id::never_yields, "never_yields", error,
     "A task kept the loop for its whole life, or to the end of the recording, while others were "
     "to "
     "run.",
     "Cut the work into steps with co_await yield(), or run it in a thread.",
     "lesson 03 (cooks that keep the loop)", "--never-yields"},
    {rule_id::long_step, "long_step", warning_only,
     "One step took so long that everybody else felt it. The loop can switch only where a task "
     "awaits.",
     "Cut the work into steps with co_await yield(), or run it in a thread.",
     "lesson 03 (cooks that keep the loop); lesson 09 (planned)", "--long-step"},
    {rule_id::starved, "starved", warning_only,
     "A task was ready and did not come to run for long, because others ran.",
     "Make the steps of the others shorter, or give the loop less to do at a time.",
     "lesson 03 (the ready queue); lesson 09 (planned)", "--starved"},
    {rule_id::timer_late, "timer_late", warning_only,
     "A timer fired long after it was due: the loop did not come round to look.",
     "Make the step that is named shorter. For a beat that does not drift use sleep_until.",
     "lesson 05 (time is a queue); `timer_fire` in tracer/FORMAT.md", "--late-timer"},
    {rule_id::self_wake, "self_wake", warning_only,
     "A task yielded again and again and did nothing else: it asks whether something has happened "
     "instead of waiting for it, and the loop cannot rest.",
     "Wait for what it looks for: an event, a condition, a queue.",
     "lesson 05 (the loop sleeps too)", "--self-wake"},
    {rule_id::lock_held, "lock_held", warning_only,
     "A task held a lock and waited for something else, while others stood in line for the lock.",
     "Release it before the wait and take it again, or hold it only around what it protects.",
     "lesson 12 (planned)", "--held-lock"},
    {rule_id::thundering_herd, "thundering_herd", warning_only,
     "Many were woken, one found something to do, and the others went back to wait.",
     "Wake as many as there is work for: notify() instead of notify_all(), or a queue, which hands "
     "each item to one.",
     "lesson 15 (planned)", "--herd"},
    {rule_id::queue_growth, "queue_growth", warning_only,
     "A queue without a limit grew, because more was put than taken. Memory and the time that an "
     "item waits grow with it.",
     "Give the queue a limit: who puts then waits.", "lesson 16 (planned)", "--queue"},
    {rule_id::descriptor_left, "descriptor_left", warning_only,
     "A descriptor was open, and listened to, when the last task had ended.",
     "Close the socket in the task that used it, or let it live in that task.",
     "lesson 06 (the echo server closes each connection); `fd_forget` in tracer/FORMAT.md", ""},
}};

}  // namespace

std::string_view word_of(severity which) {
    return which == severity::error ? "error" : "warning";
}

std::span<const rule> rules() {
    return table;
}

const rule* rule_named(std::string_view name) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const rule& each) { return each.name == name; });
    return found == table.end() ? nullptr : &*found;
}

}  // namespace giambio::trace
