// Programs that try the rules of sockets (features 2H), on the machine and on the simulated
// network alike.
//
// tests/sockets/ runs them on real sockets, tests/network/ on simulated ones.
#pragma once

#include "tests/sockets/kinds.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace programs {

// Two ends of one connection through the network.
struct connection {
    async_socket mine;
    async_socket theirs;
};

inline coroutine<connection> connect_to_oneself() {
    async_socket server = listening(0);
    connection made;
    made.mine = co_await connected(server.local_address());
    auto [peer, name] = co_await server.accept();
    made.theirs = std::move(peer);
    co_return made;
}

inline coroutine<> echo_two_messages() {
    async_socket server = listening(0);
    task echoing = spawn(echo_once(server));
    {
        async_socket client = co_await connected(server.local_address());
        for (const std::string message : {"first", "second"}) {
            co_await client.send_all(message);
            const std::string got = co_await client.receive(100);
            CHECK(got == message);
        }
    }
    co_await echoing.join();
}

// The errno of the error that a call ends with, 0 when there is none.
template <class Call>
int code_of_call(Call call) {
    try {
        call();
    } catch (const io_error& failure) {
        return failure.code();
    }
    return 0;
}

inline coroutine<> ports_and_fresh_sockets() {
    tcp_socket unbound(address_family::ipv4);
    unbound.listen();
    CHECK(unbound.local_address().port != 0);
    tcp_socket one, other;
    one.bind(address("127.0.0.1", 0));
    other.bind(one.local_address());  // both may, until one of them listens
    one.listen();
    CHECK(code_of_call([&] { other.listen(); }) == EADDRINUSE);
    CHECK(code_of_call([&] { one.bind(address("127.0.0.1", 0)); }) == EINVAL);
    // It can be written to without a wait, and that is an error.
    async_socket fresh = wrap_socket(tcp_socket(address_family::ipv4));
    co_await writable(fresh.number());
    const int code = co_await errno_of(fresh.send_all("x"));
    CHECK(code != 0);
}

// The connection is there already, and stays what it was.
inline coroutine<> second_connect_is_refused() {
    async_socket server = listening(0);
    async_socket client = co_await connected(server.local_address());
    auto [peer, name] = co_await server.accept();
    task reading = spawn(receive_some(client));
    co_await yield();
    // The system answers the first one after a connect in steps as if it were that one's last step.
    int code = co_await errno_of(client.connect(server.local_address()));
    if (code == 0) code = co_await errno_of(client.connect(server.local_address()));
    CHECK(code == EISCONN);
    co_await peer.send_all("x");
    co_await reading.join();
    CHECK(client.number() >= 0);
}

// --- who may use a socket at once

inline coroutine<> second_sender_is_refused(std::size_t size) {
    auto flood = [size](async_socket& to) -> coroutine<> {
        co_await to.send_all(std::string(size, 'a'));
    };
    auto drain = [](async_socket& from, std::string& all) -> coroutine<> {
        all = co_await receive_all(from);
    };
    connection between = co_await connect_to_oneself();
    std::string all;
    task flooding = spawn(flood(between.mine));
    task draining = spawn(drain(between.theirs, all));
    co_await yield();
    // The first one waits now and then, and is woken, and has not run yet: none of it matters.
    int refused = 0;
    while (!flooding.ended()) {
        CHECK_THROWS_AS(co_await between.mine.send_all("b"), resource_busy);
        CHECK_THROWS_AS(between.mine.shut_down_sending(), resource_busy);
        ++refused;
        co_await giambio::sleep(50us);
    }
    CHECK(refused > 3);
    co_await between.mine.send_all("b");
    between.mine.close();
    co_await draining.join();
    CHECK(all == std::string(size, 'a') + "b");
}

inline coroutine<> second_reader_is_refused() {
    auto read = [](async_socket& from) -> coroutine<std::string> {
        co_return co_await from.receive(10);
    };
    connection between = co_await connect_to_oneself();
    task first = spawn(read(between.mine));
    co_await yield();
    CHECK_THROWS_AS(co_await between.mine.receive(10), resource_busy);
    co_await between.mine.send_all("reading and writing get along");
    co_await between.theirs.send_all("hi");
    const std::string got = co_await first.join();
    CHECK(got == "hi");
    co_await between.theirs.send_all("again");
    const std::string again = co_await between.mine.receive(10);
    CHECK(again == "again");
}

inline coroutine<> cancelled_writer_leaves_the_reader() {
    auto flood = [](async_socket& to) -> coroutine<> {
        co_await to.send_all(std::string(20'000'000, 'x'));
    };
    auto read = [](async_socket& from) -> coroutine<std::string> {
        co_return co_await from.receive(100);
    };
    connection between = co_await connect_to_oneself();
    task reading = spawn(read(between.mine));
    const bool in_time = co_await skip_after(20ms, flood(between.mine));
    CHECK(!in_time);
    co_await between.theirs.send_all("still there?");
    const std::string got = co_await reading.join();
    CHECK(got == "still there?");
}

// --- closing

