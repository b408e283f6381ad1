// What the one assertion does: it prints place, sentence and task table, and aborts.
//
// Each is tried in a child of the test process. Not here: what a program can do wrong; that is
// thrown, and tested where it is thrown.
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

using namespace giambio;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

struct death {
    int signal = 0;
    std::string words;  // on standard error
};

template <class Body>
death death_of(Body body) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);  // the test program has a handler of its own
        dup2(ends[1], STDERR_FILENO);
        body();
        _exit(0);
    }
    ::close(ends[1]);
    death told;
    char buffer[1024];
    for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
        told.words.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    told.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return told;
}

}  // namespace

TEST_CASE("a broken invariant prints place and sentence, and aborts, in every build") {
    const death told = death_of([] { check(1 + 1 == 3, "numbers hold"); });
    CHECK(told.signal == SIGABRT);
    CHECK_THAT(told.words, ContainsSubstring("broken_test.cpp:"));
    CHECK_THAT(told.words, ContainsSubstring("this must not happen: numbers hold"));
}

TEST_CASE("what holds costs nothing and prints nothing") {
    const death told = death_of([] { check(true, "never said"); });
    CHECK(told.signal == 0);
    CHECK(told.words.empty());
}

TEST_CASE("inside a run the task table is printed: who is running, who waits on what, and where") {
    const death told = death_of([] {
        auto wait = [](lock& wanted) -> coroutine<> { co_await wanted.acquire(); };
        auto program = [&]() -> coroutine<> {
            lock wanted;
            co_await wanted.acquire();
            spawn(wait(wanted), "waiter");
            co_await giambio::sleep(1ms);
            broken("the kernel has lost its way");
        };
        async_scheduler{simulated{}}.start(program());
    });
    CHECK(told.signal == SIGABRT);
    CHECK_THAT(told.words, ContainsSubstring("#1 main is running"));
    CHECK_THAT(told.words, ContainsSubstring("#2 waiter waits for lock 1, held by #1 main"));
    CHECK_THAT(told.words, ContainsSubstring("(broken_test.cpp:"));
}
