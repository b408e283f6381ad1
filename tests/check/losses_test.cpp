// What got lost: coroutines, values, errors, descriptors; and cancels that are not obeyed in time.
#include "tests/check/traced.hpp"
#include "tests/nap.hpp"

#include <csignal>
#include <stdexcept>

using namespace giambio;
using namespace std::chrono_literals;
using check_tests::checked;
using check_tests::words;

namespace {

coroutine<int> answer() {
    co_await yield();
    co_return 42;
}

}  // namespace

TEST_CASE("never_awaited: a call whose result is thrown away") {
    const checked told = check_tests::run([]() -> coroutine<> {
        static_cast<void>(nap(2s));
        co_await nap(1ms);
    });
    CHECK(told.names() == words{"never_awaited"});
    CHECK(told.shown("never_awaited") == words{"coroutine_dropped 1"});
    CHECK(told.says("never_awaited", "nap"));
}

TEST_CASE("never_awaited: awaited later, spawned, or made in vain because a cancel came first") {
    const checked told = check_tests::run([]() -> coroutine<> {
        coroutine<> later = nap(1ms);
        co_await yield();
        co_await std::move(later);
        auto body = []() -> coroutine<> {
            const coroutine<> cleanup = nap(1ms);
            co_await giambio::sleep(1h);
        };
        const task<> stopped = spawn(body(), "stopped");
        co_await yield();
        co_await stopped.cancel_and_wait("enough");
    });
    CHECK(told.names() == words{});
}

TEST_CASE("never_joined: a value that nobody can ask for") {
    const checked told = check_tests::run([]() -> coroutine<> {
        static_cast<void>(spawn(answer(), "oracle"));
        co_await giambio::sleep(1ms);
    });
    CHECK(told.names() == words{"never_joined"});
    CHECK(told.shown("never_joined") == words{"never_joined 0", "spawn 1"});
    CHECK(told.get("never_joined").tasks == std::vector<std::uint32_t>{2});
}

TEST_CASE("never_joined: joined, or a task that returns nothing") {
    const checked told = check_tests::run([]() -> coroutine<> {
        static_cast<void>(spawn(nap(1ms)));
        const task<int> oracle = spawn(answer(), "oracle");
        const int told_us = co_await oracle.join();
        CHECK(told_us == 42);
    });
    CHECK(told.names() == words{});
}

TEST_CASE("never_joined: not where an error, or a cancel, comes before the question") {
    const checked told = check_tests::run([]() -> coroutine<> {
        auto ask_too_late = []() -> coroutine<> {
            const task<int> oracle = spawn(answer(), "oracle");
            co_await giambio::sleep(1s);
            throw std::runtime_error("too late");
        };
        try {
            co_await ask_too_late();
        } catch (const std::runtime_error&) {
        }
        co_await skip_after(500ms, ask_too_late());
    });
    CHECK(told.names() == words{});
}

TEST_CASE("cancel_absorbed: a task that catches its cancel and ends as if nothing had been") {
    const checked told = check_tests::run([]() -> coroutine<> {
        auto stubborn = []() -> coroutine<> {
            try {
                co_await giambio::sleep(1h);
            } catch (const cancelled&) {
            }
        };
        const task<> target = spawn(stubborn(), "stubborn");
        co_await yield();
        co_await target.cancel_and_wait("please");
    });
    CHECK(told.names() == words{"cancel_absorbed"});
    CHECK(told.shown("cancel_absorbed") == words{"cancel_absorbed 2", "cancel_request 1"});
    CHECK(told.says("cancel_absorbed", "#2 stubborn was told to stop (please)"));
}

TEST_CASE("cancel_absorbed: told five times, and still there") {
    const checked told = check_tests::run([]() -> coroutine<> {
        auto deaf = []() -> coroutine<> {
            for (int i = 0; i < 6; ++i) {
                try {
                    co_await giambio::sleep(1h);
                } catch (const cancelled&) {
                }
            }
            co_await giambio::sleep(1h);
        };
        const task<> target = spawn(deaf(), "deaf");
        co_await yield();
        co_await target.cancel_and_wait("please");
    });
    CHECK(told.names() == words{"cancel_absorbed"});
    CHECK(told.says("cancel_absorbed", "told to stop 5 times"));
}

TEST_CASE("cancel_absorbed: caught to clean up, and thrown again; a deadline that is skipped") {
    const checked told = check_tests::run([]() -> coroutine<> {
        auto tidy = []() -> coroutine<> {
            try {
                co_await giambio::sleep(1h);
            } catch (const cancelled&) {
                mark("clean");
                throw;
            }
        };
        const task<> target = spawn(tidy(), "tidy");
        co_await yield();
        co_await target.cancel_and_wait("please");
        co_await skip_after(1ms, tidy());
    });
    CHECK(told.names() == words{});
}

namespace {

coroutine<> burner(int slices, bool looks_up) {
    for (int i = 0; i < slices; ++i) {
        busy(4ms);
        if (looks_up) co_await checkpoint();
    }
    co_await yield();
}

coroutine<> cancel_soon(coroutine<> body) {
    const task<> target = spawn(std::move(body), "burner");
    auto cancels = [&]() -> coroutine<> {
        target.cancel("enough");
        co_return;
    };
    const task<> canceller = spawn(cancels(), "canceller");
    co_await target.wait();
}

}  // namespace