inline coroutine<> closing_wakes_both() {
    auto fails = [](coroutine<> body) -> coroutine<std::string> {
        try {
            co_await std::move(body);
        } catch (const resource_closed&) {
            co_return "closed";
        }
        co_return "went on";
    };
    auto flood = [](async_socket& to) -> coroutine<> {
        co_await to.send_all(std::string(20'000'000, 'x'));
    };
    connection between = co_await connect_to_oneself();
    task reading = spawn(fails(receive_some(between.mine)));
    task writing = spawn(fails(flood(between.mine)));
    co_await giambio::sleep(20ms);
    between.mine.close();
    const std::string reader = co_await reading.join();
    const std::string writer = co_await writing.join();
    CHECK(reader == "closed");
    CHECK(writer == "closed");
    CHECK_THROWS_AS(co_await between.mine.receive(1), resource_closed);
    CHECK_THROWS_AS(between.mine.shut_down_sending(), resource_closed);
}

inline coroutine<> destroyed_in_the_middle_of_a_call() {
    auto read = [](async_socket& from) -> coroutine<std::string> {
        try {
            co_await from.receive(10);
        } catch (const resource_closed&) {
            co_return "closed";
        }
        co_return "went on";
    };
    auto between = std::make_unique<connection>(co_await connect_to_oneself());
    task reading = spawn(read(between->mine));
    co_await yield();
    between.reset();
    const std::string told = co_await reading.join();
    CHECK(told == "closed");
}

inline coroutine<> peer_closed() {
    connection between = co_await connect_to_oneself();
    between.theirs.close();
    for (int i = 0; i < 3; ++i) {
        const std::string end = co_await between.mine.receive(10);
        CHECK(end.empty());
    }
    // The first bytes may leave, to learn that nobody is there; the next ones never do.
    int code = 0;
    for (int i = 0; i < 3 && code == 0; ++i) {
        code = co_await errno_of(between.mine.send_all("anybody there?"));
        co_await giambio::sleep(20ms);
    }
    CHECK((code == EPIPE || code == ECONNRESET));
}

// What it sent before still comes, and then the news that what was sent to it is lost.
inline coroutine<> peer_closed_without_reading(bool through_the_network) {
    connection between;
    if (through_the_network) {
        between = co_await connect_to_oneself();
    } else {
        socket_ends ends = socket_pair();
        between = {std::move(ends.first), std::move(ends.second)};
    }
    co_await between.mine.send_all("never read");
    co_await between.theirs.send_all("answer");
    co_await giambio::sleep(20ms);
    between.theirs.close();
    co_await giambio::sleep(20ms);
    const std::string got = co_await between.mine.receive(10);
    CHECK(got == "answer");
    const int code = co_await errno_of(receive_some(between.mine));
    CHECK(code == ECONNRESET);
    const std::string end = co_await between.mine.receive(10);
    CHECK(end.empty());
    const int later = co_await errno_of(between.mine.send_all("anybody there?"));
    CHECK(later == EPIPE);
}

inline coroutine<> server_closed_without_accepting() {
    async_socket server = listening(0);
    async_socket client = co_await connected(server.local_address());
    server.close();
    co_await giambio::sleep(20ms);
    const int code = co_await errno_of(receive_some(client));
    CHECK(code == ECONNRESET);
}

// --- cancelled calls

inline coroutine<> cancelled_calls_lose_nothing() {
    async_socket server = listening(0);
    const auto nobody = co_await skip_after(5ms, server.accept());
    CHECK(!nobody);
    async_socket client = co_await connected(server.local_address());
    auto [peer, name] = co_await server.accept();
    const auto nothing = co_await skip_after(5ms, client.receive(10));
    CHECK(!nothing);
    co_await peer.send_all("whole");
    const std::string got = co_await client.receive(10);
    CHECK(got == "whole");
    udp_socket ear;
    ear.bind(address("127.0.0.1", 0));
    const auto silence = co_await skip_after(5ms, ear.receive_from());
    CHECK(!silence);
    udp_socket mouth;
    co_await mouth.send_to("heard", ear.local_address());
    const datagram heard = co_await ear.receive_from();
    CHECK(heard.bytes == "heard");
}

inline coroutine<> cancelled_send_tells_how_much() {
    auto flood = [](async_socket& to, const std::string& bytes, std::size_t& sent) -> coroutine<> {
        co_await to.send_all(bytes, sent);
    };
    connection between = co_await connect_to_oneself();
    std::string bytes(20'000'000, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 + i / 65521);
    std::size_t sent = 0;
    const bool in_time = co_await skip_after(20ms, flood(between.mine, bytes, sent));
    CHECK(!in_time);
    CHECK(sent > 0);
    CHECK(sent < bytes.size());
    between.mine.close();
    const std::string got = co_await receive_all(between.theirs);
    CHECK(got.size() == sent);
    CHECK(got == bytes.substr(0, sent));
}

// --- a fast peer

// Bytes are always there, so each receive is answered at once. The others run all the same.
inline coroutine<> always_ready_but_others_run() {
    auto count_turns = [](const bool& over, int& turns) -> coroutine<> {
        while (!over) {
            ++turns;
            co_await yield();
        }
    };
    socket_ends ends = socket_pair();
    co_await ends.first.send_all(std::string(6'400, 'x'));
    bool over = false;
    int turns = 0;
    task counting = spawn(count_turns(over, turns));
    for (int i = 0; i < 6'400; ++i) {
        const std::string one = co_await ends.second.receive(1);
        CHECK(one.size() == 1);
    }
    over = true;
    co_await counting.join();
    CHECK(turns >= 6'400 / 64 / 2);
}

}  // namespace programs
