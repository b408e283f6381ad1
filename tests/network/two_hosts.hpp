// A world of two hosts, the own machine and one that is far, and a connection between them.
//
// Internal to tests/network/.
#pragma once

#include "tests/sockets/rules.hpp"

#include <utility>
#include <vector>

namespace network_tests {

inline giambio::async_socket listening_at(const giambio::address& where) {
    giambio::tcp_socket socket;
    socket.bind(where);
    socket.listen();
    return giambio::wrap_socket(std::move(socket));
}

inline const giambio::address far("10.0.0.2", 80);
inline const std::vector<giambio::simulated_host> two_hosts{{"here", {"10.0.0.1"}},
                                                            {"far", {"10.0.0.2"}}};

// A connection from the own machine to the host that is far.
inline giambio::coroutine<programs::connection> connect_far() {
    giambio::async_socket server = listening_at(far);
    programs::connection made;
    made.mine = co_await connected(far);
    auto [peer, name] = co_await server.accept();
    made.theirs = std::move(peer);
    co_return made;
}

}  // namespace network_tests
