// Sockets of every kind on this machine: UDP, Unix, pairs, pipes, descriptors made elsewhere.
//
// Most programs are in kinds.hpp, because they run on the simulated network too.
#include "tests/sockets/kinds.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
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

TEST_CASE("a descriptor that is none cannot be taken over") {
    auto program = []() -> coroutine<> {
        CHECK_THROWS_AS(wrap_descriptor(987), io_error);
        CHECK_THROWS_AS(wrap_descriptor(-1), misuse);
        co_return;
    };
    async_scheduler{}.start(program());
}
