// Scopes as programs hold them: shields, deadlines that move, cancels before entry, late ends.
//
// Not here: with_timeout and skip_after alone (tests/kernel/scopes_test.cpp), pools
// (pools_test.cpp).
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"
#include "tests/run_simulated.hpp"

#include <optional>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

coroutine<> nap(duration length) {
    co_await giambio::sleep(length);
}

coroutine<> nap_and_note(duration length, std::string what, words& told) {
    co_await giambio::sleep(length);
    told.push_back(what);
}

// Runs and returns the outcomes of all scopes that were left.
template <class Program>
words outcomes_of(Program program) {
    recorder heard;
    async_scheduler scheduler{simulated{}};
    scheduler.set_warnings(false);
    scheduler.observe(heard);
    scheduler.start(program());
    words outcomes;
    for (const auto& each : heard.of(happening::scope_leave)) outcomes.emplace_back(each.word);
    return outcomes;
}

}  // namespace

TEST_CASE("scenario 48: a cancel that comes inside a shield is delivered only after it") {
    words told;
    auto careful = [&]() -> coroutine<> {
        auto inner = [&]() -> coroutine<> {
            co_await shielded(nap_and_note(1s, "inner shield", told));
            co_await nap_and_note(1s, "outer shield", told);
        };
        co_await shielded(inner());
        told.push_back("after the shields");
        co_await giambio::sleep(1s);
        told.push_back("not cancelled");
    };
    run_simulated([&]() -> coroutine<> {
        const task<> saving = spawn(careful());
        co_await giambio::sleep(500ms);
        co_await saving.cancel_and_wait();
        CHECK(now() == moment(2s));
        CHECK(saving.was_cancelled());
    });
    CHECK(told == words{"inner shield", "outer shield", "after the shields"});
}

TEST_CASE("a shield can be lowered while a task waits inside, and then the cancel comes at once") {
    run_simulated([]() -> coroutine<> {
        scope armour({.shield = true});
        auto inside = [&]() -> coroutine<> { co_await armour.run(nap(1h)); };
        const task<> working = spawn(inside());
        co_await giambio::sleep(1s);
        working.cancel("stop");
        co_await giambio::sleep(1s);
        CHECK(!working.ended());
        armour.shield(false);
        co_await working.wait();
        CHECK(working.was_cancelled());
        CHECK(now() == moment(2s));
    });
}

TEST_CASE("a shield obeys its own deadline") {
    run_simulated([]() -> coroutine<> {
        scope armour({.after = 3s, .shield = true});
        const bool ended = co_await armour.run(nap(1h));
        CHECK(!ended);
        CHECK(armour.timed_out());
        CHECK(now() == moment(3s));
    });
}

TEST_CASE("scenario 52: a scope cancelled before it is entered stops its body at the first trap") {
    run_simulated([]() -> coroutine<> {
        scope early;
        early.cancel("never mind");
        bool began = false;
        auto body = [&]() -> coroutine<> {
            began = true;
            co_await giambio::sleep(1s);
        };
        const bool ended = co_await early.run(body());
        CHECK(began);
        CHECK(!ended);
        CHECK(early.caught());
        CHECK(!early.timed_out());
        CHECK(now() == moment(0s));
        bool refused = false;
        try {
            co_await early.run(nap(1s));
        } catch (const misuse&) {
            refused = true;
        }
        CHECK(refused);
    });
}

TEST_CASE("scenario 54: what refuses to be cancelled gets its value, and the next trap throws") {
    words told;
    auto waiter = [&](event<int>& happens) -> coroutine<> {
        const int value = co_await shielded(happens.wait());
        told.push_back("value " + std::to_string(value));
        try {
            co_await checkpoint();
        } catch (const cancelled& why) {
            told.push_back(why.reason());
            throw;
        }
    };
    run_simulated([&]() -> coroutine<> {
        event<int> happens;
        const task<> waiting = spawn(waiter(happens));
        co_await yield();
        waiting.cancel("stop");
        co_await yield();
        CHECK(told.empty());
        happens.trigger(7);
        co_await waiting.wait();
    });
    CHECK(told == words{"value 7", "stop"});
}

