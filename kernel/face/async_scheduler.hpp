// The scheduler as a program holds it: `start` runs a coroutine, with everything that it spawns.
//
// This folder is the one place that knows both the kernel and the objects; nothing below includes
// it.
// Not here: the loop (kernel/loop.cpp).
// Kept true: one loop at a time on a thread; `start` inside a running loop is refused (rule R15).
// While a thread is inside a run, any other one that reaches into it gets misuse; it may leave
// calls.
// Public.
#pragma once

#include "kernel/observer.hpp"
#include "kernel/simulated/world.hpp"
#include "kernel/snapshot.hpp"
#include "kernel/watch_post.hpp"
#include "traps/calls.hpp"
#include "traps/objects/loop_handle.hpp"
#include "traps/objects/socket.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace giambio {

class kernel;

class async_scheduler {
public:
    // The machine's clock and sockets.
    async_scheduler();
    // A virtual clock and a network inside the process, the same in every run.
    explicit async_scheduler(const simulated& world);
    ~async_scheduler();
    async_scheduler(const async_scheduler&) = delete;
    async_scheduler& operator=(const async_scheduler&) = delete;

    // Runs `main` until it and every other task have ended; returns what it returns. Throws what it
    // throws, the error of a task that nobody joined, keyboard_interrupt after Ctrl-C, or deadlock.
    // In each case every task has ended and cleaned up before.
    template <class T>
    T start(coroutine<T> main, site at = site::current()) {
        refuse_inside_a_run();
        refuse_while_stepping();
        frame& record = admit(as_newcomer(std::move(main), "main"), at);
        const task<T> started(record);
        run(record);
        return started.result();
    }

    // --- The same in steps, for a program that has a loop of its own, of windows for instance:
    //
    //     task<> main = scheduler.begin(program());
    //     while (scheduler.run_once()) { ... }   // when pollable_descriptor() is readable, or at
    //     scheduler.finish();                    // next_deadline()
    //
    // Between the turns the host is outside the run.

    // Makes the main task; nothing runs yet.
    template <class T>
    task<T> begin(coroutine<T> main, site at = site::current()) {
        refuse_inside_a_run();
        refuse_while_stepping();
        frame& record = admit(as_newcomer(std::move(main), "main"), at);
        const task<T> started(record);
        begin_run(record);
        return started;
    }
    // One turn. It does not wait unless it may; only a turn that may wait moves the virtual clock.
    // False: all tasks have ended, and `finish` is next.
    bool run_once(bool may_sleep = false);
    // Runs the rest and ends the run. Throws what `start` would throw.
    void finish();
    // When a turn has something to do next, by the run's clock; none: when the descriptor says so.
    std::optional<moment> next_deadline() const;
    moment now() const;
    // Readable when a turn has something to do now. It belongs to the run.
    int pollable_descriptor() const;

    // With it other threads leave calls for the run that goes on, or for the next one.
    loop_handle handle();

    // Spawns a task that the run owns: `start` waits for it. It does not run yet (rule R1). Before
    // `start` it waits until the run begins, and then comes after the main task.
    template <class T>
    task<T> create_task(coroutine<T> body, std::string name = "", site at = site::current()) {
        refuse_other_runs();
        return task<T>(admit(as_newcomer(std::move(body), std::move(name)), at));
    }

    async_socket wrap_socket(tcp_socket wrapped) {
        return giambio::wrap_socket(std::move(wrapped));
    }

    // Adds somebody who is told everything that the kernel does, from now on and in later runs. It
    // must live as long as the scheduler, or be taken out. With `every_record` it is told at once,
    // otherwise in batches. One that throws is removed from the run, with a line on standard error.
    void observe(observer& watcher, bool every_record = false);
    // Takes it out, after it was told what has happened so far.
    void stop_observing(observer& watcher);

    // How many answers a task may get at once before it must let others run. Before start.
    void set_budget(int answers);

    // Whether what is probably a mistake (a value nobody asks for, a coroutine that is never
    // awaited, a cancel that is caught) is told on standard error. It is, unless GIAMBIO_WARNINGS=0
    // is in the environment. In the trace it stands in any case. Before start.
    void set_warnings(bool on);

    // Runs the ready tasks of each turn in an order that is drawn from the seed, to find programs
    // that rely on the order; 0: in the order in which they became ready. Before start.
    void set_shuffle(std::uint64_t seed);

    // How many there are of everything. Before: a run is going on.
    loop_statistics statistics() const;

    // A place from which any thread looks at the run, also while a step does not end; any thread
    // may ask for one, before, during and between runs.
    watch_post watch() const;

    // The kernel's state now. Before: a run is going on (an observer asks, or a task).
    snapshot look() const;

private:
    struct world;
    class open_run;
    void refuse_inside_a_run() const;
    void refuse_other_runs() const;
    void refuse_other_threads() const;
    void refuse_while_stepping() const;
    frame& admit(const newcomer& who, site at);
    void run(frame& main);
    void begin_run(frame& main);
    kernel& stepped() const;

    std::unique_ptr<world> world_;
};

// Runs a coroutine on a scheduler of its own, on the machine's clock and sockets.
template <class T>
T run(coroutine<T> main, site at = site::current()) {
    return async_scheduler().start(std::move(main), at);
}

// Makes room for at least `needed` open descriptors. Throws io_error that names the limit and what
// to raise when the system does not allow it.
void raise_descriptor_limit(std::size_t needed);

}  // namespace giambio
