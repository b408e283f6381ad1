// Parking lots: the bare line, for objects of one's own.
#include "tests/sync/told.hpp"

#include <memory>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

coroutine<> stay(parking_lot& in, words& told, std::string name) {
    co_await in.park();
    told.push_back(name);
}

}  // namespace

TEST_CASE("1F-86: unpark lets the oldest go, as many as asked for, and says how many there were") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        parking_lot lot;
        CHECK(lot.empty());
        CHECK(lot.unpark() == 0);
        CHECK(lot.unpark_all() == 0);
        std::vector<task<>> cars;
        for (const char* name : {"a", "b", "c", "d", "e"})
            cars.push_back(spawn(stay(lot, into, name)));
        co_await yield();
        CHECK(lot.size() == 5);
        CHECK(lot.unpark() == 1);
        CHECK(lot.unpark(2) == 2);
        into.push_back("nobody has run yet");
        co_await yield();
        CHECK(lot.unpark_all() == 2);
        CHECK(lot.unpark(3) == 0);
        for (const task<>& each : cars) co_await each.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"nobody has run yet", "a", "b", "c", "d", "e"});
}

TEST_CASE("1F-86: those who are moved to another lot keep their order, behind who waits there") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        parking_lot from, to("garage");
        std::vector<task<>> cars;
        for (const char* name : {"a", "b", "c"}) cars.push_back(spawn(stay(from, into, name)));
        cars.push_back(spawn(stay(to, into, "first")));
        co_await yield();
        CHECK(from.move_to(to, 2) == 2);
        CHECK(from.size() == 1);
        CHECK(to.size() == 3);
        CHECK(from.move_to(to) == 1);
        CHECK(from.move_to(to) == 0);
        CHECK_THROWS_AS(to.move_to(to), misuse);
        co_await yield();
        into.push_back("all still wait");
        to.unpark_all();
        for (const task<>& each : cars) co_await each.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"all still wait", "first", "a", "b", "c"});
}

TEST_CASE("2F-19: who is cancelled or late has left the lot, also the one that it was moved to") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        parking_lot from, to;
        task unwanted = spawn(stay(from, into, "unwanted"), "unwanted");
        task late = spawn(with_timeout(1ms, stay(from, into, "late")));
        task patient = spawn(stay(from, into, "patient"));
        co_await yield();
        from.move_to(to);
        unwanted.cancel();
        into.push_back(co_await end_of(unwanted.join()));
        into.push_back(co_await end_of(late.join()));
        CHECK(to.size() == 1);
        to.unpark();
        co_await patient.join();
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"unwanted was cancelled", "the block did not end within its time limit",
                        "patient"});
}

TEST_CASE("R4: who was let go has gone, whatever comes before it runs") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        auto lot = std::make_unique<parking_lot>();
        task a = spawn(stay(*lot, into, "a"));
        co_await yield();
        lot->unpark();
        a.cancel();
        lot.reset();
        into.push_back(co_await end_of(a.join()));
    };
    async_scheduler{simulated{}}.start(program(told));
    CHECK(told == words{"a", "ended"});
}

TEST_CASE("a deadlock report calls a lot by the name that it was given") {
    words told;
    auto program = [&](words& into) -> coroutine<> {
        parking_lot from, to("garage");
        task a = spawn(stay(from, into, "never"));
        co_await yield();
        from.move_to(to);
        co_await a.join();
    };
    CHECK_THROWS_WITH(async_scheduler{simulated{}}.start(program(told)),
                      Catch::Matchers::ContainsSubstring("#2 stay waits for garage 2"));
}
