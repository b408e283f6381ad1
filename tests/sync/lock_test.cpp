// Locks and reentrant locks: one holder at a time, the oldest waiter next, and owners that die.
//
// Not here: scenarios 75 and 78 as they were first written (tests/kernel/objects_test.cpp).
#include "tests/run_simulated.hpp"
#include "tests/sync/told.hpp"

#include <memory>
#include <optional>

using namespace giambio;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

template <class Lock>
coroutine<> hold(Lock& wanted, duration length, words& told, std::string name) {
    const auto inside = co_await wanted.hold();
    told.push_back(name + at_ms());
    co_await giambio::sleep(length);
}

template <class Lock>
coroutine<> acquire(Lock& wanted) {
    co_await wanted.acquire();
}

template <class Lock>
coroutine<> acquire_and_leave(Lock& wanted) {
    co_await wanted.acquire();
    co_await giambio::sleep(1ms);
}

template <class Lock>
coroutine<> release(Lock& held) {
    held.release();
    co_return;
}

}  // namespace

TEST_CASE("scenario 73: two lockers append in one piece each; unlocked they interleave") {
    auto append = [](lock* shared, int first, std::vector<int>& to) -> coroutine<> {
        if (shared != nullptr) co_await shared->acquire();
        for (int item = first; item < first + 5; ++item) {
            to.push_back(item);
            co_await giambio::sleep(1s);
        }
        if (shared != nullptr) shared->release();
    };
    auto program = [&](bool locked, std::vector<int>& to) -> coroutine<> {
        lock shared;
        task a = spawn(append(locked ? &shared : nullptr, 1, to));
        task b = spawn(append(locked ? &shared : nullptr, 6, to));
        co_await a.join();
        co_await b.join();
    };
    std::vector<int> in_order, mixed;
    async_scheduler{simulated{}}.start(program(true, in_order));
    async_scheduler{simulated{}}.start(program(false, mixed));
    CHECK(in_order == std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    CHECK(mixed == std::vector<int>{1, 6, 2, 7, 3, 8, 4, 9, 5, 10});
}

TEMPLATE_TEST_CASE("scenario 75: a cancelled or late waiter is gone, and the next has the lock", "",
                   lock, reentrant_lock) {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        TestType wanted;
        co_await wanted.acquire();
        task unwanted = spawn(hold(wanted, 0ms, into, "unwanted"), "unwanted");
        task late = spawn(with_timeout(2ms, acquire(wanted)));
        task late_guard = spawn(skip_after(2ms, wanted.hold()));
        task next = spawn(hold(wanted, 0ms, into, "next"));
        co_await giambio::sleep(1ms);
        CHECK(wanted.waiting() == 4);
        unwanted.cancel();
        into.push_back(co_await end_of(unwanted.join()));
        into.push_back(co_await end_of(late.join()));
        const auto guard = co_await late_guard.join();
        CHECK(!guard);
        CHECK(wanted.waiting() == 1);
        wanted.release();
        co_await next.join();
        CHECK(wanted.is_free());
        CHECK(wanted.waiting() == 0);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"unwanted was cancelled", "the block did not end within its time limit",
                        "next at 2"});
}

TEMPLATE_TEST_CASE("scenario 77: who waits for a lock whose holder has ended is told its name", "",
                   lock, reentrant_lock) {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        TestType wanted;
        spawn(acquire_and_leave(wanted), "careless");
        task waits = spawn(acquire(wanted));
        into.push_back(co_await end_of(waits.join()));
        into.push_back(co_await end_of(acquire(wanted)));
        CHECK_THROWS_AS(wanted.try_acquire(), owner_gone);
        CHECK(wanted.waiting() == 0);
    };
    async_scheduler{simulated{}}.start(program(told));
    REQUIRE(told.size() == 2);
    CHECK_THAT(told[0], ContainsSubstring("careless"));
    CHECK_THAT(told[1], ContainsSubstring("careless"));
}

TEST_CASE("2F-40: a holder that fails or is cancelled gives back what its guard holds") {
    words told;
    auto fail = [](lock& wanted) -> coroutine<> {
        const auto inside = co_await wanted.hold();
        co_await giambio::sleep(1ms);
        throw std::runtime_error("burnt");
    };
    auto program = [&](words& into) -> coroutine<> {
        lock wanted;
        task failing = spawn(end_of(fail(wanted)));
        task unwanted = spawn(hold(wanted, 1h, into, "unwanted"), "unwanted");
        task next = spawn(hold(wanted, 0ms, into, "next"));
        into.push_back(co_await failing.join());
        co_await giambio::sleep(1ms);
        unwanted.cancel();
        co_await next.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"unwanted at 1", "burnt", "next at 2"});
}

