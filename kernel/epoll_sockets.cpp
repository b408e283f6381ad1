// System calls on descriptors, one function for each operation. See epoll_driver.hpp.
//
// Not here: listening and sleeping (epoll_driver.cpp).
// Kept true: no call waits, because every descriptor is set not to block before it is used.
// Internal to kernel/.
#include "kernel/epoll_driver.hpp"
#include "kernel/system_address.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>

namespace giambio {

namespace {

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

// Small pieces leave at once and do not wait for an acknowledgement. What a listening socket
// accepts has this from it; what is no TCP socket refuses it and does not need it.
void send_at_once(int fd) {
    switch_on(fd, IPPROTO_TCP, TCP_NODELAY);
}

int system_family(address_family family) {
    if (family == address_family::local) return AF_UNIX;
    return family == address_family::ipv6 ? AF_INET6 : AF_INET;
}

// Non-blocking from the start: nothing that the kernel calls may ever wait, except the poll.
int system_type(socket_type type) {
    const int plain = type == socket_type::stream ? SOCK_STREAM : SOCK_DGRAM;
    return plain | SOCK_NONBLOCK | SOCK_CLOEXEC;
}

struct system_option {
    int level = SOL_SOCKET;
    int name = 0;
};

// Numbers for words; the only place that knows the system's names of options.
system_option to_system(socket_option option) {
    switch (option) {
        case socket_option::no_delay:
            return {IPPROTO_TCP, TCP_NODELAY};
        case socket_option::reuse_address:
            return {SOL_SOCKET, SO_REUSEADDR};
        case socket_option::keep_alive:
            return {SOL_SOCKET, SO_KEEPALIVE};
        case socket_option::send_buffer:
            return {SOL_SOCKET, SO_SNDBUF};
        case socket_option::receive_buffer:
            return {SOL_SOCKET, SO_RCVBUF};
        case socket_option::broadcast:
            return {SOL_SOCKET, SO_BROADCAST};
        case socket_option::v6_only:
            return {IPPROTO_IPV6, IPV6_V6ONLY};
    }
    return {};
}

// Writes to what is no socket. A pipe without a reader would end the whole program by SIGPIPE, and
// write has no flag against it. Discussion: ignoring the signal for the whole process would change
// the program's own pipes; so the thread holds it back for one call, and takes away the one that
// the call has made.
ssize_t write_without_signal(int fd, const void* buffer, std::size_t size) {
    sigset_t broken_pipe, before, pending;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    sigpending(&pending);
    const bool pending_before = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
    const ssize_t written = ::write(fd, buffer, size);
    const int code = errno;
    if (written < 0 && code == EPIPE && !pending_before) {
        const timespec at_once{};
        sigtimedwait(&broken_pipe, nullptr, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = code;
    return written;
}

bool has_room(int fd) {
    pollfd asked{.fd = fd, .events = POLLOUT, .revents = 0};
    return ::poll(&asked, 1, 0) == 1 && (asked.revents & POLLOUT) != 0;
}

}  // namespace

// --- opening and naming

// Keeps what a new descriptor is.
io_result epoll_driver::opened(io_result made, sort as) {
    if (made.status == io_status::done) known(static_cast<int>(made.value)) = {.is = as};
    return made;
}

io_result epoll_driver::open(address_family family, socket_type type) {
    const bool is_tcp = type == socket_type::stream && family != address_family::local;
    const io_result made = opened(sorted(socket(system_family(family), system_type(type), 0)),
                                  is_tcp ? sort::stream : sort::other);
    // A server that was stopped can be started again at once, without waiting for old connections.
    // Two datagram sockets would instead share the address, and each lose half of what comes.
    if (made.status == io_status::done && is_tcp) {
        switch_on(static_cast<int>(made.value), SOL_SOCKET, SO_REUSEADDR);
        send_at_once(static_cast<int>(made.value));
    }
    return made;
}

// Unix sockets, because the network has no pairs.
io_result epoll_driver::open_pair(socket_type type, std::array<int, 2>& ends) {
    const io_result made = sorted(socketpair(AF_UNIX, system_type(type), 0, ends.data()));
    if (made.status != io_status::done) return made;
    for (const int fd : ends) known(fd) = {};
    return made;
}

io_result epoll_driver::open_pipe(std::array<int, 2>& ends) {
    const io_result made = sorted(pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC));
    if (made.status != io_status::done) return made;
    for (const int fd : ends) known(fd) = {};
    return made;
}

// Shared with every copy of the descriptor, in other processes too: who hands out a terminal knows.
io_result epoll_driver::adopt(int fd) {
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return io_result::failed(errno);
    known(fd) = {};
    send_at_once(fd);
    if ((flags & O_NONBLOCK) != 0) return io_result::done();
    return sorted(fcntl(fd, F_SETFL, flags | O_NONBLOCK));
}

bool epoll_driver::exists(int fd) {
    return fcntl(fd, F_GETFD) >= 0;
}

io_result epoll_driver::bind(int fd, const address& where) {
    system_address at = to_system(where);
    return sorted(::bind(fd, at.get(), at.length));
}

// The backlog is how many connections the system keeps until somebody accepts them. When a crowd
// knocks and it is short, the system forgets some without telling them.
io_result epoll_driver::listen(int fd, int backlog) {
    const io_result heard = sorted(::listen(fd, backlog));
    sort& is = known(fd).is;
    if (heard.status == io_status::done && is == sort::stream) is = sort::listening;
    return heard;
}

// Where the socket really is, for a program that bound it to port 0 ("any free one").
io_result epoll_driver::local_address(int fd, address& out) {
    system_address at;
    const io_result asked = sorted(getsockname(fd, at.get(), &at.length));
    out = from_system(at);
    return asked;
}

// Fails with ENOTCONN when there is no other side, as for a listening socket.
io_result epoll_driver::peer_address(int fd, address& out) {
    system_address at;
    const io_result asked = sorted(getpeername(fd, at.get(), &at.length));
    out = from_system(at);
    return asked;
}

io_result epoll_driver::shut_down_sending(int fd) {
    return sorted(shutdown(fd, SHUT_WR));
}

io_result epoll_driver::set_option(int fd, socket_option option, int value) {
    const system_option meant = to_system(option);
    return sorted(setsockopt(fd, meant.level, meant.name, &value, sizeof value));
}

// Every option of the set is a single number.
io_result epoll_driver::option(int fd, socket_option option) {
    const system_option meant = to_system(option);
    int value = 0;
    socklen_t size = sizeof value;
    const io_result asked = sorted(getsockopt(fd, meant.level, meant.name, &value, &size));
    return asked.status == io_status::done ? io_result::done(value) : asked;
}

// The kernel has stopped listening to it already. The system forgets a closed descriptor by itself,
// but only when no copy of it is open.
void epoll_driver::close(int fd) {
    known(fd) = {};
    ::close(fd);
}

// --- what may have to wait

// The new descriptor belongs to the kernel from here on, which hands it to the task that asked.
io_result epoll_driver::accept(int fd, address& peer) {
    system_address from;
    const sort of_taken = known(fd).is == sort::listening ? sort::stream : sort::other;
    const io_result taken = opened(
        sorted(accept4(fd, from.get(), &from.length, SOCK_NONBLOCK | SOCK_CLOEXEC)), of_taken);
    if (taken.status == io_status::done) peer = from_system(from);
    return taken;
}

// Begins a connection. On a network that takes time: the system says "in progress", which for us is
// the same as any other wait. A Unix socket whose server has no room says "again", but nothing ever
// tells when there is room; waiting would end with a socket that is not connected.
io_result epoll_driver::connect(int fd, const address& to) {
    system_address where = to_system(to);
    if (::connect(fd, where.get(), where.length) == 0) return io_result::done();
    const bool under_way = errno == EINPROGRESS || errno == EINTR;
    return under_way ? io_result::would_block() : io_result::failed(errno);
}

// The descriptor has become writable: either the connection stands, or the reason why not is kept
// in this option. Reading it also clears it.
io_result epoll_driver::finish_connect(int fd) {
    int code = 0;
    socklen_t size = sizeof code;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size);
    return code == 0 ? io_result::done() : io_result::failed(code);
}

// Pipes and terminals know no recv. Discussion: of a connection both do the same, but read asks
// first what kind of file it has: 80 ns of a request that takes 5,000.
io_result epoll_driver::receive(int fd, void* buffer, std::size_t size) {
    const bool is_connection = known(fd).is == sort::stream;
    return sorted(is_connection ? ::recv(fd, buffer, size, 0) : ::read(fd, buffer, size));
}

io_result epoll_driver::send(int fd, const void* buffer, std::size_t size) {
    // Without the flag a peer that is gone would end the whole program by SIGPIPE.
    const ssize_t sent = ::send(fd, buffer, size, MSG_NOSIGNAL);
    if (sent >= 0 || errno != ENOTSOCK) return sorted(sent);
    return sorted(write_without_signal(fd, buffer, size));
}

// With this flag the system tells the whole size of a datagram that had to be cut.
io_result epoll_driver::receive_from(int fd, void* buffer, std::size_t size, address& from) {
    system_address sender;
    sender.length = sizeof sender.bytes;
    sender.bytes.ss_family = AF_UNIX;  // stays where the sender has no name: only these have none
    const io_result got =
        sorted(recvfrom(fd, buffer, size, MSG_TRUNC, sender.get(), &sender.length));
    if (got.status == io_status::done) from = from_system(sender);
    return got;
}

// Where the socket itself has room, and the system says "again" all the same, it is the receiver on
// this machine that has none, or no port is left to send from. Nothing ever tells when there is.
io_result epoll_driver::send_to(int fd, const void* buffer, std::size_t size, const address& to) {
    system_address where = to_system(to);
    const auto attempt = [&] {
        return sorted(sendto(fd, buffer, size, MSG_NOSIGNAL, where.get(), where.length));
    };
    io_result sent = attempt();
    if (sent.status != io_status::would_block || !has_room(fd)) return sent;
    sent = attempt();  // it may have got room just now
    return sent.status == io_status::would_block ? io_result::failed(EAGAIN) : sent;
}

}  // namespace giambio
