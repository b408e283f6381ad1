// The words that a program uses to ask: one short call for each trap and plain call.  [trap 1/5]
//
// What returns a trap must be awaited and may block. What returns anything else is done at once.
// Objects (objects/) are built on the same calls.
// Public.
#pragma once

#include "traps/task.hpp"

#include <utility>

namespace giambio {

// Lets every other ready task run before this one goes on.
[[nodiscard]] inline trap::yield yield(site at = site::current()) {
    return {at};
}

// Checks for cancellation and, when the task's budget of answers is spent, lets others run.
[[nodiscard]] inline trap::checkpoint checkpoint(site at = site::current()) {
    return {at};
}

// Waits. A length of zero is a yield; a negative one throws misuse.
[[nodiscard]] inline trap::sleep sleep(duration length, site at = site::current()) {
    return {at, length};
}

// Waits until that long after the run began; a moment in the past is a yield.
[[nodiscard]] inline trap::sleep_until sleep_until(moment due, site at = site::current()) {
    return {at, due};
}

// Stands in the line of an object until `wake`. For those who build objects of their own.
[[nodiscard]] inline trap::park park(wait_list& on, site at = site::current()) {
    return {at, &on};
}

// Wakes the one who has stood longest in a line; false when nobody stands there.
inline bool wake_oldest(wait_list& in, site at = site::current()) {
    if (in.empty()) return false;
    door().wake(*in.oldest(), at);
    return true;
}

// Wait for a descriptor that is not a giambio socket. It must stay open meanwhile.
[[nodiscard]] inline trap::readable readable(int fd, site at = site::current()) {
    return {at, fd};
}
[[nodiscard]] inline trap::writable writable(int fd, site at = site::current()) {
    return {at, fd};
}

// Makes a task of a coroutine. It does not run yet: it goes to the back of the ready queue (rule
// R1). Without a name it is called like the coroutine's function.
template <awaitable A>
task<awaited<A>> spawn(A body, std::string_view name = {}, site at = site::current()) {
    return task<awaited<A>>(door().spawn(as_newcomer(as_coroutine(std::move(body)), name), at));
}

// The same for a task that serves the others: the run does not wait for it. When every other task
// has ended it is cancelled.
template <awaitable A>
task<awaited<A>> spawn_daemon(A body, std::string_view name = {}, site at = site::current()) {
    kernel_door& kernel = door();  // first, as in spawn: it may be closed
    newcomer made = as_newcomer(as_coroutine(std::move(body)), name);
    made.daemon = true;
    return task<awaited<A>>(kernel.spawn(made, at));
}

// Waits until every other task is parked and nothing has come from outside: what others could do
// at this moment they have done. Under the virtual clock no time passes. For tests.
[[nodiscard]] inline trap::park wait_all_blocked(site at = site::current()) {
    return {at, &door().idle_line()};
}

// The number of the running task.
inline task_id current_task() {
    return door().current().id;
}

// Time since the run began, by the run's clock.
inline moment now() {
    return door().now();
}

// Uses up time without letting anybody else run. Under the virtual clock it costs nothing and is
// exact; under the real clock it keeps the processor busy.
inline void busy(duration length, site at = site::current()) {
    door().busy(length, at);
}

// Leaves a line in the trace, and nowhere else.
inline void mark(std::string_view text, site at = site::current()) {
    door().say(said::mark, text, at);
}

}  // namespace giambio
