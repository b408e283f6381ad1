// Signals as a stream: they coalesce, wait for their reader, and go back to where they came from.
//
// Signals are sent by the test itself, so they have arrived when the call returns; where a handler
// must run in another process, that process is a fork. Not here: Ctrl-C (interrupt_test.cpp).
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"
#include "tests/run_simulated.hpp"

#include <atomic>
#include <csignal>
#include <initializer_list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

// What the handler saw. It may run in any thread and at any moment, so it counts and no more.
class notes {
public:
    void note(int signo) {
        last_ = signo;
        ++count_;
    }
    void clear() { count_ = 0; }
    bool empty() const { return count_ == 0; }
    int size() const { return count_; }
    bool only(int signo) const { return count_ == 1 && last_ == signo; }

private:
    std::atomic<int> count_{0};
    std::atomic<int> last_{0};
};

notes handled;
void note(int signo) {
    handled.note(signo);
}

// Has a handler of the test's own installed for a while.
class own_handler {
public:
    explicit own_handler(int signo, void (*handler)(int) = note) : signo_(signo) {
        handled.clear();
        struct sigaction ours {};
        ours.sa_handler = handler;
        sigaction(signo, &ours, &before_);
    }
    ~own_handler() { sigaction(signo_, &before_, nullptr); }
    own_handler(const own_handler&) = delete;
    own_handler& operator=(const own_handler&) = delete;

private:
    int signo_;
    struct sigaction before_ {};
};

coroutine<int> wait_one(signal_stream& from) {
    co_return co_await from.next();
}

}  // namespace

TEST_CASE("row 127: a signal that waits is taken, and one that comes later wakes the task") {
    run_in_both_worlds([]() -> coroutine<> {
        signal_stream asked{SIGUSR1, SIGUSR2};
        raise(SIGUSR2);
        const int first = co_await asked.next();
        CHECK(first == SIGUSR2);
        const task<int> waiting = spawn(wait_one(asked));
        co_await yield();
        std::thread sender([] { kill(getpid(), SIGUSR1); });
        const int second = co_await waiting.join();
        sender.join();
        CHECK(second == SIGUSR1);
        CHECK(asked.pending() == 0);
    });
}

TEST_CASE("scenario 102: a signal that comes again before it was taken counts once") {
    run_in_both_worlds([]() -> coroutine<> {
        signal_stream asked{SIGUSR1, SIGUSR2};
        for (int i = 0; i < 5; ++i) raise(SIGUSR2);
        raise(SIGUSR1);
        raise(SIGUSR2);
        CHECK(asked.pending() == 2);
        const int first = co_await asked.next();
        const int second = co_await asked.next();
        CHECK(first == SIGUSR2);  // it came first
        CHECK(second == SIGUSR1);
        const bool more = (co_await skip_after(1ms, wait_one(asked))).has_value();
        CHECK(!more);
    });
}

TEST_CASE("scenario 102: what nobody took is sent again at the end, to the handler of before") {
    const own_handler first(SIGUSR1);
    run_in_both_worlds([]() -> coroutine<> {
        handled.clear();
        {
            signal_stream asked{SIGUSR1};
            raise(SIGUSR1);
            raise(SIGUSR1);
            co_await yield();
            CHECK(handled.empty());
        }
        CHECK(handled.only(SIGUSR1));
        raise(SIGUSR1);  // the handler is back
        CHECK(handled.size() == 2);
    });
}

TEST_CASE("a handler that is installed while a stream has the signal stays") {
    const own_handler first(SIGUSR1);
    run_in_both_worlds([]() -> coroutine<> {
        {
            const signal_stream asked{SIGUSR1};
            std::signal(SIGUSR1, SIG_IGN);
            co_await yield();
        }
        CHECK(std::signal(SIGUSR1, note) == SIG_IGN);
    });
}

