// Programs with sockets of every kind, which are the same on the machine and on the simulated
// network.
//
// tests/sockets/ runs them on real sockets, tests/network/ on simulated ones. Each is what a user
// would write; it checks what it sees itself.
#pragma once

#include "tests/catch.hpp"
#include "tests/kernel/sockets.hpp"

#include <array>
#include <cerrno>
#include <string>

namespace programs {

using namespace giambio;
using namespace std::chrono_literals;

// The errno of the error that ends a body, 0 when there is none.
template <awaitable A>
coroutine<int> errno_of(A body) {
    try {
        co_await std::move(body);
    } catch (const io_error& failure) {
        co_return failure.code();
    }
    co_return 0;
}

inline coroutine<> receive_some(async_socket& from) {
    co_await from.receive(10);
}

// --- datagrams

inline coroutine<> udp_echo() {
    udp_socket server;
    server.bind(address("127.0.0.1", 0));
    udp_socket client;
    co_await client.send_to("ping", server.local_address());
    const datagram got = co_await server.receive_from();
    CHECK(got.bytes == "ping");
    CHECK(!got.cut);
    CHECK(got.from.port == client.local_address().port);
    co_await server.send_to("pong", got.from);
    const datagram answer = co_await client.receive_from();
    CHECK(answer.bytes == "pong");
    CHECK(answer.from == server.local_address());
}

inline coroutine<> udp_cut_and_whole() {
    udp_socket server;
    server.bind(address("127.0.0.1", 0));
    udp_socket client;
    co_await client.connect(server.local_address());
    CHECK(client.peer_address() == server.local_address());
    co_await client.send("abcdef");
    co_await client.send("");
    co_await client.send("gh");
    const datagram first = co_await server.receive_from(4);
    CHECK(first.bytes == "abcd");
    CHECK(first.cut);
    const datagram empty = co_await server.receive_from(4);
    CHECK(empty.bytes.empty());  // a datagram of nothing is a datagram
    const datagram last = co_await server.receive_from(4);
    CHECK(last.bytes == "gh");
    CHECK(!last.cut);
}

inline coroutine<> datagram_pair_talks() {
    datagram_ends ends = datagram_pair();
    co_await ends.first.send("one");
    co_await ends.first.send("two");
    const datagram one = co_await ends.second.receive_from();
    const datagram two = co_await ends.second.receive_from();
    CHECK(one.bytes == "one");
    CHECK(two.bytes == "two");
    CHECK(one.from.is_local());  // though it has no name
    CHECK(one.from.name().empty());
}

// --- Unix sockets

inline coroutine<> unix_stream(address path) {
    tcp_socket opened;
    opened.bind(path);
    opened.listen();
    CHECK(opened.local_address() == path);
    async_socket server = wrap_socket(std::move(opened));
    task echoing = spawn(echo_once(server));
    {
        async_socket client = co_await connected(path);
        CHECK(client.peer_address() == path);
        CHECK(client.local_address().is_local());
        co_await client.send_all("through a path");
        const std::string got = co_await client.receive(100);
        CHECK(got == "through a path");
    }
    co_await echoing.join();
}

inline coroutine<> unix_datagram(address there, address back) {
    udp_socket server;
    server.bind(there);
    udp_socket client;
    client.bind(back);
    co_await client.send_to("hello", there);
    const datagram got = co_await server.receive_from();
    CHECK(got.bytes == "hello");
    CHECK(got.from == back);
    co_await server.send_to("you too", got.from);
    const datagram answer = co_await client.receive_from();
    CHECK(answer.bytes == "you too");
}

inline coroutine<> nobody_at_the_path(address path) {
    const int code = co_await errno_of(connected(path));
    CHECK(code == (path.is_abstract() ? ECONNREFUSED : ENOENT));
}

// --- pairs and pipes

inline coroutine<> pair_is_intact() {
    auto send = [](async_socket& to, const std::string& bytes) -> coroutine<> {
        co_await to.send_all(bytes);
        to.shut_down_sending();
    };
    socket_ends ends = socket_pair();
    std::string sent(4'000'000, '\0');
    for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 7 + i / 251);
    task sending = spawn(send(ends.first, sent));
    std::string got;
    std::array<char, 4096> room{};
    while (true) {
        const std::size_t size = co_await ends.second.receive_into(room);
        if (size == 0) break;
        got.append(room.data(), size);
    }
    CHECK(got == sent);
    co_await sending.join();
}

