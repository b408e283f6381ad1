// What is shared badly: locks held across a wait, herds woken for nothing, queues that grow.
#include "tests/check/traced.hpp"

using namespace giambio;
using namespace std::chrono_literals;
using check_tests::checked;
using check_tests::words;

namespace {

coroutine<> join_all(const std::vector<task<>>& tasks) {
    for (const task<>& each : tasks) co_await each.join();
}

coroutine<> hold_and_sleep(lock& brush, duration length) {
    const auto held = co_await brush.hold();
    co_await giambio::sleep(length);
}

}  // namespace

TEST_CASE("lock_held: a sleep with the lock in hand, and somebody in line") {
    const checked told = check_tests::run([]() -> coroutine<> {
        lock brush;
        const std::vector<task<>> both{spawn(hold_and_sleep(brush, 300ms), "ann"),
                                       spawn(hold_and_sleep(brush, 1ms), "bob")};
        co_await join_all(both);
    });
    CHECK(told.names() == words{"lock_held"});
    CHECK(told.shown("lock_held") == words{"object_op 2", "park 2", "object_op 2"});
    CHECK(told.get("lock_held").tasks == std::vector<std::uint32_t>{2, 3});
    CHECK(told.says("lock_held", "#2 ann held lock 1"));
    CHECK(told.says("lock_held", "for 300.000 ms in which it only waited for timer"));
    CHECK(told.says("lock_held", "#3 bob stood in line"));
}

TEST_CASE("lock_held: many short waits in one hold add up") {
    const checked told = check_tests::run([]() -> coroutine<> {
        lock brush;
        auto paints = [&]() -> coroutine<> {
            const auto held = co_await brush.hold();
            for (int i = 0; i < 12; ++i) co_await giambio::sleep(10ms);
        };
        const std::vector<task<>> both{spawn(paints(), "ann"),
                                       spawn(hold_and_sleep(brush, 1ms), "bob")};
        co_await join_all(both);
    });
    CHECK(told.names() == words{"lock_held"});
    CHECK(told.says("lock_held", "for 120.000 ms"));
}

TEST_CASE("lock_held: nobody waits for it, or it is released before the wait") {
    const checked told = check_tests::run([]() -> coroutine<> {
        lock brush;
        auto releases = [&]() -> coroutine<> {
            for (int i = 0; i < 3; ++i) {
                co_await brush.acquire();
                brush.release();
                co_await giambio::sleep(300ms);
            }
        };
        co_await hold_and_sleep(brush, 500ms);
        const std::vector<task<>> both{spawn(releases(), "ann"), spawn(releases(), "bob")};
        co_await join_all(both);
    });
    CHECK(told.names() == words{});
}

TEST_CASE("lock_held: a condition's wait lets go of the lock") {
    const checked told = check_tests::run([]() -> coroutine<> {
        condition changed;
        bool done = false;
        auto waits = [&]() -> coroutine<> {
            const auto held = co_await changed.hold();
            co_await changed.wait_until([&] { return done; });
        };
        const task<> waiting = spawn(waits(), "waiter");
        co_await giambio::sleep(500ms);
        {
            const auto held = co_await changed.hold();
            done = true;
            changed.notify();
        }
        co_await waiting.join();
    });
    CHECK(told.names() == words{});
}

TEST_CASE("lock_held: two readers of one subscription wait for each other by design") {
    const checked told = check_tests::run([]() -> coroutine<> {
        broadcast<int> news;
        auto heard = news.subscribe();
        auto reads = [&]() -> coroutine<> { co_await heard.next(); };
        const std::vector<task<>> both{spawn(reads(), "ann"), spawn(reads(), "bob")};
        co_await giambio::sleep(1s);
        co_await news.send(1);
        co_await news.send(2);
        co_await join_all(both);
    });
    CHECK(told.names() == words{});
}

namespace {

// Eight waiters, eight items, one at a time.
coroutine<> herd(bool everybody) {
    condition changed;
    int items = 0;
    auto consume = [&]() -> coroutine<> {
        const auto held = co_await changed.hold();
        co_await changed.wait_until([&] { return items > 0; });
        --items;
    };
    std::vector<task<>> tasks;
    for (int i = 0; i < 8; ++i) tasks.push_back(spawn(consume(), "consumer"));
    for (int i = 0; i < 8; ++i) {
        co_await giambio::sleep(1ms);
        const auto held = co_await changed.hold();
        ++items;
        if (everybody) changed.notify_all();
        if (!everybody) changed.notify();
    }
    co_await join_all(tasks);
}

}  // namespace

