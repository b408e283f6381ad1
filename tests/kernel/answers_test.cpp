// When a trap is answered, and what a cancel may still change: rules R4 to R8 and R10.
// No co_await stands in a CHECK: GCC 12 awaits it again in the part of the macro that is never run.
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

void run(coroutine<> program) {
    async_scheduler{simulated{}}.start(std::move(program));
}

coroutine<> sleep_twice(words& told) {
    try {
        co_await giambio::sleep(10ms);
        told.push_back("first sleep returned");
        co_await giambio::sleep(10ms);
        told.push_back("second sleep returned");
    } catch (const cancelled& why) {
        told.push_back("cancelled: " + why.reason());
        throw;
    }
}

}  // namespace

TEST_CASE(
    "R4: a task that is ready has succeeded; the cancel waits for its next trap (scenario 45)") {
    words told;
    auto program = [](words& into) -> coroutine<> {
        task sleeper = spawn(sleep_twice(into));
        co_await yield();
        busy(20ms);        // the sleeper's timer is due
        co_await yield();  // it fires: the sleeper is ready, behind us
        sleeper.cancel("too late for the first");
        CHECK_THROWS_AS(co_await sleeper.join(), task_cancelled);
    };
    run(program(told));
    CHECK(told == words{"first sleep returned", "cancelled: too late for the first"});
}

TEST_CASE("R4: a sleeper that is cancelled sees it at once (scenarios 42, 43)") {
    words told;
    auto program = [](words& into) -> coroutine<> {
        task sleeper = spawn(sleep_twice(into));
        co_await giambio::sleep(1ms);
        sleeper.cancel("enough");
        into.push_back("the canceller goes on");
        CHECK_THROWS_AS(co_await sleeper.join(), task_cancelled);
        CHECK(now() == moment(1ms));
    };
    run(program(told));
    CHECK(told == words{"the canceller goes on", "cancelled: enough"});
}

TEST_CASE("R4: who cancels itself is told at the next trap; twice is once (scenarios 47, 49)") {
    words told;
    auto cancels_itself = [](words& into, task<>*& me) -> coroutine<> {
        me->cancel("by myself");
        me->cancel("again");
        into.push_back("still running");
        co_await giambio::sleep(1ms);
        into.push_back("never");
    };
    auto program = [&](words& into) -> coroutine<> {
        task<>* me = nullptr;
        task self = spawn(cancels_itself(into, me));
        me = &self;
        CHECK_THROWS_AS(co_await self.join(), task_cancelled);
        self.cancel("after the end");
    };
    run(program(told));
    CHECK(told == words{"still running"});
}

TEST_CASE("R5: every awaited call checks for cancellation, even one that need not wait") {
    words told;
    auto polite = [](words& into, event<>& happened) -> coroutine<> {
        co_await yield();
        co_await happened.wait();  // it has happened, but the task shall stop
        into.push_back("never");
    };
    auto program = [&](words& into) -> coroutine<> {
        event<> happened;
        happened.trigger();
        task waiter = spawn(polite(into, happened));
        co_await yield();  // it has run once, and stands in the queue again
        waiter.cancel("stop");
        CHECK_THROWS_AS(co_await waiter.join(), task_cancelled);
    };
    run(program(told));
    CHECK(told.empty());
}

TEST_CASE("R5: after its budget of answers a task goes to the back of the queue") {
    words told;
    auto greedy = [](words& into) -> coroutine<> {
        for (int answer = 1; answer <= 10; ++answer) {
            co_await checkpoint();
            into.push_back(std::to_string(answer));
        }
    };
    auto modest = [](words& into) -> coroutine<> {
        into.push_back("somebody else");
        co_return;
    };
    auto program = [&](words& into) -> coroutine<> {
        spawn(greedy(into));
        spawn(modest(into));
        co_return;
    };
    async_scheduler scheduler{simulated{}};
    scheduler.set_budget(4);
    scheduler.start(program(told));
    // The fourth answer is the last of the step: what follows it runs after somebody else.
    CHECK(told == words{"1", "2", "3", "somebody else", "4", "5", "6", "7", "8", "9", "10"});
}

TEST_CASE("a task's steps are counted: not its traps, and also those that end its budget") {
    std::vector<std::uint64_t> counted;
    async_scheduler scheduler{simulated{}};
    auto count = [&](std::size_t which) {
        counted.push_back(scheduler.look().tasks.at(which).steps);
    };
    auto worker = []() -> coroutine<> {
        for (int answer = 1; answer <= 5; ++answer) co_await checkpoint();  // one ends the budget
        co_await yield();
        co_await giambio::sleep(1s);
    };
    auto program = [&]() -> coroutine<> {
        spawn(worker());
        count(0);          // main is in its first
        count(1);          // the worker has begun none
        co_await yield();  // the worker spends its budget
        count(1);
        co_await yield();  // and yields
        count(1);
        co_await yield();  // and sleeps
        count(1);
        count(0);
    };
    scheduler.set_budget(4);
    scheduler.start(program());
    CHECK(counted == std::vector<std::uint64_t>{1, 0, 1, 2, 3, 4});
}