inline coroutine<> pipe_ends_and_breaks() {
    opened_pipe ends = open_pipe();
    co_await ends.writer.send_all("one way");
    ends.writer.close();
    const std::size_t nothing = co_await ends.reader.receive_into({});
    CHECK(nothing == 0);
    const std::string got = co_await ends.reader.receive(100);
    CHECK(got == "one way");
    const std::string end = co_await ends.reader.receive(100);
    CHECK(end.empty());
    opened_pipe broken = open_pipe();
    broken.reader.close();
    const int code = co_await errno_of(broken.writer.send_all("anybody?"));
    CHECK(code == EPIPE);
}

inline coroutine<> full_pipe_waits() {
    auto fill = [](pipe_writer& into, std::size_t& sent) -> coroutine<> {
        co_await into.send_all(std::string(1'000'000, 'x'), sent);
    };
    opened_pipe ends = open_pipe();
    std::size_t sent = 0;
    task filling = spawn(fill(ends.writer, sent));
    co_await giambio::sleep(1ms);
    CHECK(sent < 1'000'000);
    CHECK(sent > 0);
    std::size_t got = 0;
    while (got < 1'000'000) got += (co_await ends.reader.receive(65536)).size();
    co_await filling.join();
    CHECK(sent == 1'000'000);
}

// --- half-close

inline coroutine<> half_close(int port) {
    auto answer_at_the_end = [](async_socket& server) -> coroutine<> {
        auto [peer, name] = co_await server.accept();
        const std::string all = co_await receive_all(peer);
        co_await peer.send_all("you said " + all);
    };
    async_socket server = listening(static_cast<std::uint16_t>(port));
    task answering = spawn(answer_at_the_end(server));
    async_socket client = co_await connected(server.local_address());
    co_await client.send_all("that is ");
    co_await client.send_all("all");
    client.shut_down_sending();
    const int code = co_await errno_of(client.send_all("more"));
    CHECK(code == EPIPE);
    const std::string got = co_await receive_all(client);
    CHECK(got == "you said that is all");
    co_await answering.join();
}

// --- names and options

inline coroutine<> names_of_both_sides() {
    async_socket server = listening(0);
    async_socket client = co_await connected(server.local_address());
    auto [peer, name] = co_await server.accept();
    CHECK(client.peer_address() == server.local_address());
    CHECK(peer.peer_address() == client.local_address());
    CHECK(name == client.local_address());
    CHECK(peer.local_address() == server.local_address());
    int code = 0;
    try {
        server.peer_address();
    } catch (const io_error& failure) {
        code = failure.code();
    }
    CHECK(code == ENOTCONN);
}

inline coroutine<> options_are_kept() {
    tcp_socket opened(address_family::ipv4);
    CHECK(opened.option(socket_option::reuse_address) != 0);
    opened.bind(address("127.0.0.1", 0));
    opened.listen();
    async_socket server = wrap_socket(std::move(opened));
    async_socket client = co_await connected(server.local_address());
    CHECK(client.option(socket_option::no_delay) != 0);
    client.set_option(socket_option::no_delay, 0);
    CHECK(client.option(socket_option::no_delay) == 0);
    const async_socket taken = (co_await server.accept()).connection;
    CHECK(taken.option(socket_option::no_delay) != 0);
    CHECK(client.option(socket_option::keep_alive) == 0);
    client.set_option(socket_option::keep_alive, 1);
    CHECK(client.option(socket_option::keep_alive) != 0);
    client.set_option(socket_option::receive_buffer, 10'000);
    CHECK(client.option(socket_option::receive_buffer) >= 10'000);
    client.set_option(socket_option::send_buffer, 10'000);
    CHECK(client.option(socket_option::send_buffer) >= 10'000);
    udp_socket shouting(address_family::ipv4);
    shouting.set_option(socket_option::broadcast, 1);
    CHECK(shouting.option(socket_option::broadcast) != 0);
}

inline coroutine<> only_v6() {
    tcp_socket opened(address_family::ipv6);
    opened.set_option(socket_option::v6_only, 1);
    CHECK(opened.option(socket_option::v6_only) != 0);
    opened.bind(address("::1", 0));
    opened.listen();
    async_socket server = wrap_socket(std::move(opened));
    task echoing = spawn(echo_once(server));
    {
        async_socket client = co_await connected(server.local_address());
        CHECK(client.peer_address().is_v6());
        co_await client.send_all("six");
        const std::string got = co_await client.receive(10);
        CHECK(got == "six");
    }
    co_await echoing.join();
}

}  // namespace programs
