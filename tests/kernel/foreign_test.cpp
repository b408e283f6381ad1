// Descriptors that are not giambio's own, and systems that refuse what a loop needs.
//
// What changes the whole process (limits, forbidden calls) is done in a child of it.
// Not here: sockets (real_sockets_test.cpp).
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"

#include <giambio.hpp>

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

struct pipe_ends {
    pipe_ends() { REQUIRE(pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0); }
    ~pipe_ends() {
        ::close(ends[0]);
        ::close(ends[1]);
    }
    pipe_ends(const pipe_ends&) = delete;
    pipe_ends& operator=(const pipe_ends&) = delete;
    void put(std::size_t bytes) const {
        const std::string text(bytes, 'x');
        REQUIRE(write(ends[1], text.data(), bytes) == static_cast<ssize_t>(bytes));
    }
    std::size_t take(std::size_t bytes) const {
        std::string text(bytes, '\0');
        return static_cast<std::size_t>(read(ends[0], text.data(), bytes));
    }
    std::array<int, 2> ends{};
};

coroutine<> wait_readable(int fd) {
    co_await readable(fd);
}
// With what the wait was refused, or 0.
coroutine<int> code_of(int fd) {
    try {
        co_await readable(fd);
    } catch (const io_error& refused) {
        co_return refused.code();
    }
    co_return 0;
}
coroutine<> wait_writable(int fd) {
    co_await writable(fd);
}

