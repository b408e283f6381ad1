// pool::start: a child that tells when it is ready. And what belongs to tasks: daemons, values of
// their own, held locks, waiting until all are blocked, shuffled order.
//
// Not here: pools as such (pools_test.cpp).
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"
#include "tests/run_simulated.hpp"

#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

TEST_CASE("scenario 38: start returns the value when the child is ready; the child goes on") {
    run_simulated([]() -> coroutine<> {
        co_await with_pool([](pool& p) -> coroutine<> {
            auto server = [](started<int>& ready) -> coroutine<> {
                co_await giambio::sleep(1s);
                ready(25000);
                co_await giambio::sleep(1s);
            };
            const int port = co_await p.start<int>(server, "server");
            CHECK(port == 25000);
            CHECK(now() == moment(1s));
            CHECK(p.size() == 1);
        });
        CHECK(now() == moment(2s));
    });
}

TEST_CASE("a child that is ready is counted once, also before the one who started it goes on") {
    run_simulated([]() -> coroutine<> {
        co_await with_pool([](pool& p) -> coroutine<> {
            auto server = [&](started<int>& ready) -> coroutine<> {
                CHECK(p.size() == 1);
                ready(25000);
                CHECK(p.size() == 1);
                co_return;
            };
            auto look = [&]() -> coroutine<> {
                co_await yield();  // the child has come and gone meanwhile
                CHECK(p.size() == 0);
                CHECK(p.open());
            };
            task looking = spawn(look());
            co_await p.start<int>(server, "server");
            CHECK(p.size() == 0);
            co_await looking.join();
        });
    });
}

TEST_CASE("scenario 38: a child that fails before it is ready fails start, and not the pool") {
    run_simulated([]() -> coroutine<> {
        const bool ended = co_await with_pool([](pool& p) -> coroutine<> {
            auto broken_one = [](started<int>&) -> coroutine<> {
                co_await giambio::sleep(1s);
                throw std::runtime_error("no port");
            };
            std::string what;
            try {
                co_await p.start<int>(broken_one);
            } catch (const std::runtime_error& error) {
                what = error.what();
            }
            CHECK(what == "no port");
            co_await giambio::sleep(1s);
        });
        CHECK(ended);
        CHECK(now() == moment(2s));
    });
}

TEST_CASE("scenario 38: never ready is an error, and so is ready twice") {
    words told;
    run_simulated([&]() -> coroutine<> {
        co_await with_pool([&](pool& p) -> coroutine<> {
            auto silent = [](started<int>&) -> coroutine<> { co_return; };
            try {
                co_await p.start<int>(silent);
            } catch (const misuse&) {
                told.push_back("silent");
            }
            auto twice = [&](started<int>& ready) -> coroutine<> {
                ready(1);
                try {
                    ready(2);
                } catch (const misuse&) {
                    told.push_back("twice");
                }
                co_return;
            };
            const int value = co_await p.start<int>(twice);
            CHECK(value == 1);
        });
    });
    CHECK(told == words{"silent", "twice"});
}

TEST_CASE("scenario 38: nobody but the child can tell that it is ready") {
    bool refused = false;
    run_simulated([&]() -> coroutine<> {
        co_await with_pool([&](pool& p) -> coroutine<> {
            auto helper = [&](started<int>& ready) -> coroutine<> {
                try {
                    ready(1);
                } catch (const misuse&) {
                    refused = true;
                }
                co_await giambio::sleep(1s);
            };
            auto child = [&](started<int>& ready) -> coroutine<> {
                co_await with_pool([&](pool& own) -> coroutine<> {
                    own.spawn(helper(ready));
                    co_return;
                });
                CHECK(now() == moment(1s));
                ready(2);
            };
            const int value = co_await p.start<int>(child);
            CHECK(value == 2);
        });
    });
    CHECK(refused);
}

