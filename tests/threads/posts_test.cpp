// Calls that other threads leave for a loop: their order, their end, and what they make happen.
//
// Real threads, but nothing depends on how fast they are. Not here: blocking functions in threads.
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"
#include "tests/run_simulated.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("row 125: calls from a thread are made in their order, in the loop's thread") {
    run_in_both_worlds([]() -> coroutine<> {
        std::vector<int> made;
        std::vector<std::thread::id> threads;
        event<> all_made;
        std::thread poster([&, loop = this_loop()] {
            for (int i = 0; i < 100; ++i) {
                loop.post([&, i] {
                    made.push_back(i);
                    threads.push_back(std::this_thread::get_id());
                    if (i == 99) all_made.trigger();
                });
            }
        });
        co_await all_made.wait();
        poster.join();
        CHECK(made.size() == 100);
        CHECK(std::is_sorted(made.begin(), made.end()));
        CHECK(threads == std::vector(100, std::this_thread::get_id()));
    });
}

TEST_CASE("2I-61: after the end of the run a post is refused, and what was accepted was made") {
    std::optional<loop_handle> kept;
    bool made = false;
    async_scheduler{simulated{}}.start([](auto& into, bool& flag) -> coroutine<> {
        into = this_loop();
        into->post([&flag] { flag = true; });  // in the last step of the run
        co_return;
    }(kept, made));
    CHECK(made);
    CHECK(!kept->post([] {}));
    CHECK_THROWS_AS(kept->call([] { return 1; }), run_finished);
}

TEST_CASE("2I-62: a call that posts another does not keep the loop, and one that throws ends it") {
    bool task_ran = false;
    auto program = [&]() -> coroutine<> {
        const loop_handle loop = this_loop();
        int rounds = 0;
        std::function<void()> again = [&] {
            if (++rounds < 1000 && !task_ran) loop.post(again);
        };
        again();
        co_await yield();
        co_await yield();
        task_ran = true;
        CHECK(rounds < 10);
        co_await yield();
        loop.post([] { throw std::out_of_range("bad call"); });
        co_await giambio::sleep(1h);
    };
    CHECK_THROWS_AS(async_scheduler{simulated{}}.start(program()), std::out_of_range);
    CHECK(task_ran);
}

TEST_CASE("2I-63: waiting for a call in the loop's own thread is refused, elsewhere it works") {
    run_in_both_worlds([]() -> coroutine<> {
        CHECK_THROWS_AS(this_loop().call([] { return 1; }), misuse);
        event<int> got;
        std::thread asking([loop = this_loop(), &got] {
            const int value = loop.call([] { return 42; });
            std::string what;
            try {
                loop.call([]() -> int { throw std::runtime_error("no"); });
            } catch (const std::runtime_error& error) {
                what = error.what();
            }
            loop.post([&got, value, what] { got.trigger(what == "no" ? value : 0); });
        });
        const int value = co_await got.wait();
        CHECK(value == 42);
        asking.join();
    });
}

TEST_CASE("a loop handle that was moved away says so") {
    run_simulated([]() -> coroutine<> {
        loop_handle first = this_loop();
        const loop_handle second(std::move(first));
        const loop_handle copy_of_none(first);
        for (const loop_handle* empty : {&std::as_const(first), &copy_of_none}) {
            CHECK_THROWS_AS(empty->post([] {}), misuse);
            CHECK_THROWS_AS(empty->post_once(empty, [] {}), misuse);
            CHECK_THROWS_AS(empty->call([] {}), misuse);
        }
        first = second;
        CHECK(first.post([] {}));
        co_return;
    });
}

TEST_CASE("a call with the same key waits only once") {
    int made = 0;
    auto program = [&]() -> coroutine<> {
        const loop_handle loop = this_loop();
        for (int i = 0; i < 5; ++i) loop.post_once(&made, [&] { ++made; });
        co_await yield();
        co_await yield();
        CHECK(made == 1);
        loop.post_once(&made, [&] { ++made; });
        co_await yield();
        co_await yield();
    };
    async_scheduler{simulated{}}.start(program());
    CHECK(made == 2);
}

TEST_CASE("R13: while somebody has a handle nobody is in a deadlock; when it goes, they are") {
    auto program = []() -> coroutine<> {
        event<> never;
        std::thread holder([loop = this_loop()] {});  // takes the handle away with it
        holder.detach();
        co_await never.wait();
    };
    CHECK_THROWS_AS(async_scheduler{simulated{}}.start(program()), deadlock);
    CHECK_THROWS_AS(async_scheduler{}.start(program()), deadlock);
}

