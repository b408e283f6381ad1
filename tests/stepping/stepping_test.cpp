// A scheduler that a host steps by hand, and one that is started again and again.
//
// Not here: what a turn is (tests/kernel/order_test.cpp).
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <poll.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

coroutine<> set_twice(int& value, duration between) {
    co_await giambio::sleep(0s);
    value = 1;
    co_await giambio::sleep(between);
    value = 2;
}

coroutine<std::string> hello() {
    co_return "hello";
}

coroutine<> wait_for_ever() {
    event<> never;
    co_await never.wait();
}

// What a host with a loop of its own does: waits for the descriptor or the deadline, then a turn.
template <class T>
void host(async_scheduler& scheduler, const task<T>&) {
    while (scheduler.run_once()) {
        int patience = -1;
        if (const auto next = scheduler.next_deadline()) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - scheduler.now());
            patience = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
        }
        pollfd watched{scheduler.pollable_descriptor(), POLLIN, 0};
        ::poll(&watched, 1, patience);
    }
}

bool is_readable(int fd) {
    pollfd watched{fd, POLLIN, 0};
    return ::poll(&watched, 1, 0) == 1;
}

}  // namespace

TEST_CASE("scenario 1: start and run return what main returns") {
    CHECK(async_scheduler{simulated{}}.start(hello()) == "hello");
    CHECK(giambio::run(hello()) == "hello");
}

TEST_CASE("scenario 2: start throws what main throws") {
    auto program = []() -> coroutine<int> {
        throw std::out_of_range("mine");
        co_return 1;
    };
    CHECK_THROWS_AS(async_scheduler{simulated{}}.start(program()), std::out_of_range);
    CHECK_THROWS_AS(giambio::run(program()), std::out_of_range);
}

TEST_CASE("scenario 3: run inside run is refused, for any scheduler; the outer goes on") {
    async_scheduler outer{simulated{}};
    async_scheduler other{simulated{}};
    auto program = [&]() -> coroutine<int> {
        CHECK_THROWS_AS(outer.start(hello()), misuse);
        CHECK_THROWS_AS(other.start(hello()), misuse);
        CHECK_THROWS_AS(other.begin(hello()), misuse);
        CHECK_THROWS_AS(giambio::run(hello()), misuse);
        co_await giambio::sleep(1s);
        co_return 7;
    };
    CHECK(outer.start(program()) == 7);
    CHECK(other.start(hello()) == "hello");
}

TEST_CASE("scenario 4: a host steps the loop by hand, on the real clock") {
    int value = 0;
    async_scheduler scheduler;
    const task<> main = scheduler.begin(set_twice(value, 100ms));
    int steps = 0;
    while (value == 0) {
        REQUIRE(++steps < 10);
        scheduler.run_once();
    }
    CHECK(value == 1);
    scheduler.run_once();
    CHECK(value == 1);
    REQUIRE(scheduler.next_deadline().has_value());
    std::this_thread::sleep_for(200ms);
    scheduler.run_once();
    CHECK(value == 2);
    CHECK(main.ended());
    scheduler.finish();
}

TEST_CASE("stepping moves the virtual clock only when a turn may wait") {
    int value = 0;
    async_scheduler scheduler{simulated{}};
    const task<> main = scheduler.begin(set_twice(value, 100ms));
    for (int steps = 0; steps < 20; ++steps) scheduler.run_once();
    CHECK(value == 1);
    CHECK(scheduler.now() == moment(0));
    CHECK(scheduler.next_deadline() == moment(100ms));
    while (scheduler.run_once(true)) {
    }
    CHECK(value == 2);
    CHECK(scheduler.now() == moment(100ms));
    scheduler.finish();
}

TEST_CASE("a foreign loop hosts a server and its client") {
    words told;
    async_scheduler scheduler;
    auto program = [&]() -> coroutine<> {
        tcp_socket socket;
        socket.bind(address("127.0.0.1", 0));
        socket.listen();
        const address where = socket.local_address();
        async_socket listener = wrap_socket(std::move(socket));
        auto client = [&]() -> coroutine<> {
            async_socket mine;
            co_await mine.connect(where);
            co_await giambio::sleep(5ms);
            co_await mine.send_all("hello");
        };
        spawn(client());
        auto [connection, peer] = co_await listener.accept();
        told.push_back(co_await connection.receive(100));
    };
    const task<> main = scheduler.begin(program());
    host(scheduler, main);
    scheduler.finish();
    CHECK(told == words{"hello"});
}

