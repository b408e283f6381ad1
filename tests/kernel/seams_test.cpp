// Where two things meet: a cancel and a first step, two cancels, two failures, an end and a birth.
//
// Not here: each of them alone (answers_test.cpp, scopes_test.cpp, ending_test.cpp, tests/pools/).
#include "tests/catch.hpp"
#include "tests/run_simulated.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

coroutine<> fail_after(duration length, std::string why) {
    co_await giambio::sleep(length);
    throw std::runtime_error(why);
}

coroutine<int> give_after(duration length, int value) {
    co_await giambio::sleep(length);
    co_return value;
}

// What stopped the body.
coroutine<> note_why(words& told, coroutine<> body) {
    try {
        co_await std::move(body);
    } catch (const cancelled& why) {
        told.push_back(why.reason());
        throw;
    }
}

// Spawns a task when it goes.
class spawns_at_its_end {
public:
    explicit spawns_at_its_end(words& told) : told_(&told) {}
    spawns_at_its_end(spawns_at_its_end&& other) noexcept
        : told_(std::exchange(other.told_, nullptr)) {}
    ~spawns_at_its_end() {
        if (told_ != nullptr) spawn(tell(*told_));
    }

private:
    static coroutine<> tell(words& told) {
        told.push_back("born at the end");
        co_await yield();
        told.push_back("went on");
    }
    words* told_;
};

coroutine<> hold(spawns_at_its_end, duration length) {
    co_await giambio::sleep(length);
}

}  // namespace

TEST_CASE(
    "R7: a task that is cancelled before its first step begins, and stops at its first trap") {
    words told;
    std::weak_ptr<int> argument;
    auto child = [&](std::shared_ptr<int>) -> coroutine<> {
        told.push_back("began");
        co_await checkpoint();
        told.push_back("never");
    };
    run_simulated([&]() -> coroutine<> {
        auto kept = std::make_shared<int>(7);
        argument = kept;
        const task<> early = spawn(child(std::move(kept)));
        early.cancel("before it has begun");
        CHECK(told.empty());
        co_await early.wait();
        CHECK(early.was_cancelled());
        CHECK(argument.expired());
    });
    CHECK(told == words{"began"});
}

TEST_CASE("R7, scenario 51: inner and outer scope are cancelled in one turn, the outer catches") {
    words told;
    run_simulated([&]() -> coroutine<> {
        scope outer, inner;
        auto inside = [&]() -> coroutine<> {
            co_await inner.run(note_why(told, as_coroutine(giambio::sleep(1h))));
            told.push_back("never");
        };
        auto around = [&]() -> coroutine<> {
            co_await outer.run(inside());
            co_await checkpoint();  // and nothing is left of either
            told.push_back("free again");
        };
        const task<> working = spawn(around());
        co_await giambio::sleep(1s);
        inner.cancel("inner");
        outer.cancel("outer");
        co_await working.join();
        CHECK(!inner.caught());
        CHECK(outer.caught());
    });
    CHECK(told == words{"inner", "free again"});
}

TEST_CASE(
    "R4: a deadline and a cancel of the same moment: the task stops, the block does not go on") {
    words told;
    run_simulated([&]() -> coroutine<> {
        auto limited = [&]() -> coroutine<> {
            co_await skip_after(1s, note_why(told, as_coroutine(giambio::sleep(1h))));
            told.push_back("never");
        };
        const task<> first = spawn(limited());
        co_await yield();
        busy(1s);
        co_await yield();  // its deadline has fired: it is ready, behind us
        first.cancel("by hand");
        co_await first.wait();
        CHECK(first.was_cancelled());
    });
    CHECK(told == words{"its time limit is over"});
}

TEST_CASE("R7: an error that leaves a cancelled scope takes nothing of the cancel along") {
    run_simulated([]() -> coroutine<> {
        scope stopped;
        auto body = [&]() -> coroutine<> {
            stopped.cancel("too much");
            throw std::out_of_range("wrong");
            co_return;
        };
        CHECK_THROWS_AS(co_await stopped.run(body()), std::out_of_range);
        CHECK(!stopped.caught());
        co_await giambio::sleep(1s);
        CHECK(now() == moment(1s));
    });
}

