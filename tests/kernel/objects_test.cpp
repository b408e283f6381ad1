// Events, locks and queues as their users meet them: the scenarios of waiting and handing over.
//
// Not here: the rules of handing over themselves (answers_test.cpp), objects that end while
// somebody waits on them (owners_test.cpp).
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("scenario 71: an event hands its value to who waits; a second trigger is an error") {
    std::vector<moment> seen;
    auto child = [](event<bool>& happens, std::vector<moment>& at) -> coroutine<> {
        const bool value = co_await happens.wait();
        CHECK(value);
        at.push_back(now());
        co_await giambio::sleep(5s);
        at.push_back(now());
    };
    auto program = [&]() -> coroutine<> {
        event<bool> happens;
        task waiting = spawn(child(happens, seen));
        co_await giambio::sleep(3s);
        happens.trigger(true);
        CHECK_THROWS_WITH(happens.trigger(false), ContainsSubstring("make a new one"));
        co_await waiting.join();
        seen.push_back(now());
    };
    async_scheduler{simulated{}}.start(program());
    CHECK(seen == std::vector<moment>{3s, 8s, 8s});
}

TEST_CASE("scenario 72: who waits after the trigger has the value at once; who gave up is gone") {
    auto program = []() -> coroutine<> {
        event<std::string> happens;
        const std::optional<std::string> too_early = co_await skip_after(1s, happens.wait());
        CHECK(!too_early);
        task cancelled_one = spawn(happens.wait());
        co_await yield();
        cancelled_one.cancel();
        happens.trigger("late");  // wakes nobody, and that is no error
        CHECK_THROWS_AS(co_await cancelled_one.join(), task_cancelled);
        const moment before = now();
        const std::string value = co_await happens.wait();
        CHECK(value == "late");
        CHECK(now() == before);
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("scenario 15: one task cancels another that a third joins; both go on") {
    words told;
    auto wait = [](event<>& never) -> coroutine<> { co_await never.wait(); };
    auto join = [](task<> other, words& into) -> coroutine<> {
        try {
            co_await other.join();
        } catch (const task_cancelled& why) {
            into.push_back(why.what());
        }
    };
    auto program = [&](words& into) -> coroutine<> {
        event<> never;
        task waiting = spawn(wait(never), "waiting");
        task joining = spawn(join(waiting, into));
        co_await giambio::sleep(1ms);
        waiting.cancel();
        co_await joining.join();
        into.push_back(never.is_set() ? "set" : "still unset");
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"waiting was cancelled", "still unset"});
}

TEST_CASE("scenario 75: a lock whose waiter ran out of time goes to the next") {
    words told;
    auto acquire = [](lock& wanted, words& into) -> coroutine<> {
        const auto held = co_await wanted.hold();
        into.push_back("next");
    };
    auto wait_for = [](lock& wanted) -> coroutine<> { co_await wanted.acquire(); };
    auto program = [&](words& into) -> coroutine<> {
        lock wanted;
        co_await wanted.acquire();
        task impatient = spawn(with_timeout(1s, wait_for(wanted)));
        task patient = spawn(acquire(wanted, into));
        CHECK_THROWS_AS(co_await impatient.join(), too_slow);
        wanted.release();
        co_await patient.join();
        CHECK(wanted.is_free());
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"next"});
}

