// The load of the echo cases: clients that each send 64 bytes, wait for the echo, send the next.
//
// bench_echo.py starts it as `bench-echo-load PORT PID CONNECTIONS REQUESTS SECONDS`, beside one of
// the servers (echo_ours.cpp and its peers); it ends after so many requests or seconds. It tells
// how many there were, how long one took, and the processor time that the server PID has used for
// them. Not measured: connecting and the first echo of every client. How long one took is told of
// those after the beginning, when all ask at once (see settled). With 0 CONNECTIONS each request
// has a connection of its own, and that is measured. With many, on a processor of its own, it
// never sleeps, so that what is measured is the server and not how this program wakes up.
// Internal to tests/bench/.
#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

namespace {

using steady = std::chrono::steady_clock;
using message = std::array<char, 64>;

// All bytes differ, so that those of another place are not taken for them.
constexpr message text = [] {
    message made{};
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<char>('0' + i);
    return made;
}();
constexpr std::chrono::seconds patience(30);  // with a server that says nothing

struct order {
    std::uint16_t port = 0;
    pid_t server = 0;
    std::size_t connections = 1;
    std::size_t requests = 1;
    double seconds = 1;
};

struct client {
    int fd = -1;
    std::size_t missing = 0;  // bytes of the echo that are still to come
    steady::time_point sent{};
};

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

// What the server has used so far, in seconds, in the system too. The system knows it exactly only
// when the server sleeps, which it does a moment after its last request.
double processor_seconds_of(pid_t server) {
    usleep(2000);
    clockid_t its_clock{};
    timespec used{};
    if (clock_getcpuclockid(server, &its_clock) != 0 || clock_gettime(its_clock, &used) != 0) {
        fail("bench-echo-load: the server's clock");
    }
    return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

bool same_processor_as(pid_t server) {
    cpu_set_t ours;
    cpu_set_t theirs;
    sched_getaffinity(0, sizeof ours, &ours);
    sched_getaffinity(server, sizeof theirs, &theirs);
    cpu_set_t both;
    CPU_AND(&both, &ours, &theirs);
    return CPU_COUNT(&both) > 0;
}

int connect_to(std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval longest{.tv_sec = patience.count(), .tv_usec = 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
        fail("bench-echo-load: connect");
    }
    return fd;
}

// Closing resets the connection: no port stays behind for a minute, which ten thousand would fill.
void let_reset(int fd) {
    const linger reset{.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

void send_message(client& from, steady::time_point now) {
    if (send(from.fd, text.data(), text.size(), MSG_NOSIGNAL) != ssize_t{text.size()}) {
        fail("bench-echo-load: send");
    }
    from.missing = text.size();
    from.sent = now;
}

// Looks whether the bytes that have come are those of the message from there on.
void check_echo(const message& room, std::size_t got, std::size_t from) {
    if (std::memcmp(room.data(), text.data() + from, got) == 0) return;
    std::fputs("bench-echo-load: the echo has other bytes than the message\n", stderr);
    std::exit(1);
}

void receive_whole_echo(int fd) {
    message room{};
    if (recv(fd, room.data(), room.size(), MSG_WAITALL) != ssize_t{room.size()}) {
        fail("bench-echo-load: the whole echo");
    }
    check_echo(room, room.size(), 0);
}

// Connects everybody, one after the other, each with a first echo: then the server has it, too.
std::vector<client> connect_all(const order& wanted, int poll) {
    std::vector<client> all(wanted.connections);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].fd = connect_to(wanted.port);
        let_reset(all[i].fd);
        send_message(all[i], steady::now());
        receive_whole_echo(all[i].fd);
        fcntl(all[i].fd, F_SETFL, O_NONBLOCK);
        epoll_event interest{};
        interest.events = EPOLLIN;
        interest.data.u64 = i;
        epoll_ctl(poll, EPOLL_CTL_ADD, all[i].fd, &interest);
    }
    return all;
}

// True when the whole echo is there.
bool receive_echo(client& to) {
    message room{};
    const ssize_t got = recv(to.fd, room.data(), to.missing, 0);
    if (got <= 0) fail("bench-echo-load: receive");
    check_echo(room, static_cast<std::size_t>(got), text.size() - to.missing);
    to.missing -= static_cast<std::size_t>(got);
    return to.missing == 0;
}

// Nanoseconds of every request, until there are enough of them or the time is over, and then until
// each client has its last echo.
std::vector<std::uint32_t> exchange(std::vector<client>& all, const order& wanted, int poll) {
    const int timeout = same_processor_as(wanted.server) ? 1000 : 0;
    std::vector<std::uint32_t> took;
    took.reserve(std::min(wanted.requests + all.size(), std::size_t{1} << 20));
    std::array<epoll_event, 512> ready{};
    for (client& each : all) send_message(each, steady::now());
    std::size_t sent = all.size();
    steady::time_point now = steady::now();
    steady::time_point heard = now;
    const auto end = now + std::chrono::duration<double>(wanted.seconds);
    while (took.size() < sent) {
        const int count = epoll_wait(poll, ready.data(), static_cast<int>(ready.size()), timeout);
        now = steady::now();
        if (count > 0) heard = now;
        if (now - heard > patience) fail("bench-echo-load: the server is silent");
        for (int i = 0; i < count; ++i) {
            client& one = all[ready[static_cast<std::size_t>(i)].data.u64];
            if (!receive_echo(one)) continue;
            now = steady::now();
            took.push_back(static_cast<std::uint32_t>((now - one.sent).count()));
            if (sent >= wanted.requests || now >= end) continue;
            send_message(one, now);
            ++sent;
        }
    }
    return took;
}

// The same, where each client comes for one request and goes.
std::vector<std::uint32_t> come_and_go(const order& wanted) {
    std::vector<std::uint32_t> took;
    const auto end = steady::now() + std::chrono::duration<double>(wanted.seconds);
    while (took.size() < wanted.requests && steady::now() < end) {
        const steady::time_point begin = steady::now();
        client one{.fd = connect_to(wanted.port)};
        send_message(one, begin);
        receive_whole_echo(one.fd);
        close(one.fd);
        took.push_back(static_cast<std::uint32_t>((steady::now() - begin).count()));
    }
    return took;
}

// The later half. `took` is in their order. All clients send first and listen then, so the first
// echoes wait for the last request to be sent, whoever the server is, and of 10,000 clients it
// takes up to ten rounds until the waves that this makes have evened out. Among some twenty rounds
// the hundredth that waits longest would be of those, and tell nothing about the server.
std::vector<std::uint32_t> settled(const std::vector<std::uint32_t>& took) {
    return {took.begin() + static_cast<std::ptrdiff_t>(took.size() / 2), took.end()};
}

double microseconds_at(std::vector<std::uint32_t>& took, double share) {
    if (took.empty()) return 0;
    const auto place = static_cast<std::size_t>(share * static_cast<double>(took.size() - 1));
    const auto found = took.begin() + static_cast<std::ptrdiff_t>(place);
    std::nth_element(took.begin(), found, took.end());
    return *found / 1e3;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::fputs("bench-echo-load: write PORT PID CONNECTIONS REQUESTS SECONDS\n", stderr);
        return 2;
    }
    const order wanted{static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10)),
                       static_cast<pid_t>(std::strtol(argv[2], nullptr, 10)),
                       std::strtoul(argv[3], nullptr, 10), std::strtoul(argv[4], nullptr, 10),
                       std::strtod(argv[5], nullptr)};
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    std::vector<client> all = connect_all(wanted, poll);
    const double used_before = processor_seconds_of(wanted.server);
    const steady::time_point begin = steady::now();
    const std::vector<std::uint32_t> took =
        all.empty() ? come_and_go(wanted) : exchange(all, wanted, poll);
    const std::chrono::duration<double> seconds = steady::now() - begin;
    const double used = processor_seconds_of(wanted.server) - used_before;
    const auto requests = static_cast<double>(took.size());
    std::vector<std::uint32_t> later = settled(took);
    std::printf(
        "{\"requests\":%zu,\"seconds\":%.6f,\"requests_per_second\":%.1f,\"server_cpu\":%.6f,"
        "\"p50_us\":%.1f,\"p99_us\":%.1f}\n",
        took.size(), seconds.count(), requests / seconds.count(), used, microseconds_at(later, 0.5),
        microseconds_at(later, 0.99));
    return took.empty() ? 1 : 0;
}
