// Ctrl-C, as something that a loop can look at.
//
// The loop makes one for each run, asks `taken` once a turn, and lets the driver end a poll when
// `fd` becomes readable. The first SIGINT is noted. The second ends the process at once, as without
// us.
// Not here: what an interrupt means to the tasks (loop.cpp).
// Kept true: the program's own handler, when it has one, is left alone; ours is taken back at the
// end.
// Internal to kernel/.
#pragma once

#include <csignal>

namespace giambio {

class interrupt_watch {
public:
    interrupt_watch();
    ~interrupt_watch();
    interrupt_watch(const interrupt_watch&) = delete;
    interrupt_watch& operator=(const interrupt_watch&) = delete;

    // Has a SIGINT come since the last question?
    bool taken();
    // Becomes readable when a SIGINT comes; -1 when another handler has the signal.
    int fd() const { return fd_; }

private:
    int fd_ = -1;
    bool installed_ = false;
    struct sigaction before_ {};
};

}  // namespace giambio