TEMPLATE_TEST_CASE("scenario 78, 2F-38: release by who does not hold it, or when free, is an error",
                   "", lock, reentrant_lock) {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        TestType mine;
        CHECK_THROWS_WITH(mine.release(), ContainsSubstring("release belongs after acquire"));
        co_await mine.acquire();
        task other = spawn(release(mine));
        into.push_back(co_await end_of(other.join()));
        CHECK(mine.holder() == current_task());
        mine.release();
        CHECK_THROWS_AS(mine.release(), misuse);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"task #1 holds this lock; only the task that acquired it can release it"});
}

TEMPLATE_TEST_CASE("R6, 2F-39: nobody takes a lock that was handed on, the releaser least of all",
                   "", lock, reentrant_lock) {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        TestType wanted;
        co_await wanted.acquire();
        spawn(hold(wanted, 1ms, into, "first"));
        spawn(hold(wanted, 1ms, into, "second"));
        co_await yield();
        wanted.release();
        CHECK(wanted.holder() == task_id{2});
        CHECK(!wanted.try_acquire());
        co_await hold(wanted, 0ms, into, "releaser");
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"first at 0", "second at 1", "releaser at 2"});
}

TEST_CASE("2F-21: a task that is cancelled right after it was handed the lock gives it back") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        lock wanted;
        co_await wanted.acquire();
        task handed = spawn(hold(wanted, 1h, into, "handed"), "handed");
        task next = spawn(hold(wanted, 0ms, into, "next"));
        co_await yield();
        wanted.release();
        handed.cancel();
        into.push_back(co_await end_of(handed.join()));
        co_await next.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"handed at 0", "next at 0", "handed was cancelled"});
}

TEST_CASE("a guard can give back early, and does it once") {
    auto program = []() -> coroutine<> {
        lock wanted;
        {
            auto inside = co_await wanted.hold();
            inside.release();
            CHECK(wanted.is_free());
            co_await wanted.acquire();
            inside.release();
        }
        CHECK(wanted.holder() == current_task());
        wanted.release();
        auto limited = co_await with_timeout(1ms, wanted.hold());
        CHECK(!wanted.is_free());
        auto elsewhere = std::move(limited);
        limited.release();
        CHECK(!wanted.is_free());
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("R5: acquiring a free lock checks for cancellation and then leaves it free") {
    auto program = []() -> coroutine<> {
        lock plain;
        reentrant_lock nested;
        co_await nested.acquire();
        const bool came = co_await skip_after(0ms, acquire(plain));
        const bool deeper = co_await skip_after(0ms, acquire(nested));
        CHECK(!came);
        CHECK(plain.is_free());
        CHECK(!deeper);
        CHECK(nested.depth() == 1);
        nested.release();
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("1F-81: a reentrant lock is handed on when it was released as often as acquired") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        reentrant_lock wanted;
        CHECK(wanted.depth() == 0);
        co_await wanted.acquire();
        co_await wanted.acquire();
        CHECK(wanted.try_acquire());
        CHECK(wanted.depth() == 3);
        task other = spawn(hold(wanted, 0ms, into, "other"));
        co_await yield();
        wanted.release();
        wanted.release();
        co_await yield();
        into.push_back("still mine");
        CHECK(wanted.depth() == 1);
        wanted.release();
        CHECK(wanted.depth() == 1);  // the other's
        CHECK_THROWS_AS(wanted.release(), misuse);
        co_await other.join();
        CHECK(wanted.depth() == 0);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"still mine", "other at 0"});
}

TEST_CASE("1F-79: a plain lock refuses its holder, and says so") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        lock mine;
        co_await mine.acquire();
        into.push_back(co_await end_of(mine.acquire()));
        CHECK(!mine.try_acquire());
        mine.release();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"this task holds the lock already; release it first"});
}

TEST_CASE("R8: a lock may go as soon as its waiters are awake with an error") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        auto wanted = std::make_unique<lock>();
        co_await wanted->acquire();
        task waits = spawn(end_of(acquire(*wanted)));
        co_await yield();
        wanted.reset();
        into.push_back(co_await waits.join());
    };
    async_scheduler{simulated{}}.start(program(told));
    REQUIRE(told.size() == 1);
    CHECK_THAT(told[0], ContainsSubstring("let objects live longer"));
}

TEST_CASE("a guard that goes after its run has nothing to give back") {
    lock own;
    reentrant_lock again;
    semaphore one(1);
    capacity_limiter few(1);
    std::optional<lock::held> first;
    std::optional<reentrant_lock::held> second;
    std::optional<semaphore::held> third;
    std::optional<capacity_limiter::held> fourth;
    run_simulated([&]() -> coroutine<> {
        first.emplace(co_await own.hold());
        second.emplace(co_await again.hold());
        third.emplace(co_await one.hold());
        fourth.emplace(co_await few.hold());
    });
    first.reset();
    second.reset();
    third.reset();
    fourth.reset();
    run_simulated([&]() -> coroutine<> {
        co_await own.acquire();  // its holder of before means nothing here
        co_await again.acquire();
        own.release();
        again.release();
        CHECK(one.free() == 1);
        CHECK(few.free() == 1);
    });
}