// Runs a body in a process of its own and returns what it exited with.
template <class Body>
int exit_of(Body body) {
    const pid_t child = fork();
    if (child == 0) _exit(body());
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// From now on the system answers EPERM to one system call, as some containers do.
bool forbid(unsigned call) {
    std::array<sock_filter, 4> rules{
        sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
        sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, call},
        sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM},
        sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
    const sock_fprog program{rules.size(), rules.data()};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace

TEST_CASE("a foreign descriptor wakes its reader and its writer when each can go on") {
    words told;
    auto read_when_ready = [](const pipe_ends& from, words& into) -> coroutine<> {
        co_await readable(from.ends[0]);
        into.push_back("read " + std::to_string(from.take(100000)));
    };
    auto program = [&](words& into) -> coroutine<> {
        const pipe_ends between;
        task reading = spawn(read_when_ready(between, into));
        co_await giambio::sleep(1ms);
        into.push_back("nothing yet");
        co_await writable(between.ends[1]);
        between.put(3);
        co_await reading.join();
    };
    async_scheduler{}.start(program(told));
    CHECK(told == words{"nothing yet", "read 3"});
}

TEST_CASE("a full pipe is not writable until somebody reads from it") {
    auto program = []() -> coroutine<> {
        const pipe_ends between;
        between.put(65536);
        const bool has_room = co_await skip_after(5ms, wait_writable(between.ends[1]));
        CHECK(!has_room);
        CHECK(between.take(65536) == 65536);
        const bool has_room_now = co_await skip_after(10s, wait_writable(between.ends[1]));
        CHECK(has_room_now);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("R8: a foreign descriptor's number may be used again by another one") {
    auto program = []() -> coroutine<> {
        int number = -1;
        for (int round = 0; round < 3; ++round) {
            const pipe_ends fresh;
            if (number < 0) number = fresh.ends[0];
            CHECK(fresh.ends[0] == number);
            // A wait that is given up leaves the loop listening, as far as the loop knows.
            const bool too_early = co_await skip_after(1ms, wait_readable(number));
            CHECK(!too_early);
            fresh.put(1);
            const bool ready = co_await skip_after(10s, wait_readable(number));
            CHECK(ready);
        }
    };
    async_scheduler{}.start(program());
}

// The system goes on telling of it, and nothing that has a name could stop that.
TEST_CASE("a foreign descriptor that is closed while a copy is open disturbs nobody") {
    recorder heard;
    async_scheduler scheduler;
    scheduler.observe(heard);
    auto program = []() -> coroutine<> {
        std::array<int, 2> gone{};
        REQUIRE(pipe2(gone.data(), O_NONBLOCK | O_CLOEXEC) == 0);
        const int copy = dup(gone[0]);
        REQUIRE(write(gone[1], "xx", 2) == 2);
        co_await readable(gone[0]);
        ::close(gone[0]);
        const pipe_ends watched;  // with the number of the one that is gone
        CHECK(watched.ends[0] == gone[0]);
        task other = spawn(wait_readable(watched.ends[0]));
        co_await giambio::sleep(5ms);
        CHECK(!other.ended());
        const pipe_ends fresh;
        const bool too_early = co_await skip_after(5ms, wait_readable(fresh.ends[0]));
        CHECK(!too_early);
        watched.put(1);  // who was listened to before is listened to still
        co_await other.join();
        fresh.put(1);
        co_await readable(fresh.ends[0]);
        ::close(copy);
        ::close(gone[1]);
    };
    scheduler.start(program());
    CHECK(heard.of(happening::io_wait).size() < 50);
}

TEST_CASE("a file that a task reads like a stream is read to its end") {
    auto program = []() -> coroutine<> {
        const int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
        async_socket input(wrap_descriptor(file));
        std::string all;
        for (std::string part = "begin"; !part.empty();) {
            part = co_await input.receive(100);
            all += part;
        }
        CHECK(all.find("VmRSS") != std::string::npos);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("a second reader of a foreign descriptor is told that it is busy") {
    auto program = []() -> coroutine<> {
        const pipe_ends between;
        task first = spawn(wait_readable(between.ends[0]));
        co_await yield();
        CHECK_THROWS_AS(co_await readable(between.ends[0]), resource_busy);
        between.put(1);
        co_await first.join();
    };
    async_scheduler{}.start(program());
}

TEST_CASE("a descriptor that cannot be waited on is an io_error with the system's reason") {
    auto program = [&]() -> coroutine<> {
        const int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
        const int of_a_file = co_await code_of(file);
        CHECK(of_a_file == EPERM);
        ::close(file);
        const int of_a_closed_one = co_await code_of(file);
        CHECK(of_a_closed_one == EBADF);
        CHECK_THROWS_AS(co_await readable(-1), resource_closed);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("a system that does not know the exact wait is waited on by the millisecond") {
    const int ended = exit_of([] {
        if (!forbid(SYS_epoll_pwait2)) return 77;
        auto program = []() -> coroutine<bool> {
            const moment before = now();
            co_await giambio::sleep(5ms);
            co_return now() - before >= 5ms;
        };
        return async_scheduler{}.start(program()) ? 0 : 1;
    });
    if (ended == 77) WARN("this system lets nobody forbid system calls: nothing was tried");
    CHECK((ended == 0 || ended == 77));
}

TEST_CASE("R16: a number that no descriptor has is an error where it is awaited") {
    auto program = []() -> coroutine<> {
        for (const int number : {987, 500'000'000}) {
            const int code = co_await code_of(number);
            CHECK(code == EBADF);
            CHECK_THROWS_AS(wrap_descriptor(number), io_error);
        }
    };
    async_scheduler{}.start(program());
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("R16: so is one in a socket's trap that somebody makes by hand") {
    auto program = []() -> coroutine<> {
        char byte = 0;
        for (const int number : {-1, 987, 500'000'000}) {
            bool closed = false;
            try {
                co_await trap::receive{site::current(), number, &byte, 1};
            } catch (const resource_closed&) {
                closed = true;
            }
            CHECK(closed);
        }
    };
    async_scheduler{}.start(program());
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE(
    "R3: a descriptor that was waited for and is adopted then does not keep the loop spinning") {
    async_scheduler scheduler;
    auto program = [&]() -> coroutine<std::uint32_t> {
        std::array<int, 2> ends{};
        REQUIRE(pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0);
        pipe_writer writer(wrap_descriptor(ends[1]));
        co_await writer.send_all("x");
        co_await readable(ends[0]);
        pipe_reader reader(wrap_descriptor(ends[0]));  // the byte is there, and nobody reads it
        const std::uint32_t before = scheduler.statistics().turn;
        co_await giambio::sleep(50ms);
        const std::uint32_t turns = scheduler.statistics().turn - before;
        const std::string got = co_await reader.receive(10);
        CHECK(got == "x");
        co_return turns;
    };
    CHECK(scheduler.start(program()) < 10);
}

TEST_CASE("who waits for a number that a file has got since, which cannot be waited for, is told") {
    auto program = [&]() -> coroutine<> {
        std::array<int, 2> ends{};
        REQUIRE(pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0);
        const task<int> first = spawn(code_of(ends[0]));
        co_await yield();
        const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
        REQUIRE(dup2(file, ends[0]) == ends[0]);  // its number is another file's now
        const task<int> second = spawn(code_of(ends[0]));
        const int of_the_second = co_await second.join();
        const int of_the_first = co_await first.join();
        CHECK(of_the_second == EPERM);
        CHECK(of_the_first == EBADF);
        for (const int fd : {ends[0], ends[1], file}) ::close(fd);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("a loop that gets no descriptor for itself says which limit to raise") {
    const int ended = exit_of([] {
        auto program = []() -> coroutine<> { co_return; };
        async_scheduler scheduler;
        rlimit limit{};
        getrlimit(RLIMIT_NOFILE, &limit);
        const rlim_t before = std::exchange(limit.rlim_cur, 0);
        setrlimit(RLIMIT_NOFILE, &limit);
        try {
            scheduler.start(program());
        } catch (const io_error& refused) {
            const bool helps = std::string(refused.what()).find("ulimit -n") != std::string::npos;
            limit.rlim_cur = before;
            setrlimit(RLIMIT_NOFILE, &limit);
            scheduler.start(program());  // and when it is raised, the same scheduler runs
            return refused.code() == EMFILE && helps ? 0 : 1;
        }
        return 2;
    });
    CHECK(ended == 0);
}
