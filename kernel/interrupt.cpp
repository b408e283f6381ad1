// Notes a SIGINT without doing anything that a signal handler must not do. See interrupt.hpp.
// Internal to kernel/.
#include "kernel/interrupt.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace giambio {

namespace {

// A handler has no argument of ours, so what it touches is global. One run at a time has it.
std::atomic<int> noted{0};
std::atomic<int> wake_fd{-1};

void on_interrupt(int signo) {
    const int saved_errno = errno;
    if (wake_fd.load() < 0 || noted.fetch_add(1) > 0) {
        // The second time: whoever pressed it does not want to wait any more. Or the run is over,
        // and somebody has put this handler back too late.
        signal(signo, SIG_DFL);
        raise(signo);
        return;
    }
    // Discussion: the flag alone is not enough. A signal that comes after the loop looked at the
    // flag and before it goes to sleep would wait until something else happens. The descriptor is
    // part of what the poll waits for, so there is no moment in between.
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_fd.load(), &one, sizeof one);
    errno = saved_errno;
}

}  // namespace

// A program that handles SIGINT itself, or ignores it (as a shell makes its background jobs do), is
// left alone.
interrupt_watch::interrupt_watch(int bell) {
    sigaction(SIGINT, nullptr, &before_);
    if (before_.sa_handler != SIG_DFL || wake_fd.load() >= 0) return;
    wake_fd = bell;
    noted = 0;
    struct sigaction ours {};
    ours.sa_handler = on_interrupt;
    sigemptyset(&ours.sa_mask);
    sigaction(SIGINT, &ours, nullptr);
    installed_ = true;
}

interrupt_watch::~interrupt_watch() {
    if (!installed_) return;
    sigaction(SIGINT, &before_, nullptr);
    wake_fd = -1;
}

bool interrupt_watch::pending() const {
    return installed_ && noted.load() != seen_;
}

bool interrupt_watch::taken() {
    if (!pending()) return false;
    seen_ = noted.load();
    return true;
}

}  // namespace giambio