TEST_CASE("scenario 39: a pool whose only content is a start that is under way stays open") {
    words told;
    run_simulated([&]() -> coroutine<> {
        std::optional<pool> kept;
        auto starter = [&]() -> coroutine<> {
            auto slow = [&](started<int>& ready) -> coroutine<> {
                co_await giambio::sleep(3s);
                ready(1);
                co_await giambio::sleep(1s);
                told.push_back("child ended");
            };
            co_await kept->start<int>(slow);
            told.push_back("ready");
        };
        co_await with_pool([&](pool& outer) -> coroutine<> {
            co_await with_pool([&](pool& p) -> coroutine<> {
                kept = p;
                outer.spawn(starter());
                co_await yield();
            });
            told.push_back("block ended at " + std::to_string(now() / 1s));
        });
    });
    CHECK(told == words{"ready", "child ended", "block ended at 4"});
}

TEST_CASE("who asks for the next child waits for one that is being started, too") {
    run_simulated([]() -> coroutine<> {
        auto ask = [](pool of) -> coroutine<bool> {
            const auto next = co_await of.next();
            co_return next.has_value();
        };
        auto start_slowly = [](started<int>& ready) -> coroutine<> {
            co_await giambio::sleep(1s);
            ready();
        };
        co_await with_pool({.keep_ended = true}, [&](pool& kitchen) -> coroutine<> {
            const task<bool> asking = spawn(ask(kitchen));
            co_await kitchen.start<int>(start_slowly);
            const bool came = co_await asking.join();
            CHECK(came);
        });
    });
}

TEST_CASE("a start that is cancelled takes its child with it") {
    words told;
    run_simulated([&]() -> coroutine<> {
        co_await with_pool([&](pool& p) -> coroutine<> {
            auto slow = [&](started<int>&) -> coroutine<> {
                try {
                    co_await giambio::sleep(1h);
                } catch (const cancelled& why) {
                    told.push_back(why.reason());
                    throw;
                }
            };
            auto start_it = [&]() -> coroutine<int> { co_return co_await p.start<int>(slow); };
            const std::optional<int> value = co_await skip_after(1s, start_it());
            CHECK(!value);
        });
        CHECK(now() == moment(1s));
    });
    CHECK(told == words{"its time limit is over"});
}

TEST_CASE("row 23: a daemon is cancelled when everybody else has ended") {
    words told;
    auto serve_for_ever = [&]() -> coroutine<> {
        try {
            while (true) co_await giambio::sleep(1s);
        } catch (const cancelled& why) {
            told.push_back(why.reason());
            throw;
        }
    };
    async_scheduler scheduler{simulated{}};
    auto program = [&]() -> coroutine<> {
        spawn_daemon(serve_for_ever(), "daemon");
        co_await giambio::sleep(2500ms);
    };
    scheduler.start(program());
    CHECK(told == words{"everyone whom it could serve has ended"});
}

TEST_CASE("row 23: so is one that a call from outside spawns when nobody is left") {
    words told;
    auto serve_for_ever = [&]() -> coroutine<> {
        try {
            for (int second = 0; second < 3; ++second) co_await giambio::sleep(1s);
            told.push_back("never");
        } catch (const cancelled& why) {
            told.push_back(why.reason());
            throw;
        }
    };
    auto work = [&]() -> coroutine<> {
        co_await giambio::sleep(1s);
        told.push_back("worked");
    };
    async_scheduler scheduler{simulated{}};
    const loop_handle handle = scheduler.handle();
    const bool somebody_else = GENERATE(false, true);
    auto program = [&]() -> coroutine<> {
        handle.post([&] {
            spawn_daemon(serve_for_ever());
            if (somebody_else) spawn(work());
        });
        co_return;
    };
    scheduler.start(program());
    const std::string reason = "everyone whom it could serve has ended";
    CHECK(told == (somebody_else ? words{"worked", reason} : words{reason}));
}

TEST_CASE("row 30: a task-local value goes to what is spawned later, and not back") {
    task_local<std::string> user("nobody");
    words told;
    auto child = [&]() -> coroutine<> {
        told.push_back(user.get());
        user.set("child");
        told.push_back(user.get());
        co_return;
    };
    run_simulated([&]() -> coroutine<> {
        told.push_back(user.get());
        user.set("main");
        const task<> first = spawn(child());
        user.set("main again");
        co_await first.join();
        told.push_back(user.get());
    });
    CHECK(told == words{"nobody", "main", "child", "main again"});
}

