// What a kernel is made of that others make: its clock, its driver, and what it is to do.
//
// async_scheduler (face/) fills it for each run.
// Internal to kernel/ and face/.
#pragma once

#include "kernel/clock.hpp"
#include "kernel/interrupt.hpp"
#include "kernel/io_driver.hpp"
#include "kernel/observer.hpp"
#include "kernel/watch_post.hpp"
#include "traps/post_box.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace giambio {

struct kernel_parts {
    clock& time;
    io_driver& io;
    std::shared_ptr<post_box> posts;        // from other threads
    std::shared_ptr<watch_board> board;     // for other threads
    interrupt_watch* interrupts = nullptr;  // none: SIGINT is not ours
    std::vector<observer*> watchers;        // told everything
    std::size_t tape_capacity = 64;
    int budget = 64;            // answers at once before others must run (rule R5)
    std::size_t payload = 0;    // bytes of each receive and send that go into the trace
    bool warnings = true;       // what is probably a mistake is told on standard error
    std::uint64_t shuffle = 0;  // 0: the ready queue is first in first out (rule R2)
};

}  // namespace giambio
