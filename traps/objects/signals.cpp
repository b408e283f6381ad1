// The way of a signal from its handler to a task. See signals.hpp.
//
// A handler may touch atomics and write to a descriptor, no more. So it notes when the signal came
// in the stream's state, and asks for a call that stands ready; the loop makes that call, tells the
// trace and wakes the task.
//
// Discussion: a signalfd would need no handler, but it works only when every thread of the process
// blocks the signal. A thread that was there before, or that a library starts, would take it and
// end the program.
// Internal to traps/objects/.
#include "traps/objects/signals.hpp"

#include "traps/objects/loop_handle.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace giambio {

namespace {

constexpr int signals_end = NSIG;  // one more than the greatest number

// What handlers see is global: they have no argument of ours.
std::array<std::atomic<signal_stream::state*>, signals_end> stream_of{};
std::atomic<int> handlers_running{0};
std::atomic<std::uint64_t> arrivals{0};

// After: no handler uses any more what it found before this was called.
void wait_for_handlers() noexcept {
    while (handlers_running > 0) std::this_thread::yield();
}

// A fault of the program comes back at once when its handler returns; two others have no handler.
bool can_be_waited_for(int signo) {
    constexpr int never[] = {SIGKILL, SIGSTOP, SIGSEGV, SIGFPE, SIGILL, SIGBUS};
    for (const int each : never) {
        if (signo == each) return false;
    }
    return signo > 0 && signo < signals_end;
}

[[noreturn]] void refuse(int signo) {
    throw misuse("no program can wait for signal " + std::to_string(signo));
}

}  // namespace

class signal_stream::state {
public:
    explicit state(site at) : line("signals", at) {}

    void bring_to(const std::shared_ptr<post_box>& loop, const std::shared_ptr<state>& self);
    void take_over(int signo);
    void give_back() noexcept;
    void note(int signo) noexcept;  // in the handler
    int take();
    void arrive();
    std::size_t count() const;

    struct taken_over {
        int signo;
        struct sigaction before;
    };
    // When each signal came, as a number that rises; 0: it did not.
    std::array<std::atomic<std::uint64_t>, signals_end> came{};
    std::array<bool, signals_end> told{};  // that it came
    std::shared_ptr<post_box> box;         // of the loop that is told
    std::unique_ptr<standing_call> call;   // that stands ready there
    std::atomic<standing_call*> bring{};   // the same, for the handlers
    std::vector<taken_over> mine;
    wait_list line;
    int handed = 0;  // to the task that was woken
    bool closed = false;
};

namespace {

// A handler that is late finds no stream any more. The old handler is back by then, and gets it.
extern "C" void giambio_on_signal(int signo) {
    const int saved_errno = errno;
    ++handlers_running;
    if (signal_stream::state* stream = stream_of[static_cast<std::size_t>(signo)].load()) {
        stream->note(signo);
    } else {
        raise(signo);
    }
    --handlers_running;
    errno = saved_errno;
}

}  // namespace

// --- the state

// The stream may be used by one run after the other, as a lock may; each has a box of its own.
// After: handlers ask this loop, and none is in the middle of asking the one of before.
void signal_stream::state::bring_to(const std::shared_ptr<post_box>& loop,
                                    const std::shared_ptr<state>& self) {
    if (box == loop) return;
    const auto arrive = [kept = std::weak_ptr<state>(self)] {
        // The stream may be gone when the loop gets to the call.
        if (const std::shared_ptr<state> stream = kept.lock()) stream->arrive();
    };
    auto stands_there = std::make_unique<standing_call>(loop, arrive);
    bring = stands_there.get();
    wait_for_handlers();
    call = std::move(stands_there);
    box = loop;
}

