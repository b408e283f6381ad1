// Messages over a stream: whole and in order, whoever gives up.
//
// Not here: the streams below (streams_test.cpp).
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <optional>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

template <class Program>
auto run_simulated(Program program) {
    return async_scheduler{simulated{}}.start(program());
}

}  // namespace

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
