// Looking at a loop: its numbers from inside, and everything from another thread.
//
// Real threads, but nothing depends on how fast they are. Not here: observers
// (observers_test.cpp), the monitor that people talk to (monitor_test.py).
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

coroutine<> sleeps(duration length) {
    co_await giambio::sleep(length);
}

const snapshot::task_line* line_named(const loop_report& told, const std::string& name) {
    for (const snapshot::task_line& each : told.state.tasks) {
        if (each.name == name) return &each;
    }
    return nullptr;
}

// Asks until the loop has told something that is as wanted.
template <class Wanted>
report_pointer report_when(const watch_post& post, Wanted wanted) {
    for (;;) {
        report_pointer told = post.fresh(10s);
        if (told != nullptr && wanted(*told)) return told;
    }
}

void check_waiter(const snapshot::task_line* waiter) {
    REQUIRE(waiter != nullptr);
    CHECK(waiter->wait_type == "lock");
    CHECK(waiter->wait_holder == 1);
    CHECK(waiter->steps == 1);
    // Its own line, and that of the acquire inside it.
    REQUIRE(waiter->chain.size() == 2);
    CHECK(std::string(waiter->chain[0].file_name()).find("watching_test") != std::string::npos);
    CHECK(std::string(waiter->chain[1].file_name()).find("lock.hpp") != std::string::npos);
}

}  // namespace

TEST_CASE("scenario 107: the statistics of a run at known points") {
    async_scheduler scheduler{simulated{}};
    auto program = [&]() -> coroutine<> {
        loop_statistics told = scheduler.statistics();
        CHECK(told.living == 1);
        CHECK(told.running == 1);
        CHECK(told.ready == 0);
        CHECK(told.parked == 0);
        CHECK(told.next_deadline == std::nullopt);
        CHECK(told.queued_posts == 0);
        CHECK(told.steps == 1);

        const task<> slow = spawn(sleeps(5s));
        const task<> quick = spawn(sleeps(2s));
        spawn_daemon(sleeps(1h));
        told = scheduler.statistics();
        CHECK(told.living == 4);
        CHECK(told.daemons == 1);
        CHECK(told.ready == 3);
        CHECK(told.next_deadline == std::nullopt);

        co_await wait_all_blocked();
        told = scheduler.statistics();
        CHECK(told.ready == 0);
        CHECK(told.parked == 3);
        CHECK(told.timers == 3);
        CHECK(told.next_deadline == moment(2s));
        CHECK(told.now == moment(0s));

        quick.cancel();
        CHECK(scheduler.statistics().ready == 1);
        CHECK(scheduler.statistics().next_deadline == moment(5s));
        co_await slow.join();
        CHECK(scheduler.statistics().living == 2);
    };
    scheduler.start(program());
    CHECK_THROWS_AS(scheduler.statistics(), misuse);
}

TEST_CASE("scenario 107: calls from outside are counted until they are made") {
    async_scheduler scheduler{simulated{}};
    auto program = [&]() -> coroutine<> {
        const loop_handle loop = this_loop();
        for (int i = 0; i < 3; ++i) loop.post([] {});
        CHECK(scheduler.statistics().queued_posts == 3);
        co_await yield();
        CHECK(scheduler.statistics().queued_posts == 0);
    };
    scheduler.start(program());
}

TEST_CASE("scenario 107: tasks that wait for descriptors are counted") {
    async_scheduler scheduler;
    auto program = [&]() -> coroutine<> {
        opened_pipe ends = open_pipe();
        auto reads = [&]() -> coroutine<> { co_await ends.reader.receive(1); };
        const task<> reader = spawn(reads());
        co_await wait_all_blocked();
        CHECK(scheduler.statistics().tasks_on_descriptors == 1);
        CHECK(scheduler.statistics().watched_descriptors == 1);
        co_await ends.writer.send_all("x");
        co_await reader.join();
        CHECK(scheduler.statistics().tasks_on_descriptors == 0);
    };
    scheduler.start(program());
}

TEST_CASE("2M-77: another thread sees which task hogs the loop, and since when") {
    async_scheduler scheduler;
    const watch_post post = scheduler.watch();
    std::atomic<bool> seen{false};
    running_step told;
    report_pointer last;
    std::thread watcher([&] {
        const auto hogs = [&] {
            const std::optional<running_step> now = post.running();
            if (!now || now->name != "hog") return false;
            told = *now;
            return std::chrono::steady_clock::now() - told.since > 20ms;
        };
        while (!hogs()) std::this_thread::yield();
        last = post.fresh(1ms);  // the loop does not come to it: this is the last one
        seen = true;
    });
    auto hog = [&]() -> coroutine<> {
        while (!seen) {
        }
        co_return;
    };
    auto program = [&]() -> coroutine<> {
        const task<> waits = spawn(sleeps(1ms), "sleeper");
        co_await waits.join();
        const task<> hogging = spawn(hog(), "hog");
        co_await hogging.join();
    };
    scheduler.start(program());
    watcher.join();
    CHECK(told.task == task_id{3});
    REQUIRE(last != nullptr);
    CHECK(line_named(*last, "main") != nullptr);
}

