// Sockets of every kind on this machine: UDP, Unix, pairs, pipes, descriptors made elsewhere.
//
// Most programs are in kinds.hpp, because they run on the simulated network too.
#include "tests/sockets/kinds.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

// A folder for the paths of one test.
struct folder {
    folder() {
        char name[] = "/tmp/giambio-XXXXXX";
        path = mkdtemp(name);
    }
    ~folder() { std::filesystem::remove_all(path); }
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;
    std::string path;
};

// Of bytes with something in the middle at which a read ends.
coroutine<std::string> two_reads(async_socket& from) {
    const std::string first = co_await from.receive(100);
    const std::string second = co_await from.receive(100);
    co_return first + "|" + second;
}

async_socket listening_at(const address& where) {
    tcp_socket opened;
    opened.bind(where);
    opened.listen();
    return wrap_socket(std::move(opened));
}

// Sends `text` with a descriptor at its end.
void send_with_descriptor(int fd, std::string text, int descriptor) {
    iovec part{text.data(), text.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptor)> room{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    CHECK(sendmsg(fd, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
}

}  // namespace

TEST_CASE("a datagram goes and its answer comes back") {
    async_scheduler{}.start(programs::udp_echo());
}

TEST_CASE("a datagram that is too long is cut, one of nothing is one, and none is glued") {
    async_scheduler{}.start(programs::udp_cut_and_whole());
}

TEST_CASE("a pair of datagram sockets keeps the order and the borders") {
    async_scheduler{}.start(programs::datagram_pair_talks());
}

TEST_CASE("a stream through a path, and through an abstract name") {
    const folder mine;
    async_scheduler{}.start(programs::unix_stream(address::unix_path(mine.path + "/s")));
    async_scheduler{}.start(programs::unix_stream(address::unix_abstract(mine.path)));
}

TEST_CASE("datagrams between paths, and between abstract names") {
    const folder mine;
    async_scheduler{}.start(programs::unix_datagram(address::unix_path(mine.path + "/a"),
                                                    address::unix_path(mine.path + "/b")));
    async_scheduler{}.start(programs::unix_datagram(address::unix_abstract(mine.path + "a"),
                                                    address::unix_abstract(mine.path + "b")));
}

TEST_CASE("a path where nobody listens is an io_error") {
    const folder mine;
    async_scheduler{}.start(programs::nobody_at_the_path(address::unix_path(mine.path + "/no")));
    async_scheduler{}.start(programs::nobody_at_the_path(address::unix_abstract(mine.path)));
}

TEST_CASE("a Unix server that has no room is an error, not a connection that is none") {
    const folder mine;
    auto program = [&]() -> coroutine<> {
        const address path = address::unix_path(mine.path + "/s");
        tcp_socket opened;
        opened.bind(path);
        opened.listen(0);
        async_socket first = co_await connected(path);
        const int code = co_await programs::errno_of(connected(path));
        CHECK(code == EAGAIN);
    };
    async_scheduler{}.start(program());
}

TEST_CASE(
    "a datagram to a path whose reader has no room is an error, and one to a free one leaves") {
    const folder mine;
    auto program = [&]() -> coroutine<> {
        udp_socket full, free, from;
        full.bind(address::unix_path(mine.path + "/full"));
        free.bind(address::unix_path(mine.path + "/free"));
        auto flood = [&]() -> coroutine<> {
            while (true) co_await from.send_to("x", full.local_address());
        };
        const int code = co_await programs::errno_of(flood());
        CHECK(code == EAGAIN);
        co_await from.send_to("x", free.local_address());
        const datagram got = co_await free.receive_from();
        CHECK(got.bytes == "x");
    };
    async_scheduler{}.start(program());
}

TEST_CASE("an address of a path is written and compared; a path that is too long is misuse") {
    CHECK(address::unix_path("/run/x").to_string() == "unix:/run/x");
    CHECK(address::unix_abstract("x").to_string() == "unix:@x");
    CHECK(address::unix_path("x") != address::unix_abstract("x"));
    CHECK_THROWS_AS(address::unix_path(std::string(108, 'x')), misuse);
    CHECK_THROWS_AS(address::unix_path(""), misuse);
    CHECK(address::unix_path(std::string(107, 'x')).name().size() == 107);
}

TEST_CASE("scenario 93: 4 MB through a socket pair arrive intact") {
    async_scheduler{}.start(programs::pair_is_intact());
}

TEST_CASE("a pipe ends where its writer closed, and breaks without a signal") {
    async_scheduler{}.start(programs::pipe_ends_and_breaks());
}

TEST_CASE("a full pipe makes its writer wait") {
    async_scheduler{}.start(programs::full_pipe_waits());
}

TEST_CASE("a SIGPIPE of the program's own is left to it") {
    static volatile std::sig_atomic_t heard = 0;
    struct sigaction mine {
    }, before{};
    mine.sa_handler = [](int) { heard = heard + 1; };
    sigaction(SIGPIPE, &mine, &before);
    async_scheduler{}.start(programs::pipe_ends_and_breaks());
    CHECK(heard == 0);
    raise(SIGPIPE);
    CHECK(heard == 1);
    sigaction(SIGPIPE, &before, nullptr);
}

TEST_CASE("who stops sending can still receive the answer") {
    async_scheduler{}.start(programs::half_close(0));
}

TEST_CASE("both sides know each other's names") {
    async_scheduler{}.start(programs::names_of_both_sides());
}

TEST_CASE("options are set and told") {
    async_scheduler{}.start(programs::options_are_kept());
    async_scheduler{}.start(programs::only_v6());
}

TEST_CASE("an option that a socket does not have is an io_error that names it") {
    auto program = []() -> coroutine<> {
        socket_ends ends = socket_pair();
        CHECK_THROWS_WITH(ends.first.set_option(socket_option::v6_only, 1),
                          Catch::Matchers::ContainsSubstring("v6_only"));
        co_return;
    };
    async_scheduler{}.start(program());
}

TEST_CASE("a descriptor that was made elsewhere is taken over, and closed with its owner") {
    std::array<int, 2> ends{};
    auto program = [&]() -> coroutine<> {
        REQUIRE(pipe(ends.data()) == 0);  // blocking ones
        pipe_reader reader(wrap_descriptor(ends[0]));
        pipe_writer writer(wrap_descriptor(ends[1]));
        CHECK((fcntl(ends[0], F_GETFL) & O_NONBLOCK) != 0);
        co_await writer.send_all("foreign");
        const std::string got = co_await reader.receive(100);
        CHECK(got == "foreign");
        CHECK_THROWS_AS(wrap_descriptor(ends[0]), misuse);  // it has an owner already
    };
    async_scheduler{}.start(program());
    CHECK(fcntl(ends[0], F_GETFD) == -1);
    CHECK(fcntl(ends[1], F_GETFD) == -1);
}

TEST_CASE("what comes behind urgent data, which end a read, is read next") {
    auto program = []() -> coroutine<> {
        async_socket server = listening_at(address("127.0.0.1", 0));
        const int other = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(server.local_address().port);
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(connect(other, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
        async_socket here = (co_await server.accept()).connection;
        const task<std::string> reading = spawn(two_reads(here));
        co_await yield();
        for (const auto& [text, flags] : {std::pair{"ab", 0}, {"!", MSG_OOB}, {"def", 0}}) {
            send(other, text, std::strlen(text), flags | MSG_NOSIGNAL);
        }
        const std::string got = co_await with_timeout(10s, reading.join());
        CHECK(got == "ab|def");
        ::close(other);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("what comes behind a descriptor that was sent along, which ends a read, is read next") {
    const folder mine;
    auto program = [&]() -> coroutine<> {
        const std::string path = mine.path + "/s";
        async_socket server = listening_at(address::unix_path(path));
        const int other = socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        path.copy(at.sun_path, sizeof at.sun_path - 1);
        REQUIRE(connect(other, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
        async_socket here = (co_await server.accept()).connection;
        const task<std::string> reading = spawn(two_reads(here));
        co_await yield();
        send_with_descriptor(other, "abc", other);
        send(other, "defg", 4, MSG_NOSIGNAL);
        const std::string got = co_await with_timeout(10s, reading.join());
        CHECK(got == "abc|defg");
        ::close(other);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("what an adopted socket sends leaves at once, too, when the loop has connected it") {
    auto program = []() -> coroutine<> {
        async_socket server = listening_at(address("127.0.0.1", 0));
        async_socket client(wrap_descriptor(socket(AF_INET, SOCK_STREAM, 0)));
        co_await client.connect(server.local_address());
        CHECK(client.option(socket_option::no_delay) != 0);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("a descriptor that is none cannot be taken over") {
    auto program = []() -> coroutine<> {
        CHECK_THROWS_AS(wrap_descriptor(987), io_error);
        CHECK_THROWS_AS(wrap_descriptor(-1), misuse);
        co_return;
    };
    async_scheduler{}.start(program());
}
