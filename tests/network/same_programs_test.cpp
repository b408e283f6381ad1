// The programs of tests/sockets/, unchanged, on the simulated network.
//
// Several worlds each: a calm one, and one that cuts every send to pieces and delays unevenly.
// Not here: what only a simulated network can do (faults_test.cpp, hosts_test.cpp).
#include "tests/sockets/rules.hpp"

using namespace giambio;
using namespace std::chrono_literals;

namespace {

template <class Program>
void in_every_world(Program program) {
    async_scheduler{simulated{}}.start(program());
    async_scheduler{simulated{.seed = 5, .latency = 3ms, .jitter = 4ms, .max_chunk = 1000}}.start(
        program());
}

const address a_path = address::unix_path("/run/simulated/a");
const address other_path = address::unix_path("/run/simulated/b");
const address a_name = address::unix_abstract("a");
const address other_name = address::unix_abstract("b");

}  // namespace

TEST_CASE("scenario 88: two messages come back, simulated") {
    in_every_world(programs::echo_two_messages);
}

TEST_CASE("who listens has a port of its own, and a fresh socket is no wait, simulated") {
    in_every_world(programs::ports_and_fresh_sockets);
}

TEST_CASE("a second connect on a socket is an error, and the connection stays, simulated") {
    in_every_world(programs::second_connect_is_refused);
}

TEST_CASE("2H-50: a second send is refused from beginning to end, simulated") {
    in_every_world([] { return programs::second_sender_is_refused(1'000'000); });
}

TEST_CASE("2H-50, scenario 89: a second reader is refused, simulated") {
    in_every_world(programs::second_reader_is_refused);
}

TEST_CASE("2H-50, scenario 89: a cancelled writer leaves the reader working, simulated") {
    in_every_world(programs::cancelled_writer_leaves_the_reader);
}

TEST_CASE("2H-51: closing wakes who waits, simulated") {
    in_every_world(programs::closing_wakes_both);
    in_every_world(programs::destroyed_in_the_middle_of_a_call);
}

TEST_CASE("2H-55, scenario 92: cancelled calls lose nothing, simulated") {
    async_scheduler{simulated{}}.start(programs::cancelled_calls_lose_nothing());
}

TEST_CASE("2H-55, scenario 93: a cancelled send_all tells how much has left, simulated") {
    in_every_world(programs::cancelled_send_tells_how_much);
}

TEST_CASE("2H-56: the other side has closed, simulated") {
    in_every_world(programs::peer_closed);
}

TEST_CASE("2H-53: who closes without having read all resets the connection, simulated") {
    in_every_world([] { return programs::peer_closed_without_reading(true); });
    in_every_world([] { return programs::peer_closed_without_reading(false); });
    in_every_world(programs::server_closed_without_accepting);
}

TEST_CASE("2H-59: a reader that never has to wait lets the others run, simulated") {
    async_scheduler{simulated{}}.start(programs::always_ready_but_others_run());
}

TEST_CASE("scenario 93: 4 MB through a pair arrive intact, simulated") {
    in_every_world(programs::pair_is_intact);
}

TEST_CASE("datagrams, simulated") {
    async_scheduler{simulated{}}.start(programs::udp_echo());
    async_scheduler{simulated{}}.start(programs::udp_cut_and_whole());
    in_every_world(programs::datagram_pair_talks);
}

TEST_CASE("Unix sockets, simulated") {
    for (const auto& [one, other] : {std::pair(a_path, other_path), {a_name, other_name}}) {
        async_scheduler{simulated{}}.start(programs::unix_stream(one));
        async_scheduler{simulated{}}.start(programs::unix_datagram(one, other));
        async_scheduler{simulated{}}.start(programs::nobody_at_the_path(one));
    }
}

TEST_CASE("a datagram to a full Unix socket waits for room, simulated and real") {
    auto fill = [](udp_socket& into, int& sent) -> coroutine<> {
        for (; sent < 2000; ++sent) co_await into.send(std::string(1000, 'x'));
    };
    auto program = [&]() -> coroutine<> {
        datagram_ends ends = datagram_pair();
        int sent = 0;
        task filling = spawn(fill(ends.first, sent));
        co_await giambio::sleep(10ms);
        CHECK(sent < 2000);
        for (int got = 0; got < 2000; ++got) co_await ends.second.receive_from(1000);
        co_await filling.join();
    };
    async_scheduler{simulated{}}.start(program());
    async_scheduler{}.start(program());
}

TEST_CASE("pipes, simulated") {
    in_every_world(programs::pipe_ends_and_breaks);
    in_every_world(programs::full_pipe_waits);
}

TEST_CASE("half-close, simulated") {
    in_every_world([] { return programs::half_close(0); });
}

TEST_CASE("names and options, simulated") {
    in_every_world(programs::names_of_both_sides);
    in_every_world(programs::options_are_kept);
    in_every_world(programs::only_v6);
}

TEST_CASE("a pipe and a pair have no network in between: they take no time") {
    auto program = []() -> coroutine<> {
        socket_ends ends = socket_pair();
        co_await ends.first.send_all("hi");
        const std::string got = co_await ends.second.receive(10);
        CHECK(got == "hi");
        CHECK(now() == moment(0));
    };
    async_scheduler{simulated{.latency = 1s}}.start(program());
}

TEST_CASE("an address that is taken is refused, simulated") {
    auto program = []() -> coroutine<> {
        async_socket first = listening(7);
        CHECK_THROWS_AS(listening(7), io_error);
        udp_socket talk, again;
        talk.bind(address("", 7));  // another sort of port
        CHECK_THROWS_AS(again.bind(address("", 7)), io_error);
        tcp_socket path, same;
        path.bind(a_path);
        CHECK_THROWS_AS(same.bind(a_path), io_error);
        co_return;
    };
    async_scheduler{simulated{}}.start(program());
}
