// The rules of sockets (features 2H) on this machine's own.
//
// Most programs are in rules.hpp, because they run on the simulated network too.
#include "tests/sockets/rules.hpp"

#include "tests/kernel/recorder.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

coroutine<int> errno_of_waiting(int fd, bool to_read) {
    try {
        if (to_read) {
            co_await readable(fd);
        } else {
            co_await writable(fd);
        }
    } catch (const io_error& failure) {
        co_return failure.code();
    }
    co_return 0;
}

// A pipe of the program's own, of which the loop knows nothing.
std::array<int, 2> own_pipe() {
    std::array<int, 2> ends{};
    REQUIRE(pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0);
    return ends;
}

}  // namespace

TEST_CASE("scenario 88: two messages come back, and the end of the client ends its handler") {
    async_scheduler{}.start(programs::echo_two_messages());
}

TEST_CASE("who listens has a port of its own, and a fresh socket is no wait") {
    async_scheduler{}.start(programs::ports_and_fresh_sockets());
}

TEST_CASE("a second connect on a socket is an error, and the connection stays") {
    async_scheduler{}.start(programs::second_connect_is_refused());
}

TEST_CASE("2H-50: a second send is refused from the beginning of the first to its end") {
    async_scheduler{}.start(programs::second_sender_is_refused(20'000'000));
}

TEST_CASE("2H-50, scenario 89: a second reader is refused, a reader and a writer get along") {
    async_scheduler{}.start(programs::second_reader_is_refused());
}

TEST_CASE("2H-50, scenario 89: a cancelled writer leaves the reader working") {
    async_scheduler{}.start(programs::cancelled_writer_leaves_the_reader());
}

TEST_CASE("2H-51: closing a socket wakes who waits on it, and the next use fails at once") {
    recorder heard;
    async_scheduler scheduler;
    scheduler.observe(heard);
    scheduler.start(programs::closing_wakes_both());
    // Marked, woken, forgotten: in this order.
    std::size_t closed = 0, forgotten = 0;
    words order;
    for (std::size_t i = 0; i < heard.records.size(); ++i) {
        const record& each = heard.records[i];
        const std::string word = each.word != nullptr ? each.word : "";
        if (each.kind == happening::io && word == "close") closed = each.seq;
        if (each.kind == happening::wake && word == "closed") {
            order.push_back("wake");
            CHECK(each.cause == closed);
            CHECK(forgotten == 0);
        }
        if (each.kind == happening::fd_forget && order.size() == 2 && forgotten == 0) {
            forgotten = each.seq;
            CHECK(each.cause == closed);
        }
    }
    CHECK(order == words{"wake", "wake"});
    CHECK(forgotten > 0);
}

TEST_CASE("2H-51: a socket may be destroyed while another task is in the middle of a call") {
    async_scheduler{}.start(programs::destroyed_in_the_middle_of_a_call());
}

TEST_CASE("2H-52: who waits on a number that was closed and used again is told") {
    auto program = [](bool reads_again) -> coroutine<> {
        const std::array<int, 2> first = own_pipe();
        task stale = spawn(errno_of_waiting(first[0], true));
        co_await yield();
        ::close(first[0]);
        ::close(first[1]);
        const std::array<int, 2> second = own_pipe();
        CHECK(second[0] == first[0]);
        if (reads_again) {
            REQUIRE(write(second[1], "x", 1) == 1);
            const int fresh = co_await errno_of_waiting(second[0], true);
            CHECK(fresh == 0);
        } else {
            // The other direction of the same number.
            task fresh = spawn(errno_of_waiting(second[0], false));
            co_await yield();
            fresh.cancel();
        }
        const int code = co_await stale.join();
        CHECK(code == EBADF);
        ::close(second[0]);
        ::close(second[1]);
    };
    async_scheduler{}.start(program(true));
    async_scheduler{}.start(program(false));
}

