// Ctrl-C, as something that a loop can look at.
//
// async_scheduler makes one for each run; the loop asks `taken` when its bell has rung, and after a
// poll. The handler of the signal rings that bell. The first SIGINT is noted. The second ends the
// process at once, as without us.
// Not here: what an interrupt means to the tasks (fate.cpp).
// Kept true: the program's own handler, when it has one, is left alone; ours is taken back at the
// end.
// Internal to kernel/.
#pragma once

#include "traps/post_box.hpp"

#include <csignal>

namespace giambio {

class interrupt_watch {
public:
    // Rings the bell of this box when a SIGINT comes. The box must outlive the watch.
    explicit interrupt_watch(post_box& ringing);
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
