// The few coroutines that every test with sockets begins with: listen, connect, echo, read all.
//
// They are programs of their own, not wrappers: each is what a user would write.
// Internal to tests/kernel/.
#pragma once

#include <giambio.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

inline const giambio::address home("127.0.0.1", 7);

inline giambio::async_socket listening(std::uint16_t port, int backlog = 5) {
    giambio::tcp_socket socket;
    socket.bind(giambio::address("127.0.0.1", port));
    socket.listen(backlog);
    return giambio::wrap_socket(std::move(socket));
}

inline giambio::coroutine<giambio::async_socket> connected(giambio::address to) {
    giambio::async_socket socket;
    co_await socket.connect(to);
    co_return socket;
}

// Gives back what it gets, until the other side closes.
inline giambio::coroutine<> echo(giambio::async_socket peer) {
    while (true) {
        const std::string got = co_await peer.receive(1000);
        if (got.empty()) co_return;
        co_await peer.send_all(got);
    }
}

// Takes one connection and echoes on it.
inline giambio::coroutine<> echo_once(giambio::async_socket& server) {
    auto [peer, name] = co_await server.accept();
    co_await echo(std::move(peer));
}

inline giambio::coroutine<std::string> receive_all(giambio::async_socket& from,
                                                   std::vector<std::size_t>* sizes = nullptr) {
    std::string all;
    while (true) {
        const std::string got = co_await from.receive(1000);
        if (got.empty()) co_return all;
        if (sizes != nullptr) sizes->push_back(got.size());
        all += got;
    }
}
