// Capacity limiters: who has a token, who may not have two, and totals that change meanwhile.
#include "tests/sync/told.hpp"

#include <memory>

using namespace giambio;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

coroutine<> work(capacity_limiter& tokens, duration length, words& told, std::string name) {
    const auto inside = co_await tokens.hold();
    told.push_back(name + at_ms());
    co_await giambio::sleep(length);
}

coroutine<> acquire_for(capacity_limiter& tokens, borrower who, words& told) {
    co_await tokens.acquire_for(who);
    told.push_back(who.name());
}

}  // namespace

TEST_CASE("1F-83: a limiter lends to so many tasks at once, the oldest first") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        capacity_limiter tokens(2);
        spawn(work(tokens, 20ms, into, "a"));
        spawn(work(tokens, 10ms, into, "b"));
        spawn(work(tokens, 10ms, into, "c"));
        task d = spawn(work(tokens, 0ms, into, "d"));
        co_await yield();
        CHECK(tokens.lent() == 2);
        CHECK(tokens.free() == 0);
        CHECK(tokens.waiting() == 2);
        CHECK(tokens.borrowers() == std::vector<borrower>{task_id{2}, task_id{3}});
        co_await d.join();
        co_await giambio::sleep(1ms);
        CHECK(tokens.lent() == 0);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"a at 0", "b at 0", "c at 10", "d at 20"});
}

TEST_CASE("1F-83: a borrower has one token; a second, and one too many back, is misuse") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        capacity_limiter tokens(3);
        CHECK_THROWS_WITH(tokens.release(), ContainsSubstring("task #1 has no token"));
        co_await tokens.acquire();
        into.push_back(co_await end_of(tokens.acquire()));
        CHECK_THROWS_AS(tokens.try_acquire(), misuse);
        CHECK(tokens.try_acquire_for(borrower(17)));
        into.push_back(co_await end_of(tokens.acquire_for(borrower(17))));
        CHECK(tokens.try_acquire_for(borrower(1)));  // not the task #1
        CHECK(!tokens.try_acquire_for(borrower(2)));
        CHECK(tokens.has(borrower(17)));
        CHECK(tokens.has(current_task()));
        CHECK(tokens.lent() == 3);
        tokens.release();
        tokens.release_for(borrower(17));
        CHECK_THROWS_WITH(tokens.release_for(borrower(17)), ContainsSubstring("borrower 17"));
        tokens.release_for(borrower(1));
        CHECK(tokens.free() == 3);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"task #1 has a token of this limiter already; release it first",
                        "borrower 17 has a token of this limiter already; release it first"});
}

TEST_CASE("a borrower that waits is not taken twice, but may come again when it has given up") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        capacity_limiter tokens(1);
        co_await tokens.acquire();
        task waits = spawn(acquire_for(tokens, borrower(5), into));
        co_await yield();
        into.push_back(co_await end_of(tokens.acquire_for(borrower(5))));
        waits.cancel();
        co_await waits.wait();
        into.push_back(co_await end_of(with_timeout(1ms, acquire_for(tokens, borrower(5), into))));
        tokens.release();
        co_await acquire_for(tokens, borrower(5), into);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"borrower 5 waits for a token of this limiter already",
                        "the block did not end within its time limit", "borrower 5"});
}

TEST_CASE("1F-83: a total that rises lends at once; one that falls lends again when few enough") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        capacity_limiter tokens(0);
        std::vector<task<>> all;
        for (std::uint64_t i = 1; i <= 5; ++i)
            all.push_back(spawn(acquire_for(tokens, borrower(i), into)));
        co_await yield();
        CHECK(tokens.waiting() == 5);
        tokens.set_total(3);
        CHECK(tokens.lent() == 3);
        co_await yield();
        tokens.set_total(1);
        CHECK(tokens.free() == 0);
        into.push_back("down");
        tokens.release_for(borrower(1));
        tokens.release_for(borrower(2));
        co_await yield();
        CHECK(tokens.waiting() == 2);
        tokens.release_for(borrower(3));
        co_await yield();
        CHECK(tokens.has(borrower(4)));
        CHECK(tokens.total() == 1);
        tokens.set_total(capacity_limiter::unlimited);
        for (const task<>& each : all) co_await each.join();
        CHECK(tokens.lent() == 2);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told ==
          words{"borrower 1", "borrower 2", "borrower 3", "down", "borrower 4", "borrower 5"});
}

