// System calls, one for each operation. See epoll_driver.hpp.
// Internal to kernel/.
#include "kernel/epoll_driver.hpp"

#include "traps/check.hpp"
#include "traps/errors.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>

namespace giambio {

namespace {

// A socket address as the system wants it, and its length.
struct system_address {
    sockaddr_storage bytes{};
    socklen_t length = sizeof(sockaddr_storage);
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&bytes); }
};

system_address to_system(const address& from) {
    system_address to;
    if (from.v6) {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(to.bytes);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(from.port);
        std::memcpy(&v6.sin6_addr, from.ip.data(), 16);
        to.length = sizeof(sockaddr_in6);
    } else {
        auto& v4 = reinterpret_cast<sockaddr_in&>(to.bytes);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(from.port);
        std::memcpy(&v4.sin_addr, from.ip.data(), 4);
        to.length = sizeof(sockaddr_in);
    }
    return to;
}

address from_system(const system_address& from) {
    address to;
    if (from.bytes.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from.bytes);
        to.v6 = true;
        to.port = ntohs(v6.sin6_port);
        std::memcpy(to.ip.data(), &v6.sin6_addr, 16);
    } else {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(from.bytes);
        to.port = ntohs(v4.sin_port);
        std::memcpy(to.ip.data(), &v4.sin_addr, 4);
    }
    return to;
}

// Sorts a system call's answer into done, would block and failed.
io_result sorted(ssize_t returned) {
    if (returned >= 0) return io_result::done(returned);
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return io_result::would_block();
    return io_result::failed(errno);
}

void switch_on(int fd, int level, int option) {
    const int on = 1;
    setsockopt(fd, level, option, &on, sizeof on);
}

}  // namespace

epoll_driver::epoll_driver(int wake_fd)
    : epoll_fd_(epoll_create1(EPOLL_CLOEXEC)), wake_fd_(wake_fd) {
    if (epoll_fd_ < 0) {
        throw io_error(errno,
                       "no descriptor is left for the loop itself; raise the limit of "
                       "descriptors (ulimit -n)");
    }
    if (wake_fd_ >= 0) watch(wake_fd_, true, false);
}

epoll_driver::~epoll_driver() {
    ::close(epoll_fd_);
}