TEST_CASE("2M-77: who watches from the beginning knows name and time of each step that it sees") {
    async_scheduler scheduler;
    const watch_post post = scheduler.watch();
    const auto begun = std::chrono::steady_clock::now();
    std::atomic<bool> over{false};
    int half_known = 0;
    std::thread watcher([&] {
        while (!over) {
            const std::optional<running_step> seen = post.running();
            if (seen && (seen->name.empty() || seen->since < begun)) ++half_known;
        }
    });
    auto program = [&]() -> coroutine<> {
        for (int i = 0; i < 20'000; ++i) co_await yield();
    };
    scheduler.start(program());
    over = true;
    watcher.join();
    CHECK(half_known == 0);
}

TEST_CASE("2M-77: who begins to watch in the middle of a step learns the task's number") {
    async_scheduler scheduler;
    std::atomic<bool> hogging{false};
    std::atomic<bool> seen{false};
    task_id told{};
    auto program = [&]() -> coroutine<> {
        hogging = true;
        while (!seen) {
        }
        co_return;
    };
    std::thread watcher([&] {
        while (!hogging) std::this_thread::yield();
        const watch_post post = scheduler.watch();
        if (const auto now = post.running()) told = now->task;
        seen = true;
    });
    scheduler.start(program());
    watcher.join();
    CHECK(told == task_id{1});
}

TEST_CASE("a loop that sleeps wakes up to report, on both clocks") {
    const bool is_simulated = GENERATE(false, true);
    async_scheduler scheduler = is_simulated ? async_scheduler(simulated{}) : async_scheduler();
    const loop_handle loop = scheduler.handle();
    const watch_post post = scheduler.watch();
    lock key;
    event<>* done = nullptr;
    auto waits = [&]() -> coroutine<> { co_await key.acquire(); };
    auto program = [&]() -> coroutine<> {
        event<> enough;
        done = &enough;
        co_await key.acquire();
        const task<> waiting = spawn(waits(), "waiter");
        co_await enough.wait();
        co_await waiting.cancel_and_wait();
        key.release();
    };
    report_pointer told;
    std::thread watcher([&] {
        told = report_when(post, [](const loop_report& now) { return now.counts.parked == 2; });
        loop.post([&] { done->trigger(); });
    });
    scheduler.start(program());
    watcher.join();
    check_waiter(line_named(*told, "waiter"));
    CHECK(post.latest() == nullptr);
    CHECK(post.fresh(10s) == nullptr);  // no run: there is nobody to wait for
}

TEST_CASE("while nobody watches nothing is reported") {
    async_scheduler scheduler{simulated{}};
    report_pointer early;
    report_pointer late;
    auto program = [&]() -> coroutine<> {
        co_await yield();
        co_await yield();
        const watch_post post = scheduler.watch();
        early = post.latest();
        co_await yield();
        late = post.latest();
    };
    scheduler.start(program());
    CHECK(early == nullptr);
    REQUIRE(late != nullptr);
    CHECK(late->counts.turn == 3);
}

// What is left in a box may be anything of the program's, also somebody who watches.
TEST_CASE("the last box that a loop had is let go where its contents may look at the board") {
    const auto board = std::make_shared<watch_board>();
    auto box = std::make_shared<post_box>();
    board->open(box);
    std::promise<bool> could_look;
    const auto looks = [&](int*) {
        const auto seen = std::make_shared<std::promise<void>>();
        std::thread([board, seen] {
            (void)board->latest();
            seen->set_value();
        }).detach();
        could_look.set_value(seen->get_future().wait_for(5s) == std::future_status::ready);
    };
    box->post([left = std::shared_ptr<int>(nullptr, looks)] {});
    std::thread watcher([&] { (void)board->fresh(60s); });
    while (box.use_count() == 1) std::this_thread::yield();  // until the watcher has it, too
    box.reset();
    board->open(nullptr);
    watcher.join();
    CHECK(could_look.get_future().get());
}

TEST_CASE("many threads watch a busy loop") {
    async_scheduler scheduler;
    std::atomic<bool> over{false};
    std::atomic<std::size_t> reports{0};
    auto looks = [&] {
        while (!over) {
            const watch_post post = scheduler.watch();
            const report_pointer told = post.fresh(1s);
            if (told != nullptr && told->counts.living == told->state.tasks.size()) ++reports;
            (void)post.running();
        }
    };
    std::vector<std::thread> watchers;
    for (int i = 0; i < 3; ++i) watchers.emplace_back(looks);
    auto program = [&]() -> coroutine<> {
        while (reports < 50) {
            for (int i = 0; i < 10; ++i) spawn(sleeps(0s), "nap " + std::to_string(i));
            co_await giambio::sleep(1ms);
        }
    };
    scheduler.start(program());
    over = true;
    for (std::thread& each : watchers) each.join();
    CHECK(reports >= 50);
}
