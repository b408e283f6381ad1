// From a name to a connection: looking it up, and trying its addresses until one answers.
//
//     async_socket mine = co_await connect_to_host("example.org", 80);
//
// A name may have many addresses, of both families, and some may not answer. The attempts begin one
// after the other, a quarter of a second apart, or at once when one has failed; the first that
// succeeds wins and the others are given up (RFC 8305, "happy eyeballs").
// Not here: the attempts themselves (async_socket::connect).
// Kept true: when it returns, throws or is cancelled, no other socket is left open.
// Public.
#pragma once

#include "traps/objects/socket.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace giambio {

// The addresses of a host, in the order in which the system likes them. Digits need no lookup and
// no wait. Throws name_error when there is no such name.
coroutine<std::vector<address>> resolve(std::string host, std::uint16_t port,
                                        site at = site::current());

// A name has no address, or nobody could be asked.
class name_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct connect_options {
    duration stagger = std::chrono::milliseconds(250);  // between the beginnings of two attempts
    // How to make one attempt; usually async_socket::connect.
    std::function<coroutine<async_socket>(address)> attempt{};
    // How connect_to_host finds the addresses; usually resolve.
    std::function<coroutine<std::vector<address>>(std::string, std::uint16_t)> look_up{};
};

// Connects to one of the addresses. When all have failed it throws the error if there was one
// address, and otherwise an error_group, whose members are named like the addresses.
coroutine<async_socket> connect_to_any(std::vector<address> targets, connect_options options = {},
                                       site at = site::current());

coroutine<async_socket> connect_to_host(std::string host, std::uint16_t port,
                                        connect_options options = {}, site at = site::current());

// The order in which the attempts begin: families take turns, the first address's begins.
std::vector<address> in_turns(const std::vector<address>& targets);

}  // namespace giambio
