// Blocking functions in threads: their results, their cancels, their way back to the loop.
//
// Where order matters, threads and loop tell each other; nothing depends on how fast a thread is.
// Not here: posting from threads that are not ours (posts_test.cpp).
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"
#include "tests/run_simulated.hpp"
#include "traps/objects/workers.hpp"

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

// A door in real time: a thread waits at it until somebody opens.
class gate_in_time {
public:
    void open() {
        const std::lock_guard held(guard_);
        open_ = true;
        opened_.notify_all();
    }
    void wait() {
        std::unique_lock held(guard_);
        opened_.wait(held, [this] { return open_; });
    }
    // False: nobody has opened it in that time.
    bool wait_for(std::chrono::seconds limit) {
        std::unique_lock held(guard_);
        return opened_.wait_for(held, limit, [this] { return open_; });
    }

private:
    std::mutex guard_;
    std::condition_variable opened_;
    bool open_ = false;
};

}  // namespace

TEST_CASE("row 122: a function runs in another thread, and its value or error comes back") {
    run_in_both_worlds([]() -> coroutine<> {
        const auto there = co_await run_in_thread([] { return std::this_thread::get_id(); });
        CHECK(there != std::this_thread::get_id());
        std::string what;
        try {
            co_await run_in_thread([] { throw std::out_of_range("in the thread"); });
        } catch (const std::out_of_range& error) {
            what = error.what();
        }
        CHECK(what == "in the thread");
    });
}

TEST_CASE("the loop goes on while a function blocks, and under the virtual clock no time passes") {
    async_scheduler scheduler{simulated{}};
    auto program = []() -> coroutine<> {
        gate_in_time gate;
        int turns = 0;
        auto others = [&]() -> coroutine<> {
            for (; turns < 3; ++turns) co_await yield();
            gate.open();
            co_await giambio::sleep(1h);
        };
        const task<> working = spawn(others());
        co_await run_in_thread([&] { gate.wait(); });
        CHECK(turns == 3);
        CHECK(now() == moment(0));
        working.cancel();
    };
    scheduler.start(program());
}

TEST_CASE("scenario 99: by default a cancelled task waits for its function, which can look") {
    run_in_both_worlds([]() -> coroutine<> {
        bool stopped = false;
        gate_in_time began;
        auto work = [&]() -> coroutine<> {
            co_await run_in_thread([&] {
                began.open();
                while (!thread_cancelled()) std::this_thread::yield();
                stopped = true;
                stop_if_cancelled();
            });
        };
        const task<> working = spawn(work());
        co_await yield();
        co_await run_in_thread([&] { began.wait(); });
        co_await working.cancel_and_wait("enough");
        CHECK(stopped);
        CHECK(working.was_cancelled());
    });
}

TEST_CASE("scenario 99: a function that does not look ends with its value, then comes the cancel") {
    run_in_both_worlds([]() -> coroutine<> {
        gate_in_time began, may_end;
        int value = 0;
        auto work = [&]() -> coroutine<> {
            value = co_await run_in_thread([&] {
                began.open();
                may_end.wait();
                return 7;
            });
            co_await checkpoint();
            value = 8;
        };
        const task<> working = spawn(work());
        co_await yield();
        co_await run_in_thread([&] { began.wait(); });
        working.cancel();
        co_await yield();
        CHECK(!working.ended());
        may_end.open();
        co_await working.wait();
        CHECK(value == 7);
        CHECK(working.was_cancelled());
    });
}

TEST_CASE("scenario 99: an abandoned function goes on alone, and the task at once") {
    run_in_both_worlds([]() -> coroutine<> {
        auto began = std::make_shared<gate_in_time>();
        auto may_end = std::make_shared<gate_in_time>();
        auto ended = std::make_shared<gate_in_time>();
        auto work = [&]() -> coroutine<> {
            auto call = [=] {
                began->open();
                may_end->wait();
                ended->open();
            };
            co_await run_in_thread(call, {.when_cancelled = thread_policy::abandon});
        };
        const task<> working = spawn(work());
        co_await yield();
        co_await run_in_thread([&] { began->wait(); });
        co_await working.cancel_and_wait();
        CHECK(working.was_cancelled());
        may_end->open();
        co_await run_in_thread([&] { ended->wait(); });
    });
}

