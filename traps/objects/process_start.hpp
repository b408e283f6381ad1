// How a process is started: the system's part, which knows no tasks.
//
// process.cpp calls in.
// Not here: waiting for the process (process.cpp).
// Kept true: a process that could not be started leaves no descriptor open.
// Internal to traps/objects/.
#pragma once

#include "traps/objects/process.hpp"
#include "traps/objects/raw_descriptor.hpp"

#include <sys/types.h>

#include <array>

namespace giambio {

struct spawned_program {
    pid_t id = -1;
    // Where this program ignores SIGCHLD a process may be gone at once, with its status and its
    // number; then there is nothing to watch.
    bool gone = false;
    raw_descriptor watch;                // readable when the process has ended
    std::array<raw_descriptor, 3> ours;  // our ends of its pipes: input, output, errors
};

// Throws io_error with a sentence that says what is missing.
spawned_program spawn_program(const command& program, const process_options& options);

// The last part of it, for a process that runs, or that is gone already.
void watch_for_end(spawned_program& made);

}  // namespace giambio