TEST_CASE("scenario 102: a signal that arrives while the stream is closing is not lost") {
    const own_handler first(SIGUSR1);
    auto program = []() -> coroutine<> {
        std::atomic<bool> enough{false};
        std::atomic<int> sent{0};
        std::thread sender([&] {
            while (!enough) {
                kill(getpid(), SIGUSR1);
                ++sent;
            }
        });
        for (int i = 0; i < 200; ++i) {
            const signal_stream asked{SIGUSR1};
            co_await yield();
        }
        enough = true;
        sender.join();
        signal_stream last{SIGUSR1};
        raise(SIGUSR1);
        const int signo = co_await last.next();
        CHECK(signo == SIGUSR1);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("2I-66: a stream has one reader, and a signal has one stream") {
    run_in_both_worlds([]() -> coroutine<> {
        signal_stream asked{SIGUSR1};
        const task<int> reader = spawn(wait_one(asked));
        co_await yield();
        bool busy = false;
        try {
            co_await asked.next();
        } catch (const resource_busy&) {
            busy = true;
        }
        CHECK(busy);
        CHECK_THROWS_AS((signal_stream{SIGUSR2, SIGUSR1}), resource_busy);
        const own_handler is_free(SIGUSR2);
        raise(SIGUSR2);  // the half-made stream has given it back
        CHECK(handled.only(SIGUSR2));
        raise(SIGUSR1);
        const int signo = co_await reader.join();
        CHECK(signo == SIGUSR1);
        CHECK_THROWS_AS((signal_stream{SIGKILL}), misuse);
        CHECK_THROWS_AS((signal_stream{0}), misuse);
        // Two belong to the system's threads; asked for again they are still nobody's.
        CHECK_THROWS_AS((signal_stream{32}), misuse);
        CHECK_THROWS_AS((signal_stream{SIGUSR2, 32}), misuse);
        CHECK_THROWS_AS((signal_stream{33}), misuse);
    });
}

TEST_CASE("2I-66: who is cancelled takes nothing, who waits at a closing learns of it") {
    run_in_both_worlds([]() -> coroutine<> {
        signal_stream asked{SIGUSR1};
        const task<int> cancelled_one = spawn(wait_one(asked));
        co_await yield();
        co_await cancelled_one.cancel_and_wait();
        raise(SIGUSR1);
        const int signo = co_await asked.next();
        CHECK(signo == SIGUSR1);
        auto outlive = [&]() -> coroutine<bool> {
            try {
                co_await asked.next();
            } catch (const resource_closed&) {
                co_return true;
            }
            co_return false;
        };
        const task<bool> waiting = spawn(outlive());
        co_await yield();
        asked.close();
        const bool told = co_await waiting.join();
        CHECK(told);
    });
}

TEST_CASE("2I-66: with a stream for SIGINT Ctrl-C is a signal like others, and then it is not") {
    const own_handler none(SIGINT, SIG_DFL);  // Catch has one
    run_in_both_worlds([]() -> coroutine<> {
        signal_stream asked{SIGINT};
        raise(SIGINT);
        raise(SIGINT);
        const int signo = co_await asked.next();
        CHECK(signo == SIGINT);
        co_await giambio::sleep(1ms);
    });
    auto takes_none = []() -> coroutine<> {
        {
            const signal_stream asked{SIGINT};
            raise(SIGINT);
        }
        co_await giambio::sleep(1h);
    };
    CHECK_THROWS_AS(async_scheduler{simulated{}}.start(takes_none()), keyboard_interrupt);
}

TEST_CASE("2I-66: a stream that lives longer than its run brings the signals to the next one") {
    const own_handler first(SIGUSR2);  // where it goes when nobody takes it
    std::unique_ptr<signal_stream> asked;
    auto open = [&]() -> coroutine<> {
        asked = std::make_unique<signal_stream>(std::initializer_list<int>{SIGUSR1, SIGUSR2});
        co_await yield();
    };
    std::vector<int> came;
    auto use = [&]() -> coroutine<> {
        came.push_back(co_await asked->next());
        const task<int> waiting = spawn(wait_one(*asked));
        co_await wait_all_blocked();
        raise(SIGUSR2);
        co_await giambio::sleep(1ms);
        if (!waiting.ended()) waiting.cancel("no signal has come");
        co_await waiting.wait();
        CHECK(asked->pending() == 0);
        if (!waiting.was_cancelled()) came.push_back(waiting.result());
    };
    async_scheduler scheduler{simulated{}};
    scheduler.start(open());
    raise(SIGUSR1);  // while there is no run it waits
    scheduler.start(use());
    CHECK(came == std::vector<int>{SIGUSR1, SIGUSR2});
}

TEST_CASE("R13: who waits for a signal is in no deadlock, who only has a stream may be") {
    auto program = []() -> coroutine<> {
        const signal_stream asked{SIGUSR1};
        event<> never;
        co_await never.wait();
    };
    CHECK_THROWS_AS(async_scheduler{simulated{}}.start(program()), deadlock);
    CHECK_THROWS_AS(async_scheduler{}.start(program()), deadlock);
}

TEST_CASE("the trace tells a signal: post, signal, arrive, wake, each the cause of the next") {
    recorder heard;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(heard);
    auto program = []() -> coroutine<> {
        signal_stream asked{SIGUSR1};
        const task<int> waiting = spawn(wait_one(asked));
        co_await yield();
        raise(SIGUSR1);
        co_await waiting.join();
    };
    scheduler.start(program());
    const auto post = heard.of(happening::post).at(0);
    const auto came = heard.of(happening::signal).at(0);
    const auto arrives = heard.of(happening::object_op).at(0);
    CHECK(came.a == SIGUSR1);
    CHECK(came.cause == post.seq);
    CHECK(std::string(arrives.word) == "arrive");
    CHECK(arrives.cause == came.seq);
    bool wakes_by_it = false;
    for (const auto& each : heard.of(happening::wake)) wakes_by_it |= each.cause == arrives.seq;
    CHECK(wakes_by_it);
}
