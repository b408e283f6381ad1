// One-shots: one result for all who wait, now or later; and events, their simpler sister.
#include "tests/sync/told.hpp"

#include <memory>
#include <stdexcept>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

template <class T>
coroutine<> tell(one_shot<T>& result, words& told, std::string name) {
    try {
        told.push_back(name + " has " + co_await result.wait());
    } catch (const std::out_of_range& error) {
        told.push_back(name + " is told " + error.what());
    }
}

}  // namespace

TEST_CASE("a one-shot gives each waiter a copy of the value, late ones too, in order") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        one_shot<std::string> result;
        task a = spawn(tell(result, into, "a"));
        task b = spawn(tell(result, into, "b"));
        co_await yield();
        CHECK(result.waiting() == 2);
        CHECK(!result.is_set());
        result.set_value("soup");
        CHECK(result.waiting() == 0);
        co_await b.join();
        co_await tell(result, into, "c");
        CHECK(result.is_set());
        CHECK(!result.failed());
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"a has soup", "b has soup", "c has soup"});
}

TEST_CASE("a one-shot's error is thrown at each waiter with its type, at late ones too") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        one_shot<std::string> result;
        task a = spawn(tell(result, into, "a"));
        co_await yield();
        result.set_error(std::out_of_range("burnt"));
        co_await a.join();
        co_await tell(result, into, "b");
        CHECK(result.failed());
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"a is told burnt", "b is told burnt"});
}

TEST_CASE("setting a one-shot twice is misuse; try_set answers false; the first result stays") {
    auto program = []() -> coroutine<> {
        one_shot<int> result;
        CHECK(result.try_set_value(1));
        CHECK(!result.try_set_value(2));
        CHECK(!result.try_set_error(std::make_exception_ptr(std::out_of_range("no"))));
        CHECK_THROWS_AS(result.set_value(3), misuse);
        CHECK_THROWS_AS(result.set_error(std::out_of_range("no")), misuse);
        const int got = co_await result.wait();
        CHECK(got == 1);
        one_shot<> failed;
        CHECK_THROWS_AS(failed.set_error(std::exception_ptr()), misuse);
        CHECK(!failed.is_set());
        failed.set_error(std::out_of_range("burnt"));
        CHECK_THROWS_AS(failed.set_value(), misuse);
        CHECK(failed.failed());
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("2F-19: a waiter of a one-shot that is cancelled or late is gone; the others get it") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        one_shot<std::string> result;
        task unwanted = spawn(tell(result, into, "unwanted"), "unwanted");
        task late = spawn(with_timeout(1ms, tell(result, into, "late")));
        task patient = spawn(tell(result, into, "patient"));
        co_await yield();
        unwanted.cancel();
        into.push_back(co_await end_of(unwanted.join()));
        into.push_back(co_await end_of(late.join()));
        CHECK(result.waiting() == 1);
        result.set_value("soup");
        co_await patient.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"unwanted was cancelled", "the block did not end within its time limit",
                        "patient has soup"});
}

TEST_CASE("R4: a waiter has the result that woke it, whatever comes before it runs") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        auto result = std::make_unique<one_shot<std::string>>();
        task a = spawn(tell(*result, into, "a"), "a");
        co_await yield();
        result->set_value("soup");
        a.cancel();
        result.reset();
        into.push_back(co_await end_of(a.join()));
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"a has soup", "ended"});
}

TEST_CASE("R5: asking for a result that is there checks for cancellation") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        one_shot<std::string> result;
        result.set_value("soup");
        const bool told_it = co_await skip_after(0ms, tell(result, into, "never"));
        CHECK(!told_it);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told.empty());
}
