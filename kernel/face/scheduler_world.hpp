// What one scheduler has, whether a run is going on or not.
//
// async_scheduler is the shell around it, and lets in whoever may come in.
// Kept true: what belongs to a run is made with its first task, and goes when the run is over.
// Internal to kernel/face/.
#pragma once

#include "kernel/face/async_scheduler.hpp"
#include "kernel/face/monitor.hpp"
#include "kernel/face/run_trace.hpp"
#include "kernel/io_driver.hpp"
#include "kernel/kernel.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace giambio {

// What one scheduler has, whether a run is going on or not.
struct async_scheduler::world {
    std::optional<simulated> is_simulated;
    std::vector<observer*> watchers;
    bool every_record = false;
    int budget = 64;
    bool warnings = true;
    std::uint64_t shuffle = 0;
    const std::shared_ptr<watch_board> board = std::make_shared<watch_board>();

    // Of the current run; made when the first task is created.
    std::shared_ptr<post_box> posts;
    std::unique_ptr<interrupt_watch> interrupts;
    std::unique_ptr<clock> time;
    std::unique_ptr<io_driver> io;
    std::unique_ptr<run_trace> written;
    std::unique_ptr<giambio::kernel> kernel;
    std::unique_ptr<giambio::monitor> monitor;
    std::uint64_t number = 0;  // of the run
    bool stepping = false;     // a host steps the loop
    // Which thread is at work in it, if one is.
    std::atomic<std::thread::id> thread_inside{};

    void make_kernel();
    void open_monitor();
    void end_run();
    std::exception_ptr finish();  // in async_scheduler.cpp
};

}  // namespace giambio
