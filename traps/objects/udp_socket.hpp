// Datagram sockets: whole messages that arrive or do not. UDP, and Unix datagrams by their address.
//
// Bind one to receive what strangers send; connect one to talk with a single other side.
// Not here: streams (socket.hpp), system calls (kernel/epoll_sockets.cpp).
// Kept true: a datagram is received whole or cut, never in two pieces.
// Public.
#pragma once

#include "traps/objects/descriptor.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace giambio {

struct datagram {
    std::string bytes;
    address from;      // without a path or port when the sender has none
    bool cut = false;  // it was longer than the receiver wanted; the rest is lost
};

class udp_socket {
public:
    // Opened by the first call that knows the address family.
    udp_socket() = default;
    explicit udp_socket(address_family family, site at = site::current());
    explicit udp_socket(descriptor opened) : fd_(std::move(opened)) {}

    // Throws io_error: the address is in use, or not this machine's.
    void bind(const address& where, site at = site::current());
    // From now on `send` goes there, and only what comes from there is received. It does not wait
    // for anything, and the other side does not learn of it.
    coroutine<void> connect(address to, site at = site::current());

    // Waits for the next datagram, and takes at most `size` bytes of it.
    coroutine<datagram> receive_from(std::size_t size = 65536, site at = site::current());
    // Sends one datagram, whole. That it leaves does not mean that it arrives. Waits while this
    // socket has no room; a receiver of the same machine that has none is an io_error with EAGAIN,
    // because nothing tells when it has.
    coroutine<void> send_to(std::string_view bytes, address to, site at = site::current());
    coroutine<void> send(std::string_view bytes, site at = site::current());

    void set_option(socket_option option, int value, site at = site::current());
    int option(socket_option option) const { return door().option(fd_.number(), option); }
    address local_address() const { return door().local_address(fd_.number()); }
    address peer_address() const { return door().peer_address(fd_.number()); }
    int number() const { return fd_.number(); }

    // Closes now; whoever waits on it gets resource_closed. The destructor does the same.
    void close(site at = site::current()) noexcept { fd_.close(at); }

private:
    void open_for(const address& there, site at);

    descriptor fd_;
};

// Two datagram sockets that are connected to each other, without a network between them.
struct datagram_ends {
    udp_socket first;
    udp_socket second;
};
datagram_ends datagram_pair(site at = site::current());

}  // namespace giambio
