// Notes a SIGINT without doing anything that a signal handler must not do. See interrupt.hpp.
// Internal to kernel/.
#include "kernel/interrupt.hpp"

#include <atomic>
#include <thread>

namespace giambio {

namespace {

// A handler has no argument of ours, so what it touches is global. One run at a time has it.
std::atomic<int> noted{0};
std::atomic<post_box*> rung_box{nullptr};  // none: no run has it
std::atomic<int> handling{0};              // so many threads are in the handler

void on_interrupt(int signo) {
    ++handling;
    post_box* const box = rung_box.load();
    const bool first = box != nullptr && noted.fetch_add(1) == 0;
    if (first) box->ring();
    --handling;
    if (first) return;
    // The second time: whoever pressed it does not want to wait any more. Or the run is over, and
    // somebody has put this handler back too late.
    signal(signo, SIG_DFL);
    raise(signo);
}

}  // namespace

// A program that handles SIGINT itself, or ignores it (as a shell makes its background jobs do), is
// left alone.
interrupt_watch::interrupt_watch(post_box& ringing) {
    sigaction(SIGINT, nullptr, &before_);
    post_box* nobody = nullptr;
    if (before_.sa_handler != SIG_DFL || !rung_box.compare_exchange_strong(nobody, &ringing))
        return;
    noted = 0;
    struct sigaction ours {};
    ours.sa_handler = on_interrupt;
    sigemptyset(&ours.sa_mask);
    sigaction(SIGINT, &ours, nullptr);
    installed_ = true;
}

// A handler that the program has installed meanwhile stays.
interrupt_watch::~interrupt_watch() {
    if (!installed_) return;
    struct sigaction present {};
    sigaction(SIGINT, nullptr, &present);
    if (present.sa_handler == on_interrupt) sigaction(SIGINT, &before_, nullptr);
    rung_box = nullptr;
    // Another thread may be about to ring. (This one is not in the handler, or it would not be
    // here.)
    while (handling.load() > 0) std::this_thread::yield();
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
