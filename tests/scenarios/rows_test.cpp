// Rows of kernel/FEATURES.md that no other test shows: small ones, each a few lines.
//
// Not here: whatever has a folder of its own (pools, sync, channels, sockets...). The test belongs
// there as soon as it grows. Kept true: the virtual clock, and nothing depends on how fast threads
// are.
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"
#include "tests/nap.hpp"

#include <giambio.hpp>

#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

template <class Program>
void run_simulated(Program program) {
    async_scheduler{simulated{}}.start(program());
}

coroutine<> fail() {
    co_await yield();
    throw std::out_of_range("no");
}

}  // namespace

TEST_CASE("row 6: each thread may run a loop, all at the same time") {
    auto program = [](duration length) -> coroutine<moment> {
        co_await giambio::sleep(length);
        co_return now();
    };
    moment here, there;
    std::thread other([&] { there = async_scheduler{simulated{}}.start(program(2h)); });
    here = async_scheduler{simulated{}}.start(program(1h));
    other.join();
    CHECK(here == moment(1h));
    CHECK(there == moment(2h));
}

TEST_CASE("row 20: waiting for a task is not asking for its outcome") {
    run_simulated([]() -> coroutine<> {
        const task<> failing = spawn(fail());
        co_await failing.wait();
        CHECK(failing.ended());
        CHECK_THROWS_AS(failing.result(), std::out_of_range);
        const task<> sleeping = spawn(nap(1h));
        co_await yield();
        co_await sleeping.cancel_and_wait();
        CHECK(sleeping.was_cancelled());
        CHECK_THROWS_AS(sleeping.result(), task_cancelled);
    });
}

TEST_CASE("row 48: a pool can be waited for without leaving it, and goes on") {
    run_simulated([]() -> coroutine<> {
        co_await with_pool([](pool& p) -> coroutine<> {
            p.spawn(nap(3s));
            co_await p.wait_until_empty();
            CHECK(now() == moment(3s));
            CHECK(p.size() == 0);
            CHECK(p.open());
            p.spawn(nap(2s));
        });
        CHECK(now() == moment(5s));
    });
}

TEST_CASE("row 49: a function in a thread is a child of a pool like any other") {
    run_simulated([]() -> coroutine<> {
        std::thread::id there;
        co_await with_pool([&](pool& p) -> coroutine<> {
            p.spawn(run_in_thread([&] { there = std::this_thread::get_id(); }));
            co_return;
        });
        CHECK(there != std::thread::id());
        CHECK(there != std::this_thread::get_id());
    });
}

TEST_CASE("row 88: a thread triggers an event by a call that it leaves for the loop") {
    auto program = []() -> coroutine<std::string> {
        event<std::string> news;
        std::thread other(
            [&news, loop = this_loop()] { loop.post([&news] { news.trigger("from outside"); }); });
        const std::string came = co_await news.wait();
        other.join();
        co_return came;
    };
    CHECK(async_scheduler{simulated{}}.start(program()) == "from outside");
}

TEST_CASE("rows 89, 161: objects tell who waits, and for what") {
    run_simulated([]() -> coroutine<> {
        lock key;
        event<> news;
        semaphore tables(1);
        queue<int> orders(1);
        auto acquires = [&]() -> coroutine<> { co_await key.acquire(); };
        auto sits = [&]() -> coroutine<> { co_await tables.acquire(); };
        auto hears = [&]() -> coroutine<> { co_await news.wait(); };
        auto cooks = [&]() -> coroutine<> { co_await orders.get(); };
        co_await key.acquire();
        co_await tables.acquire();
        co_await with_pool({.children = wait_for::none}, [&](pool& p) -> coroutine<> {
            p.spawn(acquires());
            p.spawn(sits());
            p.spawn(hears());
            p.spawn(hears());
            p.spawn(cooks());
            co_await wait_all_blocked();
            CHECK(key.holder() == current_task());
            CHECK(key.waiting() == 1);
            CHECK(tables.waiting() == 1);
            CHECK(news.waiting() == 2);
            CHECK(orders.statistics().getters == 1);
        });
        CHECK(key.waiting() + tables.waiting() + news.waiting() == 0);
    });
}