TEST_CASE("R13: a function that is abandoned while it asks the loop hides no other thread's work") {
    run_in_both_worlds([]() -> coroutine<> {
        const std::shared_ptr<post_box> box = door().posts();
        gate_in_time may_end;
        auto other = [&]() -> coroutine<> { co_await run_in_thread([&] { may_end.wait(); }); };
        const task<> working = spawn(other());

        event<> asked, answer;
        auto give_answer = [&]() -> coroutine<> {
            asked.trigger();
            co_await answer.wait();
        };
        std::atomic<bool> ended{false};
        auto ask_twice = [&] {
            from_thread::run(give_answer);
            from_thread::call([] {});
            ended = true;
        };
        auto work = [&]() -> coroutine<> {
            co_await run_in_thread(ask_twice, {.when_cancelled = thread_policy::abandon});
        };
        const task<> asking = spawn(work());
        co_await asked.wait();
        CHECK(box->expected() == 1);
        co_await asking.cancel_and_wait();
        CHECK(box->expected() == 1);
        answer.trigger();
        while (!ended) {
            CHECK(box->expected() == 1);
            co_await yield();
        }
        may_end.open();
        co_await working.join();
        CHECK(box->expected() == 0);
    });
}

TEST_CASE("R13: a function that waits for what cannot come is stopped before its task") {
    recorder heard;
    bool ended = false;
    auto wait_in_vain = []() -> coroutine<> {
        event<> never;
        co_await shielded(never.wait());
    };
    auto work = [&]() -> coroutine<> {
        co_await run_in_thread([&] {
            try {
                from_thread::run(wait_in_vain);
            } catch (const task_cancelled&) {
                ended = true;
            }
        });
    };
    auto program = [&]() -> coroutine<> {
        const task<> working = spawn(work());
        co_await shielded(working.wait());
        CHECK(ended);
    };
    async_scheduler scheduler{simulated{}};
    scheduler.set_warnings(false);
    scheduler.observe(heard);
    CHECK_THROWS_AS(scheduler.start(program()), deadlock);
    bool is_back = false;
    for (const record& each : heard.of(happening::object_op)) {
        is_back = is_back || std::string(each.word) == "done";
    }
    CHECK(is_back);
}

TEST_CASE("a function whose task could not wait for it comes back to nobody") {
    recorder heard;
    std::atomic<bool> ended{false};
    task<> working;
    auto wait_for_its_task = [&]() -> coroutine<> { co_await shielded(working.wait()); };
    auto work = [&]() -> coroutine<> {
        co_await run_in_thread([&] {
            try {
                from_thread::run(wait_for_its_task);
            } catch (const task_cancelled&) {
                ended = true;
            }
        });
    };
    auto until_it_is_back = [&]() -> coroutine<> {
        while (!ended || door().posts()->expected() > 0) co_await yield();
    };
    auto program = [&]() -> coroutine<> {
        working = spawn(work());
        try {
            co_await shielded(working.wait());
        } catch (const cancelled&) {
        }
        co_await shielded(until_it_is_back());
    };
    async_scheduler scheduler{simulated{}};
    scheduler.set_warnings(false);
    scheduler.observe(heard);
    CHECK_THROWS_AS(scheduler.start(program()), deadlock);
    for (const record& each : heard.of(happening::object_op)) {
        CHECK(std::string(each.word) != "done");
    }
}

TEST_CASE("the limit of a run stays the same when another run has a turn on its thread") {
    gate_in_time may_end;
    async_scheduler first{simulated{}};
    auto program = [&]() -> coroutine<> {
        auto work = [&]() -> coroutine<> { co_await run_in_thread([&] { may_end.wait(); }); };
        const task<> working = spawn(work());
        co_await yield();
        const semaphore* const limit = &thread_limit();
        CHECK(limit->free() == 39);
        for (int turns = 0; turns < 5; ++turns) co_await yield();
        CHECK(&thread_limit() == limit);
        CHECK(thread_limit().free() == 39);
        may_end.open();
        co_await working.join();
        CHECK(thread_limit().free() == 40);
    };
    const task<> main = first.begin(program());
    for (int turns = 0; turns < 4; ++turns) first.run_once();
    async_scheduler{}.start([]() -> coroutine<> {
        co_await run_in_thread([] {});
        CHECK(thread_limit().free() == 40);
    }());
    while (first.run_once(true)) {
    }
    CHECK(main.ended());
    first.finish();
}

