// A TLS server and a client in one process, on the simulated network: what the tests begin with.
//
// Internal to tests/tls/.
#pragma once

#include "tests/tls/certificates.hpp"

#include <giambio.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace tls_test {

using namespace giambio;
using namespace std::chrono_literals;

inline const address home("127.0.0.1", 443);

inline tls_context serving(const std::string& name = "good") {
    return tls_context::server({.certificates = pem(name), .key = key(name)});
}
inline tls_context trusting(const std::string& authority = "ca") {
    return tls_context::client({.authorities = pem(authority)});
}

inline async_socket listening() {
    tcp_socket socket;
    socket.bind(home);
    socket.listen(5);
    return wrap_socket(std::move(socket));
}

inline coroutine<async_socket> connected() {
    async_socket socket;
    co_await socket.connect(home);
    co_return socket;
}

// The two ends of a wire in memory, after the handshake. Each way has room for so many bytes.
struct secured_ends {
    tls_stream<memory_stream> peer;
    tls_stream<memory_stream> secure;
};
inline coroutine<secured_ends> secured(std::size_t room) {
    auto [one, other] = stream_pair(room);
    secured_ends made{tls_stream(std::move(other), serving()),
                      tls_stream(std::move(one), trusting(), "good.example")};
    task answering = spawn(made.peer.handshake());
    co_await made.secure.handshake();
    co_await answering.join();
    co_return made;
}

template <class Stream>
coroutine<std::string> read_all(Stream& from, std::size_t size = 1000) {
    std::string all;
    while (true) {
        const std::string got = co_await from.receive(size);
        if (got.empty()) co_return all;
        all += got;
    }
}

// Gives back what it gets until the client says goodbye, and says it too.
inline coroutine<> echo(tls_stream<> peer) {
    while (true) {
        const std::string got = co_await peer.receive(1000);
        if (got.empty()) break;
        co_await peer.send_all(got);
    }
    co_await peer.shut_down();
}

using server_part = std::function<coroutine<>(async_socket)>;
using client_part = std::function<coroutine<>(async_socket)>;

inline coroutine<> accept_one(const server_part& serve, async_socket listener) {
    auto [socket, name] = co_await listener.accept();
    co_await serve(std::move(socket));
}

inline coroutine<> both(const server_part& serve, const client_part& call) {
    task serving_task = spawn(accept_one(serve, listening()), "server");
    {
        async_socket socket = co_await connected();
        co_await call(std::move(socket));
    }
    co_await serving_task.join();
}

// Runs the two ends of one connection. Nothing may take an hour: a test that hangs fails instead.
inline void meet(const server_part& serve, const client_part& call,
                 const simulated& world = {.max_chunk = 7}) {
    async_scheduler scheduler{world};
    scheduler.start(with_timeout(1h, both(serve, call)));
}

// What a coroutine throws as tls_error; nothing when it ends well.
template <class T>
coroutine<std::optional<tls_error>> error_of(coroutine<T> body) {
    try {
        co_await std::move(body);
    } catch (const tls_error& failure) {
        co_return failure;
    }
    co_return std::nullopt;
}

}  // namespace tls_test
