// Sockets that are closed while they connect, and the ports that are free.
//
// Not here: closing in the middle of receiving and sending (same_programs_test.cpp).
#include "tests/sockets/rules.hpp"

#include <memory>
#include <string>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

const address far("10.0.0.2", 80);

coroutine<std::string> told_by(async_socket& socket, address to) {
    try {
        co_await socket.connect(to);
    } catch (const resource_closed&) {
        co_return "closed";
    }
    co_return "connected";
}

}  // namespace

TEST_CASE("closing a socket that connects wakes the one who connects it, and closes it") {
    auto program = [&]() -> coroutine<> {
        async_socket client;
        const task<std::string> connecting = spawn(told_by(client, far));
        co_await giambio::sleep(1s);
        CHECK_THROWS_AS(co_await client.connect(far), resource_busy);
        client.close();
        const std::string told = co_await connecting.join();
        CHECK(told == "closed");
        CHECK(now() == moment(1s));
        CHECK(client.number() == -1);

        auto gone = std::make_unique<async_socket>();
        const task<std::string> other = spawn(told_by(*gone, far));
        co_await giambio::sleep(1s);
        gone.reset();
        const std::string other_told = co_await other.join();
        CHECK(other_told == "closed");
        CHECK(now() == moment(2s));
    };
    const simulated world{.hosts = {{"here", {"10.0.0.1"}}, {"far", {"10.0.0.2"}, manner::silent}}};
    async_scheduler{world}.start(program());
}

TEST_CASE("a socket that is closed in the moment in which it is connected stays closed") {
    auto program = [&]() -> coroutine<> {
        async_socket server = listening(7);
        async_socket client;
        const task<std::string> connecting = spawn(told_by(client, home));
        auto [peer, name] = co_await server.accept();
        busy(1ms);  // now the welcome is there
        co_await yield();
        client.close();  // the one who connects has been woken, and has not run yet
        const std::string told = co_await connecting.join();
        CHECK(now() == moment(2ms));
        CHECK(told == "closed");
        CHECK(client.number() == -1);
        const std::string end = co_await peer.receive(10);
        CHECK(end.empty());
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("port 0 means a port that nobody has, however many were given away before") {
    auto program = []() -> coroutine<> {
        udp_socket chosen, given;
        chosen.bind(address("127.0.0.1", 40'001));
        given.bind(address("127.0.0.1", 0));
        CHECK(given.local_address().port == 40'002);
        tcp_socket not_yet_listening, other;
        not_yet_listening.bind(address("127.0.0.1", 40'003));
        other.bind(address("127.0.0.1", 0));
        CHECK(other.local_address().port == 40'004);
        for (int i = 0; i < 26'000; ++i) {
            udp_socket passing;
            passing.bind(address("127.0.0.1", 0));
            const std::uint16_t port = passing.local_address().port;
            if (port <= 40'000 || port == 40'001 || port == 40'002)
                FAIL("it is given port " << port);
        }
        co_return;
    };
    async_scheduler{simulated{}}.start(program());
}
