// Threads that run one job after the other, for calls that would block a loop.
//
// thread.hpp gives them work; nobody else. One set of workers serves all loops of the process. A
// worker that finds no job for a while goes away.
// Not here: what a job tells its loop (thread.hpp), how many may run at once (its limit).
// Kept true: a job that is given is begun at once, by an idle worker or a new one, so that two jobs
// may wait for each other.
// Internal to traps/objects/.
#pragma once

#include <functional>

namespace giambio {

// Runs the job in a thread that is not the caller's. Throws std::system_error when the system has
// no thread left.
void give_to_worker(std::function<void()> job);

}  // namespace giambio