TEST_CASE("what a job leaves behind is destroyed while others may get work") {
    struct slow_to_go {
        gate_in_time going, may_go;
        std::atomic<int> in_time{-1};
    } seen;
    struct leftover {
        slow_to_go* told;
        ~leftover() {
            told->going.open();
            told->in_time = told->may_go.wait_for(5s) ? 1 : 0;
        }
    };
    give_to_worker([left = std::make_shared<leftover>(&seen)] {});
    seen.going.wait();
    give_to_worker([&] { seen.may_go.open(); });
    while (seen.in_time < 0) std::this_thread::yield();
    CHECK(seen.in_time == 1);
}

TEST_CASE("scenario 99: a task that is cancelled before its function starts never starts it") {
    run_in_both_worlds([]() -> coroutine<> {
        semaphore none_left(0);
        bool started = false;
        auto work = [&]() -> coroutine<> {
            co_await run_in_thread([&] { started = true; }, {.limit = &none_left});
        };
        const task<> waiting = spawn(work());
        co_await yield();
        co_await waiting.cancel_and_wait();
        CHECK(!started);

        const task<> served = spawn(work());
        co_await yield();
        none_left.release();  // there is room for it, and it has not run yet
        co_await served.cancel_and_wait();
        CHECK(!started);
        CHECK(none_left.free() == 1);

        auto cancelled_already = [&]() -> coroutine<> {
            co_await run_in_thread([&] { started = true; });
        };
        scope over;
        over.cancel();
        co_await over.run(cancelled_already());
        CHECK(!started);
    });
}

TEST_CASE("a limit holds, whoever asks") {
    run_in_both_worlds([]() -> coroutine<> {
        semaphore two(2);
        std::atomic<int> inside{0}, most{0};
        auto work = [&]() -> coroutine<> {
            co_await run_in_thread(
                [&] {
                    const int here = ++inside;
                    int seen = most;
                    while (seen < here && !most.compare_exchange_weak(seen, here)) {
                    }
                    std::this_thread::yield();
                    --inside;
                },
                {.limit = &two});
        };
        co_await with_pool([&](pool& p) -> coroutine<> {
            for (int i = 0; i < 20; ++i) p.spawn(work());
            co_return;
        });
        CHECK(most <= 2);
        CHECK(two.free() == 2);
    });
}

TEST_CASE("row 124: from the thread the loop makes calls and runs coroutines") {
    run_in_both_worlds([]() -> coroutine<> {
        const auto loop_thread = std::this_thread::get_id();
        auto nap_and_give = [&]() -> coroutine<int> {
            co_await giambio::sleep(1ms);
            co_return std::this_thread::get_id() == loop_thread ? 42 : 0;
        };
        auto fail = []() -> coroutine<> {
            co_await yield();
            throw std::out_of_range("in the loop");
        };
        const int sum = co_await run_in_thread([&] {
            const bool there =
                from_thread::call([&] { return std::this_thread::get_id() == loop_thread; });
            const int value = from_thread::run(nap_and_give);
            bool failed = false;
            try {
                from_thread::run(fail);
            } catch (const std::out_of_range&) {
                failed = true;
            }
            return value + (there ? 1 : 0) + (failed ? 1 : 0);
        });
        CHECK(sum == 44);
    });
    CHECK_THROWS_AS(from_thread::call([] {}), misuse);
}

TEST_CASE("R13: a task that waits for a thread is no deadlock; the trace tells start and done") {
    recorder heard;
    async_scheduler scheduler;
    scheduler.observe(heard);
    auto program = []() -> coroutine<> {
        co_await run_in_thread([] { std::this_thread::sleep_for(2ms); });
    };
    scheduler.start(program());
    std::vector<std::string> told;
    for (const auto& each : heard.of(happening::object_op)) told.emplace_back(each.word);
    CHECK(told == std::vector<std::string>{"acquire", "start", "done", "release"});
    CHECK(heard.of(happening::wake).back().cause != 0);
}
