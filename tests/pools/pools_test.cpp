// Pools: they end when their children have, and what fails in one leaves together.
//
// Times are the virtual clock's, so they are exact. Not here: shields and cancels of scopes
// (scopes_test.cpp), tasks that the run itself owns (tests/kernel/owners_test.cpp).
#include "tests/catch.hpp"
#include "tests/nap.hpp"
#include "tests/run_simulated.hpp"

#include <giambio.hpp>

#include <optional>
#include <stdexcept>
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

coroutine<> fail_after(duration length, std::string why) {
    co_await giambio::sleep(length);
    throw std::runtime_error(why);
}

coroutine<> note_the_cancel(duration length, words& told) {
    try {
        co_await giambio::sleep(length);
        told.push_back("ended");
    } catch (const cancelled& why) {
        told.push_back(why.reason());
        throw;
    }
}

// What leaves the pool, as the names and texts of its errors.
words texts_of(const error_group& group) {
    words texts;
    for (const auto& each : group.errors()) texts.push_back(each.task + ": " + text_of(each.error));
    return texts;
}

}  // namespace

TEST_CASE("scenario 19: a single child that fails leaves the block as a group of one") {
    words told;
    run_simulated([&]() -> coroutine<> {
        try {
            co_await with_pool([](pool& p) -> coroutine<> {
                p.spawn(fail_after(1s, "no"), "child");
                co_return;
            });
        } catch (const error_group& group) {
            told = texts_of(group);
        }
        CHECK(now() == moment(1s));
    });
    CHECK(told == words{"#2 child: no"});
}

TEST_CASE("scenario 20: two failures are both in the group, and so is the body's") {
    words told;
    auto fail_while_stopping = []() -> coroutine<> {
        try {
            co_await giambio::sleep(1h);
        } catch (const cancelled&) {
            throw std::runtime_error("second");
        }
    };
    run_simulated([&]() -> coroutine<> {
        try {
            co_await with_pool([&](pool& p) -> coroutine<> {
                p.spawn(fail_while_stopping(), "stubborn");
                p.spawn(nap(1h), "quiet");
                co_await yield();
                throw std::runtime_error("first");
            });
        } catch (const error_group& group) {
            told = texts_of(group);
        }
        CHECK(now() == moment(0s));
    });
    CHECK(told == words{"#1 main (the body): first", "#2 stubborn: second"});
}

TEST_CASE("scenario 21: a child's failure ends a body that sleeps for ever") {
    words told;
    run_simulated([&]() -> coroutine<> {
        try {
            co_await with_pool([](pool& p) -> coroutine<> {
                p.spawn(fail_after(2s, "no"), "child");
                co_await giambio::sleep(24h);
            });
        } catch (const error_group& group) {
            told = texts_of(group);
        }
        CHECK(now() == moment(2s));
    });
    CHECK(told == words{"#2 child: no"});
}

TEST_CASE("scenario 23: the body's failure cancels all children before the error leaves") {
    words told;
    run_simulated([&]() -> coroutine<> {
        try {
            co_await with_pool([&](pool& p) -> coroutine<> {
                for (int i = 0; i < 3; ++i) p.spawn(note_the_cancel(1h, told), "child");
                co_await yield();
                throw std::runtime_error("mine");
            });
        } catch (const error_group& group) {
            told.push_back(texts_of(group).at(0));
        }
    });
    const std::string why = "#1 main (the body) failed: mine";
    CHECK(told == words{why, why, why, "#1 main (the body): mine"});
}

TEST_CASE("scenario 24: nested pools each end with the last of their children") {
    words told;
    run_simulated([&]() -> coroutine<> {
        auto note = [&](const std::string& what) {
            told.push_back(what + " at " + std::to_string(now() / 1s));
        };
        co_await with_pool([&](pool& outer) -> coroutine<> {
            outer.spawn(nap(1s));
            outer.spawn(nap(2s));
            co_await with_pool([](pool& inner) -> coroutine<> {
                inner.spawn(nap(3s));
                inner.spawn(nap(4s));
                co_return;
            });
            note("inner");
        });
        note("outer");
    });
    CHECK(told == words{"inner at 4", "outer at 4"});
}