TEST_CASE("R6: a token that comes back belongs to the oldest waiter; nobody steals in between") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        capacity_limiter tokens(1);
        co_await tokens.acquire();
        task waits = spawn(work(tokens, 1ms, into, "waiter"));
        co_await yield();
        tokens.release();
        into.push_back(tokens.try_acquire_for(borrower(9)) ? "stolen" : "not stolen");
        co_await work(tokens, 0ms, into, "releaser");
        co_await waits.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"not stolen", "waiter at 0", "releaser at 1"});
}

TEST_CASE("2F-19: a waiter of a limiter that is cancelled or late is gone; the next is served") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        capacity_limiter tokens(1);
        co_await tokens.acquire();
        task unwanted = spawn(work(tokens, 0ms, into, "unwanted"), "unwanted");
        task late = spawn(with_timeout(1ms, work(tokens, 0ms, into, "late")));
        task next = spawn(work(tokens, 0ms, into, "next"));
        co_await yield();
        unwanted.cancel();
        into.push_back(co_await end_of(unwanted.join()));
        into.push_back(co_await end_of(late.join()));
        CHECK(tokens.waiting() == 1);
        tokens.release();
        co_await next.join();
        CHECK(tokens.lent() == 0);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"unwanted was cancelled", "the block did not end within its time limit",
                        "next at 1"});
}

TEST_CASE("1F-83: a borrower whose task was cancelled waits no more, before that task has run") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        capacity_limiter tokens(1);
        co_await tokens.acquire_for(borrower(1));
        task unwanted = spawn(acquire_for(tokens, borrower(7), into));
        co_await yield();
        unwanted.cancel();
        CHECK(tokens.waiting() == 0);
        auto look = [&]() -> coroutine<> {
            // The one that was cancelled has run, and has not taken its successor's name away.
            into.push_back(co_await end_of(tokens.acquire_for(borrower(7))));
            CHECK(unwanted.was_cancelled());
            tokens.release_for(borrower(1));
        };
        spawn(look());
        co_await acquire_for(tokens, borrower(7), into);
        tokens.release_for(borrower(7));
        CHECK(tokens.lent() == 0);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"borrower 7 waits for a token of this limiter already", "borrower 7"});
}

TEST_CASE("2F-20: a task that was lent a token and is then cancelled has it, and gives it back") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        capacity_limiter tokens(1);
        co_await tokens.acquire();
        task handed = spawn(work(tokens, 1h, into, "handed"), "handed");
        co_await yield();
        tokens.release();
        handed.cancel();
        into.push_back(co_await end_of(handed.join()));
        CHECK(tokens.free() == 1);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"handed at 0", "handed was cancelled"});
}

TEST_CASE("R8: a limiter may go while somebody waits; that one is told") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        auto tokens = std::make_unique<capacity_limiter>(0);
        task waits = spawn(end_of(tokens->acquire()));
        task unwanted = spawn(tokens->acquire());
        co_await yield();
        unwanted.cancel();
        tokens.reset();
        into.push_back(co_await waits.join());
        co_await unwanted.wait();
    };
    async_scheduler{simulated{}}.start(program(told));
    REQUIRE(told.size() == 1);
    CHECK_THAT(told[0], ContainsSubstring("let objects live longer"));
}

TEST_CASE("R5: borrowing a free token checks for cancellation and then leaves it free") {
    auto program = []() -> coroutine<> {
        capacity_limiter tokens(1);
        const bool came = co_await skip_after(0ms, tokens.acquire());
        CHECK(!came);
        CHECK(tokens.free() == 1);
        auto inside = co_await tokens.hold_for(borrower(3));
        CHECK(tokens.has(borrower(3)));
        inside.release();
        CHECK(tokens.free() == 1);
    };
    async_scheduler{simulated{}}.start(program());
}