TEST_CASE("every wake and spawn that a posted call makes has the post as its cause") {
    recorder heard;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(heard);
    auto program = []() -> coroutine<> {
        event<> happens;
        const loop_handle loop = this_loop();
        loop.post([&] {
            happens.trigger();
            spawn([]() -> coroutine<> { co_return; }());
        });
        co_await happens.wait();
    };
    scheduler.start(program());
    REQUIRE(heard.of(happening::post).size() == 1);
    const auto posted = heard.of(happening::post)[0].seq;
    CHECK(heard.of(happening::spawn).back().cause != 0);
    const auto operations = heard.of(happening::object_op);
    REQUIRE(!operations.empty());
    CHECK(operations[0].cause == posted);
    CHECK(heard.of(happening::wake).back().cause == operations[0].seq);
}

TEST_CASE("a stress of many threads loses no call") {
    run_in_both_worlds([]() -> coroutine<> {
        constexpr int threads = 4, each = 2000;
        int made = 0;
        event<> all_made;
        std::vector<std::thread> posters;
        for (int t = 0; t < threads; ++t) {
            posters.emplace_back([&, loop = this_loop()] {
                for (int i = 0; i < each; ++i) {
                    loop.post([&] {
                        if (++made == threads * each) all_made.trigger();
                    });
                }
            });
        }
        co_await all_made.wait();
        for (std::thread& poster : posters) poster.join();
        CHECK(made == threads * each);
    });
}

TEST_CASE("a loop that never sleeps and is watched makes each call that comes between two looks") {
    static constexpr int calls = 20'000;
    // Waits for each call before it posts the next: one that is lost is not made by the next one.
    auto program = [](std::atomic<int>& made, bool& over) -> coroutine<> {
        std::thread poster([&, loop = this_loop()] {
            for (int i = 0; i < calls; ++i) {
                loop.post([&] { ++made; });
                while (made <= i) std::this_thread::yield();
            }
            loop.post([&] { over = true; });
        });
        int turns = 0;
        while (!over) {
            co_await yield();
            // Where other programs have the other processors, the poster needs this one.
            if (++turns % 100 == 0) std::this_thread::yield();
        }
        poster.join();
        CHECK(made == calls);
    };
    async_scheduler scheduler;
    const watch_post post = scheduler.watch();
    std::atomic<int> made{0};
    bool over = false;
    scheduler.start(program(made, over));
}

TEST_CASE("2I-61: a scheduler that goes without a run refuses calls, and those that wait for one") {
    auto scheduler = std::make_unique<async_scheduler>(simulated{});
    const loop_handle kept = scheduler->handle();
    std::atomic<bool> told{false};
    std::thread asking([&] {
        try {
            kept.call([] { return 1; });
        } catch (const run_finished&) {
            told = true;
        }
    });
    while (scheduler->statistics().queued_posts == 0) std::this_thread::yield();
    scheduler.reset();
    CHECK(!kept.post([] {}));
    CHECK_THROWS_AS(kept.call([] { return 1; }), run_finished);
    asking.join();
    CHECK(told);
}

namespace {

// What a call throws as misuse.
template <class Call>
std::string complaint_about(Call call) {
    try {
        call();
    } catch (const misuse& why) {
        return why.what();
    }
    return "nothing";
}

}  // namespace

TEST_CASE("who reaches into a run from another thread is told to leave a call there") {
    async_scheduler scheduler{simulated{}};
    recorder watcher;
    std::vector<std::string> told;
    const auto nothing = []() -> coroutine<> { co_return; };
    auto program = [&]() -> coroutine<> {
        std::thread outsider([&] {
            told.push_back(complaint_about([&] { scheduler.create_task(nothing()); }));
            told.push_back(complaint_about([&] { scheduler.observe(watcher); }));
            told.push_back(complaint_about([&] { scheduler.stop_observing(watcher); }));
            told.push_back(complaint_about([&] { scheduler.start(nothing()); }));
            told.push_back(complaint_about([&] { scheduler.begin(nothing()); }));
            told.push_back(complaint_about([&] { scheduler.look(); }));
            told.push_back(complaint_about([&] { scheduler.statistics(); }));
        });
        outsider.join();
        CHECK(scheduler.statistics().living == 1);
        co_return;
    };
    scheduler.start(program());
    CHECK(told.size() == 7);
    for (const std::string& each : told) CHECK_THAT(each, ContainsSubstring("another thread"));
    CHECK(watcher.records.empty());
    std::thread elsewhere([&] { scheduler.start(nothing()); });
    elsewhere.join();
}