TEST_CASE("thundering_herd: notify_all for one item at a time") {
    const checked told = check_tests::run([] { return herd(true); });
    CHECK(told.names() == words{"thundering_herd"});
    CHECK(told.shown("thundering_herd") == words{"object_op 1"});
    // 7 + 6 + ... + 2 go back in vain; of two that were woken one is no herd.
    CHECK(told.says("thundering_herd", "27 tasks of 33 that 6 operations on condition"));
    CHECK(told.says("thundering_herd", "the largest herd was woken by #1 main"));
}

TEST_CASE("thundering_herd: notify wakes as many as there is work for") {
    CHECK(check_tests::run([] { return herd(false); }).names() == words{});
}

TEST_CASE("thundering_herd: a tick for which all wait is no herd, nor is one for which all work") {
    const checked told = check_tests::run([]() -> coroutine<> {
        parking_lot tick;
        bool over = false;
        auto listens = [&](bool works) -> coroutine<> {
            while (!over) {
                co_await tick.park();
                if (works) busy(1us);
            }
        };
        std::vector<task<>> tasks;
        for (int i = 0; i < 10; ++i) tasks.push_back(spawn(listens(false), "listener"));
        for (int i = 0; i < 5; ++i) {
            co_await giambio::sleep(1ms);
            over = i == 4;
            tick.unpark_all();
        }
        co_await join_all(tasks);
        over = false;
        for (task<>& each : tasks) each = spawn(listens(true), "worker");
        for (int i = 0; i < 5; ++i) {
            co_await giambio::sleep(1ms);
            over = i == 4;
            tick.unpark_all();
        }
        co_await join_all(tasks);
    });
    CHECK(told.names() == words{});
}

namespace {

coroutine<> ship(queue<int>& orders, int how_many, duration put_every, duration get_every) {
    auto produce = [&]() -> coroutine<> {
        for (int i = 0; i < how_many; ++i) {
            co_await orders.put(i);
            co_await giambio::sleep(put_every);
        }
    };
    auto consume = [&]() -> coroutine<> {
        for (int i = 0; i < how_many; ++i) {
            co_await orders.get();
            co_await giambio::sleep(get_every);
        }
    };
    const std::vector<task<>> both{spawn(produce(), "producer"), spawn(consume(), "consumer")};
    co_await join_all(both);
}

}  // namespace

TEST_CASE("queue_growth: a producer ten times as fast as the consumer") {
    const checked told = check_tests::run([]() -> coroutine<> {
        queue<int> orders;
        co_await ship(orders, 100, 1ms, 10ms);
    });
    CHECK(told.names() == words{"queue_growth"});
    CHECK(told.shown("queue_growth") == words{"object_op 2", "object_op 2"});
    CHECK(told.get("queue_growth").tasks == std::vector<std::uint32_t>{2, 3});
    CHECK(told.says("queue_growth", "grew to 90 items"));
}

TEST_CASE("queue_growth: a consumer that keeps up") {
    const checked told = check_tests::run([]() -> coroutine<> {
        queue<int> orders;
        co_await ship(orders, 200, 10ms, 9ms);
    });
    CHECK(told.names() == words{});
}

TEST_CASE("queue_growth: a queue, or a channel, that makes its producer wait for room") {
    const checked told = check_tests::run([]() -> coroutine<> {
        queue<int> orders(70);
        co_await ship(orders, 100, 1ms, 10ms);
        auto ends = make_channel<int>(70);
        auto sends = [&]() -> coroutine<> {
            for (int i = 0; i < 100; ++i) {
                co_await ends.first.send(i);
                co_await giambio::sleep(1ms);
            }
        };
        const task<> sending = spawn(sends(), "sender");
        for (int i = 0; i < 100; ++i) {
            co_await ends.second.receive();
            co_await giambio::sleep(10ms);
        }
        co_await sending.join();
    });
    CHECK(told.names() == words{});
}

TEST_CASE("queue_growth: filled in one go and then worked off") {
    const checked told = check_tests::run([]() -> coroutine<> {
        queue<int> orders;
        for (int i = 0; i < 500; ++i) orders.try_put(i);
        while (orders.try_get()) co_await giambio::sleep(1ms);
    });
    CHECK(told.names() == words{});
}

TEST_CASE("queue_growth: nobody takes anything out, ever") {
    const checked told = check_tests::run([]() -> coroutine<> {
        queue<int> orders;
        for (int i = 0; i < 80; ++i) {
            orders.try_put(i);
            co_await giambio::sleep(1ms);
        }
    });
    CHECK(told.names() == words{"queue_growth"});
    CHECK(told.says("queue_growth", "only 0 items were taken"));
}
