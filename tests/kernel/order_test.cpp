// Who runs when: rules R1, R2, R3 and R12, and the loop's scenarios.
//
// Each test is a small program and the list of words that it must leave, in order. Not here: when a
// trap is answered (answers_test.cpp) and how runs end (ending_test.cpp). Kept true: time is
// virtual.
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

coroutine<> say(words& told, std::string word) {
    told.push_back(word);
    co_return;
}

coroutine<> say_rounds(words& told, std::string who, int rounds) {
    for (int round = 1; round <= rounds; ++round) {
        told.push_back(who + std::to_string(round));
        co_await yield();
    }
}

coroutine<> nap_and_say(words& told, duration length, std::string word) {
    co_await giambio::sleep(length);
    told.push_back(word);
}

}  // namespace

TEST_CASE("R1: spawn never runs the child; it goes to the back of the ready queue") {
    words told;
    auto program = [](words& into) -> coroutine<> {
        spawn(say(into, "child"));
        into.push_back("main goes on");
        co_await yield();
        into.push_back("main again");
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"main goes on", "child", "main again"});
}

TEST_CASE("R2: the ready queue is first in, first out (scenario 11)") {
    words told;
    auto program = [](words& into) -> coroutine<> {
        spawn(say_rounds(into, "a", 3));
        spawn(say_rounds(into, "b", 3));
        co_return;
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"a1", "b1", "a2", "b2", "a3", "b3"});
}

TEST_CASE("R2: waiters of an event wake in the order in which they came") {
    words told;
    auto wait = [](words& into, event<>& door_bell, std::string who) -> coroutine<> {
        co_await door_bell.wait();
        into.push_back(who);
    };
    auto program = [&](words& into) -> coroutine<> {
        event<> bell;
        task first = spawn(wait(into, bell, "first"));
        task second = spawn(wait(into, bell, "second"));
        task third = spawn(wait(into, bell, "third"));
        co_await giambio::sleep(1ms);
        bell.trigger();
        co_await third.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"first", "second", "third"});
}

TEST_CASE("R2: equal deadlines fire in the order in which they were armed") {
    words told;
    auto program = [](words& into) -> coroutine<> {
        spawn(nap_and_say(into, 300ms, "a"));
        spawn(nap_and_say(into, 100ms, "b"));
        spawn(nap_and_say(into, 200ms, "c"));
        spawn(nap_and_say(into, 100ms, "d"));
        co_return;
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"b", "d", "c", "a"});
}

// More than the queue of timers keeps in its heap, with many that are dropped and still lie there.
TEST_CASE("R2: of a crowd of sleepers those who are not cancelled wake in their order") {
    constexpr int many = 30'000;
    std::vector<int> woken;
    auto program = [](std::vector<int>& into) -> coroutine<> {
        std::vector<task<>> sleepers;
        for (int each = 0; each < many; ++each) {
            const int due = each * 7919 % many;  // a prime: every place once, in no order
            sleepers.push_back(spawn([](std::vector<int>& told, int length) -> coroutine<> {
                co_await giambio::sleep(std::chrono::microseconds(length + 1));
                told.push_back(length);
            }(into, due)));
        }
        co_await yield();
        for (int each = 0; each < many; each += 3)
            sleepers[static_cast<std::size_t>(each)].cancel();
        for (const task<>& each : sleepers) co_await each.wait();
    };
    async_scheduler{simulated{}}.start(program(woken));
    CHECK(woken.size() == many - many / 3);
    CHECK(std::is_sorted(woken.begin(), woken.end()));
}

TEST_CASE("R3: a task that becomes ready in a batch runs in the next turn, after the timers") {
    words told;
    auto hog = [](words& into) -> coroutine<> {
        into.push_back("hog begins");
        busy(10ms);
        co_await yield();
        into.push_back("hog again");
    };
    auto program = [&](words& into) -> coroutine<> {
        spawn(nap_and_say(into, 5ms, "sleeper"));
        co_await yield();  // the sleeper is asleep now
        spawn(hog(into));
        co_return;
    };
    async_scheduler{simulated{}}.start(program(told));
    // The sleeper's timer is due when the hog yields; the hog stands in the queue already.
    CHECK(told == words{"hog begins", "hog again", "sleeper"});
}

TEST_CASE("R3: tasks that only yield do not starve a sleeper") {
    words told;
    auto spin = [](const bool& stop) -> coroutine<> {
        while (!stop) {
            busy(1ms);
            co_await yield();
        }
    };
    auto program = [&](words& into) -> coroutine<> {
        bool stop = false;
        task spinning = spawn(spin(stop));
        co_await giambio::sleep(5ms);
        into.push_back("the sleeper came through");
        stop = true;
        co_await spinning.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"the sleeper came through"});
}

TEST_CASE("R12: under the virtual clock only busy and idling move time (scenarios 18, 70)") {
    std::vector<moment> seen;
    auto program = [](std::vector<moment>& at) -> coroutine<> {
        for (int round = 0; round < 1000; ++round) co_await yield();
        at.push_back(now());
        busy(7ms);
        at.push_back(now());
        co_await giambio::sleep(90s);
        at.push_back(now());
        co_await sleep_until(2h);
        at.push_back(now());
    };
    async_scheduler{simulated{}}.start(program(seen));
    CHECK(seen == std::vector<moment>{0ms, 7ms, 90s + 7ms, 2h});
}

TEST_CASE("scenario 64: a negative sleep is an error, one into the past is a yield") {
    auto program = []() -> coroutine<> {
        CHECK_THROWS_AS(co_await giambio::sleep(-1ms), misuse);
        busy(5ms);
        co_await sleep_until(1ms);
        CHECK(now() == moment(5ms));
        co_await giambio::sleep(0ms);
        CHECK(now() == moment(5ms));
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("scenarios 1, 2: start returns main's value, and throws main's error") {
    async_scheduler scheduler{simulated{}};
    auto value = []() -> coroutine<std::string> { co_return "hello"; };
    auto error = []() -> coroutine<> {
        co_await yield();
        throw std::out_of_range("too far");
    };
    CHECK(scheduler.start(value()) == "hello");
    CHECK_THROWS_AS(scheduler.start(error()), std::out_of_range);
    CHECK(scheduler.start(value()) == "hello");
}

TEST_CASE("scenario 8: outside a run there is no current task and no clock") {
    CHECK_THROWS_AS(current_task(), misuse);
    CHECK_THROWS_AS(now(), misuse);
}

TEST_CASE("tasks created before start come after main") {
    words told;
    async_scheduler scheduler{simulated{}};
    task early = scheduler.create_task(say(told, "early"));
    scheduler.start(say(told, "main"));
    CHECK(told == words{"main", "early"});
    CHECK(number_of(early.id()) == 2);
}
