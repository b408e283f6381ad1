// The simulated network: exact times, seeded cuts, and the ways in which a connection ends.
//
// Not here: the property test, which has random programs on the same network (tests/property/).
// Kept true: what is tested on the machine's own sockets, too, depends on no time.
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"
#include "tests/kernel/sockets.hpp"

#include <cerrno>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;

TEST_CASE("a packet takes exactly the latency, each way (scenario 88)") {
    auto program = []() -> coroutine<> {
        async_socket server = listening(7);
        task echoing = spawn(echo_once(server));
        {
            async_socket client = co_await connected(home);
            CHECK(now() == moment(20ms));  // there, and the answer back
            co_await client.send_all("ping");
            CHECK(now() == moment(20ms));
            const std::string got = co_await client.receive(100);
            CHECK(got == "ping");
            CHECK(now() == moment(40ms));
        }
        co_await echoing.join();
        CHECK(now() == moment(50ms));
    };
    async_scheduler{simulated{.latency = 10ms}}.start(program());
}

TEST_CASE("sends are cut by the seed: the same seed cuts alike, the bytes stay in order") {
    auto sizes_of = [](std::uint64_t seed) {
        std::vector<std::size_t> sizes;
        auto send = [](async_socket& server) -> coroutine<> {
            auto [peer, name] = co_await server.accept();
            co_await peer.send_all("abcdefghijklmnopqrstuvwxyz");
        };
        auto program = [&]() -> coroutine<> {
            async_socket server = listening(7);
            spawn(send(server));
            async_socket client = co_await connected(home);
            const std::string got = co_await receive_all(client, &sizes);
            CHECK(got == "abcdefghijklmnopqrstuvwxyz");
        };
        const simulated world{.seed = seed, .latency = 1ms, .jitter = 5ms, .max_chunk = 4};
        async_scheduler{world}.start(program());
        return sizes;
    };
    CHECK(sizes_of(1).size() > 1);
    CHECK(sizes_of(1) == sizes_of(1));
    CHECK(sizes_of(1) != sizes_of(2));
}

TEST_CASE("a full buffer makes the sender wait until the receiver reads (scenario 93)") {
    auto send = [](async_socket& server, moment& done) -> coroutine<> {
        auto [peer, name] = co_await server.accept();
        co_await peer.send_all(std::string(4'000'000, 'x'));
        done = now();
    };
    auto program = [&]() -> coroutine<> {
        moment done{};
        async_socket server = listening(7);
        task sending = spawn(send(server, done));
        async_socket client = co_await connected(home);
        co_await giambio::sleep(10s);
        CHECK(done == moment(0));  // still waiting for room
        const std::string got = co_await receive_all(client);
        CHECK(got.size() == 4'000'000);
        CHECK(done > moment(10s));
        co_await sending.join();
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("who knocks alone is not followed by an accept in vain, a crowd is let in at once") {
    // How many accepts found nobody, and in how many turns everybody was accepted.
    struct cost {
        std::size_t in_vain = 0, turns = 0;
    };
    auto cost_of = [](int clients, duration apart) {
        auto knock = [](duration after) -> coroutine<> {
            co_await giambio::sleep(after);
            const async_socket client = co_await connected(home);
            co_await giambio::sleep(10s);
        };
        auto program = [&]() -> coroutine<> {
            async_socket server = listening(7, clients);
            co_await giambio::sleep(1ms);
            for (int i = 0; i < clients; ++i) spawn(knock(i * apart));
            std::vector<async_socket> taken;
            for (int i = 0; i < clients; ++i)
                taken.push_back((co_await server.accept()).connection);
        };
        recorder told;
        async_scheduler scheduler{simulated{}};
        scheduler.observe(told);
        scheduler.start(program());
        cost found;
        std::vector<std::uint32_t> turns;
        for (const record& each : told.of(happening::io)) {
            if (std::string_view(each.word) != "accept") continue;
            found.in_vain += each.flag ? 1u : 0u;
            if (!each.flag) turns.push_back(each.turn);
        }
        found.turns = turns.back() - turns.front() + 1;
        return found;
    };
    CHECK(cost_of(10, 1s).in_vain == 0);
    CHECK(cost_of(10, 0s).turns == 2);
    CHECK(cost_of(10, 0s).in_vain <= 1);
}

TEST_CASE("nobody listens: the connection is refused, as an io_error with its errno") {
    auto program = []() -> coroutine<> {
        int code = 0;
        try {
            co_await connected(home);
        } catch (const io_error& refused) {
            code = refused.code();
        }
        CHECK(code == ECONNREFUSED);
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("closing a socket wakes the one who waits on it with resource_closed") {
    auto wait = [](async_socket& socket) -> coroutine<> {
        CHECK_THROWS_AS(co_await socket.receive(10), resource_closed);
        CHECK_THROWS_AS(co_await socket.receive(10), resource_closed);
    };
    auto program = [&]() -> coroutine<> {
        async_socket server = listening(7);
        async_socket client = co_await connected(home);
        task waiting = spawn(wait(client));
        co_await giambio::sleep(1ms);
        client.close();
        co_await waiting.join();
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE(
    "a second reader is told that the socket is busy; reader and writer get along (scenario 89)") {
    auto read = [](async_socket& socket) -> coroutine<std::string> {
        co_return co_await socket.receive(10);
    };
    auto program = [&]() -> coroutine<> {
        async_socket server = listening(7);
        task echoing = spawn(echo_once(server));
        async_socket client = co_await connected(home);
        task first = spawn(read(client));
        co_await yield();
        CHECK_THROWS_AS(co_await client.receive(10), resource_busy);
        co_await client.send_all("hi");
        const std::string got = co_await first.join();
        CHECK(got == "hi");
        client.close();
        co_await echoing.join();
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("a receive that is cancelled loses nothing (scenario 92)") {
    auto program = []() -> coroutine<> {
        async_socket server = listening(7);
        task echoing = spawn(echo_once(server));
        async_socket client = co_await connected(home);
        const std::optional<std::string> nothing_yet = co_await skip_after(5ms, client.receive(10));
        CHECK(!nothing_yet);
        co_await client.send_all("whole");
        const std::string got = co_await client.receive(10);
        CHECK(got == "whole");
        client.close();
        co_await echoing.join();
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("the same program runs on real sockets") {
    auto program = []() -> coroutine<std::string> {
        async_socket server = listening(0);
        task echoing = spawn(echo_once(server));
        std::string got;
        {
            async_socket client =
                co_await connected(address("127.0.0.1", server.local_address().port));
            co_await client.send_all("over the wire");
            got = co_await client.receive(100);
        }
        co_await echoing.join();
        co_return got;
    };
    CHECK(async_scheduler{}.start(program()) == "over the wire");
    CHECK(async_scheduler{simulated{}}.start(program()) == "over the wire");
}
