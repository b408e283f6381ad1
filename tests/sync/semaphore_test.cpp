// Semaphores: how many are inside, who comes next, and what is left when somebody gives up.
#include "tests/sync/told.hpp"

using namespace giambio;
using namespace std::chrono_literals;

namespace {

coroutine<> work(semaphore& permits, duration length, words& told, std::string name) {
    const auto inside = co_await permits.hold();
    told.push_back(name + at_ms());
    co_await giambio::sleep(length);
}

coroutine<> acquire(semaphore& permits, words& told, std::string name) {
    co_await permits.acquire();
    told.push_back(name);
}

}  // namespace

TEST_CASE("scenario 79: the third worker at a semaphore of two enters when the first leaves") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        semaphore permits(2);
        task a = spawn(work(permits, 250ms, into, "a"));
        task b = spawn(work(permits, 300ms, into, "b"));
        task c = spawn(work(permits, 350ms, into, "c"));
        co_await c.join();
        into.push_back("end" + at_ms());
        CHECK(permits.free() == 2);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"a at 0", "b at 0", "c at 250", "end at 600"});
}

TEST_CASE("2F-45: a release above the bound is misuse; without a bound it adds a permit") {
    auto program = []() -> coroutine<> {
        semaphore bounded(1, 1);
        CHECK_THROWS_WITH(bounded.release(), Catch::Matchers::ContainsSubstring("once for each"));
        CHECK(bounded.free() == 1);
        CHECK(bounded.try_acquire());
        bounded.release();
        CHECK(bounded.most() == 1);
        semaphore open(0);
        CHECK(!open.try_acquire());
        open.release();
        open.release();
        CHECK(open.free() == 2);
        co_return;
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("a semaphore that could never have a permit, or begins above its bound, is refused") {
    CHECK_THROWS_AS(semaphore(0, 0), misuse);
    CHECK_THROWS_AS(semaphore(3, 2), misuse);
}

TEST_CASE("R6: a released permit belongs to the oldest waiter; nobody steals in between") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        semaphore permits(1);
        co_await permits.acquire();
        spawn(acquire(permits, into, "first"));
        task second = spawn(acquire(permits, into, "second"));
        co_await yield();
        CHECK(permits.waiting() == 2);
        permits.release();
        into.push_back(permits.try_acquire() ? "stolen" : "not stolen");
        task late = spawn(acquire(permits, into, "late"));
        co_await yield();
        co_await yield();
        permits.release();
        permits.release();
        co_await late.join();
        CHECK(permits.free() == 0);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"not stolen", "first", "second", "late"});
}

TEST_CASE("2F-39: who releases a permit and wants it back at once stands behind the waiters") {
    words told;
    auto again = [](semaphore& permits, words& into) -> coroutine<> {
        co_await permits.acquire();
        into.push_back("again");
        permits.release();
    };
    auto program = [&](words& into) -> coroutine<> {
        semaphore permits(1, 1);
        co_await permits.acquire();
        task waits = spawn(work(permits, 1ms, into, "waiter"));
        co_await yield();
        permits.release();
        co_await again(permits, into);
        co_await waits.join();
        CHECK(permits.free() == 1);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"waiter at 0", "again"});
}

TEST_CASE("2F-19: a waiter of a semaphore that is cancelled or late is gone; the next is served") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        semaphore permits(1);
        co_await permits.acquire();
        task unwanted = spawn(acquire(permits, into, "unwanted"), "unwanted");
        task late = spawn(with_timeout(5ms, acquire(permits, into, "late")));
        task held_late = spawn(skip_after(5ms, permits.hold()));
        task next = spawn(acquire(permits, into, "next"));
        co_await giambio::sleep(1ms);
        unwanted.cancel();
        into.push_back(co_await end_of(unwanted.join()));
        into.push_back(co_await end_of(late.join()));
        const auto held = co_await held_late.join();
        CHECK(!held);
        CHECK(permits.waiting() == 1);
        permits.release();
        co_await next.join();
        CHECK(permits.free() == 0);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told ==
          words{"unwanted was cancelled", "the block did not end within its time limit", "next"});
}

TEST_CASE(
    "2F-20: a task that was handed a permit and is then cancelled has it, and gives it back") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        semaphore permits(1, 1);
        co_await permits.acquire();
        task handed = spawn(work(permits, 1h, into, "handed"), "handed");
        co_await yield();
        permits.release();
        handed.cancel();
        into.push_back(co_await end_of(handed.join()));
        CHECK(permits.free() == 1);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"handed at 0", "handed was cancelled"});
}

TEST_CASE("R5: acquiring a free permit checks for cancellation and then leaves it there") {
    auto program = []() -> coroutine<> {
        semaphore permits(1);
        auto attempt = [](semaphore& from) -> coroutine<> { co_await from.acquire(); };
        const bool came = co_await skip_after(0ms, attempt(permits));
        CHECK(!came);
        CHECK(permits.free() == 1);
    };
    async_scheduler{simulated{}}.start(program());
}
