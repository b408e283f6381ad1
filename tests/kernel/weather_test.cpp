// The weather of the simulated network: jitter, backlog, closing, and what comes first.
//
// Not here: the plain exchange of bytes (network_test.cpp).
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"
#include "tests/kernel/sockets.hpp"

#include <cerrno>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

coroutine<int> code_of_connecting(address to) {
    try {
        co_await connected(to);
    } catch (const io_error& refused) {
        co_return refused.code();
    }
    co_return 0;
}

}  // namespace

TEST_CASE("R12: jitter delays packets, within its bounds, and never changes their order") {
    auto count_up = [](async_socket& server) -> coroutine<> {
        auto [peer, name] = co_await server.accept();
        for (char each = 'a'; each <= 'z'; ++each) co_await peer.send_all(std::string(1, each));
    };
    auto program = [&](std::vector<moment>& arrivals) -> coroutine<> {
        async_socket server = listening(7);
        spawn(count_up(server));
        async_socket client = co_await connected(home);
        std::string all;
        while (all.size() < 26) {
            all += co_await client.receive(100);
            arrivals.push_back(now());
        }
        CHECK(all == "abcdefghijklmnopqrstuvwxyz");
    };
    std::vector<moment> arrivals, again;
    const simulated world{.seed = 3, .latency = 10ms, .jitter = 5ms};
    async_scheduler{world}.start(program(arrivals));
    async_scheduler{world}.start(program(again));
    CHECK(arrivals == again);
    CHECK(arrivals.size() > 3);
    CHECK(arrivals.front() >= moment(20ms));  // the knock there, the bytes back: 10 to 15 ms each
    CHECK(arrivals.back() <= moment(30ms));
}

TEST_CASE("R3: who waits for a packet runs before who waits for a timer of the same moment") {
    words told;
    auto receive = [](async_socket& from, words& into) -> coroutine<> {
        const std::string got = co_await from.receive(10);
        into.push_back(got);
    };
    auto nap = [](words& into) -> coroutine<> {
        co_await giambio::sleep(10ms);
        into.push_back("timer");
    };
    auto program = [&](words& into) -> coroutine<> {
        async_socket server = listening(7);
        async_socket client = co_await connected(home);
        auto [peer, name] = co_await server.accept();
        spawn(nap(into));  // armed first, and due when the packet arrives
        task receiving = spawn(receive(client, into));
        co_await peer.send_all("packet");
        co_await receiving.join();
    };
    async_scheduler{simulated{.latency = 10ms}}.start(program(told));
    CHECK(told == words{"packet", "timer"});
}

TEST_CASE("connections that nobody accepts wait up to the backlog; more are refused") {
    auto program = []() -> coroutine<> {
        async_socket server = listening(7, 2);
        std::vector<task<int>> knocking;
        for (int i = 0; i < 4; ++i) knocking.push_back(spawn(code_of_connecting(home)));
        std::vector<int> codes;
        for (const task<int>& each : knocking) codes.push_back(co_await each.join());
        CHECK(codes == std::vector<int>{0, 0, ECONNREFUSED, ECONNREFUSED});
        co_await server.accept();
        const int later = co_await code_of_connecting(home);
        CHECK(later == 0);
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("scenario 88: bytes that were sent before a close arrive before the end of the stream") {
    auto say_and_close = [](async_socket& server) -> coroutine<> {
        auto [peer, name] = co_await server.accept();
        co_await peer.send_all("last words");
    };
    auto program = [&]() -> coroutine<> {
        async_socket server = listening(7);
        co_await spawn(say_and_close(server)).join();
        co_return;
    };
    auto client = [&](words& into) -> coroutine<> {
        task serving = spawn(program());
        co_await yield();
        async_socket socket = co_await connected(home);
        co_await serving.join();  // closed on the other side, and all of it is under way
        for (int i = 0; i < 3; ++i) into.push_back(co_await socket.receive(5));
        into.push_back(co_await socket.receive(5));
    };
    words told;
    async_scheduler{simulated{}}.start(client(told));
    CHECK(told == words{"last ", "words", "", ""});
}

TEST_CASE("R12: the news of a close takes the latency, too; until then bytes leave and are lost") {
    auto program = []() -> coroutine<> {
        async_socket server = listening(7);
        async_socket client = co_await connected(home);
        auto [peer, name] = co_await server.accept();
        client.close();
        co_await peer.send_all("into the void");
        co_await giambio::sleep(10ms);
        int code = 0;
        try {
            co_await peer.send_all("nobody there");
        } catch (const io_error& failure) {
            code = failure.code();
        }
        CHECK(code == EPIPE);
    };
    async_scheduler{simulated{.latency = 10ms}}.start(program());
}

TEST_CASE("a sender whose peer closes while it waits for room learns it") {
    auto flood = [](async_socket& to) -> coroutine<> {
        co_await to.send_all(std::string(1000, 'x'));
    };
    auto program = [&]() -> coroutine<> {
        async_socket server = listening(7);
        async_socket client = co_await connected(home);
        auto [peer, name] = co_await server.accept();
        task flooding = spawn(flood(client));
        co_await giambio::sleep(1s);
        CHECK(!flooding.ended());  // there is room for 100 bytes
        peer.close();
        CHECK_THROWS_AS(co_await flooding.join(), io_error);
        CHECK(now() == moment(1s + 2ms + 1ms));
    };
    async_scheduler{simulated{.buffer = 100}}.start(program());
}

TEST_CASE("a socket that is not connected is refused as on a machine") {
    auto unconnected = []() {
        tcp_socket socket;
        socket.bind(address("127.0.0.1", 0));
        return wrap_socket(std::move(socket));
    };
    auto receive = [&]() -> coroutine<int> {
        async_socket socket = unconnected();
        try {
            co_await socket.receive(10);
        } catch (const io_error& refused) {
            co_return refused.code();
        }
        co_return 0;
    };
    auto accept = [&]() -> coroutine<int> {
        async_socket socket = unconnected();
        try {
            co_await socket.accept();
        } catch (const io_error& refused) {
            co_return refused.code();
        }
        co_return 0;
    };
    CHECK(async_scheduler{}.start(receive()) == ENOTCONN);
    CHECK(async_scheduler{simulated{}}.start(receive()) == ENOTCONN);
    CHECK(async_scheduler{}.start(accept()) == EINVAL);
    CHECK(async_scheduler{simulated{}}.start(accept()) == EINVAL);
}

TEST_CASE("a connection that is given up half-way leaves no descriptor behind") {
    auto program = []() -> coroutine<> {
        async_socket server = listening(7);
        async_socket client;
        const bool in_time = co_await skip_after(15ms, client.connect(home));
        CHECK(!in_time);
        CHECK(client.number() == -1);
        co_await client.connect(home);  // and the socket can be used again
        CHECK(now() == moment(35ms));
    };
    async_scheduler{simulated{.latency = 10ms}}.start(program());
}

TEST_CASE("scenario 92: an accept that is cancelled loses no connection") {
    auto accept = [](async_socket& server) -> coroutine<> { co_await server.accept(); };
    auto program = [&]() -> coroutine<> {
        async_socket server = listening(7);
        const bool in_time = co_await skip_after(5ms, accept(server));
        CHECK(!in_time);
        async_socket client = co_await connected(home);
        auto [peer, name] = co_await server.accept();
        co_await peer.send_all("welcome");
        const std::string got = co_await client.receive(10);
        CHECK(got == "welcome");
    };
    async_scheduler{simulated{}}.start(program());
}
