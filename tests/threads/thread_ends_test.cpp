// How a function in a thread ends: what it leaves behind, and what its task and its loop get.
//
// Not here: its way into a thread and through it (threads_test.cpp).
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"
#include "tests/run_simulated.hpp"

#include <giambio.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

// Tells when it goes.
class tells_its_end {
public:
    explicit tells_its_end(std::promise<void>& gone) : gone_(&gone) {}
    tells_its_end(const tells_its_end&) = delete;
    tells_its_end& operator=(const tells_its_end&) = delete;
    ~tells_its_end() { gone_->set_value(); }

private:
    std::promise<void>* gone_;
};

coroutine<int> give_one() {
    co_return 1;
}

// Makes a coroutine in a loop that has no copy of it.
class cannot_be_copied_in {
public:
    explicit cannot_be_copied_in(std::thread::id loop) : loop_(loop) {}
    cannot_be_copied_in(const cannot_be_copied_in& other) : loop_(other.loop_) {
        if (std::this_thread::get_id() == loop_) throw std::out_of_range("a copy in the loop");
    }
    cannot_be_copied_in(cannot_be_copied_in&&) noexcept = default;
    coroutine<int> operator()() const { return give_one(); }

private:
    std::thread::id loop_;
};

}  // namespace

TEST_CASE("what a function in a thread has captured is gone when its task goes on") {
    run_in_both_worlds([]() -> coroutine<> {
        for (const bool fails : {false, true}) {
            std::promise<void> gone;
            auto work = [fails, kept = std::make_shared<tells_its_end>(gone)] {
                if (fails) throw std::out_of_range("in the thread");
            };
            auto call = [&]() -> coroutine<> {
                try {
                    co_await run_in_thread(std::move(work));
                } catch (const std::out_of_range&) {
                }
            };
            const task<> calling = spawn(call());
            co_await yield();
            // This keeps the loop, so the task that called cannot have gone on.
            CHECK(gone.get_future().wait_for(5s) == std::future_status::ready);
            co_await calling.join();
        }
    });
}

TEST_CASE("2I-61: whom an accepted call spawns when nobody is left lives its whole life") {
    bool ended = false;
    auto late = [&]() -> coroutine<> {
        co_await yield();
        co_await run_in_thread([] {});
        ended = true;
    };
    auto program = [&]() -> coroutine<> {
        // The outer call is made after the last step, and the inner one after that.
        this_loop().post([&] { this_loop().post([&] { spawn(late()); }); });
        co_return;
    };
    async_scheduler{}.start(program());
    CHECK(ended);
    ended = false;
    async_scheduler{simulated{}}.start(program());
    CHECK(ended);
}

TEST_CASE("2I-61: a thread gets the answer to what the ending run accepted, and then no more") {
    struct talk {
        std::atomic<bool> may_begin{false}, refused{false}, ended{false};
        std::atomic<int> answers{0};
    };
    const auto seen = std::make_shared<talk>();
    auto go_on_asking = [seen] {
        while (!seen->may_begin) std::this_thread::yield();
        try {
            while (true) seen->answers += from_thread::run(give_one);
        } catch (const run_finished&) {
            seen->refused = true;
        }
        seen->ended = true;
    };
    auto work = [&]() -> coroutine<> {
        co_await run_in_thread(go_on_asking, {.when_cancelled = thread_policy::abandon});
    };
    async_scheduler{}.start([](auto& body, std::shared_ptr<talk> told) -> coroutine<> {
        const task<> working = spawn(body());
        co_await yield();
        co_await working.cancel_and_wait();
        const std::shared_ptr<post_box> box = door().posts();
        box->post([told, box] {  // made after the last step
            told->may_begin = true;
            while (box->queued() == 0) std::this_thread::yield();
        });
    }(work, seen));
    while (!seen->ended) std::this_thread::yield();
    CHECK(seen->answers > 0);
    CHECK(seen->refused);
}

TEST_CASE("what makes a coroutine for a thread stays that thread's, and goes with its call") {
    run_in_both_worlds([]() -> coroutine<> {
        auto work = [loop = std::this_thread::get_id()] {
            return from_thread::run(cannot_be_copied_in(loop));
        };
        const int one = co_await run_in_thread(work);
        CHECK(one == 1);
    });
}

TEST_CASE("what the loop cannot begin for a thread is that thread's error, not the run's") {
    run_in_both_worlds([]() -> coroutine<> {
        auto told = std::make_shared<std::string>();
        auto work = [told] {
            try {
                from_thread::ask([](const auto&) { throw std::out_of_range("not now"); });
            } catch (const std::out_of_range& error) {
                *told = error.what();
            }
        };
        co_await run_in_thread(work, {.when_cancelled = thread_policy::abandon});
        CHECK(*told == "not now");
    });
}

TEST_CASE("a coroutine for a thread that is cancelled stops nobody but itself") {
    run_in_both_worlds([]() -> coroutine<> {
        auto stops_itself = []() -> coroutine<> {
            door().cancel(door().current(), "enough", {});
            co_await giambio::sleep(1h);
        };
        auto work = [&]() -> coroutine<> {
            co_await run_in_thread([&] { from_thread::run(stops_itself); });
        };
        const task<> asking = spawn(work());
        std::string what;
        try {
            co_await asking.join();
        } catch (const task_cancelled& error) {
            what = error.what();
        }
        CHECK(!asking.was_cancelled());
        CHECK(what == "the coroutine that the loop ran for a thread was cancelled: enough");
    });
}

TEST_CASE("a task that is cancelled with the coroutine for its thread is cancelled, not failed") {
    run_in_both_worlds([]() -> coroutine<> {
        event<> began;
        frame* helper = nullptr;
        auto wait_long = [&]() -> coroutine<> {
            helper = &door().current();
            began.trigger();
            co_await giambio::sleep(1h);
        };
        auto work = [&]() -> coroutine<> {
            co_await run_in_thread([&] { from_thread::run(wait_long); });
        };
        const task<> asking = spawn(work());
        co_await began.wait();
        door().cancel(*helper, "enough", {});
        co_await asking.cancel_and_wait();
        CHECK(asking.was_cancelled());
    });
}

TEST_CASE("a cancel that comes while a function in a thread ends well is not told as caught") {
    recorder heard;
    async_scheduler scheduler{simulated{}};
    scheduler.set_warnings(false);
    scheduler.observe(heard);
    auto work = []() -> coroutine<> {
        co_await run_in_thread([] {
            while (!thread_cancelled()) std::this_thread::yield();
        });
    };
    auto cancel_it = [](scope& inside) -> coroutine<> {
        inside.cancel();
        co_return;
    };
    auto program = [&]() -> coroutine<> {
        const task<> working = spawn(work());
        co_await yield();
        co_await working.cancel_and_wait();
        CHECK(!working.was_cancelled());
        scope inside;
        spawn(cancel_it(inside));
        const bool ended = co_await inside.run(work());
        CHECK(ended);
    };
    scheduler.start(program());
    CHECK(heard.of(happening::cancel_request).size() == 2);
    CHECK(heard.of(happening::cancel_absorbed).empty());
}
