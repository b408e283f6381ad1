// Lets another thread do something between two instructions of this one, wherever that is wanted.
//
// A race that is lost once in a million runs is tried here at each of its moments: the processor
// stops this thread after every instruction, and the handler of that signal lets the other thread
// come when it is time. Where the processor cannot do that, the other one comes afterwards.
// Not under the thread sanitizer, which holds locks of its own while it looks at an instruction.
// Kept true: the two never run at the same time, so a case always ends in the same way.
// Internal to tests/kernel/.
#pragma once

#include <semaphore.h>

#include <atomic>
#include <csignal>
#include <cstddef>
#include <functional>
#include <thread>

#if defined(__x86_64__)
#include <ucontext.h>
#include <x86intrin.h>
#endif

namespace single_steps {

// A handler has no argument of ours, so what it touches is global. One meeting at a time has it.
inline std::atomic<std::size_t> taken{0};  // so many instructions
inline std::atomic<std::size_t> wanted{0};
inline std::atomic<bool> is_done{false};
inline sem_t invitation;  // a handler may post to it

#if defined(__x86_64__)

constexpr unsigned long long trap_flag = 0x100;  // of the processor: stop after an instruction

inline void after_an_instruction(int, siginfo_t*, void* context) {
    if (++taken < wanted) return;
    sem_post(&invitation);
    while (!is_done) std::this_thread::yield();
    static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_EFL] &= ~greg_t{trap_flag};
}

inline void run_stepping(const std::function<void()>& work) {
    struct sigaction ours {};
    struct sigaction before {};
    ours.sa_sigaction = after_an_instruction;
    ours.sa_flags = SA_SIGINFO;
    sigaction(SIGTRAP, &ours, &before);
    __writeeflags(__readeflags() | trap_flag);
    work();
    __writeeflags(__readeflags() & ~trap_flag);
    sigaction(SIGTRAP, &before, nullptr);
}

#else

inline void run_stepping(const std::function<void()>& work) {
    work();
}

#endif

// Does the work here, and after so many of its instructions `visit` in another thread, from its
// beginning to its end. Returns how many instructions the work had until then: fewer than asked for
// when it ended before, and the visit came after it.
// Before: the work throws nothing, and holds no lock that the visit needs.
inline std::size_t meet(std::size_t instructions, const std::function<void()>& work,
                        const std::function<void()>& visit) {
    taken = 0;
    wanted = instructions;
    is_done = false;
    sem_init(&invitation, 0, 0);
    std::thread visitor([&] {
        while (sem_wait(&invitation) != 0) {
        }
        visit();
        is_done = true;
    });
    run_stepping(work);
    const std::size_t until_then = taken;
    sem_post(&invitation);
    visitor.join();
    sem_destroy(&invitation);
    return until_then;
}

}  // namespace single_steps