// Non-blocking from the start: nothing that the kernel calls may ever wait, except the poll.
io_result epoll_driver::open(bool v6) {
    return sorted(socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

io_result epoll_driver::bind(int fd, const address& where) {
    // A server that was stopped can be started again at once, without waiting for old connections.
    switch_on(fd, SOL_SOCKET, SO_REUSEADDR);
    system_address at = to_system(where);
    return sorted(::bind(fd, at.get(), at.length));
}

// The backlog is how many connections the system keeps until somebody accepts them. When a crowd
// knocks and it is short, the system forgets some without telling them.
io_result epoll_driver::listen(int fd, int backlog) {
    return sorted(::listen(fd, backlog));
}

// Where the socket really is, for a program that bound it to port 0 ("any free one").
io_result epoll_driver::local_address(int fd, address& out) {
    system_address at;
    const io_result asked = sorted(getsockname(fd, at.get(), &at.length));
    out = from_system(at);
    return asked;
}

// The kernel has stopped listening to it already. The system forgets a closed descriptor by itself,
// but only when no copy of it is open.
void epoll_driver::close(int fd) {
    ::close(fd);
}

// The new descriptor belongs to the kernel from here on, which hands it to the task that asked.
io_result epoll_driver::accept(int fd, address& peer) {
    system_address from;
    const io_result taken =
        sorted(accept4(fd, from.get(), &from.length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    // The one who knocked has gone again: there may be another, so it is not an error of ours.
    if (taken.status == io_status::failed && taken.value == ECONNABORTED) {
        return io_result::would_block();
    }
    if (taken.status == io_status::done) {
        peer = from_system(from);
        // Small answers shall leave at once, not wait for an acknowledgement.
        switch_on(static_cast<int>(taken.value), IPPROTO_TCP, TCP_NODELAY);
    }
    return taken;
}

// Begins a connection. On a network that takes time: the system says "in progress", which for us is
// the same as any other wait.
io_result epoll_driver::connect(int fd, const address& to) {
    switch_on(fd, IPPROTO_TCP, TCP_NODELAY);
    system_address where = to_system(to);
    const io_result begun = sorted(::connect(fd, where.get(), where.length));
    const bool under_way = begun.status == io_status::failed && begun.value == EINPROGRESS;
    return under_way ? io_result::would_block() : begun;
}

// The descriptor has become writable: either the connection stands, or the reason why not is kept
// in this option. Reading it also clears it.
io_result epoll_driver::finish_connect(int fd) {
    int code = 0;
    socklen_t size = sizeof code;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size);
    return code == 0 ? io_result::done() : io_result::failed(code);
}

io_result epoll_driver::receive(int fd, void* buffer, std::size_t size) {
    return sorted(recv(fd, buffer, size, 0));
}

io_result epoll_driver::send(int fd, const void* buffer, std::size_t size) {
    // Without the flag a peer that is gone would end the whole program by SIGPIPE.
    return sorted(::send(fd, buffer, size, MSG_NOSIGNAL));
}

// Tries to change a registration and makes one when there is none. In this order, because a
// connection that is alive is changed far more often than made.
io_result epoll_driver::watch(int fd, bool to_read, bool to_write) {
    epoll_event wanted{};
    wanted.events = (to_read ? EPOLLIN | EPOLLRDHUP : 0u) | (to_write ? EPOLLOUT : 0u);
    wanted.data.fd = fd;
    if (!to_read && !to_write) {
        // Removed, not silenced: a hang-up is reported even when nothing is asked for.
        epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
        return io_result::done();
    }
    if (epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, fd, &wanted) == 0) return io_result::done();
    if (errno != ENOENT) return io_result::failed(errno);
    return sorted(epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &wanted));
}

// Sleeps in the system for at most the limit, exact to the nanosecond where the system can.
int epoll_driver::wait(std::optional<duration> limit) {
    const int room = static_cast<int>(events_.size());
    if (!limit) return epoll_wait(epoll_fd_, events_.data(), room, -1);
    const auto ns = std::max<std::int64_t>(limit->count(), 0);
    timespec exact{};
    exact.tv_sec = static_cast<time_t>(ns / 1'000'000'000);
    exact.tv_nsec = static_cast<long>(ns % 1'000'000'000);
    const int count = epoll_pwait2(epoll_fd_, events_.data(), room, &exact, nullptr);
    // Containers answer EPERM to a call that they do not know.
    if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return count;
    // An old system counts milliseconds only. Rounded up, so that the loop does not spin.
    const std::int64_t ms = std::min<std::int64_t>((ns + 999'999) / 1'000'000, INT_MAX);
    return epoll_wait(epoll_fd_, events_.data(), room, static_cast<int>(ms));
}

// Fills `ready` with at most as many descriptors as there is room for; the others are reported by
// the next poll, since they stay ready.
void epoll_driver::poll(std::optional<duration> limit, std::vector<readiness>& ready) {
    const int count = wait(limit);
    if (count < 0) {
        check(errno == EINTR, "epoll_wait failed");
        return;  // a signal came: the loop looks around
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const epoll_event& told = events_[i];
        if (told.data.fd == wake_fd_) {  // it has done its work: the poll is over
            std::uint64_t rung = 0;
            [[maybe_unused]] const ssize_t taken = read(wake_fd_, &rung, sizeof rung);
            continue;
        }
        // After an error or a hang-up every waiter tries again and so learns what happened.
        const bool broken = (told.events & (EPOLLERR | EPOLLHUP)) != 0;
        const bool can_read = broken || (told.events & (EPOLLIN | EPOLLRDHUP)) != 0;
        const bool can_write = broken || (told.events & EPOLLOUT) != 0;
        ready.push_back({told.data.fd, can_read, can_write});
    }
}

}  // namespace giambio