TEST_CASE("rows 146, 147: cancels and failures are told with who, why and their text") {
    recorder heard;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(heard);
    auto asks_in_vain = []() -> coroutine<> {
        async_socket nobody_there;
        co_await nobody_there.connect(address("127.0.0.1", 7));
    };
    auto program = [&]() -> coroutine<> {
        const task<> sleeping = spawn(nap(1h));
        const task<> failing = spawn(asks_in_vain());
        co_await failing.wait();
        co_await sleeping.cancel_and_wait("enough");
    };
    scheduler.start(program());
    std::size_t asked = 0, delivered = 0, replied = 0, failed = 0;
    for (std::size_t i = 0; i < heard.records.size(); ++i) {
        const record& each = heard.records[i];
        const std::string& text = heard.texts[i];
        if (each.kind == happening::cancel_request) {
            ++asked;
            CHECK(each.task == task_id{1});  // who asked for it
            CHECK(each.id == 2);             // of whom
            CHECK(text == "enough");
        }
        if (each.kind == happening::cancel_deliver) delivered += text == "enough";
        const bool is_refusal = text.find("refused") != std::string::npos;
        if (each.kind == happening::reply && each.has_error) replied += is_refusal;
        if (each.kind == happening::exit && each.has_error) failed += is_refusal;
    }
    CHECK(asked == 1);
    CHECK(delivered == 1);
    CHECK(replied == 1);
    CHECK(failed == 1);
}

TEST_CASE("row 150: while nobody watches, nothing is written down") {
    recorder heard;
    async_scheduler scheduler{simulated{}};
    auto program = [&]() -> coroutine<> {
        for (int i = 0; i < 1000; ++i) co_await yield();
        scheduler.observe(heard, true);
        co_await yield();
    };
    scheduler.start(program());
    REQUIRE(!heard.records.empty());
    CHECK(heard.records.back().seq < 100);
}

TEST_CASE("rows 153, 162: the table of tasks tells state, wait, name and parent of each") {
    async_scheduler scheduler{simulated{}};
    auto parent = []() -> coroutine<> {
        spawn(nap(1h), "child");
        co_await giambio::sleep(2h);
    };
    auto program = [&]() -> coroutine<> {
        const task<> one = spawn(parent(), "parent");
        co_await wait_all_blocked();
        const snapshot seen = scheduler.look();
        REQUIRE(seen.tasks.size() == 3);
        CHECK(seen.running == 1);
        CHECK(seen.tasks[1].name == "parent");
        CHECK(seen.tasks[1].parent == 1);
        CHECK(seen.tasks[2].name == "child");
        CHECK(seen.tasks[2].parent == 2);
        CHECK(seen.tasks[2].state == task_state::parked);
        CHECK(seen.tasks[2].waits == wait_kind::timer);
        CHECK(seen.timers.at(0).due == std::chrono::nanoseconds(1h).count());
        co_await one.join();
    };
    scheduler.start(program());
}

TEST_CASE("2B-7: tasks that wait for each other's end are a deadlock, which names the circle") {
    std::string report;
    task<> first, second;
    auto waits_for = [](const task<>& other) -> coroutine<> { co_await other.join(); };
    auto program = [&]() -> coroutine<> {
        first = spawn(waits_for(second), "first");
        second = spawn(waits_for(first), "second");
        co_await giambio::sleep(1s);
    };
    try {
        async_scheduler{simulated{}}.start(program());
    } catch (const deadlock& stuck) {
        report = stuck.what();
    }
    CHECK_THAT(report, Catch::Matchers::ContainsSubstring("#2 first -> #3 second -> #2 first"));
}

TEST_CASE(
    "2D-24: a cancel that comes after the end changes nothing; waiting for one's own throws") {
    run_simulated([]() -> coroutine<> {
        const task<> ended = spawn(nap(1s));
        co_await ended.join();
        ended.cancel("too late");
        CHECK(!ended.was_cancelled());
        co_await ended.join();
        task<> myself;
        auto stops_itself = [&]() -> coroutine<> {
            CHECK_THROWS_AS(co_await myself.cancel_and_wait(), misuse);
        };
        myself = spawn(stops_itself());
        co_await myself.join();
    });
}

TEST_CASE("2D-29: a time limit and the end of a sleep at one moment: the one that was set first") {
    run_simulated([]() -> coroutine<> {
        const bool ended = co_await skip_after(1s, nap(1s));
        CHECK(!ended);  // the limit was there before the sleep
        CHECK(now() == moment(1s));
        scope limited;
        auto body = [&]() -> coroutine<> {
            const task<> sleeping = spawn(nap(1s));
            co_await yield();
            limited.move_deadline(now() + 1s);  // later than the sleep
            co_await sleeping.join();
        };
        const bool joined = co_await limited.run(body());
        CHECK(now() == moment(2s));
        CHECK(!joined);  // the sleeper is awake, but has not run: its joiner still waits
        co_await yield();
    });
}

TEST_CASE("2E-36: a cancel is no std::exception, so a handler for errors lets it pass") {
    static_assert(!std::is_base_of_v<std::exception, cancelled>);
    run_simulated([]() -> coroutine<> {
        auto careless = []() -> coroutine<> {
            try {
                co_await giambio::sleep(1h);
            } catch (const std::exception&) {
                FAIL("a cancel was taken for an error");
            }
        };
        const task<> stopped = spawn(careless());
        co_await yield();
        co_await stopped.cancel_and_wait();
        CHECK(stopped.was_cancelled());
    });
}