TEST_CASE("R9: two pools, one in the other, fail in the same moment: both errors leave together") {
    words told;
    run_simulated([&]() -> coroutine<> {
        try {
            co_await with_pool([&](pool& outer) -> coroutine<> {
                outer.spawn(fail_after(1s, "outer"), "a");
                co_await with_pool([&](pool& inner) -> coroutine<> {
                    inner.spawn(fail_after(1s, "inner"), "b");
                    inner.spawn(giambio::sleep(1h));
                    co_return;
                });
            });
        } catch (const error_group& group) {
            for (const auto& each : group.flatten()) told.push_back(text_of(each.error));
        }
        CHECK(now() == moment(1s));
    });
    CHECK(told == words{"outer", "inner"});
}

TEST_CASE(
    "scenario 65: a child sees the deadline of the pool that it is in, and of what is around") {
    run_simulated([]() -> coroutine<> {
        auto child = [](moment earliest) -> coroutine<> {
            CHECK(effective_deadline() == earliest);
            co_return;
        };
        auto work = [&]() -> coroutine<> {
            co_await with_pool({.after = 5s}, [&](pool& p) -> coroutine<> {
                p.spawn(child(moment(3s)));
                co_await yield();
                p.shield(true);
                CHECK(effective_deadline() == moment(5s));
                p.spawn(child(moment(5s)));
                spawn(child(moment::max()));  // the run's own
            });
        };
        co_await skip_after(3s, work());
    });
}

TEST_CASE("a pool that waits for any and ran out of time was not ended by a value that came late") {
    run_simulated([]() -> coroutine<> {
        auto gives_in = []() -> coroutine<> {
            try {
                co_await giambio::sleep(1h);
            } catch (const cancelled&) {  // it ends with a value all the same
            }
        };
        auto body = [&](pool& p) -> coroutine<> {
            p.spawn(gives_in());
            co_return;
        };
        const bool ended = co_await with_pool({.children = wait_for::any, .after = 1s}, body);
        CHECK(!ended);
        CHECK(now() == moment(1s));
    });
}

TEST_CASE("R13: the circle is found also where it goes through a pool") {
    auto program = []() -> coroutine<> {
        task<> owner;
        event<> never;
        auto waits = [&]() -> coroutine<> { co_await never.wait(); };
        auto joins = [&]() -> coroutine<> { co_await owner.join(); };
        auto owns = [&]() -> coroutine<> {
            co_await with_pool([&](pool& p) -> coroutine<> {
                p.spawn(waits(), "waiter");
                p.spawn(joins(), "joiner");
                p.spawn(waits(), "waiter");
                co_return;
            });
        };
        owner = spawn(owns(), "owner");
        co_await owner.wait();
    };
    std::string report;
    try {
        run_simulated(program);
    } catch (const deadlock& stuck) {
        report = stuck.what();
    }
    CHECK_THAT(report, Catch::Matchers::ContainsSubstring("#2 owner waits for pool 2 ("));
    CHECK_THAT(report,
               Catch::Matchers::ContainsSubstring("the circle: #2 owner -> #4 joiner -> #2 owner"));
}

TEST_CASE("scenario 12: of two joiners one is cancelled, the other has the value") {
    words told;
    run_simulated([&]() -> coroutine<> {
        const task<int> giving = spawn(give_after(2s, 37));
        auto join_it = [&]() -> coroutine<> {
            told.push_back(std::to_string(co_await giving.join()));
        };
        const task<> first = spawn(join_it());
        const task<> second = spawn(join_it());
        co_await giambio::sleep(1s);
        first.cancel("not needed");
        co_await second.join();
        CHECK(first.was_cancelled());
        CHECK(now() == moment(2s));
    });
    CHECK(told == words{"37"});
}

TEST_CASE("R16: who is spawned in a task's last moment lives as anybody does") {
    words told;
    SECTION("by the main task, when it returns") {
        run_simulated([&]() { return hold(spawns_at_its_end(told), 1s); });
        CHECK(told == words{"born at the end", "went on"});
    }
    SECTION("by the last child of a pool, and it is the run's") {
        run_simulated([&]() -> coroutine<> {
            co_await with_pool([&](pool& p) -> coroutine<> {
                p.spawn(hold(spawns_at_its_end(told), 1s));
                co_return;
            });
        });
        CHECK(told == words{"born at the end", "went on"});
    }
    SECTION("by a daemon, when the run is ending: it is told to stop") {
        run_simulated([&]() -> coroutine<> {
            spawn_daemon(hold(spawns_at_its_end(told), 1h));
            co_await yield();
        });
        CHECK(told == words{"born at the end"});
    }
}
