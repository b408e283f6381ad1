// Time limits and cancels that meet: nested, late, repeated, and given up in time.
//
// Not here: shields and pools; cancels of a single task (answers_test.cpp).
#include "tests/catch.hpp"
#include "tests/nap.hpp"

#include <giambio.hpp>

#include <optional>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

coroutine<int> nap_and_give(duration length, int value) {
    co_await giambio::sleep(length);
    co_return value;
}

std::string source_word(cancel_source from) {
    return from == cancel_source::deadline     ? "deadline"
           : from == cancel_source::by_request ? "request"
                                               : "other";
}

}  // namespace

TEST_CASE("scenario 68: skip_after goes on at the limit, and tells that it was reached") {
    auto program = []() -> coroutine<> {
        const bool in_time = co_await skip_after(10s, nap(20s));
        CHECK(!in_time);
        CHECK(now() == moment(10s));
        const bool early = co_await skip_after(10s, nap(5s));
        CHECK(early);
        const std::optional<int> value = co_await skip_after(10s, nap_and_give(1s, 7));
        CHECK(value == 7);
        const std::optional<int> no_value = co_await skip_after(1s, nap_and_give(2s, 7));
        CHECK(!no_value);
        CHECK(now() == moment(17s));
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("scenario 49: in a scope whose time is over, every awaited call throws") {
    words told;
    auto deaf = [](words& into) -> coroutine<> {
        for (int round = 0; round < 2; ++round) {
            try {
                co_await giambio::sleep(1h);
            } catch (const cancelled& why) {
                into.push_back(source_word(why.source()) + ": " + why.reason());
            }
        }
        co_await giambio::sleep(1h);
    };
    auto program = [&](words& into) -> coroutine<> {
        const bool in_time = co_await skip_after(1s, deaf(into));
        into.push_back(in_time ? "in time" : "skipped");
        CHECK(now() == moment(1s));
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told ==
          words{"deadline: its time limit is over", "deadline: its time limit is over", "skipped"});
}

TEST_CASE("scenario 51: of two scopes that end together, the outer one catches") {
    words told;
    auto inner = [](words& into) -> coroutine<> {
        const bool in_time = co_await skip_after(1s, nap(5s));
        into.push_back(in_time ? "inner in time" : "inner skipped");
    };
    auto program = [&](words& into) -> coroutine<> {
        const bool in_time = co_await skip_after(1s, inner(into));
        into.push_back(in_time ? "outer in time" : "outer skipped");
        co_await giambio::sleep(1s);
        into.push_back("free again");
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"outer skipped", "free again"});
}

TEST_CASE("scenario 51: a scope that is left before it is told cancels nothing later") {
    auto leave_late = []() -> coroutine<> {
        busy(5s);  // the time is over, and nothing was awaited
        co_return;
    };
    auto program = [&]() -> coroutine<> {
        const bool in_time = co_await skip_after(1s, leave_late());
        CHECK(in_time);
        co_await giambio::sleep(1s);
        CHECK(now() == moment(6s));
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("a cancel of the whole task passes through its time limits") {
    words told;
    auto patient = [](words& into) -> coroutine<> {
        try {
            co_await with_timeout(1h, nap(2h));
        } catch (const cancelled& why) {
            into.push_back(source_word(why.source()) + " by #" +
                           std::to_string(number_of(why.requester())));
            throw;
        }
        into.push_back("never");
    };
    auto program = [&](words& into) -> coroutine<> {
        task waiting = spawn(patient(into));
        co_await giambio::sleep(1s);
        waiting.cancel("enough");
        CHECK_THROWS_AS(co_await waiting.join(), task_cancelled);
        CHECK(now() == moment(1s));
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"request by #1"});
}

TEST_CASE("an error that leaves a block in its last moment is that error, not the limit") {
    auto fail = []() -> coroutine<> {
        try {
            co_await giambio::sleep(1h);
        } catch (const cancelled&) {
            throw std::out_of_range("from the clean-up");
        }
    };
    auto program = [&]() -> coroutine<> {
        CHECK_THROWS_AS(co_await with_timeout(1s, fail()), std::out_of_range);
        co_await giambio::sleep(1s);
        CHECK(now() == moment(2s));
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("a deadline that is moved before the scope is entered takes the place of its limits") {
    auto program = []() -> coroutine<> {
        scope endless({.after = 5s});
        endless.move_deadline(std::nullopt);
        const bool ended = co_await endless.run(nap(10s));
        CHECK(ended);
        scope later({.after = 5s, .at = moment(1s)});
        later.move_deadline(moment(30s));
        const bool in_time = co_await later.run(nap(1h));
        CHECK(!in_time);
        CHECK(now() == moment(30s));
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("R10: a thousand scopes that are left in time leave no timer behind") {
    auto program = []() -> coroutine<> {
        for (int i = 0; i < 1000; ++i) co_await skip_after(1h, nap(1ms));
        CHECK(now() == moment(1s));
    };
    // A deadline left armed would keep the loop waiting, or cancel what comes later.
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("R7: a cancelled task may still be waited for while it cleans up") {
    words told;
    auto tidy = [](words& into) -> coroutine<> {
        try {
            co_await giambio::sleep(1h);
        } catch (const cancelled&) {
            into.push_back("tidying");
            throw;
        }
    };
    auto program = [&](words& into) -> coroutine<> {
        task tidying = spawn(tidy(into));
        co_await yield();
        tidying.cancel();
        into.push_back("not delayed");
        CHECK_THROWS_AS(co_await tidying.join(), task_cancelled);
        into.push_back("joined");
        CHECK(now() == moment(0));
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"not delayed", "tidying", "joined"});
}

TEST_CASE("a handle that is empty says so") {
    const task<> empty;
    CHECK_THROWS_AS(empty.id(), misuse);
    CHECK_THROWS_AS(empty.result(), misuse);
}

TEST_CASE("a trap alone can have a limit, or a shield") {
    auto program = []() -> coroutine<> {
        const bool slept = co_await skip_after(1s, giambio::sleep(2s));
        CHECK(!slept);
        CHECK(now() == moment(1s));
        event<int> never;
        std::string told;
        try {
            co_await with_timeout(1s, never.wait());
        } catch (const too_slow&) {
            told = "too slow";
        }
        CHECK(told == "too slow");
        const bool in_time = co_await skip_at(moment(10s), giambio::sleep(1s));
        CHECK(in_time);
        co_await shielded(giambio::sleep(1s));
        co_await with_timeout_at(moment(10s), giambio::yield());
        CHECK(now() == moment(4s));
    };
    async_scheduler{simulated{}}.start(program());
}
