// The edges of rules: no time at all, time without end, nothing to send, Ctrl-C in the last step.
//
// Not here: the rules in their usual cases (order_test.cpp, answers_test.cpp, ending_test.cpp).
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"

#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

TEST_CASE("R14: a SIGINT in the very last step is not lost") {
    std::signal(SIGINT, SIG_DFL);  // the test program has a handler, which we would leave alone
    auto program = []() -> coroutine<int> {
        raise(SIGINT);
        co_return 1;
    };
    recorder heard;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(heard);
    CHECK_THROWS_AS(scheduler.start(program()), keyboard_interrupt);
    CHECK(heard.of(happening::signal).size() == 1);
}

TEST_CASE("R14: a SIGINT is taken once: the next run of the scheduler is undisturbed") {
    std::signal(SIGINT, SIG_DFL);  // the test program has a handler, which we would leave alone
    auto interrupted = []() -> coroutine<> {
        raise(SIGINT);
        co_await giambio::sleep(1h);
    };
    auto program = []() -> coroutine<int> {
        co_await giambio::sleep(1h);
        co_return 7;
    };
    async_scheduler scheduler{simulated{}};
    CHECK_THROWS_AS(scheduler.start(interrupted()), keyboard_interrupt);
    CHECK(scheduler.start(program()) == 7);
}

TEST_CASE("R14: a handler that the program installs in the middle of a run stays after it") {
    std::signal(SIGINT, SIG_DFL);  // the test program has a handler, which we would leave alone
    void (*const own)(int) = [](int) {};
    auto program = [&]() -> coroutine<> {
        std::signal(SIGINT, own);
        co_return;
    };
    async_scheduler{simulated{}}.start(program());
    CHECK(std::signal(SIGINT, SIG_DFL) == own);
}

TEST_CASE("scenario 64: a limit of no time cancels at the first trap, whatever that is") {
    words told;
    auto body = [](words& into) -> coroutine<> {
        into.push_back("begins");
        co_await checkpoint();
        into.push_back("never");
    };
    auto program = [&](words& into) -> coroutine<> {
        const bool in_time = co_await skip_after(0ms, body(into));
        CHECK(!in_time);
        co_await giambio::sleep(1s);  // outside, nothing is cancelled
        CHECK(now() == moment(1s));
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"begins"});
}

TEST_CASE("a negative limit is refused with a sentence") {
    auto body = []() -> coroutine<> { co_return; };
    auto program = [&]() -> coroutine<> { co_await skip_after(-1ms, body()); };
    CHECK_THROWS_AS(async_scheduler{simulated{}}.start(program()), misuse);
}

TEST_CASE("R12: a sleep beyond the end of time ends there, in the trace as in the timer") {
    auto for_ever = []() -> coroutine<> { co_await giambio::sleep(duration::max()); };
    auto program = [&]() -> coroutine<> {
        busy(1ms);
        co_await skip_after(1s, for_ever());
    };
    recorder heard;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(heard);
    scheduler.start(program());
    const auto timers = heard.of(happening::timer_set);
    REQUIRE(timers.size() == 2);  // the limit, and the sleep
    CHECK(timers[1].a == INT64_MAX);
    CHECK(heard.of(happening::trap).at(0).a == INT64_MAX);
}

TEST_CASE("R12: who alone sleeps to the end of time wakes there") {
    auto program = []() -> coroutine<> {
        co_await giambio::sleep(duration::max());
        CHECK(now() == moment::max());
        co_await giambio::sleep(1s);  // there is no later
        CHECK(now() == moment::max());
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("R5: sending nothing checks for cancellation like every awaited call") {
    words told;
    auto send_nothing = [](words& into) -> coroutine<> {
        async_socket socket;
        co_await yield();
        co_await socket.send_all("");
        into.push_back("never");
    };
    auto program = [&](words& into) -> coroutine<> {
        task sending = spawn(send_nothing(into));
        co_await yield();  // it has run once, and stands in the queue again
        sending.cancel();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told.empty());
}

TEST_CASE("R5: the trace tells when a step ends because its budget is spent") {
    auto greedy = []() -> coroutine<> {
        for (int answer = 0; answer < 10; ++answer) co_await checkpoint();
    };
    recorder heard;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(heard);
    scheduler.set_budget(4);
    scheduler.start(greedy());
    words ends;
    for (const record& each : heard.of(happening::switch_out)) ends.emplace_back(each.word);
    CHECK(ends == words{"budget", "budget", "exit"});
    CHECK_THROWS_AS(scheduler.set_budget(0), misuse);
}

TEST_CASE("R5: a cancelled task that never gives up cannot keep the loop either") {
    words told;
    auto deaf = [](words& into, const bool& stop) -> coroutine<> {
        while (!stop) {
            try {
                co_await giambio::sleep(1h);
            } catch (const cancelled&) {  // and asks again
            }
        }
        into.push_back("deaf one ends");
    };
    auto program = [&](words& into) -> coroutine<> {
        bool stop = false;
        task stubborn = spawn(deaf(into, stop));
        co_await yield();
        stubborn.cancel();
        for (int turn = 0; turn < 3; ++turn) co_await yield();
        into.push_back("others run");
        stop = true;
        co_await stubborn.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"others run", "deaf one ends"});
}

TEST_CASE("a coroutine returns what braces make") {
    struct pair_of {
        int left = 0;
        std::string right;
    };
    auto empty = []() -> coroutine<std::string> { co_return {}; };
    auto both = []() -> coroutine<pair_of> { co_return {1, "one"}; };
    auto program = [&]() -> coroutine<std::string> {
        const pair_of got = co_await both();
        co_return got.right + co_await empty();
    };
    CHECK(async_scheduler{simulated{}}.start(program()) == "one");
}