TEST_CASE("one loop hosts another through its descriptor") {
    int value = 0;
    async_scheduler inner;
    const task<> inner_main = inner.begin(set_twice(value, 0s));
    while (inner.run_once()) {
    }
    inner.finish();
    CHECK(value == 2);

    async_scheduler guest;
    loop_handle handle = guest.handle();
    event<>* bell = nullptr;
    auto waits = [&]() -> coroutine<> {
        event<> rung;
        bell = &rung;
        co_await rung.wait();
        value = 3;
    };
    guest.begin(waits());
    guest.run_once();
    CHECK(value == 2);
    handle.post([&] { bell->trigger(); });
    // The outer loop waits for the guest's descriptor like for any other.
    auto outer = [fd = guest.pollable_descriptor()]() -> coroutine<> { co_await readable(fd); };
    giambio::run(outer());
    guest.run_once();
    CHECK(value == 3);
    guest.finish();
}

TEST_CASE("a task is joined and cancelled in its own run, though another goes on beside it") {
    words told;
    async_scheduler here{simulated{}};
    async_scheduler there{simulated{}};
    const task<> napping = there.begin(wait_for_ever());
    there.run_once();
    auto visitor = [&]() -> coroutine<> {
        try {
            co_await napping.join();
        } catch (const misuse& error) {
            told.push_back(error.what());
        }
        try {
            co_await napping.cancel_and_wait();
        } catch (const misuse& error) {
            told.push_back(error.what());
        }
    };
    const task<> visiting = here.begin(visitor());
    here.finish();
    CHECK(told == words{"this task lives in another run; only a task there can join it",
                        "this task lives in another run; leave a call there that cancels it"});
    CHECK(!napping.ended());
}

TEST_CASE("so is a pool used in its own run, and a scope") {
    std::optional<pool> kept;
    scope around;
    auto owns = [&]() -> coroutine<> { co_await around.run(wait_for_ever()); };
    auto opens = [&]() -> coroutine<> {
        co_await with_pool([&](pool& opened) -> coroutine<> {
            kept = opened;
            opened.spawn(owns());
            co_return;
        });
    };
    auto visitor = [&]() -> coroutine<> {
        CHECK_THROWS_AS(kept->spawn(wait_for_ever()), misuse);
        CHECK_THROWS_AS(kept->cancel(), misuse);
        CHECK_THROWS_AS(kept->shield(true), misuse);
        CHECK_THROWS_AS(around.cancel(), misuse);
        CHECK_THROWS_AS(around.move_deadline(now()), misuse);
        co_return;
    };
    async_scheduler here{simulated{}};
    async_scheduler there{simulated{}};
    const task<> opening = there.begin(opens());
    there.run_once();
    there.run_once();
    here.start(visitor());
    CHECK(kept->size() == 1);
    CHECK(!kept->cancel_requested());
    CHECK(!around.cancel_requested());
}

TEST_CASE("a host's descriptor is readable from a call until the turn that makes it") {
    const bool is_simulated = GENERATE(false, true);
    async_scheduler scheduler = is_simulated ? async_scheduler(simulated{}) : async_scheduler();
    const loop_handle handle = scheduler.handle();
    int made = 0;
    scheduler.begin(wait_for_ever());
    scheduler.run_once();
    const int fd = scheduler.pollable_descriptor();
    for (int calls = 1; calls <= 3; ++calls) {
        CHECK(!is_readable(fd));
        CHECK(scheduler.next_deadline() == std::nullopt);
        handle.post([&] { ++made; });
        CHECK(is_readable(fd));
        CHECK(scheduler.next_deadline().has_value());
        scheduler.run_once();
        CHECK(made == calls);
    }
}

TEST_CASE("a host is told that a turn has something to do when somebody begins to watch") {
    async_scheduler scheduler{simulated{}};
    const loop_handle no_deadlock = scheduler.handle();
    scheduler.begin(wait_for_ever());
    scheduler.run_once();
    CHECK(scheduler.next_deadline() == std::nullopt);
    const watch_post post = scheduler.watch();
    CHECK(is_readable(scheduler.pollable_descriptor()));
    CHECK(scheduler.next_deadline() == scheduler.now());
    scheduler.run_once();
    CHECK(post.latest() != nullptr);
    CHECK(!is_readable(scheduler.pollable_descriptor()));
    CHECK(scheduler.next_deadline() == std::nullopt);
}

