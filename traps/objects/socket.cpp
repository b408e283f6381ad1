// What sockets ask the kernel for. See socket.hpp.
// Internal to traps/objects/.
#include "traps/objects/socket.hpp"

namespace giambio {

void descriptor::close(site at) noexcept {
    if (number() >= 0) door().close(fd_, at);
    fd_ = -1;
}

void tcp_socket::bind(const address& where, site at) {
    if (fd_.number() < 0) fd_ = descriptor(door().open_tcp(where.v6, at));
    door().bind(fd_.number(), where, at);
}

void tcp_socket::listen(int backlog, site at) {
    door().listen(fd_.number(), backlog, at);
}

coroutine<async_socket::accepted> async_socket::accept(site at) {
    address peer;
    const int taken = co_await trap::accept{at, fd_.number(), &peer};
    co_return accepted{async_socket(descriptor(taken)), peer};
}

coroutine<void> async_socket::connect(address to, site at) {
    if (fd_.number() < 0) fd_ = descriptor(door().open_tcp(to.v6, at));
    // A connection that was given up half-way is in no state that anybody could use. The descriptor
    // is owned here until it stands.
    descriptor opening = std::move(fd_);
    co_await trap::connect{at, opening.number(), &to};
    fd_ = std::move(opening);
}

coroutine<std::string> async_socket::receive(std::size_t size, site at) {
    // The buffer is in the heap, not in the coroutine: it is the string that is returned.
    std::string bytes(size, '\0');
    const std::size_t got = co_await trap::receive{at, fd_.number(), bytes.data(), bytes.size()};
    bytes.resize(got);
    co_return bytes;
}

coroutine<void> async_socket::send_all(std::string_view bytes, site at) {
    if (bytes.empty()) co_await checkpoint(at);
    while (!bytes.empty()) {
        const std::size_t sent = co_await trap::send{at, fd_.number(), bytes.data(), bytes.size()};
        bytes.remove_prefix(sent);
    }
}

}  // namespace giambio