TEST_CASE("R6: a lock goes to the oldest waiter, and nobody takes it in between (scenario 73)") {
    words told;
    auto paint = [](words& into, lock& brush, std::string who) -> coroutine<> {
        for (int stroke = 0; stroke < 3; ++stroke) {
            co_await brush.acquire();
            into.push_back(who);
            co_await giambio::sleep(100ms);
            brush.release();
        }
    };
    auto program = [&](words& into) -> coroutine<> {
        lock brush;
        task a = spawn(paint(into, brush, "a"));
        task b = spawn(paint(into, brush, "b"));
        co_await a.join();
        co_await b.join();
    };
    run(program(told));
    CHECK(told == words{"a", "b", "a", "b", "a", "b"});
}

TEST_CASE("R6: an item that is put while somebody waits is that task's (scenario 46 of queues)") {
    words told;
    auto get = [](words& into, queue<int>& from, std::string who) -> coroutine<> {
        into.push_back(who + std::to_string(co_await from.get()));
    };
    auto program = [&](words& into) -> coroutine<> {
        queue<int> items;
        task waits = spawn(get(into, items, "waits gets "));
        co_await giambio::sleep(1ms);
        co_await items.put(1);
        CHECK(items.try_get() == std::nullopt);  // promised to the one who waits
        co_await items.put(2);
        into.push_back("thief gets " + std::to_string(*items.try_get()));
        co_await waits.join();
    };
    run(program(told));
    CHECK(told == words{"thief gets 2", "waits gets 1"});
}

TEST_CASE("R7: a cancel is thrown again at every trap until the task ends") {
    int caught = 0;
    auto deaf = [](int& times) -> coroutine<> {
        for (int round = 0; round < 5; ++round) {
            try {
                co_await giambio::sleep(1s);
            } catch (const cancelled&) {
                ++times;
            }
        }
    };
    auto program = [&](int& times) -> coroutine<> {
        task stubborn = spawn(deaf(times));
        co_await giambio::sleep(1ms);
        stubborn.cancel();
        co_await stubborn.join();
        CHECK(now() == moment(1ms));
    };
    run(program(caught));
    CHECK(caught == 5);
}

TEST_CASE("R8: a cancelled waiter leaves the line; the next one gets the lock (scenario 75)") {
    words told;
    auto acquire = [](words& into, lock& wanted, std::string who) -> coroutine<> {
        co_await wanted.acquire();
        into.push_back(who);
        wanted.release();
    };
    auto program = [&](words& into) -> coroutine<> {
        lock wanted;
        co_await wanted.acquire();
        task second = spawn(acquire(into, wanted, "second"));
        task third = spawn(acquire(into, wanted, "third"));
        co_await giambio::sleep(1ms);
        second.cancel();
        wanted.release();
        CHECK_THROWS_AS(co_await second.join(), task_cancelled);
        co_await third.join();
    };
    run(program(told));
    CHECK(told == words{"third"});
}

TEST_CASE(
    "R8: a waiter that was handed the lock and is then cancelled keeps it until it releases") {
    words told;
    auto hold_and_sleep = [](words& into, lock& wanted) -> coroutine<> {
        const auto held = co_await wanted.hold();
        into.push_back("has it");
        co_await giambio::sleep(1s);
        into.push_back("never");
    };
    auto program = [&](words& into) -> coroutine<> {
        lock wanted;
        co_await wanted.acquire();
        task second = spawn(hold_and_sleep(into, wanted));
        co_await giambio::sleep(1ms);
        wanted.release();  // handed over: the second is ready
        second.cancel();
        CHECK(wanted.holder() == second.id());
        CHECK_THROWS_AS(co_await second.join(), task_cancelled);
        CHECK(wanted.is_free());
    };
    run(program(told));
    CHECK(told == words{"has it"});
}

TEST_CASE("R10: leaving a scope disarms its deadline (scenario 57)") {
    auto nap = [](duration length) -> coroutine<int> {
        co_await giambio::sleep(length);
        co_return 1;
    };
    auto program = [&]() -> coroutine<> {
        const int in_time = co_await with_timeout(100ms, nap(50ms));
        CHECK(in_time == 1);
        const int undisturbed = co_await nap(10s);  // a deadline left armed would cancel this
        CHECK(undisturbed == 1);
        CHECK_THROWS_AS(co_await with_timeout(100ms, nap(1s)), too_slow);
        CHECK(now() == moment(10s + 150ms));
    };
    run(program());
}

TEST_CASE("scopes nest: when the outer deadline comes first, the outer one catches (scenario 51)") {
    words told;
    auto inner = [](words& into) -> coroutine<> {
        const bool in_time =
            co_await skip_after(2s, []() -> coroutine<> { co_await giambio::sleep(5s); }());
        into.push_back(in_time ? "inner in time" : "inner timed out");
    };
    auto program = [&](words& into) -> coroutine<> {
        into.push_back(co_await skip_after(1s, inner(into)) ? "in time" : "outer timed out");
        CHECK(now() == moment(1s));
        into.push_back(co_await skip_after(3s, inner(into)) ? "in time" : "outer timed out");
        CHECK(now() == moment(3s));
    };
    run(program(told));
    CHECK(told == words{"outer timed out", "inner timed out", "in time"});
}

TEST_CASE("scenario 61: a block that overran without blocking is not late for its scope") {
    auto burn = []() -> coroutine<> {
        busy(200ms);
        co_return;
    };
    auto program = [&]() -> coroutine<> {
        const bool in_time = co_await skip_after(100ms, burn());
        CHECK(in_time);
        co_await giambio::sleep(1s);
    };
    run(program());
}