void signal_stream::state::take_over(int signo) {
    if (!can_be_waited_for(signo)) refuse(signo);
    auto& slot = stream_of[static_cast<std::size_t>(signo)];
    state* nobody = nullptr;
    if (!slot.compare_exchange_strong(nobody, this)) {
        throw resource_busy("another stream has signal " + std::to_string(signo) +
                            " already; open one stream and share what it says");
    }
    struct sigaction ours {};
    ours.sa_handler = giambio_on_signal;
    ours.sa_flags = SA_RESTART;  // system calls of other threads go on
    sigemptyset(&ours.sa_mask);
    struct sigaction before {};
    if (sigaction(signo, &ours, &before) != 0) {
        slot = nullptr;
        refuse(signo);  // the system's library keeps two for its threads
    }
    mine.push_back({signo, before});
}

// The old handlers first, then the slots: a signal in between has somebody to go to. After the
// wait no handler looks at this state any more. A handler that the program has installed meanwhile
// stays.
void signal_stream::state::give_back() noexcept {
    for (const taken_over& each : mine) {
        struct sigaction present {};
        sigaction(each.signo, nullptr, &present);
        if (present.sa_handler == giambio_on_signal) sigaction(each.signo, &each.before, nullptr);
    }
    for (const taken_over& each : mine) stream_of[static_cast<std::size_t>(each.signo)] = nullptr;
    wait_for_handlers();
    mine.clear();
}

void signal_stream::state::note(int signo) noexcept {
    std::uint64_t not_yet = 0;
    came[static_cast<std::size_t>(signo)].compare_exchange_strong(not_yet, ++arrivals);
    bring.load()->ask();
}

std::size_t signal_stream::state::count() const {
    std::size_t found = 0;
    for (const std::atomic<std::uint64_t>& each : came) found += each != 0 ? 1u : 0u;
    return found;
}

// The signal that came first; 0: there is none.
int signal_stream::state::take() {
    std::size_t first = 0;
    for (std::size_t signo = 1; signo < came.size(); ++signo) {
        if (came[signo] == 0) continue;
        if (first == 0 || came[signo] < came[first]) first = signo;
    }
    came[first] = 0;
    told[first] = false;
    return static_cast<int>(first);
}

// In the loop, after the handler. What came is handed to the task that waits, if one does.
void signal_stream::state::arrive() {
    for (std::size_t signo = 1; signo < came.size(); ++signo) {
        if (came[signo] == 0 || told[signo]) continue;
        told[signo] = true;
        door().signal_came(static_cast<int>(signo));
    }
    if (!line.empty() && handed == 0) handed = take();
    door().object_did(line.id(), "arrive", task_id::none, static_cast<std::int64_t>(count()), {});
    if (handed != 0) wake_oldest(line);
}

// --- the stream

signal_stream::signal_stream(std::initializer_list<int> wanted, site at)
    : state_(std::make_shared<state>(at)) {
    state_->bring_to(door().posts(), state_);
    try {
        for (const int signo : wanted) state_->take_over(signo);
    } catch (...) {
        close(at);
        throw;
    }
}

signal_stream::~signal_stream() {
    close({});
}

coroutine<int> signal_stream::next(site at) {
    const one_at_a_time::turn mine = reading_.enter(
        "another task waits for these signals; let one task wait and tell the others");
    const std::shared_ptr<state> stream = state_;
    co_await checkpoint(at);
    if (stream->closed) throw resource_closed("the signal stream is closed");
    stream->bring_to(door().posts(), stream);  // first: what has come before is taken below
    if (const int signo = stream->take(); signo != 0) {
        door().object_did(stream->line.id(), "take", task_id::none,
                          static_cast<std::int64_t>(stream->count()), at);
        co_return signo;
    }
    // Somebody outside may send one: that is no deadlock.
    const loop_handle hope = this_loop();
    co_await park(stream->line, at);
    if (stream->handed != 0) co_return std::exchange(stream->handed, 0);
    throw resource_closed("the signal stream was closed");
}

std::size_t signal_stream::pending() const {
    return state_->count();
}

void signal_stream::close(site at) {
    if (std::exchange(state_->closed, true)) return;
    state_->give_back();
    wake_oldest(state_->line, at);
    for (int signo = state_->take(); signo != 0; signo = state_->take()) raise(signo);
}

}  // namespace giambio
