// Stream sockets: `tcp_socket` is opened, bound and set to listen; `async_socket` waits for the
// network.
//
// `wrap_socket` turns the first into the second (also async_scheduler::wrap_socket). The kernel
// does the I/O; these classes own the descriptor and ask. Both serve Unix sockets too: the address
// tells.
// Not here: datagrams (udp_socket.hpp), pipes (pipe.hpp), system calls (kernel/epoll_sockets.cpp),
// who waits (kernel/io.cpp).
// Kept true: at most one task is in the middle of receiving, and one in the middle of sending.
// Public.
#pragma once

#include "traps/objects/descriptor.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace giambio {

// A stream socket that does not wait for anything yet.
class tcp_socket {
public:
    // Opened by `bind`, which knows the address family.
    tcp_socket() = default;
    // Opened at once, for who wants to set options before it is bound.
    explicit tcp_socket(address_family family, site at = site::current());
    explicit tcp_socket(descriptor opened) : fd_(std::move(opened)) {}

    // Throws io_error: the address is in use, or not this machine's.
    void bind(const address& where, site at = site::current());
    void listen(int backlog = 128, site at = site::current());
    void set_option(socket_option option, int value, site at = site::current());
    int option(socket_option option) const { return door().option(fd_.number(), option); }
    address local_address() const { return door().local_address(fd_.number()); }

    // Gives the descriptor away.
    descriptor release() { return std::move(fd_); }

private:
    descriptor fd_;
};

class async_socket {
public:
    // Not connected yet: connect it.
    async_socket() = default;
    explicit async_socket(descriptor opened) : fd_(std::move(opened)) {}
    async_socket(async_socket&&) noexcept = default;
    async_socket& operator=(async_socket&& other) noexcept {
        std::swap(fd_, other.fd_);
        std::swap(opening_, other.opening_);
        return *this;
    }
    ~async_socket() {
        if (!opening_.expired()) close();
    }

    struct accepted;
    // Waits for the next connection of a listening socket. One that is gone again before it could
    // be taken is passed over. Throws io_error: no descriptor is left (EMFILE, ENFILE).
    coroutine<accepted> accept(site at = site::current());

    // Connects, to an address in digits or a path. Until it has, the socket has no number and must
    // not be moved. When it is cancelled half-way, or closed, the socket is closed. Throws
    // resource_busy while another task connects it.
    coroutine<void> connect(address to, site at = site::current());

    // Waits for bytes, at most `size` of them. Empty: the other side has closed.
    coroutine<std::string> receive(std::size_t size, site at = site::current());
    // The same into the caller's memory; returns how many. Cancelled, it has taken none.
    [[nodiscard]] trap::receive receive_into(std::span<char> room, site at = site::current()) {
        return {at, fd_.number(), room.data(), room.size()};
    }

    // Sends what the system takes at once, at least one byte; returns how many.
    [[nodiscard]] trap::send send(std::string_view bytes, site at = site::current()) {
        return {at, fd_.number(), bytes.data(), bytes.size()};
    }
    // Sends everything, waiting as often as it must. `bytes` must live until it returns.
    // Throws resource_busy while another task is sending.
    [[nodiscard]] trap::send_all send_all(std::string_view bytes, site at = site::current()) {
        return {at, fd_.number(), bytes.data(), bytes.size(), nullptr};
    }
    // The same, counting in `sent` while it goes. After an error or a cancel that many have left.
    [[nodiscard]] trap::send_all send_all(std::string_view bytes, std::size_t& sent,
                                          site at = site::current()) {
        sent = 0;
        return {at, fd_.number(), bytes.data(), bytes.size(), &sent};
    }

    // Nothing more will be sent: the other side receives the rest and then the end. Receiving goes
    // on. Throws resource_busy while a task is sending.
    void shut_down_sending(site at = site::current());

    void set_option(socket_option option, int value, site at = site::current());
    int option(socket_option option) const { return door().option(fd_.number(), option); }
    address local_address() const { return door().local_address(fd_.number()); }
    address peer_address() const { return door().peer_address(fd_.number()); }
    int number() const { return fd_.number(); }

    // Closes now; whoever waits on it gets resource_closed. The destructor does the same.
    void close(site at = site::current()) noexcept;

private:
    descriptor fd_;
    std::weak_ptr<descriptor> opening_;  // of the connect that is under way
};

struct async_socket::accepted {
    async_socket connection;
    address peer;
};

inline async_socket wrap_socket(tcp_socket wrapped) {
    return async_socket(wrapped.release());
}

// Two stream sockets that are connected to each other, without a network between them.
struct socket_ends {
    async_socket first;
    async_socket second;
};
socket_ends socket_pair(site at = site::current());

}  // namespace giambio
