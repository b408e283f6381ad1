// Conditions: waiting under a lock, being notified, and being cancelled in any of its moments.
#include "tests/kernel/recorder.hpp"
#include "tests/sync/told.hpp"

using namespace giambio;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

// Waits, and tells when it goes on, whether it holds the lock then, and what ended its wait.
coroutine<> wait(condition& changed, words& told, std::string name) {
    const auto inside = co_await changed.hold();
    try {
        co_await changed.wait();
    } catch (const cancelled& why) {
        CHECK(changed.holder() == current_task());
        told.push_back(name + " cancelled: " + why.reason());
        throw;
    }
    CHECK(changed.holder() == current_task());
    told.push_back(name + at_ms());
}

coroutine<> notify(condition& changed, std::size_t most = 1) {
    const auto inside = co_await changed.hold();
    changed.notify(most);
}

coroutine<> hold(condition& changed, duration length) {
    const auto inside = co_await changed.hold();
    co_await giambio::sleep(length);
}

}  // namespace

TEST_CASE("scenario 80: notify(2) of 3 wakes two in order, each with the lock") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        spawn(wait(changed, into, "a"));
        spawn(wait(changed, into, "b"));
        task last = spawn(wait(changed, into, "c"));
        co_await yield();
        co_await changed.acquire();
        CHECK(changed.waiting() == 3);
        CHECK(changed.notify(2) == 2);
        CHECK(changed.waiting() == 1);
        co_await giambio::sleep(1ms);
        into.push_back("release");
        changed.release();
        co_await giambio::sleep(1ms);
        CHECK(changed.waiting() == 1);
        co_await notify(changed);
        co_await last.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"release", "a at 1", "b at 1", "c at 2"});
}

TEST_CASE("scenario 80, 2F-22: a cancelled waiter has the lock again before the error leaves") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        task waits = spawn(wait(changed, into, "a"));
        task holds = spawn(hold(changed, 5ms));
        co_await yield();
        CHECK(changed.holder() == holds.id());
        waits.cancel("no longer");
        co_await giambio::sleep(1ms);
        into.push_back("still held");
        co_await waits.wait();
        into.push_back("ended" + at_ms());
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"still held", "a cancelled: no longer", "ended at 5"});
}

TEST_CASE("a waiter of a condition whose time is over holds the lock, then the block is left") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        co_await changed.acquire();
        into.push_back(co_await end_of(with_timeout(3ms, changed.wait())));
        CHECK(changed.holder() == current_task());
        CHECK(changed.waiting() == 0);
        CHECK(changed.notify() == 0);  // nobody is left behind in the line
        changed.release();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"the block did not end within its time limit"});
}

TEST_CASE("scenario 80, 2F-43: notify with too few waiters, or none, wakes what there is") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        co_await changed.acquire();
        CHECK(changed.notify() == 0);
        CHECK(changed.notify_all() == 0);
        changed.release();
        task a = spawn(wait(changed, into, "a"));
        co_await yield();
        co_await notify(changed, 5);
        co_await a.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"a at 0"});
}

TEST_CASE("2F-44: notify_all lets everybody go on in the order in which they came") {
    words told, expected;
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        std::vector<task<>> all;
        for (int i = 0; i < 10; ++i) all.push_back(spawn(wait(changed, into, std::to_string(i))));
        co_await yield();
        co_await notify(changed, condition::everybody);
        for (const task<>& each : all) co_await each.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    for (int i = 0; i < 10; ++i) expected.push_back(std::to_string(i) + " at 0");
    CHECK(told == expected);
}

TEST_CASE("waiting and notifying without the lock is misuse") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        into.push_back(co_await end_of(changed.wait()));
        into.push_back(co_await end_of(changed.wait_until([] { return true; })));
        CHECK_THROWS_AS(changed.notify(), misuse);
        CHECK_THROWS_AS(changed.notify_all(), misuse);
        task holds = spawn(hold(changed, 1ms));
        co_await yield();
        CHECK_THROWS_AS(changed.notify(), misuse);  // another one has it
        co_await holds.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    REQUIRE(told.size() == 2);
    for (const std::string& each : told) CHECK_THAT(each, ContainsSubstring("acquire it first"));
}

TEST_CASE("R6: a notified waiter has the lock before those who come after the notification") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        task waits = spawn(wait(changed, into, "waiter"));
        co_await yield();
        co_await changed.acquire();
        changed.notify();
        task late = spawn([](condition& on, words& to) -> coroutine<> {
            const auto inside = co_await on.hold();
            to.push_back("late");
        }(changed, into));
        co_await yield();
        changed.release();
        into.push_back(changed.try_acquire() ? "stolen" : "not stolen");
        co_await late.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"not stolen", "waiter at 0", "late"});
}

TEST_CASE("R4: a notification is not lost on a task that is cancelled before it has the lock") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        task notified = spawn(wait(changed, into, "a"), "a");
        task limited = spawn(skip_after(2ms, wait(changed, into, "b")));
        co_await yield();
        co_await changed.acquire();
        changed.notify_all();
        notified.cancel("too late");
        co_await giambio::sleep(5ms);  // b's time is over, too late as well
        changed.release();
        co_await notified.wait();
        const bool ended = co_await limited.join();
        CHECK(ended);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"a at 5", "b at 5"});
}

