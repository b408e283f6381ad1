// Programs that may not be killed, as those that run as another user: nobody waits for them.
//
// The system refuses the signals of one thread here, as it would refuse them to any user. Not here:
// programs that can be killed (process_test.cpp).
#include "tests/catch.hpp"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <future>
#include <giambio.hpp>
#include <string>
#include <thread>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 10s;  // only code that is wrong takes so long

// From now on this thread can send no signal: the system answers EPERM. False: it does not let us
// choose that.
bool refuse_signals() {
    constexpr auto refusal = SECCOMP_RET_ERRNO | static_cast<unsigned>(EPERM);
    std::array<sock_filter, 5> rules{{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_send_signal, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kill, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, refusal),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    }};
    const sock_fprog filter{rules.size(), rules.data()};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

// Runs the program in such a thread. A loop that stands still there is a failure, and goes on
// because `child` is killed from here.
template <class Program>
void run_without_signals(const std::atomic<int>& child, Program program) {
    auto running = std::async(std::launch::async, [&] {
        if (!refuse_signals()) return false;
        async_scheduler{}.start(program());
        return true;
    });
    const bool in_time = running.wait_for(patience) == std::future_status::ready;
    CHECK(in_time);
    if (!in_time) kill(child, SIGKILL);
    if (!running.get()) WARN("not tried: this machine lets no thread refuse a system call");
}

// A zombie is not gone.
bool is_gone_soon(int id) {
    const auto last = std::chrono::steady_clock::now() + patience;
    while (id != 0 && kill(id, 0) == 0) {
        if (std::chrono::steady_clock::now() > last) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

}  // namespace

TEST_CASE("a process that may not be killed holds up nobody, and is reaped when it ends") {
    std::atomic<int> child = 0;
    run_without_signals(child, [&]() -> coroutine<> {
        {
            process stays = start_process({"cat"}, {.input = stdio::pipe});
            child = stays.id();
            CHECK_THROWS_AS(stays.kill(SIGTERM), io_error);
        }
        co_return;  // here its input is closed, which ends it
    });
    CHECK(is_gone_soon(child));
}

TEST_CASE("a cancel of a program that may not be stopped leaves as the cancel that it is") {
    const std::filesystem::path place =
        std::filesystem::temp_directory_path() / ("giambio-refused-" + std::to_string(getpid()));
    std::filesystem::create_directory(place);
    const std::string script = "echo $$ > new; mv new id; exec sleep 1000";
    std::atomic<int> child = 0;
    bool was_cancelled = true;
    run_without_signals(child, [&]() -> coroutine<> {
        const task running =
            spawn(run_process({"sh", "-c", script}, {.directory = place.native()}));
        while (!std::filesystem::exists(place / "id")) co_await giambio::sleep(1ms);
        int id = 0;
        std::ifstream(place / "id") >> id;
        child = id;
        co_await running.cancel_and_wait();
        was_cancelled = running.was_cancelled();
    });
    CHECK(was_cancelled);
    if (child != 0) kill(child, SIGKILL);
    CHECK(is_gone_soon(child));
    std::filesystem::remove_all(place);
}
