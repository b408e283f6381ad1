// Events: once, for everybody, in order.
//
// Not here: scenarios 71 and 72 as they were first written (tests/kernel/objects_test.cpp).
#include "tests/sync/told.hpp"

#include <memory>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

coroutine<> wait(event<std::string>& happens, words& told, std::string name) {
    told.push_back(name + " has " + co_await happens.wait() + at_ms());
}

}  // namespace

TEST_CASE("scenario 71: the value comes at 3, the child is done at 8, a second trigger fails") {
    words told;
    auto child = [](event<bool>& happens, words& into) -> coroutine<> {
        const bool value = co_await happens.wait();
        into.push_back((value ? "true" : "false") + at_ms());
        const moment began = now();
        co_await giambio::sleep(5s);
        into.push_back("slept " + std::to_string((now() - began) / 1s));
    };
    auto program = [&](words& into) -> coroutine<> {
        event<bool> happens;
        task waits = spawn(child(happens, into));
        co_await giambio::sleep(3s);
        CHECK(happens.waiting() == 1);
        happens.trigger(true);
        CHECK_THROWS_AS(happens.trigger(true), misuse);
        co_await waits.join();
        into.push_back("end" + at_ms());
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"true at 3000", "slept 5", "end at 8000"});
}

TEST_CASE("scenario 72: late waiters do not wait; who was cancelled or late itself is gone") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        event<std::string> happens;
        task unwanted = spawn(wait(happens, into, "unwanted"), "unwanted");
        task late = spawn(with_timeout(1ms, wait(happens, into, "late")));
        co_await yield();
        unwanted.cancel();
        into.push_back(co_await end_of(unwanted.join()));
        into.push_back(co_await end_of(late.join()));
        CHECK(happens.waiting() == 0);
        happens.trigger("soup");
        co_await wait(happens, into, "after");
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"unwanted was cancelled", "the block did not end within its time limit",
                        "after has soup at 1"});
}

TEST_CASE("2F-41: the second trigger is an error, try_trigger answers false; the value stays") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        event<std::string> happens;
        CHECK(!happens.is_set());
        CHECK(happens.try_trigger("first"));
        CHECK(happens.is_set());
        CHECK(!happens.try_trigger("second"));
        CHECK_THROWS_WITH(happens.trigger("third"),
                          Catch::Matchers::ContainsSubstring("make a new one"));
        co_await wait(happens, into, "late");
        event<> plain;
        plain.trigger();
        co_await plain.wait();
        CHECK(!plain.try_trigger());
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"late has first at 0"});
}

TEST_CASE("2F-42: nothing takes an event back before its waiters have run") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        auto happens = std::make_unique<event<std::string>>();
        task a = spawn(wait(*happens, into, "a"), "a");
        co_await yield();
        happens->trigger("soup");
        a.cancel();       // too late (rule R4)
        happens.reset();  // it has given what it had
        into.push_back(co_await end_of(a.join()));
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"a has soup at 0", "ended"});
}

TEST_CASE("2F-44: an event wakes everybody in the order in which they came") {
    words told, expected;
    auto program = [&](words& into) -> coroutine<> {
        event<std::string> happens;
        std::vector<task<>> waiters;
        for (int i = 0; i < 20; ++i)
            waiters.push_back(spawn(wait(happens, into, std::to_string(i))));
        co_await yield();
        happens.trigger("it");
        for (const task<>& each : waiters) co_await each.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    for (int i = 0; i < 20; ++i) expected.push_back(std::to_string(i) + " has it at 0");
    CHECK(told == expected);
}

TEST_CASE(
    "R5: a wait that was begun before the event and is awaited after it is answered at once") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        event<std::string> happens;
        auto early = happens.wait();
        happens.trigger("soup");
        into.push_back(co_await early + at_ms());
        into.push_back(co_await assert_traps(happens.wait()));
        into.push_back(co_await with_timeout(1s, happens.wait()));
        const task<std::string> alone = spawn(happens.wait(), "alone");
        into.push_back(co_await alone.join());
        coroutine<std::string> as_coroutine_too = happens.wait();
        into.push_back(co_await std::move(as_coroutine_too));
        into.push_back("end" + at_ms());
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"soup at 0", "soup", "soup", "soup", "soup", "end at 0"});
}
