// Ctrl-C at every moment of a run: it always ends, and everybody has cleaned up before.
//
// Each run is in a process of its own, which is sent real signals and tells by its exit code how it
// ended. Not here: the rule itself in one process (tests/kernel/ending_test.cpp).
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <string>
#include <thread>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

// What the process under test tells with its exit code.
constexpr int interrupted_and_clean = 40, interrupted = 41, ended = 42, other_error = 43;

int cleaned = 0;  // how many tasks have cleaned up
struct cleans_up {
    ~cleans_up() { ++cleaned; }
};

// Runs the main task in this process and says how that ended.
int outcome_of(async_scheduler& scheduler, coroutine<> main, int tasks_to_clean) {
    try {
        scheduler.start(std::move(main));
    } catch (const keyboard_interrupt&) {
        return cleaned == tasks_to_clean ? interrupted_and_clean : interrupted;
    } catch (...) {
        return other_error;
    }
    return ended;
}

struct ending {
    int code = -1;
    int signal = 0;
};

// Runs the body in a child; `press` is done to it meanwhile. The child is killed after a while.
ending in_child(const std::function<int()>& body, const std::function<void(pid_t)>& press = {}) {
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);
        std::signal(SIGINT, SIG_DFL);  // the test program has a handler of its own
        std::signal(SIGALRM, SIG_DFL);
        _exit(body());
    }
    if (press) press(child);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) return {-1, WTERMSIG(status)};
    return {WEXITSTATUS(status), 0};
}

// A pipe by which a child says how far it is.
class progress {
public:
    progress() { REQUIRE(pipe(ends_) == 0); }
    ~progress() {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;
    void tell() const { CHECK(write(ends_[1], "x", 1) == 1); }
    void wait() const {
        char told = 0;
        CHECK(read(ends_[0], &told, 1) == 1);
    }

private:
    int ends_[2] = {-1, -1};
};

coroutine<> sleep_long() {
    const cleans_up at_the_end;
    co_await giambio::sleep(1h);
}

coroutine<> wait_for_ever() {
    const cleans_up at_the_end;
    event<> never;
    co_await never.wait();
}

}  // namespace

TEST_CASE("scenario 101: Ctrl-C while the loop polls, with and without a timer") {
    for (const bool with_timer : {true, false}) {
        const progress told;
        const auto body = [&] {
            async_scheduler scheduler;
            const auto main = [&]() -> coroutine<> {
                const cleans_up at_the_end;
                spawn(with_timer ? sleep_long() : wait_for_ever());
                const loop_handle hope = this_loop();  // no deadlock
                co_await yield();
                told.tell();
                co_await wait_for_ever();
            };
            return outcome_of(scheduler, main(), 3);
        };
        const ending how = in_child(body, [&](pid_t child) {
            told.wait();
            kill(child, SIGINT);
        });
        CHECK(how.code == interrupted_and_clean);
    }
}

TEST_CASE("scenario 101: Ctrl-C inside a step is told at the next trap") {
    for (const bool is_simulated : {false, true}) {
        const auto body = [&] {
            async_scheduler real;
            async_scheduler virtual_one{simulated{}};
            bool went_on = false;
            const auto main = [&]() -> coroutine<> {
                const cleans_up at_the_end;
                spawn(sleep_long());
                co_await yield();
                raise(SIGINT);
                went_on = true;  // nothing is thrown out of a signal handler
                co_await giambio::sleep(1h);
            };
            const int how = outcome_of(is_simulated ? virtual_one : real, main(), 2);
            return went_on ? how : other_error;
        };
        CHECK(in_child(body).code == interrupted_and_clean);
    }
}

TEST_CASE("scenario 101: Ctrl-C during shutdown, when the main task has ended already") {
    const auto body = [] {
        async_scheduler scheduler{simulated{}};
        const auto late = []() -> coroutine<> {
            const cleans_up at_the_end;
            co_await giambio::sleep(10ms);
            raise(SIGINT);
            co_await giambio::sleep(1h);
        };
        const auto main = [&]() -> coroutine<> {
            spawn(late());
            spawn(sleep_long());
            co_return;
        };
        return outcome_of(scheduler, main(), 2);
    };
    CHECK(in_child(body).code == interrupted_and_clean);
}

