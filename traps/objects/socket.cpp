// What sockets ask the kernel for. See socket.hpp.
// Internal to traps/objects/.
#include "traps/objects/socket.hpp"

#include <cerrno>

namespace giambio {

// --- owning

void descriptor::close(site at) noexcept {
    if (number() >= 0) door().close(fd_, at);
    fd_ = -1;
}

descriptor wrap_descriptor(int fd, site at) {
    door().adopt_descriptor(fd, at);
    return descriptor(fd);
}

// --- before there is a connection

tcp_socket::tcp_socket(address_family family, site at)
    : fd_(door().open_socket(family, socket_type::stream, at)) {}

void tcp_socket::bind(const address& where, site at) {
    if (fd_.number() < 0) {
        fd_ = descriptor(door().open_socket(where.family, socket_type::stream, at));
    }
    door().bind(fd_.number(), where, at);
}

void tcp_socket::listen(int backlog, site at) {
    door().listen(fd_.number(), backlog, at);
}

void tcp_socket::set_option(socket_option option, int value, site at) {
    door().set_option(fd_.number(), option, value, at);
}

coroutine<async_socket::accepted> async_socket::accept(site at) {
    address peer;
    const int taken = co_await trap::accept{at, fd_.number(), &peer};
    co_return accepted{async_socket(descriptor(taken)), peer};
}

coroutine<void> async_socket::connect(address to, site at) {
    if (!opening_.expired()) {
        throw resource_busy("another task is connecting this socket; let it, or open another one");
    }
    if (fd_.number() < 0) {
        fd_ = descriptor(door().open_socket(to.family, socket_type::stream, at));
    }
    // A connection that was given up half-way is in no state that anybody could use. The descriptor
    // is owned here until it stands, and `close` finds it here.
    const auto opening = std::make_shared<descriptor>(std::move(fd_));
    opening_ = opening;
    try {
        co_await trap::connect{at, opening->number(), &to};
    } catch (const io_error& refused) {
        if (refused.code() == EISCONN) fd_ = std::move(*opening);  // it stands, and stays
        throw;
    }
    // Closed after this task was woken; the socket may be gone since.
    if (opening->number() < 0) throw resource_closed("the socket is closed");
    fd_ = std::move(*opening);
}

void async_socket::close(site at) noexcept {
    if (const std::shared_ptr<descriptor> opening = opening_.lock()) opening->close(at);
    fd_.close(at);
}

// --- receiving and sending

coroutine<std::string> async_socket::receive(std::size_t size, site at) {
    // The buffer is in the heap, not in the coroutine: it is the string that is returned.
    std::string bytes(size, '\0');
    const std::size_t got = co_await trap::receive{at, fd_.number(), bytes.data(), bytes.size()};
    bytes.resize(got);
    co_return bytes;
}

void async_socket::shut_down_sending(site at) {
    door().shut_down_sending(fd_.number(), at);
}

void async_socket::set_option(socket_option option, int value, site at) {
    door().set_option(fd_.number(), option, value, at);
}

socket_ends socket_pair(site at) {
    const std::array<int, 2> ends = door().open_pair(socket_type::stream, at);
    return {async_socket(descriptor(ends[0])), async_socket(descriptor(ends[1]))};
}

}  // namespace giambio