TEST_CASE("scenario 25: a child of the outer pool fails while the inner pool's children sleep") {
    words told;
    run_simulated([&]() -> coroutine<> {
        try {
            co_await with_pool([&](pool& outer) -> coroutine<> {
                outer.spawn(fail_after(2s, "too spicy"), "cook");
                co_await with_pool([&](pool& inner) -> coroutine<> {
                    inner.spawn(note_the_cancel(4s, told));
                    inner.spawn(note_the_cancel(6s, told));
                    co_return;
                });
            });
        } catch (const error_group& group) {
            told.push_back(texts_of(group).at(0));
        }
        CHECK(now() == moment(2s));
    });
    const std::string why = "#2 cook failed: too spicy";
    CHECK(told == words{why, why, "#2 cook: too spicy"});
}

TEST_CASE("scenario 27: a child may spawn a sibling while the pool waits, nobody after it ended") {
    std::optional<pool> kept;
    bool sibling_ran = false;
    run_simulated([&]() -> coroutine<> {
        auto sibling = [&]() -> coroutine<> {
            co_await giambio::sleep(1s);
            sibling_ran = true;
        };
        auto child = [&](pool& p) -> coroutine<> {
            co_await giambio::sleep(1s);
            p.spawn(sibling());
        };
        co_await with_pool([&](pool& p) -> coroutine<> {
            kept = p;
            p.spawn(child(p));
            co_return;
        });
        CHECK(now() == moment(2s));
        CHECK(!kept->open());
        CHECK_THROWS_AS(kept->spawn(nap(1s)), misuse);
    });
    CHECK(sibling_ran);
}

TEST_CASE(
    "scenario 28: spawned into a cancelled pool, a child starts and stops at its first trap") {
    words told;
    auto child = [&]() -> coroutine<> {
        told.push_back("started");
        co_await giambio::sleep(1s);
        told.push_back("went on");
    };
    run_simulated([&]() -> coroutine<> {
        const bool ended = co_await with_pool([&](pool& p) -> coroutine<> {
            p.cancel("enough");
            p.spawn(child());
            co_return;
        });
        CHECK(!ended);
        CHECK(now() == moment(0s));
    });
    CHECK(told == words{"started"});
}

TEST_CASE("scenario 30: a pool that waits for nobody cancels its children at its end") {
    words told;
    run_simulated([&]() -> coroutine<> {
        auto body = [&](pool& p) -> coroutine<> {
            p.spawn(note_the_cancel(1h, told));
            co_await giambio::sleep(1s);
        };
        const bool ended = co_await with_pool({.children = wait_for::none}, body);
        CHECK(ended);
        CHECK(now() == moment(1s));
    });
    CHECK(told == words{"the body has ended"});
}

TEST_CASE("a pool that waits for any ends with the first child that has a value") {
    words told;
    run_simulated([&]() -> coroutine<> {
        auto body = [&](pool& p) -> coroutine<> {
            p.spawn(note_the_cancel(1h, told));
            p.spawn(nap(3s), "quick");
            co_return;
        };
        const bool ended = co_await with_pool({.children = wait_for::any}, body);
        CHECK(ended);
        CHECK(now() == moment(3s));
    });
    CHECK(told == words{"#3 quick was the first to end"});
}

TEST_CASE("scenario 31: the children that have ended come one by one, each once") {
    std::vector<int> values;
    run_simulated([&]() -> coroutine<> {
        auto body = [&](pool& p) -> coroutine<> {
            p.spawn(nap_and_give(3s, 6));
            p.spawn(nap_and_give(1s, 2));
            p.spawn(nap_and_give(2s, 4));
            while (true) {
                auto ended = co_await p.next<int>();
                if (!ended) break;
                values.push_back(ended->result());
            }
        };
        co_await with_pool({.keep_ended = true}, body);
    });
    CHECK(values == std::vector<int>{2, 4, 6});
}

TEST_CASE("gather returns what all returned, first_of what the first one did") {
    run_simulated([&]() -> coroutine<> {
        std::vector<coroutine<int>> all;
        all.push_back(nap_and_give(3s, 1));
        all.push_back(nap_and_give(1s, 2));
        const std::vector<int> values = co_await gather(std::move(all));
        CHECK(values == std::vector<int>{1, 2});
        std::vector<coroutine<int>> race;
        race.push_back(nap_and_give(9s, 1));
        race.push_back(nap_and_give(5s, 2));
        const int first = co_await first_of(std::move(race));
        CHECK(first == 2);
        CHECK(now() == moment(8s));
    });
}

