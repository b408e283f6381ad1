// Ctrl-C, as something that a loop can look at.
//
// The scheduler makes one for each run; the loop asks `taken` once a turn. The handler rings the
// loop's bell, which ends a poll. The first SIGINT is noted. The second ends the process at once,
// as without us.
// Not here: what an interrupt means to the tasks (loop.cpp).
// Kept true: the program's own handler, when it has one, is left alone; ours is taken back at the
// end.
// Internal to kernel/.
#pragma once

#include <csignal>

namespace giambio {

class interrupt_watch {
public:
    // Rings this bell when a SIGINT comes.
    explicit interrupt_watch(int bell);
    ~interrupt_watch();
    interrupt_watch(const interrupt_watch&) = delete;
    interrupt_watch& operator=(const interrupt_watch&) = delete;

    // Has a SIGINT come since the last question?
    bool taken();
    bool pending() const;

private:
    int seen_ = 0;
    bool installed_ = false;
    struct sigaction before_ {};
};

}  // namespace giambio
