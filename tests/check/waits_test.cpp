// Waits that do not end: circles, lost wake-ups, and those that nobody can end.
#include "tests/check/traced.hpp"

using namespace giambio;
using namespace std::chrono_literals;
using check_tests::checked;
using check_tests::words;

namespace {

coroutine<> take_both(lock& first, lock& second) {
    const auto one = co_await first.hold();
    co_await giambio::sleep(1ms);
    const auto other = co_await second.hold();
}

coroutine<> join_all(const std::vector<task<>>& tasks) {
    for (const task<>& each : tasks) co_await each.join();
}

coroutine<> beat(int times) {
    for (int i = 0; i < times; ++i) co_await giambio::sleep(100ms);
}

// What comes out of it is not the question here.
template <class T>
coroutine<> forgiving(coroutine<T> body) {
    try {
        co_await std::move(body);
    } catch (const too_slow&) {
    }
}

}  // namespace

TEST_CASE("deadlock_cycle: two locks, taken in opposite order") {
    const checked told = check_tests::run([]() -> coroutine<> {
        lock a;
        lock b;
        const std::vector<task<>> both{spawn(take_both(a, b), "ann"),
                                       spawn(take_both(b, a), "bob")};
        co_await join_all(both);
    });
    CHECK(told.names() == words{"deadlock_cycle"});
    CHECK(told.shown("deadlock_cycle") == words{"park 2", "park 3", "deadlock 0"});
    CHECK(told.get("deadlock_cycle").tasks == std::vector<std::uint32_t>{2, 3});
    CHECK(told.get("deadlock_cycle").objects == std::vector<std::uint32_t>{2, 1});
    CHECK(told.says("deadlock_cycle", "#2 ann waits for lock 2, held by #3 bob"));
    CHECK(told.says("deadlock_cycle", "Behind it: #1 main."));
}

TEST_CASE("deadlock_cycle: the same locks in the same order are none") {
    const checked told = check_tests::run([]() -> coroutine<> {
        lock a;
        lock b;
        const std::vector<task<>> both{spawn(take_both(a, b), "ann"),
                                       spawn(take_both(a, b), "bob")};
        co_await join_all(both);
    });
    CHECK(told.names() == words{});
}

TEST_CASE("deadlock_cycle: a circle of some, found where the recording ends, while others go on") {
    const std::string whole = check_tests::text_of_run([]() -> coroutine<> {
        lock a;
        lock b;
        const std::vector<task<>> three{spawn(take_both(a, b), "ann"),
                                        spawn(take_both(b, a), "bob"), spawn(beat(50), "heart")};
        co_await join_all(three);
    });
    const std::size_t middle = whole.rfind("timer_fire");
    const checked told(whole.substr(0, whole.rfind('\n', middle) + 1));
    CHECK(told.names() == words{"deadlock_cycle"});
    CHECK(told.shown("deadlock_cycle") == words{"park 2", "park 3"});
    CHECK(told.says("deadlock_cycle", "The others go on"));
}

TEST_CASE("deadlock_cycle: one that a deadline broke") {
    const checked told = check_tests::run([]() -> coroutine<> {
        lock a;
        lock b;
        const std::vector<task<>> both{spawn(forgiving(with_timeout(50ms, take_both(a, b))), "ann"),
                                       spawn(take_both(b, a), "bob")};
        co_await join_all(both);
    });
    CHECK(told.names() == words{"deadlock_cycle"});
    CHECK(told.shown("deadlock_cycle") == words{"park 3", "park 2", "wake 0"});
    CHECK(told.says("deadlock_cycle", "It stood for 49.000 ms, until a cancel woke #2 ann"));
}

TEST_CASE("deadlock_cycle: two tasks that join each other") {
    const checked told = check_tests::run([]() -> coroutine<> {
        std::optional<task<>> first;
        auto one = [&](const task<>& other) -> coroutine<> { co_await other.join(); };
        auto other = [&]() -> coroutine<> { co_await first->join(); };
        const task<> second = spawn(other(), "second");
        first = spawn(one(second), "first");
        co_await giambio::sleep(1ms);
    });
    CHECK(told.names() == words{"deadlock_cycle"});
    CHECK(told.says("deadlock_cycle", "#2 second waits for the end of #3 first"));
}

TEST_CASE("deadlock_cycle: a pool whose child wants what the owner holds") {
    const checked told = check_tests::run([]() -> coroutine<> {
        lock mine;
        auto child = [&]() -> coroutine<> { const auto held = co_await mine.hold(); };
        const auto held = co_await mine.hold();
        co_await with_pool([&](pool& kitchen) -> coroutine<> {
            kitchen.spawn(child(), "child");
            co_return;
        });
    });
    CHECK(told.names() == words{"deadlock_cycle"});
    CHECK(told.get("deadlock_cycle").tasks == std::vector<std::uint32_t>{1, 2});
    CHECK(told.says("deadlock_cycle", "#1 main waits for pool"));
}

