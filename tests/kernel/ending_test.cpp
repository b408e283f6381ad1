// How runs end: rules R13 to R17, and errors on their way out.
//
// Not here: the order of steps (order_test.cpp) and single cancels (answers_test.cpp). Kept true:
// the only real clock is in the tests of Ctrl-C, which look at the order of things and not at
// times.
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;
using Catch::Matchers::ContainsSubstring;

namespace {

// Tells how it ended, whichever way that is.
coroutine<> sleep_and_tell(words& told, std::string who) {
    try {
        co_await giambio::sleep(1h);
    } catch (const cancelled& why) {
        told.push_back(who + ": " + why.reason());
        throw;
    }
}

// The test program has a handler of its own, and giambio leaves other people's handlers alone.
void let_giambio_have_interrupts() {
    std::signal(SIGINT, SIG_DFL);
}

std::string what_of(async_scheduler& scheduler, coroutine<> program) {
    try {
        scheduler.start(std::move(program));
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no error";
}

// Presses Ctrl-C when the loop is about to sleep for the first time.
class presses_before_a_sleep : public observer {
public:
    void begin(const run_facts&) override {}
    void watch(const record_batch&) override {}
    void settle() override {
        if (!std::exchange(pressed_, true)) raise(SIGINT);
    }
    void end(const run_totals&) override {}

private:
    bool pressed_ = false;
};

}  // namespace

namespace {

coroutine<> wait_under_a_shield(words& told) {
    event<> never;
    try {
        co_await shielded(never.wait());
    } catch (const cancelled& why) {
        told.push_back(why.reason());
        throw;
    }
}

coroutine<> fail_in_a_second() {
    co_await giambio::sleep(1s);
    throw std::runtime_error("broken");
}

}  // namespace

TEST_CASE("R13: whoever waits under a shield for what cannot come is stopped, too") {
    words told;
    async_scheduler scheduler{simulated{}};
    scheduler.set_warnings(false);
    SECTION("nobody else is there") {
        auto program = [&]() -> coroutine<> {
            const task<> stuck = spawn(wait_under_a_shield(told), "stuck");
            co_await stuck.join();
        };
        CHECK_THROWS_AS(scheduler.start(program()), deadlock);
        CHECK(told == words{"the run is in a deadlock"});
    }
    SECTION("the run is ending for another reason, which stays") {
        auto program = [&]() -> coroutine<> {
            spawn(wait_under_a_shield(told), "stuck");
            spawn(fail_in_a_second(), "fails");
            co_await giambio::sleep(1h);
        };
        CHECK(what_of(scheduler, program()) == "broken");
        CHECK(told == words{"#3 fails failed: broken"});
    }
    SECTION("it serves others, and they have ended") {
        auto program = [&]() -> coroutine<> {
            spawn_daemon(wait_under_a_shield(told), "server");
            co_await yield();
        };
        CHECK(what_of(scheduler, program()) == "no error");
        CHECK(told == words{"everyone whom it could serve has ended"});
    }
}

TEST_CASE("R13: who waits for what somebody holds gets it before its shield is lifted") {
    auto holds = [](lock& shared) -> coroutine<> {
        const auto mine = co_await shared.hold();
        event<> never;
        co_await shielded(never.wait());
    };
    auto waits = [](condition& changed, words& told) -> coroutine<> {
        const auto mine = co_await changed.hold();
        try {
            co_await changed.wait();
        } catch (const cancelled& why) {
            told.push_back(why.reason());
            throw;
        }
    };
    words told;
    lock shared;
    condition changed(shared);
    auto program = [&]() -> coroutine<> {
        const task<> waiter = spawn(waits(changed, told), "waiter");
        co_await yield();
        const task<> holder = spawn(holds(shared), "holder");
        co_await waiter.join();
    };
    async_scheduler scheduler{simulated{}};
    CHECK_THROWS_AS(scheduler.start(program()), deadlock);
    CHECK(told == words{"the run is in a deadlock"});
}

TEST_CASE("R13: a deadlock names every task, what it waits on, who holds it, and the circle") {
    words told;
    auto transfer = [](words& into, lock& from, lock& to) -> coroutine<> {
        const auto first = co_await from.hold();
        co_await yield();
        try {
            const auto second = co_await to.hold();
        } catch (const cancelled& why) {
            into.push_back(why.source() == cancel_source::shutdown ? "cleaned up" : "?");
            throw;
        }
    };
    auto program = [&](words& into) -> coroutine<> {
        lock mine, yours;
        task here = spawn(transfer(into, mine, yours), "here");
        task there = spawn(transfer(into, yours, mine), "there");
        co_await here.join();
        co_await there.join();
    };
    async_scheduler scheduler{simulated{}};
    std::string report;
    try {
        scheduler.start(program(told));
    } catch (const deadlock& stuck) {
        report = stuck.what();
    }
    CHECK_THAT(report, ContainsSubstring("#1 main waits for the end of #2 here"));
    CHECK_THAT(report, ContainsSubstring("#2 here waits for lock 2, held by #3 there"));
    CHECK_THAT(report, ContainsSubstring("#3 there waits for lock 1, held by #2 here"));
    CHECK_THAT(report, ContainsSubstring("the circle: #2 here -> #3 there -> #2 here"));
    CHECK_THAT(report, ContainsSubstring("ending_test.cpp:"));
    CHECK(told == words{"cleaned up", "cleaned up"});
}

TEST_CASE("R13: without a circle the report tells who waits all the same") {
    async_scheduler scheduler{simulated{}};
    auto program = []() -> coroutine<> {
        event<> never;
        co_await never.wait();
    };
    const std::string report = what_of(scheduler, program());
    CHECK_THAT(report, ContainsSubstring("#1 main waits for event 1"));
    CHECK_THAT(report, !ContainsSubstring("circle"));
}

TEST_CASE("R13: the circle begins with its oldest task, wherever it is found") {
    std::vector<task<>> all;
    auto joins = [&](std::size_t other) -> coroutine<> { co_await all[other].join(); };
    auto program = [&]() -> coroutine<> {
        // #2 and #5 only lead into the circle; who comes from #2 enters it at #6.
        for (const std::size_t other : {4U, 4U, 1U, 2U, 2U}) {
            all.push_back(spawn(joins(other), "one"));
        }
        co_await all[0].join();
    };
    async_scheduler scheduler{simulated{}};
    const std::string report = what_of(scheduler, program());
    CHECK_THAT(report, ContainsSubstring("the circle: #3 one -> #6 one -> #4 one -> #3 one"));
}

TEST_CASE("R13: a deadlock of very many tasks is reported, too") {
    constexpr std::size_t many = 50'000;
    std::vector<task<>> all;
    auto waits_for_the_next = [&](std::size_t own) -> coroutine<> {
        if (own + 1 < many) co_await all[own + 1].join();
        event<> never;
        co_await never.wait();
    };
    auto program = [&]() -> coroutine<> {
        for (std::size_t i = 0; i < many; ++i) all.push_back(spawn(waits_for_the_next(i), "one"));
        co_await all[0].join();
    };
    async_scheduler scheduler{simulated{}};
    const std::string report = what_of(scheduler, program());
    CHECK(report.find("#1 main waits for the end of #2 one") != std::string::npos);
    CHECK(report.find("#50000 one waits for the end of #50001 one") != std::string::npos);
    CHECK(report.find("#50001 one waits for event 1") != std::string::npos);
    CHECK(report.find("circle") == std::string::npos);
}

TEST_CASE("R13: a server that nobody can reach is a deadlock in the simulated network") {
    async_scheduler scheduler{simulated{}};
    auto program = [&]() -> coroutine<> {
        tcp_socket socket;
        socket.bind(address("", 7));
        socket.listen(1);
        async_socket server = scheduler.wrap_socket(std::move(socket));
        co_await server.accept();
    };
    CHECK_THAT(what_of(scheduler, program()), ContainsSubstring("waits for descriptor 3"));
}

TEST_CASE("R12: a Ctrl-C just before a sleep moves no time while a thread still works") {
    let_giambio_have_interrupts();
    moment told_at{-1};
    auto program = [&]() -> coroutine<> {
        spawn([]() -> coroutine<> { co_await giambio::sleep(1h); }());
        try {
            co_await run_in_thread([] {
                while (!thread_cancelled()) std::this_thread::yield();
                stop_if_cancelled();
            });
        } catch (const cancelled&) {
            told_at = now();
            throw;
        }
    };
    presses_before_a_sleep presses;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(presses);
    CHECK_THROWS_AS(scheduler.start(program()), keyboard_interrupt);
    CHECK(told_at == moment(0));
}

TEST_CASE("R14: the first SIGINT cancels main, then the others; start throws keyboard_interrupt") {
    let_giambio_have_interrupts();
    words told;
    auto program = [](words& into) -> coroutine<> {
        spawn(sleep_and_tell(into, "child"));
        co_await yield();
        raise(SIGINT);
        co_await sleep_and_tell(into, "main");
    };
    SECTION("on the virtual clock") {
        async_scheduler scheduler{simulated{}};
        CHECK_THROWS_AS(scheduler.start(program(told)), keyboard_interrupt);
    }
    SECTION("on the machine's clock and sockets") {
        async_scheduler scheduler;
        CHECK_THROWS_AS(scheduler.start(program(told)), keyboard_interrupt);
    }
    CHECK(told == words{"main: Ctrl-C", "child: Ctrl-C"});
}

TEST_CASE("R14: a SIGINT that comes while the loop sleeps ends the sleep") {
    let_giambio_have_interrupts();
    words told;
    std::thread presser;
    auto program = [&](words& into) -> coroutine<> {
        presser = std::thread([] { kill(getpid(), SIGINT); });
        co_await sleep_and_tell(into, "main");
    };
    async_scheduler scheduler;
    CHECK_THROWS_AS(scheduler.start(program(told)), keyboard_interrupt);
    presser.join();
    CHECK(told == words{"main: Ctrl-C"});
}

TEST_CASE("R14: the second SIGINT ends the process at once") {
    const pid_t child = fork();
    if (child == 0) {
        let_giambio_have_interrupts();
        auto program = []() -> coroutine<> {
            raise(SIGINT);
            raise(SIGINT);
            co_return;
        };
        async_scheduler{}.start(program());
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGINT);
}

TEST_CASE("R15: start inside a running loop is refused, and the outer loop goes on (scenario 3)") {
    async_scheduler outer{simulated{}};
    async_scheduler other{simulated{}};
    auto nothing_at_all = []() -> coroutine<> { co_return; };
    auto program = [&]() -> coroutine<std::string> {
        CHECK_THROWS_AS(outer.start(nothing_at_all()), misuse);
        CHECK_THROWS_AS(other.start(nothing_at_all()), misuse);
        CHECK_THROWS_AS(other.create_task(nothing_at_all()), misuse);
        co_await giambio::sleep(1ms);
        co_return "went on";
    };
    CHECK(outer.start(program()) == "went on");
}

TEST_CASE("R16: a failure that nobody joins stops everyone, newest first, and leaves start") {
    words told;
    auto fail = []() -> coroutine<> {
        co_await giambio::sleep(1ms);
        throw std::runtime_error("the oven is broken");
    };
    auto program = [&](words& into) -> coroutine<> {
        spawn(sleep_and_tell(into, "oldest"));
        spawn(sleep_and_tell(into, "middle"));
        spawn(fail(), "cook");
        spawn(sleep_and_tell(into, "newest"));
        co_await giambio::sleep(1h);
    };
    async_scheduler scheduler{simulated{}};
    CHECK(what_of(scheduler, program(told)) == "the oven is broken");
    const std::string why = ": #4 cook failed: the oven is broken";
    CHECK(told == words{"newest" + why, "middle" + why, "oldest" + why});
}

TEST_CASE("scenario 12: a joiner gets the value, or the error with its type") {
    auto give = []() -> coroutine<int> { co_return 37; };
    auto fail = []() -> coroutine<int> {
        co_await yield();
        throw std::out_of_range("no");
    };
    auto program = [&]() -> coroutine<> {
        task giving = spawn(give());
        const int early = co_await giving.join();
        const int late = co_await giving.join();  // scenario 13
        CHECK(early == 37);
        CHECK(late == 37);
        task failing = spawn(fail());
        CHECK_THROWS_AS(co_await failing.join(), std::out_of_range);
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE(
    "scenario 16: the result of a task that has not ended is an error; so is joining oneself") {
    task<> myself;
    auto joins_itself = [&]() -> coroutine<> {
        CHECK_THROWS_AS(myself.result(), misuse);
        CHECK_THROWS_AS(co_await myself.join(), misuse);
    };
    auto program = [&]() -> coroutine<> {
        myself = spawn(joins_itself());
        co_await yield();
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("R17: ids are small numbers in order of creation") {
    auto idle = []() -> coroutine<> { co_return; };
    auto program = [&]() -> coroutine<> {
        CHECK(number_of(current_task()) == 1);
        CHECK(number_of(spawn(idle()).id()) == 2);
        CHECK(number_of(spawn(idle()).id()) == 3);
        lock a, b;
        CHECK_THROWS_WITH(b.release(), ContainsSubstring("nobody holds"));
        co_return;
    };
    async_scheduler{simulated{}}.start(program());
}