TEST_CASE("cancel_slow: the request stands for 40 ms before the task comes to a trap") {
    giambio::trace::check_limits only_cancels;
    only_cancels.long_step = only_cancels.starved = 1'000'000'000;
    const auto program = []() -> coroutine<> {
        event<> never;
        auto other = []() -> coroutine<> {
            busy(40ms);
            co_return;
        };
        auto waits = [&]() -> coroutine<> { co_await never.wait(); };
        const task<> target = spawn(waits(), "target");
        co_await yield();
        const task<> between = spawn(other(), "between");
        target.cancel("enough");
        co_await target.wait();
    };
    const checked told = check_tests::run(program, only_cancels);
    CHECK(told.names() == words{"cancel_slow"});
    CHECK(told.shown("cancel_slow") == words{"cancel_request 1", "cancel_deliver 2"});
    CHECK(
        told.says("cancel_slow", "#2 target was asked to stop, and was told only 40.000 ms later"));
}

TEST_CASE("cancel_slow: a child of a pool that burns on, and one that looks up") {
    giambio::trace::check_limits only_cancels;
    only_cancels.long_step = only_cancels.starved = only_cancels.never_yields = 1'000'000'000;
    const auto program = [](bool looks_up) -> coroutine<> {
        auto body = [&](pool& kitchen) -> coroutine<> {
            kitchen.cancel("enough");
            kitchen.spawn(burner(10, looks_up), "burner");
            co_return;
        };
        co_await with_pool(body);
    };
    const checked told = check_tests::run([&] { return program(false); }, only_cancels);
    CHECK(told.names() == words{"cancel_slow"});
    CHECK(told.says("cancel_slow", "#2 burner was asked to stop, and was told only 40.000 ms"));
    CHECK(check_tests::run([&] { return program(true); }, only_cancels).names() == words{});
}

TEST_CASE("cancel_slow: a deadline in the middle of a computation") {
    giambio::trace::check_limits only_cancels;
    only_cancels.long_step = 1'000'000'000;
    const auto program = []() -> coroutine<> {
        auto burns = []() -> coroutine<> {
            busy(300ms);
            co_return;
        };
        co_await skip_after(100ms, burns());
    };
    const checked told = check_tests::run(program, only_cancels);
    CHECK(told.names() == words{"cancel_slow"});
    CHECK(told.shown("cancel_slow") == words{"scope_leave 1"});
    CHECK(told.says("cancel_slow", "passed 200.000 ms before the block ended"));
}

TEST_CASE("cancel_slow: told at once, or behind a shield on purpose") {
    const checked told = check_tests::run([]() -> coroutine<> {
        co_await cancel_soon(nap(1h));
        auto careful = []() -> coroutine<> {
            co_await shielded(nap(1s));
            co_await giambio::sleep(1h);
        };
        co_await cancel_soon(careful());
        auto body = [&](pool& kitchen) -> coroutine<> {
            kitchen.spawn(careful(), "careful");
            kitchen.spawn(nap(1h), "child");
            co_await yield();
            kitchen.cancel("enough");
        };
        co_await with_pool(body);
        auto around = [&]() -> coroutine<> { co_await with_pool(body); };
        co_await shielded(around());
    });
    CHECK(told.names() == words{});
}

TEST_CASE("exception_dropped: an error that comes out of the clean-up after a deadlock") {
    const checked told = check_tests::run([]() -> coroutine<> {
        event<> never;
        try {
            co_await never.wait();
        } catch (const cancelled&) {
            throw std::runtime_error("the disk is full");
        }
    });
    CHECK(told.names() == words{"endless_wait", "exception_dropped"});
    CHECK(told.shown("exception_dropped") == words{"exit 1", "run_end 0"});
    CHECK(told.says("exception_dropped", "#1 main failed with \"the disk is full\""));
}

TEST_CASE("exception_dropped: joined, collected by a pool, or thrown by start") {
    const auto fails = []() -> coroutine<> {
        co_await yield();
        throw std::runtime_error("no");
    };
    const checked joined = check_tests::run([&]() -> coroutine<> {
        const task<> failing = spawn(fails(), "failing");
        try {
            co_await failing.join();
        } catch (const std::runtime_error&) {
        }
        try {
            co_await with_pool([&](pool& kitchen) -> coroutine<> {
                kitchen.spawn(fails(), "cook");
                co_return;
            });
        } catch (const error_group&) {
        }
        event<> never;
        co_await never.wait();
    });
    CHECK(joined.names() == words{"endless_wait"});
    CHECK(check_tests::run(fails).names() == words{});
}

TEST_CASE("descriptor_left: a socket that outlives the run") {
    async_socket server;
    const auto program = [&]() -> coroutine<> {
        tcp_socket listening;
        listening.bind(address("127.0.0.1", 80));
        listening.listen();
        server = wrap_socket(std::move(listening));
        co_await skip_after(10ms, server.accept());
    };
    const checked told = check_tests::run(program);
    CHECK(told.names() == words{"descriptor_left"});
    CHECK(told.shown("descriptor_left") == words{"io 0", "fd_forget 0"});
    server = async_socket();
}

TEST_CASE("descriptor_left: a socket that ends with its task") {
    const checked told = check_tests::run([]() -> coroutine<> {
        tcp_socket listening;
        listening.bind(address("127.0.0.1", 80));
        listening.listen();
        async_socket server = wrap_socket(std::move(listening));
        co_await skip_after(10ms, server.accept());
    });
    CHECK(told.names() == words{});
}