TEST_CASE("endless_wait: an event that nobody triggers, and what was looked at") {
    const checked told = check_tests::run([]() -> coroutine<> {
        event<> never;
        auto waits = [&]() -> coroutine<> { co_await never.wait(); };
        const task<> waiting = spawn(waits(), "waiter");
        co_await waiting.join();
    });
    CHECK(told.names() == words{"endless_wait"});
    CHECK(told.shown("endless_wait") == words{"park 2", "deadlock 0"});
    CHECK(told.get("endless_wait").objects == std::vector<std::uint32_t>{1});
    CHECK(told.says("endless_wait", "#2 waiter waits for event 1"));
    CHECK(told.says("endless_wait", "timers (0 set)"));
    CHECK(told.says("endless_wait", "all 2 that live are parked"));
    CHECK(told.says("endless_wait", "no operation on it at all"));
    CHECK(told.says("endless_wait", "Behind it: #1 main."));
}

TEST_CASE("endless_wait: a queue whose producer has ended") {
    const checked told = check_tests::run([]() -> coroutine<> {
        queue<int> orders;
        auto produce = [&]() -> coroutine<> { co_await orders.put(1); };
        const task<> producer = spawn(produce(), "producer");
        while (true) co_await orders.get();
    });
    CHECK(told.names() == words{"endless_wait"});
    CHECK(told.says("endless_wait", "(seq "));
    CHECK(told.shown("endless_wait") == words{"park 1", "object_op 1", "deadlock 0"});
}

TEST_CASE("endless_wait: a wait that a timer, a deadline or another task ends, and a daemon's") {
    const checked told = check_tests::run([]() -> coroutine<> {
        event<> never;
        event<> soon;
        auto waits = [&](event<>& on) -> coroutine<> { co_await on.wait(); };
        const task<> served = spawn_daemon(waits(never), "daemon");
        co_await skip_after(10ms, waits(never));
        auto triggers = [&]() -> coroutine<> {
            co_await giambio::sleep(10s);
            soon.trigger();
        };
        const task<> other = spawn(triggers(), "other");
        co_await soon.wait();
    });
    CHECK(told.names() == words{});
}

TEST_CASE("lost_wakeup: a lot is unparked before anybody is there") {
    const checked told = check_tests::run([]() -> coroutine<> {
        parking_lot outside;
        bool ready = false;
        auto consume = [&]() -> coroutine<> {
            const bool was_ready = ready;
            co_await giambio::sleep(1ms);  // between the look and the wait
            if (!was_ready) co_await outside.park();
        };
        const task<> consumer = spawn(consume(), "consumer");
        co_await yield();
        ready = true;
        outside.unpark();
        co_await consumer.join();
    });
    CHECK(told.names() == words{"lost_wakeup"});
    CHECK(told.shown("lost_wakeup") == words{"object_op 1", "park 2", "deadlock 0"});
    CHECK(told.says("lost_wakeup", "while nobody waited for it; #2 consumer came later"));
}

TEST_CASE("lost_wakeup: a condition, with others that go on until the recording ends") {
    const std::string whole = check_tests::text_of_run([]() -> coroutine<> {
        condition ready;
        auto consume = [&]() -> coroutine<> {
            co_await giambio::sleep(1ms);
            const auto held = co_await ready.hold();
            co_await ready.wait();
        };
        const task<> consumer = spawn(consume(), "consumer");
        {
            const auto held = co_await ready.hold();
            ready.notify();
        }
        co_await beat(30);
        co_await consumer.join();
    });
    const checked told(whole.substr(0, whole.rfind('\n', whole.rfind("timer_fire")) + 1));
    CHECK(told.names() == words{"lost_wakeup"});
    CHECK(told.shown("lost_wakeup") == words{"object_op 1", "park 2"});
    CHECK(told.says("lost_wakeup", "has waited since"));
}

TEST_CASE("lost_wakeup: a deadline ended the wait") {
    const checked told = check_tests::run([]() -> coroutine<> {
        parking_lot outside;
        auto waits = [&]() -> coroutine<> { co_await outside.park(); };
        outside.unpark();
        co_await skip_after(1s, waits());
    });
    CHECK(told.names() == words{"lost_wakeup"});
    CHECK(told.shown("lost_wakeup") == words{"object_op 1", "park 1", "wake 0"});
}

TEST_CASE("lost_wakeup: a notify that nobody needed, an event that remembers") {
    const checked told = check_tests::run([]() -> coroutine<> {
        condition changed;
        int items = 0;
        event<> begun;
        auto consume = [&]() -> coroutine<> {
            co_await begun.wait();
            for (int i = 0; i < 3; ++i) {
                const auto held = co_await changed.hold();
                co_await changed.wait_until([&] { return items > 0; });
                --items;
            }
        };
        begun.trigger();
        const task<> consumer = spawn(consume(), "consumer");
        for (int i = 0; i < 3; ++i) {
            const auto held = co_await changed.hold();
            ++items;
            changed.notify();
        }
        co_await consumer.join();
    });
    CHECK(told.names() == words{});
}
