// Messages over a stream: whole and in order, whoever gives up, and when the channel goes away.
//
// Not here: the streams below (streams_test.cpp).
#include "tests/catch.hpp"
#include "tests/run_simulated.hpp"

#include <giambio.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

TEST_CASE("row 100: messages cross a pair of sockets whole and in order") {
    auto program = []() -> coroutine<> {
        auto [one, other] = make_network_channel();
        words came;
        auto read_all = [&](network_channel& from) -> coroutine<> {
            while (const auto message = co_await from.read()) came.push_back(*message);
        };
        const task<> reading = spawn(read_all(other));
        const std::string large(100'000, 'x');
        co_await one.write("first");
        co_await one.write("");
        co_await one.write(large);
        one.close();
        co_await reading.join();
        CHECK(came == words{"first", "", large});
        bool broken = false;
        try {
            for (int i = 0; i < 3; ++i) co_await other.write("too late");
        } catch (const io_error&) {
            broken = true;
        }
        CHECK(broken);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("a read of a message that is given up has taken nothing of it") {
    run_simulated([]() -> coroutine<> {
        auto [raw, other] = stream_pair();
        message_channel messages(std::move(other), 1000);
        auto read = [&]() -> coroutine<std::optional<std::string>> {
            co_return co_await messages.read();
        };
        co_await raw.send_all(std::string_view("\0\0\0\5ab", 6));
        const auto too_early = co_await skip_after(1s, read());
        CHECK(!too_early.has_value());
        co_await raw.send_all("cde");
        const auto whole = co_await read();
        CHECK(whole == "abcde");
        co_await raw.send_all(std::string_view("\0\1\0\0", 4));
        bool refused = false;
        try {
            co_await read();
        } catch (const too_much_data&) {
            refused = true;
        }
        CHECK(refused);
    });
}

TEST_CASE("a limit that four bytes of length cannot tell is refused") {
    run_simulated([]() -> coroutine<> {
        constexpr std::size_t most = 0xffff'ffff;
        auto [one, other] = stream_pair();
        const message_channel fits(std::move(one), most);
        bool refused = false;
        try {
            const message_channel too_long(std::move(other), most + 1);
        } catch (const misuse&) {
            refused = true;
        }
        CHECK(refused);
        co_return;
    });
}

TEST_CASE("a writer that is cancelled before it has sent anything leaves its channel open") {
    auto program = []() -> coroutine<> {
        auto [raw, other] = stream_pair(4);
        message_channel messages(std::move(other));
        auto write = [&](std::string text) -> coroutine<> { co_await messages.write(text); };
        task<> second;
        auto write_first = [&]() -> coroutine<> {
            co_await messages.write("first");
            second.cancel();  // it has been handed the turn, and has not run
        };
        const task<> first = spawn(write_first());
        second = spawn(write("second"));
        co_await wait_all_blocked();
        std::string came;
        while (came.size() < 9) came += co_await raw.receive(100);
        co_await first.join();
        co_await second.wait();
        CHECK(second.was_cancelled());
        const task<> third = spawn(write("third"));
        while (came.size() < 18) came += co_await raw.receive(100);
        co_await third.join();
        CHECK(came == std::string("\0\0\0\5first\0\0\0\5third", 18));
    };
    // With a budget of one answer both find the lock free, and only then one has it.
    for (const int budget : {1, 64}) {
        async_scheduler scheduler{simulated{}};
        scheduler.set_budget(budget);
        scheduler.start(program());
    }
}

TEST_CASE("who uses a channel that goes away is told that it is closed") {
    run_simulated([]() -> coroutine<> {
        auto [raw, other] = stream_pair(4);
        auto messages = std::make_unique<message_channel<memory_stream>>(std::move(other));
        auto write = [&]() -> coroutine<> { co_await messages->write("message"); };
        auto read = [&]() -> coroutine<> { co_await messages->read(); };
        auto is_closed = [](coroutine<> call) -> coroutine<bool> {
            try {
                co_await std::move(call);
            } catch (const resource_closed&) {
                co_return true;
            }
            co_return false;
        };
        std::vector<task<bool>> tasks;
        for (int i = 0; i < 2; ++i) {
            tasks.push_back(spawn(is_closed(write())));
            tasks.push_back(spawn(is_closed(read())));
        }
        co_await yield();
        messages.reset();
        for (const task<bool>& each : tasks) {
            const bool told = co_await each.join();
            CHECK(told);
        }
    });
}

TEST_CASE("a message channel that was moved away says so") {
    run_simulated([]() -> coroutine<> {
        auto [one, other] = stream_pair();
        message_channel first(std::move(one));
        message_channel second(std::move(first));
        CHECK_THROWS_AS(first.read(), resource_closed);
        CHECK_THROWS_AS(first.write("lost"), resource_closed);
        co_await second.write("message");
    });
}