TEST_CASE("scenario 32: cancelling the task that waits at the end of the block cancels all") {
    words told;
    auto owner = [&]() -> coroutine<> {
        try {
            co_await with_pool([&](pool& p) -> coroutine<> {
                p.spawn(note_the_cancel(1h, told));
                p.spawn(note_the_cancel(1h, told));
                co_return;
            });
        } catch (const cancelled& why) {
            told.push_back("owner: " + why.reason());
            throw;
        }
    };
    run_simulated([&]() -> coroutine<> {
        const task<> working = spawn(owner());
        co_await giambio::sleep(1s);
        co_await working.cancel_and_wait("closing time");
        CHECK(working.was_cancelled());
        CHECK(now() == moment(1s));
    });
    CHECK(told == words{"closing time", "closing time", "owner: closing time"});
}

TEST_CASE("scenario 34: an empty pool waits one turn at most, and is no error") {
    int others = 0;
    auto other = [&]() -> coroutine<> {
        for (;;) {
            ++others;
            co_await yield();
        }
    };
    run_simulated([&]() -> coroutine<> {
        const task<> busy_one = spawn_daemon(other());
        const bool ended = co_await with_pool([](pool&) -> coroutine<> { co_return; });
        CHECK(ended);
        CHECK(others == 1);
    });
}

TEST_CASE("scenario 35: using a handle of a pool that is over is an error, asking it is not") {
    std::optional<pool> kept;
    run_simulated([&]() -> coroutine<> {
        co_await with_pool([&](pool& p) -> coroutine<> {
            kept = p;
            co_return;
        });
        CHECK(kept->size() == 0);
        kept->cancel("too late");  // nothing is left to cancel
        auto unused = nap(1s);
        CHECK_THROWS_AS(kept->spawn(std::move(unused)), misuse);
        auto twice = [&]() -> coroutine<> {
            co_await kept->start<int>([](started<int>&) -> coroutine<> { co_return; });
        };
        bool refused = false;
        try {
            co_await twice();
        } catch (const misuse&) {
            refused = true;
        }
        CHECK(refused);
    });
}

TEST_CASE("scenario 36: cancelling the outer pool reaches the leaves of the whole tree") {
    words told;
    auto worker = [&]() -> coroutine<> {
        co_await with_pool([&](pool& p) -> coroutine<> {
            p.spawn(note_the_cancel(1h, told));
            p.spawn(note_the_cancel(1h, told));
            co_return;
        });
    };
    run_simulated([&]() -> coroutine<> {
        const bool ended = co_await with_pool([&](pool& outer) -> coroutine<> {
            outer.spawn(worker());
            outer.spawn(worker());
            co_await giambio::sleep(1s);
            outer.cancel("all of you");
        });
        CHECK(!ended);
        CHECK(now() == moment(1s));
    });
    CHECK(told == words(4, "all of you"));
}

TEST_CASE("scenario 40: a cancelled scope around an empty pool is not caught, but others run") {
    run_simulated([&]() -> coroutine<> {
        bool other_ran = false;
        auto other = [&]() -> coroutine<> {
            other_ran = true;
            co_return;
        };
        auto body = [&]() -> coroutine<> {
            spawn(other());
            co_await with_pool([](pool&) -> coroutine<> { co_return; });
        };
        scope around;
        around.cancel("before");
        const bool ended = co_await around.run(body());
        CHECK(ended);
        CHECK(!around.caught());
        CHECK(other_ran);
    });
}

TEST_CASE("scenario 56: cancelling the second of two children lets the pool end with the first") {
    words told;
    run_simulated([&]() -> coroutine<> {
        co_await with_pool([&](pool& p) -> coroutine<> {
            p.spawn(nap(1s));
            const task<> second = p.spawn(note_the_cancel(2s, told));
            co_await yield();
            second.cancel("not needed");
            CHECK(now() == moment(0s));
        });
        CHECK(now() == moment(1s));
    });
    CHECK(told == words{"not needed"});
}