TEST_CASE("scenario 101: Ctrl-C while everybody is cleaning up after a failure") {
    const auto body = [] {
        async_scheduler scheduler{simulated{}};
        const auto slow_to_clean = []() -> coroutine<> {
            const cleans_up at_the_end;
            const auto last_words = []() -> coroutine<> {
                co_await giambio::sleep(1s);
                raise(SIGINT);
                co_await giambio::sleep(1s);
            };
            co_await shielded(last_words());
        };
        const auto main = [&]() -> coroutine<> {
            spawn(slow_to_clean());
            co_await yield();
            throw std::runtime_error("main fails");
        };
        return outcome_of(scheduler, main(), 1);
    };
    CHECK(in_child(body).code == interrupted_and_clean);
}

TEST_CASE("scenario 101: Ctrl-C before the main task starts, and in the very last step") {
    const auto before = [] {
        async_scheduler scheduler{simulated{}};
        bool reached = false;
        scheduler.create_task(sleep_long());  // from here on the run exists
        raise(SIGINT);
        const auto main = [&]() -> coroutine<> {
            co_await checkpoint();
            reached = true;
        };
        const int how = outcome_of(scheduler, main(), 1);
        return reached ? other_error : how;
    };
    const int before_code = in_child(before).code;
    // The task that never ran has nothing to clean up, or one that did run has.
    CHECK((before_code == interrupted_and_clean || before_code == interrupted));

    const auto last = [] {
        async_scheduler scheduler{simulated{}};
        const auto main = []() -> coroutine<> {
            raise(SIGINT);
            co_return;
        };
        return outcome_of(scheduler, main(), 0);
    };
    CHECK(in_child(last).code == interrupted_and_clean);

    const auto before_everything = [] {
        async_scheduler scheduler;
        raise(SIGINT);  // no run yet: as if giambio were not there
        return ended;
    };
    CHECK(in_child(before_everything).signal == SIGINT);
}

TEST_CASE("scenario 101: Ctrl-C while a function is in a thread: the function is told") {
    const progress told;
    const auto body = [&] {
        async_scheduler scheduler;
        const auto main = [&]() -> coroutine<> {
            const cleans_up at_the_end;
            co_await run_in_thread([&] {
                told.tell();
                while (!thread_cancelled()) std::this_thread::yield();
                stop_if_cancelled();
            });
        };
        return outcome_of(scheduler, main(), 1);
    };
    const ending how = in_child(body, [&](pid_t child) {
        told.wait();
        kill(child, SIGINT);
    });
    CHECK(how.code == interrupted_and_clean);
}

TEST_CASE("scenario 101: a second Ctrl-C ends a program that does not come to an end") {
    const progress told;
    const auto body = [&] {
        async_scheduler scheduler;
        const auto main = [&]() -> coroutine<> {
            told.tell();
            while (true) std::this_thread::yield();  // no trap, so nobody can tell it
            co_return;
        };
        return outcome_of(scheduler, main(), 0);
    };
    const ending how = in_child(body, [&](pid_t child) {
        told.wait();
        kill(child, SIGINT);
        std::this_thread::sleep_for(20ms);  // two at once may count as one
        kill(child, SIGINT);
    });
    CHECK(how.signal == SIGINT);
}

TEST_CASE("R14: after a run Ctrl-C is the program's own again") {
    const auto body = [] {
        async_scheduler scheduler{simulated{}};
        const auto main = []() -> coroutine<> { co_return; };
        scheduler.start(main());
        raise(SIGINT);
        return ended;
    };
    CHECK(in_child(body).signal == SIGINT);
}

TEST_CASE("scenario 101: the child processes of an interrupted run are stopped, too") {
    const progress told;
    const auto body = [&] {
        async_scheduler scheduler;
        const auto main = [&]() -> coroutine<> {
            const cleans_up at_the_end;
            told.tell();
            co_await run_process({"sleep", "1000"});
        };
        const int how = outcome_of(scheduler, main(), 1);
        return waitpid(-1, nullptr, WNOHANG) == -1 ? how : other_error;
    };
    const ending how = in_child(body, [&](pid_t child) {
        told.wait();
        kill(child, SIGINT);
    });
    CHECK(how.code == interrupted_and_clean);
}