TEST_CASE(
    "scenario 78: releasing a lock that one does not hold is an error that names the holder") {
    auto release = [](lock& held) -> coroutine<> {
        held.release();
        co_return;
    };
    auto program = [&]() -> coroutine<> {
        lock mine;
        CHECK_THROWS_WITH(mine.release(), ContainsSubstring("release belongs after acquire"));
        co_await mine.acquire();
        CHECK_THROWS_WITH(co_await mine.acquire(), ContainsSubstring("holds the lock already"));
        CHECK(!mine.try_acquire());
        CHECK_THROWS_WITH(co_await spawn(release(mine)).join(), ContainsSubstring("task #1 holds"));
        mine.release();
        CHECK(mine.try_acquire());
        mine.release();
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("scenario 82: a queue of two never stores more, and hands on in order") {
    words told;
    auto produce = [](queue<int>& items, words& into) -> coroutine<> {
        for (int item = 1; item <= 5; ++item) co_await items.put(item);
        co_await items.put(0);  // the end
        into.push_back("producer ends");
    };
    auto consume = [](queue<int>& items, words& into) -> coroutine<> {
        while (const int item = co_await items.get()) {
            into.push_back(std::to_string(item));
            co_await giambio::sleep(1s);
        }
        into.push_back("consumer ends");
    };
    auto program = [&](words& into) -> coroutine<> {
        queue<int> items(2);
        task consuming = spawn(consume(items, into));
        spawn(produce(items, into));
        co_await consuming.join();
    };
    recorder heard;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(heard);
    scheduler.start(program(told));
    CHECK(told == words{"1", "2", "3", "4", "producer ends", "5", "consumer ends"});
    for (const record& each : heard.of(happening::object_op)) CHECK(each.a <= 2);
}

TEST_CASE("scenario 84: a getter or putter that is cancelled leaves the queue as it was") {
    auto get = [](queue<int>& from) -> coroutine<int> { co_return co_await from.get(); };
    auto put = [](queue<int>& to, int item) -> coroutine<> { co_await to.put(item); };
    auto program = [&]() -> coroutine<> {
        queue<int> items(1);
        const std::optional<int> nothing_there = co_await skip_after(1ms, get(items));
        CHECK(!nothing_there);
        task next = spawn(get(items));
        co_await yield();
        co_await items.put(1);  // reaches the one who still waits
        const int got = co_await next.join();
        CHECK(got == 1);
        co_await items.put(2);
        const bool was_put = co_await skip_after(1ms, put(items, 3));
        CHECK(!was_put);
        const int left = co_await items.get();
        CHECK(left == 2);
        CHECK(items.empty());
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("R6: room that was promised to a waiting putter is not taken by another") {
    words told;
    auto put = [](queue<int>& to, int item) -> coroutine<> { co_await to.put(item); };
    auto program = [&](words& into) -> coroutine<> {
        queue<int> items(1);
        co_await items.put(1);
        task waits = spawn(put(items, 2));
        co_await yield();
        into.push_back(std::to_string(co_await items.get()));
        into.push_back(items.try_put(3) ? "stolen" : "full");
        co_await waits.join();
        into.push_back(std::to_string(co_await items.get()));
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"1", "full", "2"});
}

TEST_CASE("R8: a getter that was promised an item and is then cancelled has it all the same") {
    words told;
    auto get = [](queue<int>& from, words& into) -> coroutine<> {
        into.push_back("got " + std::to_string(co_await from.get()));
        co_await yield();
        into.push_back("never");
    };
    auto program = [&](words& into) -> coroutine<> {
        queue<int> items;
        task getting = spawn(get(items, into));
        co_await yield();
        co_await items.put(7);
        getting.cancel();
        CHECK_THROWS_AS(co_await getting.join(), task_cancelled);
        CHECK(items.empty());
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"got 7"});
}

TEST_CASE("a queue without room for anything is refused") {
    CHECK_THROWS_AS(queue<int>(0), misuse);
}

TEST_CASE("whoever builds an object of its own has park and wake_oldest for it") {
    struct gate_of_a_park {
        wait_list outside{"gate", site::current()};
    };
    words told;
    auto enter = [](gate_of_a_park& through, words& into, std::string who) -> coroutine<> {
        co_await park(through.outside);
        into.push_back(who);
    };
    auto program = [&](words& into) -> coroutine<> {
        gate_of_a_park gate;
        CHECK(!wake_oldest(gate.outside));
        spawn(enter(gate, into, "a"));
        task b = spawn(enter(gate, into, "b"));
        co_await yield();
        while (wake_oldest(gate.outside)) {
        }
        co_await b.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"a", "b"});
}
