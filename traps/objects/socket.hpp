// Sockets: `tcp_socket` is opened, bound and set to listen; `async_socket` waits for the network.
//
// `wrap_socket` turns the first into the second (also async_scheduler::wrap_socket). The kernel
// does the I/O; these classes own the descriptor and ask.
// Not here: system calls (kernel/epoll_driver.cpp), who waits (kernel/io.cpp).
// Kept true: a descriptor has one owner, and is closed by its destructor. Closing wakes whoever
// waits on it with resource_closed.
// Public.
#pragma once

#include "traps/calls.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace giambio {

// Owns a descriptor. -1: none.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int fd) : fd_(fd), run_(run_number()) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)), run_(other.run_) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        std::swap(run_, other.run_);
        return *this;
    }
    ~descriptor() { close(); }

    // -1 also when the run that opened it is over: it was closed then, and in the next run the
    // number may be somebody else's.
    int number() const { return run_ == run_number() ? fd_ : -1; }
    void close(site at = site::current()) noexcept;

private:
    int fd_ = -1;
    std::uint64_t run_ = 0;
};

// A TCP socket that does not wait for anything yet.
class tcp_socket {
public:
    // Opened at once when the address family does not matter, as the first call says otherwise.
    tcp_socket() = default;
    explicit tcp_socket(descriptor opened) : fd_(std::move(opened)) {}

    // Throws io_error: the address is in use, or not this machine's.
    void bind(const address& where, site at = site::current());
    void listen(int backlog = 128, site at = site::current());
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

    struct accepted;
    // Waits for the next connection of a listening socket.
    coroutine<accepted> accept(site at = site::current());

    // Connects, to an address in digits. When it is cancelled half-way the socket is closed.
    coroutine<void> connect(address to, site at = site::current());

    // Waits for bytes, at most `size` of them. Empty: the other side has closed.
    coroutine<std::string> receive(std::size_t size, site at = site::current());

    // Sends everything, waiting as often as it must. `bytes` must live until it returns.
    coroutine<void> send_all(std::string_view bytes, site at = site::current());

    address local_address() const { return door().local_address(fd_.number()); }
    int number() const { return fd_.number(); }

    // Closes now; whoever waits on it gets resource_closed. The destructor does the same.
    void close(site at = site::current()) noexcept { fd_.close(at); }

private:
    descriptor fd_;
};

struct async_socket::accepted {
    async_socket connection;
    address peer;
};

inline async_socket wrap_socket(tcp_socket wrapped) {
    return async_socket(wrapped.release());
}

}  // namespace giambio