TEST_CASE("wait_until looks at the test under the lock, again after each notification") {
    words told;
    int portions = 0;
    auto eat = [&portions](condition& changed, words& into, std::string name) -> coroutine<> {
        const auto inside = co_await changed.hold();
        co_await changed.wait_until([&portions] { return portions > 0; });
        --portions;
        into.push_back(name);
    };
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        task a = spawn(eat(changed, into, "a"));
        task b = spawn(eat(changed, into, "b"));
        co_await yield();
        co_await notify(changed, condition::everybody);  // nothing has changed
        co_await yield();
        co_await changed.acquire();
        CHECK(changed.waiting() == 2);
        ++portions;
        changed.notify_all();
        changed.release();
        co_await a.join();
        co_await changed.acquire();
        CHECK(changed.waiting() == 1);
        ++portions;
        changed.notify();
        changed.release();
        co_await b.join();
        ++portions;
        co_await eat(changed, into, "main");  // without a wait
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"a", "b", "main"});
}

TEST_CASE("a waiter of wait_until whose time is over holds the lock, and is out of the line") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        const auto inside = co_await changed.hold();
        auto never = [] { return false; };
        into.push_back(co_await end_of(with_timeout(3ms, changed.wait_until(never))));
        CHECK(changed.holder() == current_task());
        CHECK(changed.waiting() == 0);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"the block did not end within its time limit"});
}

TEST_CASE("2F-19: who wants a condition's lock and is cancelled or late is gone") {
    words told;
    auto acquire = [](condition& on) -> coroutine<> { co_await on.acquire(); };
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        co_await changed.acquire();
        task unwanted = spawn(acquire(changed), "unwanted");
        task late = spawn(with_timeout(1ms, changed.hold()));
        task next = spawn(hold(changed, 0ms));
        co_await yield();
        unwanted.cancel();
        into.push_back(co_await end_of(unwanted.join()));
        into.push_back(co_await end_of(late.join()));
        changed.release();
        co_await next.join();
        CHECK(changed.try_acquire());
        changed.release();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"unwanted was cancelled", "the block did not end within its time limit"});
}

TEST_CASE("R5: wait_until checks for cancellation when its test is true at once") {
    auto program = []() -> coroutine<> {
        condition changed;
        const auto inside = co_await changed.hold();
        const bool came = co_await skip_after(0ms, changed.wait_until([] { return true; }));
        CHECK(!came);
        CHECK(changed.holder() == current_task());
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("two conditions share a lock: a buffer of one, filled and emptied in turn") {
    words told;
    struct buffer {
        lock shared;
        condition filled{shared}, emptied{shared};
        int item = 0;
    };
    auto fill = [](buffer& into) -> coroutine<> {
        for (int item = 1; item <= 3; ++item) {
            const auto inside = co_await into.shared.hold();
            co_await into.emptied.wait_until([&into] { return into.item == 0; });
            into.item = item;
            into.filled.notify();
        }
    };
    auto empty = [](buffer& from, words& to) -> coroutine<> {
        for (int i = 0; i < 3; ++i) {
            const auto inside = co_await from.shared.hold();
            co_await from.filled.wait_until([&from] { return from.item != 0; });
            to.push_back(std::to_string(std::exchange(from.item, 0)));
            from.emptied.notify();
        }
    };
    auto program = [&](words& into) -> coroutine<> {
        buffer between;
        spawn(fill(between));
        task last = spawn(empty(between, into));
        co_await last.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"1", "2", "3"});
}

TEST_CASE("scenario 77: who was notified by a task that ends with the lock is told its name") {
    words told;
    auto careless = [](condition& changed) -> coroutine<> {
        co_await changed.acquire();
        changed.notify();
    };
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        auto wait_only = [](condition& on) -> coroutine<> {
            co_await on.acquire();
            co_await on.wait();
        };
        task waits = spawn(wait_only(changed));
        co_await yield();
        spawn(careless(changed), "careless");
        into.push_back(co_await end_of(waits.join()));
        into.push_back(co_await end_of(changed.acquire()));
    };
    async_scheduler{simulated{}}.start(program(told));
    REQUIRE(told.size() == 2);
    for (const std::string& each : told) CHECK_THAT(each, ContainsSubstring("careless"));
}

TEST_CASE("scenario 77: a guard of a lock that is of no use any more has nothing to give back") {
    words told;
    auto notify_and_end = [](condition& changed) -> coroutine<> {
        co_await changed.acquire();
        changed.notify();
    };
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        task notified = spawn(end_of(wait(changed, into, "a")));
        task unwanted = spawn(end_of(wait(changed, into, "b")));
        co_await yield();
        task careless = spawn(notify_and_end(changed), "careless");
        unwanted.cancel();  // it must have the lock again before it can leave
        into.push_back(co_await notified.join());
        into.push_back(co_await unwanted.join());
        co_await careless.join();
        CHECK_THROWS_AS(changed.release(), owner_gone);
    };
    async_scheduler scheduler{simulated{}};
    scheduler.set_warnings(false);  // of the cancel that ended in an error
    scheduler.start(program(told));
    REQUIRE(told.size() == 2);
    for (const std::string& each : told) CHECK_THAT(each, ContainsSubstring("careless"));
}

TEST_CASE("a notified task is told as moved, and wakes once, when it has the lock") {
    words told;
    recorder heard;
    auto program = [&](words& into) -> coroutine<> {
        condition changed;
        task waits = spawn(wait(changed, into, "a"));
        co_await yield();
        co_await notify(changed);
        co_await waits.join();
    };
    async_scheduler scheduler{simulated{}};
    scheduler.observe(heard);
    scheduler.start(program(told));
    const std::vector<record> moves = heard.of(happening::move);
    REQUIRE(moves.size() == 1);
    CHECK(moves[0].task == task_id{1});
    CHECK(moves[0].id == 2);
    CHECK(std::string(heard.records[moves[0].cause - 1].word) == "notify");
    int wakes = 0;
    for (const record& each : heard.of(happening::wake)) {
        if (each.id != 2) continue;
        ++wakes;
        CHECK(std::string(heard.records[each.cause - 1].word) == "release");
    }
    CHECK(wakes == 1);
}