TEST_CASE("2H-52: the loop's own new descriptor takes a number that somebody still waits on") {
    auto program = []() -> coroutine<> {
        const std::array<int, 2> lost = own_pipe();
        task stale = spawn(errno_of_waiting(lost[0], true));
        co_await yield();
        ::close(lost[0]);
        socket_ends ends = socket_pair();
        CHECK((ends.first.number() == lost[0] || ends.second.number() == lost[0]));
        const int code = co_await stale.join();
        CHECK(code == EBADF);
        co_await ends.first.send_all("works");
        const std::string got = co_await ends.second.receive(10);
        CHECK(got == "works");
        ::close(lost[1]);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("2H-52: a number that was closed and is free is told to all who wait on it") {
    auto program = []() -> coroutine<> {
        const std::array<int, 2> lost = own_pipe();
        task stale = spawn(errno_of_waiting(lost[0], true));
        co_await yield();
        ::close(lost[0]);
        const int late = co_await errno_of_waiting(lost[0], false);
        CHECK(late == EBADF);
        const int code = co_await stale.join();
        CHECK(code == EBADF);
        ::close(lost[1]);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("2H-52: a socket closed behind the loop's back can be cancelled and closed again") {
    auto program = []() -> coroutine<> {
        programs::connection between = co_await programs::connect_to_oneself();
        auto read = [](async_socket& from) -> coroutine<> { co_await from.receive(10); };
        task reading = spawn(read(between.mine));
        co_await yield();
        ::close(between.mine.number());
        const bool ended = co_await skip_after(5ms, read(between.theirs));
        CHECK(ended);  // it has reached the end of the stream
        reading.cancel();
        CHECK_THROWS_AS(co_await reading.join(), task_cancelled);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("2H-53: a broken connection wakes the reader and the writer") {
    auto flood = [](async_socket& to) -> coroutine<> {
        co_await to.send_all(std::string(50'000'000, 'x'));
    };
    auto program = [&]() -> coroutine<> {
        programs::connection between = co_await programs::connect_to_oneself();
        task reading = spawn(programs::errno_of(programs::receive_some(between.mine)));
        task writing = spawn(programs::errno_of(flood(between.mine)));
        co_await giambio::sleep(20ms);
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        setsockopt(between.theirs.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        between.theirs.close();
        const int reader = co_await reading.join();
        const int writer = co_await writing.join();
        CHECK(reader == ECONNRESET);
        CHECK((writer == EPIPE || writer == ECONNRESET));
    };
    async_scheduler{}.start(program());
}

TEST_CASE("2H-54: a connect that is cancelled half-way closes its socket") {
    auto connect = [](async_socket& socket, address to) -> coroutine<> {
        co_await socket.connect(to);
    };
    auto program = [&]() -> coroutine<> {
        async_socket server = listening(0, 0);
        std::vector<async_socket> let_in;
        // When the line is full the system answers nobody, so some connect stays half-way.
        for (int i = 0; i < 10; ++i) {
            async_socket client;
            const bool done = co_await skip_after(50ms, connect(client, server.local_address()));
            if (!done) {
                CHECK(client.number() == -1);
                CHECK_THROWS_AS(co_await client.receive(1), resource_closed);
                co_return;
            }
            let_in.push_back(std::move(client));
        }
        FAIL("the line was never full");
    };
    async_scheduler{}.start(program());
}

TEST_CASE("2H-55, scenario 92: a receive, an accept and a receive_from that are cancelled") {
    async_scheduler{}.start(programs::cancelled_calls_lose_nothing());
}

TEST_CASE("2H-55, scenario 93: a send_all that is cancelled tells how many bytes have left") {
    async_scheduler{}.start(programs::cancelled_send_tells_how_much());
}

TEST_CASE("2H-56: after the other side has closed, reads end and writes fail without a signal") {
    async_scheduler{}.start(programs::peer_closed());
}

TEST_CASE("2H-53: who closes without having read all resets the connection") {
    async_scheduler{}.start(programs::peer_closed_without_reading(true));
    async_scheduler{}.start(programs::peer_closed_without_reading(false));
    async_scheduler{}.start(programs::server_closed_without_accepting());
}

TEST_CASE("2H-57: with no descriptor left, accept is an io_error and the next one may succeed") {
    auto program = []() -> coroutine<> {
        async_socket server = listening(0);
        async_socket client = co_await connected(server.local_address());
        rlimit before{};
        getrlimit(RLIMIT_NOFILE, &before);
        const int next = fcntl(0, F_DUPFD, 0);  // the smallest that is free
        ::close(next);
        rlimit none = before;
        none.rlim_cur = static_cast<rlim_t>(next);
        setrlimit(RLIMIT_NOFILE, &none);
        const int code = co_await programs::errno_of(server.accept());
        setrlimit(RLIMIT_NOFILE, &before);
        CHECK(code == EMFILE);
        const auto [peer, name] = co_await server.accept();
        CHECK(peer.number() >= 0);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("2H-59: a reader that never has to wait lets the others run") {
    async_scheduler{}.start(programs::always_ready_but_others_run());
}
