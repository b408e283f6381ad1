// The limits of the echo cases: a server on epoll, with nothing that a kernel is for.
//
// One read and one write for each request, level triggered, as many as are ready at once. The same
// server on our kernel is echo_ours.cpp. With GIAMBIO_BENCH_WRITES=FILE it brings as many bytes
// into that file as our trace of the same requests has, and as rule R11 asks: before it sleeps.
// Internal to tests/bench/.
#include "tests/bench/measure.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>

namespace {

// What a trace costs if its text is had for nothing: bytes that are filled in and written.
class bytes_to_write {
public:
    explicit bytes_to_write(const char* path) {
        if (path == nullptr) return;
        fd_ = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (fd_ < 0) {
            std::perror(path);
            std::exit(1);
        }
    }
    bool are_wanted() const { return fd_ >= 0; }
    void add_turn() { add(of_a_turn); }
    void add_request() { add(of_a_request); }
    void settle() {
        if (fd_ < 0 || bytes_.empty()) return;
        ask_for_room();
        if (write(fd_, bytes_.data(), bytes_.size()) < 0) std::perror("bench-echo-epoll");
        written_ += static_cast<off_t>(bytes_.size());
        bytes_.clear();
    }

private:
    // As many as the lines have that ours makes.
    static constexpr std::size_t of_a_turn = 310;
    static constexpr std::size_t of_a_request = 1310;
    static constexpr std::size_t block = std::size_t{128} << 10;

    // As ours does it (tracer/file_outlet.cpp).
    void ask_for_room() {
        constexpr off_t worth_it = off_t{1} << 20;
        constexpr off_t at_a_time = off_t{8} << 20;
        const off_t needed = written_ + static_cast<off_t>(bytes_.size());
        if (written_ < worth_it || needed <= asked_) return;
        fallocate(fd_, FALLOC_FL_KEEP_SIZE, written_, needed - written_ + at_a_time);
        asked_ = needed + at_a_time;
    }

    void add(std::size_t count) {
        if (fd_ < 0) return;
        bytes_.append(count, '.');
        if (bytes_.size() >= block) settle();
    }

    int fd_ = -1;
    off_t written_ = 0;
    off_t asked_ = 0;
    std::string bytes_;
};

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

// Who had much to do last time is asked first without sleeping, as ours does it (kernel/loop.cpp).
int next_ready(int poll, std::array<epoll_event, 512>& ready, int before, bytes_to_write& bytes) {
    const int room = static_cast<int>(ready.size());
    bytes.add_turn();
    if (bytes.are_wanted() && before >= 2) {
        const int at_once = epoll_wait(poll, ready.data(), room, 0);
        if (at_once > 0) return at_once;
    }
    bytes.settle();
    return epoll_wait(poll, ready.data(), room, -1);
}

}  // namespace

int main() {
    bytes_to_write bytes(std::getenv("GIAMBIO_BENCH_WRITES"));
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    const int listening = listen_somewhere();
    watch(poll, listening);
    std::array<epoll_event, 512> ready{};
    int count = 0;
    while (true) {
        count = next_ready(poll, ready, count, bytes);
        for (int i = 0; i < count; ++i) {
            const int fd = ready[static_cast<std::size_t>(i)].data.fd;
            if (fd == listening) {
                accept_one(poll, listening);
            } else {
                echo(fd);
                bytes.add_request();
            }
        }
    }
}
