// Worlds with several hosts: names, addresses, who answers whom and after how long.
//
// Not here: what goes wrong between them (faults_test.cpp).
#include "tests/network/two_hosts.hpp"

using namespace giambio;
using namespace std::chrono_literals;
using namespace network_tests;

namespace {

coroutine<int> code_of_connecting(address to) {
    co_return co_await programs::errno_of(connected(to));
}

}  // namespace

TEST_CASE("a name finds the addresses of all its entries, after the delay of the world") {
    const simulated world{.hosts = {{"example.org", {"2001:db8::1"}},
                                    {"other.org", {"10.0.0.9"}},
                                    {"example.org", {"10.0.0.1", "10.0.0.2"}}},
                          .look_up_delay = 30ms};
    auto program = []() -> coroutine<> {
        const auto told = door().look_up("example.org");
        REQUIRE(told);
        CHECK(told->found == std::vector<address>{address("2001:db8::1", 0), address("10.0.0.1", 0),
                                                  address("10.0.0.2", 0)});
        CHECK(told->takes == duration(30ms));
        CHECK(door().look_up("nobody.org")->found.empty());
        CHECK(door().look_up("localhost")->found.size() == 2);
        co_return;
    };
    async_scheduler{world}.start(program());
}

TEST_CASE("the machine's own names are not told by the loop: that may block") {
    auto program = []() -> coroutine<> {
        CHECK(!door().look_up("localhost"));
        co_return;
    };
    async_scheduler{}.start(program());
}

TEST_CASE("with hosts an address matters: another host's port is another port") {
    const simulated world{.hosts = {{"near", {"10.0.0.1"}}, {"far", {"10.0.0.2"}}}};
    auto program = []() -> coroutine<> {
        async_socket server = listening_at(far);
        const int right = co_await code_of_connecting(far);
        const int wrong = co_await code_of_connecting(address("10.0.0.1", 80));
        const int nowhere = co_await code_of_connecting(address("10.0.0.3", 80));
        CHECK(right == 0);
        CHECK(wrong == ECONNREFUSED);
        CHECK(nowhere == ENETUNREACH);
        CHECK_THROWS_AS(listening_at(address("10.0.0.3", 80)), io_error);
        async_socket at_home = listening_at(address("", 80));  // the own machine, same port
        const int own = co_await code_of_connecting(address("127.0.0.1", 80));
        CHECK(own == 0);
    };
    async_scheduler{world}.start(program());
}

TEST_CASE("a host may take its time, refuse everybody, or never answer") {
    const simulated world{.latency = 10ms,
                          .hosts = {{"slow", {"10.0.0.1"}, manner::answers, 500ms},
                                    {"rude", {"10.0.0.2"}, manner::refuses, 200ms},
                                    {"dead", {"10.0.0.3"}, manner::silent}},
                          .connect_patience = 60s};
    auto program = []() -> coroutine<> {
        async_socket slow = listening_at(address("10.0.0.1", 80));
        async_socket rude = listening_at(address("10.0.0.2", 80));
        async_socket dead = listening_at(address("10.0.0.3", 80));
        const moment begun = now();
        const int late = co_await code_of_connecting(address("10.0.0.1", 80));
        CHECK(late == 0);
        CHECK(now() - begun == moment(520ms));
        const int refused = co_await code_of_connecting(address("10.0.0.2", 80));
        CHECK(refused == ECONNREFUSED);
        CHECK(now() - begun == moment(520ms + 220ms));
        const int silent = co_await code_of_connecting(address("10.0.0.3", 80));
        CHECK(silent == ETIMEDOUT);
        CHECK(now() - begun == moment(520ms + 220ms + 10ms + 60s));
    };
    async_scheduler{world}.start(program());
}

TEST_CASE("who connects from another host is seen with that host's address") {
    const simulated world{.hosts = {{"here", {"10.0.0.1"}}, {"far", {"10.0.0.2"}}}};
    auto program = []() -> coroutine<> {
        async_socket server = listening_at(far);
        async_socket client = co_await connected(far);
        const auto [peer, name] = co_await server.accept();
        CHECK(name.to_string().starts_with("10.0.0.1:"));
        CHECK(client.peer_address() == far);
        CHECK(peer.local_address() == far);
        udp_socket ear, mouth;
        ear.bind(far);
        co_await mouth.send_to("who am I?", far);
        const datagram got = co_await ear.receive_from();
        CHECK(got.from.to_string().starts_with("10.0.0.1:"));
    };
    async_scheduler{world}.start(program());
}

TEST_CASE("an IPv6 socket that listens everywhere takes IPv4, unless it is told not to") {
    auto program = [](bool only_v6) -> coroutine<int> {
        tcp_socket socket(address_family::ipv6);
        socket.set_option(socket_option::v6_only, only_v6 ? 1 : 0);
        socket.bind(address("::", 7));
        socket.listen();
        async_socket server = wrap_socket(std::move(socket));
        co_return co_await code_of_connecting(home);
    };
    CHECK(async_scheduler{simulated{}}.start(program(false)) == 0);
    CHECK(async_scheduler{simulated{}}.start(program(true)) == ECONNREFUSED);
    CHECK(async_scheduler{}.start(program(true)) == ECONNREFUSED);
}

TEST_CASE("a broadcast reaches everybody at the port, if the sender may shout") {
    auto program = []() -> coroutine<> {
        udp_socket one, other, mouth;
        one.bind(address("10.0.0.1", 9));
        other.bind(address("10.0.0.2", 9));
        const address all("255.255.255.255", 9);
        const int code = co_await programs::errno_of(mouth.send_to("hey", all));
        CHECK(code == EACCES);
        mouth.set_option(socket_option::broadcast, 1);
        co_await mouth.send_to("hey", all);
        const datagram first = co_await one.receive_from();
        const datagram second = co_await other.receive_from();
        CHECK(first.bytes == "hey");
        CHECK(second.bytes == "hey");
    };
    const simulated world{.hosts = {{"one", {"10.0.0.1"}}, {"other", {"10.0.0.2"}}}};
    async_scheduler{world}.start(program());
}