TEST_CASE("scenario 77: the end of a lock's holder is an error that names it, for all who wait") {
    words told;
    run_simulated([&]() -> coroutine<> {
        lock wanted;
        auto forgetful = [&]() -> coroutine<> {
            co_await wanted.acquire();
            co_await giambio::sleep(1s);
        };
        auto waiter = [&]() -> coroutine<> {
            try {
                co_await wanted.acquire();
            } catch (const owner_gone& error) {
                told.push_back(error.what());
            }
        };
        spawn(forgetful(), "forgetful");
        const task<> waiting = spawn(waiter());
        co_await waiting.join();
        CHECK(now() == moment(1s));
        co_await waiter();
    });
    REQUIRE(told.size() == 2);
    CHECK(told[0] == told[1]);
    CHECK(told[0].find("#2 forgetful ended while it held this") == 0);
}

TEST_CASE("scenario 108: who waits until all are blocked goes on only then, without time passing") {
    words told;
    auto worker = [&]() -> coroutine<> {
        for (int i = 0; i < 3; ++i) co_await yield();
        told.push_back("blocks");
        co_await giambio::sleep(1s);
        told.push_back("slept");
    };
    run_simulated([&]() -> coroutine<> {
        spawn(worker());
        co_await wait_all_blocked();
        told.push_back("all blocked");
        CHECK(now() == moment(0s));
    });
    CHECK(told == words{"blocks", "all blocked", "slept"});
}

TEST_CASE("row 159: a shuffled run is the same for the same seed, and differs between seeds") {
    auto order_of = [](std::uint64_t seed) {
        std::string order;
        async_scheduler scheduler{simulated{}};
        scheduler.set_shuffle(seed);
        auto letter = [&](char which) -> coroutine<> {
            for (int i = 0; i < 2; ++i) {
                order += which;
                co_await yield();
            }
        };
        auto program = [&]() -> coroutine<> {
            for (char each = 'a'; each < 'f'; ++each) spawn(letter(each));
            co_return;
        };
        scheduler.start(program());
        return order;
    };
    CHECK(order_of(0) == "abcdeabcde");
    std::set<std::string> orders;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CHECK(order_of(seed) == order_of(seed));
        orders.insert(order_of(seed));
    }
    CHECK(orders.size() > 10);
}

TEST_CASE("row 32: a value that nobody asks for is told") {
    recorder heard;
    async_scheduler scheduler{simulated{}};
    scheduler.set_warnings(false);
    scheduler.observe(heard);
    auto give = []() -> coroutine<int> {
        co_await giambio::sleep(1s);
        co_return 7;
    };
    auto program = [&]() -> coroutine<> {
        spawn(give());  // nobody holds it
        { const task<int> dropped = spawn(give()); }
        const task<int> held = spawn(give());
        co_await giambio::sleep(2s);
        CHECK(held.result() == 7);
        const task<int> forgotten = spawn(give());
        co_await forgotten.wait();  // waiting is enough: somebody cared
    };
    scheduler.start(program());
    CHECK(heard.of(happening::never_joined).size() == 2);
}

TEST_CASE("row 32: where many run together and some fail, or all are stopped, no value is missed") {
    recorder heard;
    async_scheduler scheduler{simulated{}};
    scheduler.set_warnings(false);
    scheduler.observe(heard);
    auto give_after = [](duration length) -> coroutine<int> {
        co_await giambio::sleep(length);
        if (length == 2s) throw std::runtime_error("burnt");
        co_return 7;
    };
    auto some = [&](duration last) {
        std::vector<coroutine<int>> made;
        made.push_back(give_after(1s));
        made.push_back(give_after(last));
        return made;
    };
    auto program = [&]() -> coroutine<> {
        const auto in_time = co_await skip_after(1500ms, gather(some(1h)));
        CHECK(!in_time);
        bool failed = false;
        try {
            co_await gather(some(2s));
        } catch (const error_group&) {
            failed = true;
        }
        CHECK(failed);
        const int first = co_await first_of(some(1s));
        CHECK(first == 7);
    };
    scheduler.start(program());
    CHECK(heard.of(happening::never_joined).empty());
}
