// What another thread does between any two instructions of a loop's own.
//
// Real threads, but who runs when is laid down to the instruction (single_steps.hpp). Not here: all
// that many threads do at once (tests/threads/).
#include "kernel/interrupt.hpp"
#include "tests/catch.hpp"
#include "tests/kernel/single_steps.hpp"

#include <giambio.hpp>

#include <csignal>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

using namespace giambio;

namespace {

const std::vector<std::size_t> nowhere;

struct outcome {
    bool is_right = false;
    std::size_t instructions = 0;  // what single_steps::meet returned
};

// Tries a case with the other thread coming after each number of instructions, until there are no
// more of them, and returns those at which it went wrong. Stopping takes 12 us: of the thousands
// that there are without the optimiser only some are tried, as many as take a few seconds. What a
// case looks for takes more of them there, too.
std::vector<std::size_t> where_it_goes_wrong(const std::function<outcome(std::size_t)>& attempt) {
    constexpr std::size_t affordable_stops = 600'000;
    constexpr std::size_t at_the_end = std::numeric_limits<std::size_t>::max();
    attempt(at_the_end);  // longer than the next ones: what it calls must be looked up
    const outcome after_all = attempt(at_the_end);
    const std::size_t all = after_all.instructions;
    if (all == 0) WARN("this machine does not stop after each instruction");
    std::vector<std::size_t> wrong;
    if (!after_all.is_right) wrong.push_back(all);
    // There are all * all / apart / 2 stops, when the attempts are so many instructions apart.
    const std::size_t apart = all * all / 2 / affordable_stops + 1;
    for (std::size_t at = 1; at <= all; at += apart) {
        if (!attempt(at).is_right) wrong.push_back(at);
    }
    return wrong;
}

coroutine<> waits(event<>& happens) {
    co_await happens.wait();
}

coroutine<> never_sleeps(const bool& over) {
    while (!over) co_await yield();
}

// SIGINT is nobody's as long as this lives. (The test program has a handler of its own.)
class unhandled_interrupt {
public:
    unhandled_interrupt() : before_(std::signal(SIGINT, SIG_DFL)) {}
    ~unhandled_interrupt() { std::signal(SIGINT, before_); }
    unhandled_interrupt(const unhandled_interrupt&) = delete;
    unhandled_interrupt& operator=(const unhandled_interrupt&) = delete;
    static bool is_taken() {
        struct sigaction now {};
        sigaction(SIGINT, nullptr, &now);
        return now.sa_handler != SIG_DFL;
    }

private:
    void (*before_)(int);
};

}  // namespace

TEST_CASE("R13: who posts and lets the last handle go, at any moment of a turn, is no deadlock") {
    const auto attempt = [](std::size_t at) {
        event<> happens;
        async_scheduler scheduler{simulated{}};
        std::optional<loop_handle> last = scheduler.handle();
        scheduler.begin(waits(happens));
        scheduler.run_once();
        const auto turn = [&] { scheduler.run_once(); };
        const auto post_and_go = [&] {
            last->post([&] { happens.trigger(); });
            last.reset();
        };
        outcome told{true, single_steps::meet(at, turn, post_and_go)};
        try {
            scheduler.finish();
        } catch (const deadlock&) {
            told.is_right = false;
        }
        return told;
    };
    CHECK(where_it_goes_wrong(attempt) == nowhere);
}

TEST_CASE("a call that comes at any moment of a watched loop that never sleeps is made") {
    const auto attempt = [](std::size_t at) {
        bool made = false;
        bool over = false;
        async_scheduler scheduler{simulated{}};
        const watch_post post = scheduler.watch();
        const loop_handle loop = scheduler.handle();
        scheduler.begin(never_sleeps(over));
        scheduler.run_once();
        const auto turn = [&] { scheduler.run_once(); };
        const auto call = [&] { loop.post([&] { made = true; }); };
        outcome told{false, single_steps::meet(at, turn, call)};
        turn();
        turn();
        told.is_right = made;
        over = true;
        scheduler.finish();
        return told;
    };
    CHECK(where_it_goes_wrong(attempt) == nowhere);
}

TEST_CASE("R14: of two runs that begin at once one has Ctrl-C, whenever the other one comes") {
    const unhandled_interrupt nobody_has_it;
    const auto attempt = [](std::size_t at) {
        post_box boxes[2];
        std::optional<interrupt_watch> first;
        std::optional<interrupt_watch> second;
        const auto begin_first = [&] { first.emplace(boxes[0]); };
        const auto begin_second = [&] { second.emplace(boxes[1]); };
        outcome told{false, single_steps::meet(at, begin_first, begin_second)};
        if (!unhandled_interrupt::is_taken()) return told;
        std::raise(SIGINT);
        const bool one_has_it = first->taken() != second->taken();
        const bool one_is_rung = boxes[0].has_rung() != boxes[1].has_rung();
        first.reset();
        second.reset();
        told.is_right = one_has_it && one_is_rung && !unhandled_interrupt::is_taken();
        return told;
    };
    CHECK(where_it_goes_wrong(attempt) == nowhere);
}
