// A server's loop: accept, give each connection a task of its own, go on.
//
//     co_await serve(listener, [](async_socket& connection, address peer) -> coroutine<> {...});
//
// The handler's connection is closed when the handler ends, however it ends. By default an error of
// a handler ends the server, as an error in any pool does; a server for the world says that it
// shall be reported instead.
// Not here: opening the listening socket (socket.hpp), what is said on a connection.
// Kept true: when serve returns or throws, no handler runs any more and every connection is closed.
// Public.
#pragma once

#include "traps/objects/event.hpp"
#include "traps/objects/held.hpp"
#include "traps/objects/pool.hpp"
#include "traps/objects/semaphore.hpp"
#include "traps/objects/socket.hpp"

#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace giambio {

// What an error of one handler means.
enum class handler_failure : std::uint8_t {
    ends_the_server,  // all other handlers are cancelled, the errors leave as a group
    is_reported,      // a line in the log, with the peer; the server goes on
};

struct serve_options {
    handler_failure on_failure = handler_failure::ends_the_server;
    std::size_t most = 1'000'000;  // connections at once; others wait to be accepted
    // When it is triggered nobody is accepted any more; handlers have `grace` to come to their
    // ends.
    event<>* stop = nullptr;
    duration grace = std::chrono::seconds(0);
    // How long to wait when the system has no descriptor left for another connection.
    duration pause = std::chrono::milliseconds(100);
};

// Accepts the next connection. When there is no descriptor left it logs that once, and tries again
// after each pause: connections that end meanwhile make room.
coroutine<async_socket::accepted> accept_patiently(async_socket& listener, duration pause,
                                                   site at = site::current());

// Logs the error of one handler.
void report_handler(const address& peer, const std::exception_ptr& error, site at);

// One connection: the handler's coroutine, with what it needs kept alive around it.
template <class Handler>
coroutine<void> serve_one(std::shared_ptr<Handler> handler, async_socket connection, address peer,
                          semaphore* room, handler_failure policy, site at) {
    const held<semaphore> place(*room, at);
    std::exception_ptr error;
    try {
        co_await (*handler)(connection, peer);
    } catch (const cancelled&) {
        throw;
    } catch (...) {
        if (policy == handler_failure::ends_the_server) throw;
        error = std::current_exception();
    }
    if (error) report_handler(peer, error, at);
}

// Serves until it is cancelled, or stopped, or a handler fails that may not.
template <class Handler>
coroutine<void> serve(async_socket& listener, Handler handler, serve_options options = {},
                      site at = site::current()) {
    const auto shared = std::make_shared<Handler>(std::move(handler));
    semaphore room(options.most, options.most, at);
    scope accepting;
    auto accept_all = [&](pool& handlers) -> coroutine<void> {
        while (true) {
            co_await room.acquire(at);  // the handler gives it back
            auto taken = co_await accept_patiently(listener, options.pause, at);
            handlers.spawn(serve_one(shared, std::move(taken.connection), taken.peer, &room,
                                     options.on_failure, at),
                           "connection", at);
        }
    };
    auto wait_for_stop = [&]() -> coroutine<void> {
        co_await options.stop->wait(at);
        accepting.cancel("the server is asked to stop", at);
    };
    auto body = [&](pool& handlers) -> coroutine<void> {
        if (options.stop != nullptr) handlers.spawn(wait_for_stop(), "stop", at);
        co_await accepting.run(accept_all(handlers), at);
        handlers.move_deadline(later(now(), options.grace), at);
    };
    co_await with_pool(body, at);
}

// Listens on every interface of the machine and serves.
template <class Handler>
coroutine<void> serve_tcp(std::uint16_t port, Handler handler, serve_options options = {},
                          site at = site::current()) {
    tcp_socket socket;
    socket.bind(address("", port), at);
    socket.listen(1024, at);
    async_socket listener = wrap_socket(std::move(socket));
    co_await serve(listener, std::move(handler), options, at);
}

}  // namespace giambio