TEST_CASE("scenario 59: no limit inside a limit: the outer one still fires") {
    run_simulated([]() -> coroutine<> {
        auto unlimited = []() -> coroutine<> {
            scope no_limit;
            co_await no_limit.run(nap(1h));
        };
        const bool ended = co_await skip_after(1s, unlimited());
        CHECK(!ended);
        CHECK(now() == moment(1s));
    });
}

TEST_CASE("scenario 61: a block that overran without waiting is no error and leaves a late mark") {
    const words outcomes = outcomes_of([]() -> coroutine<> {
        auto hog = []() -> coroutine<> {
            busy(200ms);
            co_return;
        };
        const bool ended = co_await skip_after(100ms, hog());
        CHECK(ended);
    });
    CHECK(outcomes == words{"late"});
}

TEST_CASE("scenario 63: a deadline can be moved, earlier and later, while a task is inside") {
    run_simulated([]() -> coroutine<> {
        scope limited({.after = 10s});
        auto body = [&]() -> coroutine<> {
            limited.move_deadline(moment(20s));
            co_await giambio::sleep(15s);  // past the first deadline
            limited.move_deadline(moment(16s));
            co_await giambio::sleep(1h);
        };
        const bool ended = co_await limited.run(body());
        CHECK(!ended);
        CHECK(limited.timed_out());
        CHECK(now() == moment(16s));

        scope endless({.after = 1s});
        auto freed = [&]() -> coroutine<> {
            endless.move_deadline(std::nullopt);
            co_await giambio::sleep(5s);
        };
        const bool freely = co_await endless.run(freed());
        CHECK(freely);
        CHECK(now() == moment(21s));
    });
}

TEST_CASE("scenario 64: a negative limit is an error, a deadline in the past is immediate") {
    run_simulated([]() -> coroutine<> {
        bool refused = false;
        try {
            co_await skip_after(-1s, nap(1s));
        } catch (const misuse&) {
            refused = true;
        }
        CHECK(refused);
        co_await giambio::sleep(5s);
        const bool ended = co_await skip_at(moment(3s), nap(1s));
        CHECK(!ended);
        const bool by_then = co_await skip_at(moment(9s), nap(1s));
        CHECK(by_then);
        CHECK(now() == moment(6s));
        bool slow = false;
        try {
            co_await with_timeout_at(moment(7s), nap(2s));
        } catch (const too_slow&) {
            slow = true;
        }
        CHECK(slow);
        CHECK(now() == moment(7s));
    });
}

TEST_CASE("scenario 65: the effective deadline is the earliest that a task can see") {
    run_simulated([]() -> coroutine<> {
        CHECK(effective_deadline() == moment::max());
        auto inner = []() -> coroutine<> {
            CHECK(effective_deadline() == moment(3s));  // the outer one is earlier
            scope armour({.after = 30s, .shield = true});
            auto shielded_part = []() -> coroutine<> {
                CHECK(effective_deadline() == moment(30s));
                co_return;
            };
            co_await armour.run(shielded_part());
        };
        auto outer = [&]() -> coroutine<> {
            co_await skip_after(9s, inner());
            scope over;
            auto told = [&]() -> coroutine<> {
                over.cancel();
                CHECK(effective_deadline() == moment::min());
                co_return;
            };
            co_await over.run(told());
        };
        co_await skip_after(3s, outer());
    });
}

TEST_CASE(
    "scenario 67: a raising limit around a pool lets through who is done, and throws on time") {
    words told;
    run_simulated([&]() -> coroutine<> {
        auto work = [&]() -> coroutine<> {
            co_await with_pool([&](pool& p) -> coroutine<> {
                p.spawn(nap_and_note(7s, "seven", told));
                p.spawn(nap_and_note(15s, "fifteen", told));
                co_return;
            });
        };
        try {
            co_await with_timeout(12s, work());
        } catch (const too_slow&) {
            told.push_back("too slow at " + std::to_string(now() / 1s));
        }
    });
    CHECK(told == words{"seven", "too slow at 12"});
}

