// The limit of the echo cases: a server on epoll, with nothing that a kernel is for.
//
// One read and one write for each request, level triggered, as many as are ready at once. The same
// server on our kernel is echo_ours.cpp.
// Internal to tests/bench/.
#include "tests/bench/measure.hpp"

#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace {

int listen_somewhere() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof where;
    if (bind(fd, reinterpret_cast<const sockaddr*>(&where), length) != 0 || listen(fd, 4096) != 0 ||
        getsockname(fd, reinterpret_cast<sockaddr*>(&where), &length) != 0) {
        std::perror("bench-echo-epoll");
        std::exit(1);
    }
    bench::tell_port(ntohs(where.sin_port));
    return fd;
}

void watch(int poll, int fd) {
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.fd = fd;
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &interest);
}

void accept_one(int poll, int listening) {
    const int fd = accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) watch(poll, fd);
}

// A short message always fits into the socket's buffer; what is wrong ends the connection.
void echo(int fd) {
    std::array<char, 1024> room;
    const ssize_t got = recv(fd, room.data(), room.size(), 0);
    if (got <= 0 || send(fd, room.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) {
        close(fd);
    }
}

}  // namespace

int main() {
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    const int listening = listen_somewhere();
    watch(poll, listening);
    std::array<epoll_event, 512> ready{};
    while (true) {
        const int count = epoll_wait(poll, ready.data(), static_cast<int>(ready.size()), -1);
        for (int i = 0; i < count; ++i) {
            const int fd = ready[static_cast<std::size_t>(i)].data.fd;
            if (fd == listening)
                accept_one(poll, listening);
            else
                echo(fd);
        }
    }
}
