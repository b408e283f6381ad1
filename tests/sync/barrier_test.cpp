// Barriers: all or nobody, one leads, again and again; and what becomes of those who give up.
#include "tests/sync/told.hpp"

#include <memory>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

coroutine<> pass(barrier& at, words& told, std::string name) {
    const bool leads = co_await at.wait();
    told.push_back(name + (leads ? " leads" : "") + at_ms());
}

coroutine<> come_late(barrier& at, duration when, words& told, std::string name) {
    co_await giambio::sleep(when);
    co_await pass(at, told, name);
}

}  // namespace

TEST_CASE("a barrier opens when the last has come; that one leads") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        barrier gate(3);
        spawn(come_late(gate, 2ms, into, "b"));
        spawn(come_late(gate, 1ms, into, "a"));
        task c = spawn(come_late(gate, 5ms, into, "c"));
        co_await giambio::sleep(3ms);
        CHECK(gate.waiting() == 2);
        CHECK(gate.parties() == 3);
        co_await c.join();
        CHECK(gate.waiting() == 0);
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"c leads at 5", "a at 5", "b at 5"});
}

TEST_CASE("2F-44: a barrier lets its waiters through in the order in which they came") {
    words told, expected{"9 leads at 0"};
    auto program = [&](words& into) -> coroutine<> {
        barrier gate(10);
        std::vector<task<>> parties;
        for (int i = 0; i < 10; ++i) parties.push_back(spawn(pass(gate, into, std::to_string(i))));
        for (const task<>& each : parties) co_await each.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    for (int i = 0; i < 9; ++i) expected.push_back(std::to_string(i) + " at 0");
    CHECK(told == expected);
}

TEST_CASE("a barrier is used again for each round, and each round has one leader") {
    int leaders = 0, passed = 0;
    auto party = [](barrier& gate, duration pace, int& led, int& came) -> coroutine<> {
        for (int round = 1; round <= 5; ++round) {
            co_await giambio::sleep(pace);
            const bool leads = co_await gate.wait();
            led += leads;
            ++came;
            CHECK(came > (round - 1) * 3);  // nobody is a round ahead of another
            CHECK(came <= round * 3);
        }
    };
    auto program = [&]() -> coroutine<> {
        barrier gate(3);
        spawn(party(gate, 1ms, leaders, passed));
        spawn(party(gate, 2ms, leaders, passed));
        co_await party(gate, 3ms, leaders, passed);
    };
    async_scheduler{simulated{}}.start(program());
    CHECK(leaders == 5);
    CHECK(passed == 15);
}

TEST_CASE("a party that is cancelled or late leaves the line; the barrier waits for another") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        barrier gate(2);
        task gives_up = spawn(pass(gate, into, "never"), "never");
        co_await yield();
        gives_up.cancel();
        into.push_back(co_await end_of(gives_up.join()));
        into.push_back(co_await end_of(with_timeout(1ms, pass(gate, into, "late"))));
        CHECK(gate.waiting() == 0);
        task b = spawn(pass(gate, into, "b"));
        co_await yield();
        CHECK(gate.waiting() == 1);
        co_await pass(gate, into, "c");
        co_await b.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"never was cancelled", "the block did not end within its time limit",
                        "c leads at 1", "b at 1"});
}

TEST_CASE("R4: who was let through has passed, whatever comes before it runs") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        auto gate = std::make_unique<barrier>(2);
        task a = spawn(pass(*gate, into, "a"), "a");
        co_await yield();
        co_await pass(*gate, into, "b");
        a.cancel();
        gate->abort("too late");
        gate.reset();  // a does not need it any more
        into.push_back(co_await end_of(a.join()));
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"b leads at 0", "a at 0", "ended"});
}

TEST_CASE("abort of a barrier reaches who waits and who comes later, with its reason") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        barrier gate(3);
        task a = spawn(end_of(pass(gate, into, "a")));
        task b = spawn(end_of(pass(gate, into, "b")));
        co_await yield();
        gate.abort("the third one is ill");
        gate.abort("another reason");
        CHECK(gate.aborted());
        into.push_back(co_await a.join());
        into.push_back(co_await b.join());
        into.push_back(co_await end_of(gate.wait()));
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words(3, "the third one is ill"));
}

TEST_CASE("R5: the last to come at a barrier checks for cancellation and does not open it then") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        barrier gate(2);
        task waits = spawn(pass(gate, into, "waits"));
        co_await yield();
        const bool came = co_await skip_after(0ms, pass(gate, into, "never"));
        CHECK(!came);
        CHECK(gate.waiting() == 1);
        co_await pass(gate, into, "other");
        co_await waits.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"other leads at 0", "waits at 0"});
}

TEST_CASE("a barrier for one lets everybody through; one for nobody is refused") {
    CHECK_THROWS_AS(barrier(0), misuse);
    words told;
    auto program = [&](words& into) -> coroutine<> {
        barrier gate(1);
        co_await pass(gate, into, "a");
        co_await pass(gate, into, "a");
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"a leads at 0", "a leads at 0"});
}