TEST_CASE("scenario 68: a pool with a limit of its own ends silently, and says so") {
    words told;
    run_simulated([&]() -> coroutine<> {
        auto body = [&](pool& p) -> coroutine<> {
            p.spawn(nap_and_note(7s, "seven", told));
            p.spawn(nap_and_note(15s, "fifteen", told));
            co_return;
        };
        const bool ended = co_await with_pool({.after = 10s}, body);
        CHECK(!ended);
        CHECK(now() == moment(10s));
    });
    CHECK(told == words{"seven"});
}

namespace {

// Under a shield for what cannot come, until the run takes the shield away.
coroutine<> wait_in_vain(words& told) {
    event<> never;
    try {
        co_await shielded(never.wait());
    } catch (const cancelled&) {
        told.push_back("child");
        throw;
    }
}

coroutine<> own_a_child(words& told) {
    try {
        co_await with_pool([&](pool& p) -> coroutine<> {
            p.spawn(wait_in_vain(told));
            co_return;
        });
    } catch (const cancelled&) {
        told.push_back("owner");
        throw;
    }
}

coroutine<> start_a_child(words& told) {
    try {
        co_await with_pool([&](pool& p) -> coroutine<> {
            auto child = [&](started<int>&) -> coroutine<> { co_await wait_in_vain(told); };
            co_await p.start<int>(child);
        });
    } catch (const cancelled&) {
        told.push_back("owner");
        throw;
    }
}

coroutine<> wait_for_the_owner(const task<>& owner) {
    co_await shielded(owner.wait());
}

}  // namespace

TEST_CASE("R9: in a deadlock, too, a pool's block outlasts its children") {
    words told;
    async_scheduler scheduler{simulated{}};
    SECTION("a child waits under a shield") {
        CHECK_THROWS_AS(scheduler.start(own_a_child(told)), deadlock);
        CHECK(told == words{"child", "owner"});
    }
    SECTION("so does the owner of the pool") {
        CHECK_THROWS_AS(scheduler.start(shielded(own_a_child(told))), deadlock);
        CHECK(told == words{"child"});
    }
    SECTION("a child is being started") {
        CHECK_THROWS_AS(scheduler.start(start_a_child(told)), deadlock);
        CHECK(told == words{"child", "owner"});
    }
    SECTION("a child waits for the end of the owner") {
        auto program = [&]() -> coroutine<> {
            task<> owner;
            auto own = [&]() -> coroutine<> {
                co_await with_pool([&](pool& p) -> coroutine<> {
                    p.spawn(wait_for_the_owner(owner));
                    co_return;
                });
                told.push_back("never");
            };
            owner = spawn(own());
            co_await owner.wait();
        };
        CHECK_THROWS_AS(scheduler.start(program()), deadlock);
        CHECK(told.empty());
    }
}

TEST_CASE("a cancel that is caught and forgotten is told as absorbed") {
    recorder heard;
    async_scheduler scheduler{simulated{}};
    scheduler.set_warnings(false);
    scheduler.observe(heard);
    auto deaf = []() -> coroutine<> {
        try {
            co_await giambio::sleep(1h);
        } catch (const cancelled&) {
        }
    };
    auto program = [&]() -> coroutine<> {
        const task<> stubborn = spawn(deaf());
        co_await yield();
        co_await stubborn.cancel_and_wait("please");
        CHECK(!stubborn.was_cancelled());
        co_await skip_after(1s, deaf());
    };
    scheduler.start(program());
    REQUIRE(heard.of(happening::cancel_absorbed).size() == 2);
    CHECK(heard.of(happening::cancel_absorbed)[0].id == 0);  // the whole task
    CHECK(heard.of(happening::cancel_absorbed)[1].id != 0);  // a scope
}

TEST_CASE("100,000 deadlines set and given up leave nothing behind") {
    run_simulated([]() -> coroutine<> {
        for (int i = 0; i < 100'000; ++i) co_await skip_after(1h, nap(0s));
        CHECK(now() == moment(0s));
    });
}