TEST_CASE("between the turns the host is outside the run") {
    async_scheduler scheduler{simulated{}};
    auto program = []() -> coroutine<> { co_await giambio::sleep(1s); };
    scheduler.begin(program());
    scheduler.run_once();
    CHECK_THROWS_AS(current_task(), misuse);
    CHECK_THROWS_AS(giambio::now(), misuse);
    CHECK_THROWS_AS(scheduler.begin(program()), misuse);
    CHECK_THROWS_AS(scheduler.start(program()), misuse);
    async_scheduler other{simulated{}};
    CHECK(other.start(hello()) == "hello");
    scheduler.finish();
    CHECK_THROWS_AS(scheduler.run_once(), misuse);
    CHECK(scheduler.start(hello()) == "hello");
}

namespace {

coroutine<> tells_why_it_stops(words& told) {
    try {
        co_await giambio::sleep(1h);
    } catch (const cancelled& why) {
        told.push_back(why.reason());
        throw;
    }
}

}  // namespace

TEST_CASE("R16: a scheduler that goes away in the middle of a run lets its tasks clean up") {
    words told;
    {
        async_scheduler scheduler{simulated{}};
        scheduler.begin(tells_why_it_stops(told));
        scheduler.run_once();
        CHECK(told.empty());
    }
    CHECK(told == words{"the scheduler goes away"});
}

namespace {

// Says something about each cancel that it is told of.
class commenting_cancels : public observer {
public:
    int heard = 0;
    void begin(const run_facts&) override {}
    void watch(const record_batch& batch) override {
        for (const record& each : batch.records) {
            if (each.kind != happening::cancel_request) continue;
            ++heard;
            mark("I heard it");
        }
    }
    void settle() override {}
    void end(const run_totals&) override {}
};

}  // namespace

TEST_CASE("R16: an observer may speak also of the cancels with which a scheduler goes away") {
    commenting_cancels watcher;
    {
        words told;
        async_scheduler scheduler{simulated{}};
        scheduler.observe(watcher, true);
        scheduler.begin(tells_why_it_stops(told));
        scheduler.create_task(tells_why_it_stops(told));
        scheduler.run_once();
    }
    CHECK(watcher.heard == 2);
}

TEST_CASE("R15: a scheduler that goes away inside another one's run leaves that run as it is") {
    words told;
    auto stepped = std::make_unique<async_scheduler>(simulated{});
    stepped->begin(tells_why_it_stops(told));
    stepped->run_once();
    auto program = [&]() -> coroutine<> {
        co_await giambio::sleep(1s);
        stepped.reset();
        CHECK(now() == moment(1s));
        co_await spawn(giambio::sleep(1s)).join();
        told.push_back("the outer run goes on");
    };
    async_scheduler{simulated{}}.start(program());
    CHECK(told == words{"the scheduler goes away", "the outer run goes on"});
}

TEST_CASE("scenario 5: a scheduler can be started again, and nothing leaks from run to run") {
    async_scheduler scheduler{simulated{}};
    auto program = []() -> coroutine<moment> {
        co_await giambio::sleep(1s);
        co_return now();
    };
    CHECK(scheduler.start(program()) == moment(1s));
    CHECK(scheduler.start(program()) == moment(1s));
    CHECK_THROWS_AS(scheduler.look(), misuse);
}

TEST_CASE("scenario 8: outside a run there is no task and no clock") {
    CHECK_THROWS_AS(current_task(), misuse);
    CHECK_THROWS_AS(giambio::now(), misuse);
    CHECK_THROWS_AS(spawn(hello()), misuse);
    CHECK_THROWS_AS(this_loop(), misuse);
}

TEST_CASE("row 3: a coroutine that was awaited already is diagnosed") {
    async_scheduler scheduler{simulated{}};
    auto program = [&]() -> coroutine<std::string> {
        coroutine<std::string> inner = hello();
        co_await inner;
        std::string what;
        try {
            spawn(std::move(inner));
        } catch (const misuse& error) {
            what = error.what();
        }
        co_return what;
    };
    CHECK(scheduler.start(program()) == "this coroutine was awaited already; it cannot be spawned");
}
