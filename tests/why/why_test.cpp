// Why tasks did not run, and why they ran when they did: real programs in the simulated world.
//
// Each program is small enough that the right answer can be told by hand. Internal to tests/.
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"
#include "tests/text_keeper.hpp"
#include "tracer/model/critical_path.hpp"
#include "tracer/model/reader.hpp"
#include "tracer/model/stats.hpp"
#include "tracer/model/why_text.hpp"

#include <numeric>

using namespace giambio;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using trace::being;

namespace {

template <class Program>
trace::recording traced(Program program) {
    text_keeper kept;
    async_scheduler scheduler{simulated{}};
    scheduler.set_warnings(false);
    scheduler.observe(kept);
    try {
        scheduler.start(program());
    } catch (const deadlock&) {
    }
    return trace::read_text(kept.text, "why");
}

coroutine<> sleeper(duration length) {
    co_await giambio::sleep(length);
}

coroutine<> burner(duration length) {
    busy(length);
    co_return;
}

coroutine<> holder_of(lock& shared, duration length) {
    co_await shared.acquire();
    co_await giambio::sleep(length);
    shared.release();
}

struct asked {
    explicit asked(trace::recording recorded) : of(std::move(recorded)), all(of), past(of) {}

    trace::why_answer at(const char* task, duration t) {
        const std::size_t index = of.index_at(t.count());
        return trace::why(of, all).at(trace::task_called(of, task), index, past.at(index));
    }
    std::string words(const char* task, duration t) {
        const std::size_t index = of.index_at(t.count());
        const std::uint32_t id = trace::task_called(of, task);
        const trace::state& now = past.at(index);
        return trace::why_not_text(of, now, id, trace::why(of, all).at(id, index, now));
    }
    trace::gap before(const char* task, duration t) {
        return trace::why(of, all).before_step(trace::task_called(of, task),
                                               of.index_at(t.count()));
    }

    trace::recording of;
    trace::lanes all;
    trace::history past;
};

// Fails at the first that does not.
std::size_t gaps_that_add_up(asked& run) {
    const trace::why finder(run.of, run.all);
    std::size_t gaps = 0;
    for (std::size_t i = 0; i < run.of.events.size(); ++i)
        for (const std::uint32_t task : run.all.tasks()) {
            const trace::why_answer found = finder.at(task, i, run.past.at(i));
            if (found.is != being::ready && found.is != being::parked) continue;
            const trace::gap& gap = found.gap;
            INFO("task " << task << " at " << i);
            REQUIRE(gap.asked + gap.loop + gap.queue == gap.to - gap.from);
            REQUIRE((gap.asked >= 0 && gap.loop >= 0 && gap.queue >= 0));
            ++gaps;
        }
    return gaps;
}

// Main waits for a condition at 0 ms, a moves it to a lock at 1 ms, b hands that over at 10 ms.
trace::recording moved_wait() {
    model_tests::trace_maker made;
    made.add("run_begin", 0).add("spawn", 0, R"("child":1,"name":"main")");
    made.add("spawn", 0, R"("child":2,"name":"a")").add("spawn", 0, R"("child":3,"name":"b")");
    made.add("switch_in", 1).add("object_new", 1, R"("object":1,"type":"condition")");
    made.add("object_new", 1, R"("object":2,"type":"lock")");
    made.add("park", 1, R"("on":"object","object":1,"chain":[])");
    made.add("switch_out", 1, R"("how":"park")").add("switch_in", 2).time(1'000'000);
    made.add("move", 2, R"("target":1,"on":"object","object":2)");
    made.add("switch_out", 2, R"("how":"yield")").add("switch_in", 3).time(10'000'000);
    made.add("wake", 3, R"("woken":1,"why":"object")");
    return made.read();
}

}  // namespace

TEST_CASE("a timer that is due while somebody burns time: the delay is the loop's") {
    asked run(traced([]() -> coroutine<> {
        spawn(sleeper(10ms), "sleeper");
        co_await yield();
        co_await yield();
        const task<> hog = spawn(burner(38ms), "hog");
        co_await hog.join();
    }));
    const trace::gap found = run.before("sleeper", 38ms);
    CHECK(found.to - found.from == 38'000'000);
    CHECK(found.asked == 10'000'000);
    CHECK(found.loop == 28'000'000);
    CHECK(found.queue == 0);
    REQUIRE(found.in_loop.size() >= 1);
    CHECK(run.of.task_name(found.in_loop[0].task) == "#3 hog");
    CHECK(found.in_loop[0].inside == 28'000'000);
    CHECK_THAT(trace::why_ran_text(run.of, found.task, found), ContainsSubstring("timer was due"));
}

TEST_CASE("three tasks ahead in the queue: the delay is theirs, the longest first") {
    asked run(traced([]() -> coroutine<> {
        spawn(burner(1ms), "one");
        spawn(burner(5ms), "two");
        spawn(burner(2ms), "three");
        spawn(sleeper(1ms), "last");
        co_return;
    }));
    const trace::why_answer found = run.at("last", 3ms);
    CHECK(found.is == being::ready);
    CHECK(found.gap.queue == 8'000'000);
    CHECK(found.gap.asked + found.gap.loop == 0);
    REQUIRE(found.gap.in_queue.size() >= 3);
    CHECK(run.of.task_name(found.gap.in_queue[0].task) == "#3 two");
    CHECK(run.of.task_name(found.gap.in_queue[1].task) == "#4 three");
    CHECK_THAT(run.words("last", 1ms), ContainsSubstring("#3 two for 5.000 ms"));
}

TEST_CASE("a lock: the answer names the holder, and what the holder waits for") {
    asked run(traced([]() -> coroutine<> {
        lock shared;
        spawn(holder_of(shared, 20ms), "baker");
        const task<> second = spawn(holder_of(shared, 5ms), "cook");
        co_await second.join();
    }));
    const trace::why_answer found = run.at("cook", 10ms);
    CHECK(found.is == being::parked);
    REQUIRE(found.chain.size() == 2);
    CHECK(run.of.task_name(found.chain[1]) == "#2 baker");
    CHECK(found.circle >= found.chain.size());
    CHECK_FALSE(found.nobody);
    CHECK(found.gap.asked == 20'000'000);
    const std::string words = run.words("cook", 10ms);
    CHECK_THAT(words, ContainsSubstring("held by #2 baker"));
    CHECK_THAT(words, ContainsSubstring("#2 baker waits for timer"));
    CHECK_THAT(trace::why_ran_text(run.of, 3, run.before("cook", 20ms)),
               ContainsSubstring("#2 baker woke it"));
    // Who waits for the cook waits for the baker in the end.
    CHECK(run.at("main", 10ms).chain == std::vector<std::uint32_t>{1, 3, 2});
}

TEST_CASE("a deadlock: the circle is named; a wait that nobody can end is, too") {
    lock left;
    lock right;
    const auto takes = [](lock& first, lock& second) -> coroutine<> {
        co_await first.acquire();
        co_await yield();
        co_await second.acquire();
    };
    asked run(traced([&]() -> coroutine<> {
        spawn(takes(left, right), "a");
        spawn(takes(right, left), "b");
        co_return;
    }));
    std::size_t stuck = 0;
    while (run.of.events.kind(stuck) != trace::kind::deadlock) ++stuck;
    const trace::why_answer found = trace::why(run.of, run.all).at(2, stuck, run.past.at(stuck));
    CHECK(found.circle == 0);
    CHECK(found.chain == std::vector<std::uint32_t>{2, 3});
    CHECK_THAT(trace::why_not_text(run.of, run.past.at(stuck), 2, found),
               ContainsSubstring("#2 a waits for #3 b waits for #2 a"));

    asked alone(traced([]() -> coroutine<> {
        event<> never;
        co_await never.wait();
    }));
    stuck = 0;
    while (alone.of.events.kind(stuck) != trace::kind::deadlock) ++stuck;
    CHECK(trace::why(alone.of, alone.all).at(1, stuck, alone.past.at(stuck)).nobody);
}

TEST_CASE("joins, cancels, deadlines and pools have their reasons") {
    asked run(traced([]() -> coroutine<> {
        const task<> joined = spawn(sleeper(3ms), "joined");
        co_await joined.join();
        task<> stopped = spawn(sleeper(1h), "stopped");
        co_await yield();
        stopped.cancel("enough");
        co_await yield();
        auto nap = sleeper(1h);
        co_await skip_after(2ms, std::move(nap));
        auto body = [](pool& both) -> coroutine<> {
            both.spawn(sleeper(4ms), "child");
            co_return;
        };
        co_await with_pool(body);
    }));
    std::size_t woken = 0;  // main, for the first time
    while (run.of.events.kind(woken) != trace::kind::wake || run.of.events.task(woken) != 2)
        ++woken;
    CHECK_THAT(trace::why_ran_text(run.of, 1, trace::why(run.of, run.all).before_step(1, woken)),
               ContainsSubstring("#2 joined ended"));
    CHECK_THAT(trace::why_ran_text(run.of, 3, run.before("stopped", 3ms)),
               ContainsSubstring("was cancelled"));
    CHECK_THAT(trace::why_ran_text(run.of, 1, run.before("main", 5ms)),
               ContainsSubstring("it was cancelled"));
    CHECK_THAT(run.words("main", 7ms), ContainsSubstring("waits for pool"));
    CHECK_THAT(run.words("joined", 7ms), ContainsSubstring("has ended"));
    CHECK_THAT(run.words("child", 1ms), ContainsSubstring("does not exist"));
}

TEST_CASE("the parts add up to the delay, for every task at every trace event") {
    asked run(traced([]() -> coroutine<> {
        lock shared;
        queue<int> items(2);
        auto gives = [&](int many) -> coroutine<> {
            for (int i = 0; i < many; ++i) {
                co_await items.put(i);
                busy(300us);
            }
        };
        auto takes = [&](int many) -> coroutine<> {
            for (int i = 0; i < many; ++i) {
                const int item = co_await items.get();
                co_await shared.acquire();
                co_await giambio::sleep(std::chrono::microseconds(100 * item));
                shared.release();
            }
        };
        auto body = [&](pool& all) -> coroutine<> {
            all.spawn(gives(12), "giver");
            all.spawn(takes(6), "taker");
            all.spawn(takes(6), "taker");
            all.spawn(sleeper(2ms), "sleeper");
            co_return;
        };
        co_await with_pool(body);
    }));
    CHECK(gaps_that_add_up(run) > 500);
}

TEST_CASE("a critical path goes through those who woke, and adds up to its span") {
    asked run(traced([]() -> coroutine<> {
        lock shared;
        mark("begin");
        spawn(holder_of(shared, 20ms), "baker");
        const task<> second = spawn(holder_of(shared, 5ms), "cook");
        spawn(sleeper(22ms), "idler");
        co_await second.join();
        busy(3ms);
        mark("end");
    }));
    std::vector<std::size_t> marks;
    for (std::size_t i = 0; i < run.of.events.size(); ++i)
        if (run.of.events.kind(i) == trace::kind::mark) marks.push_back(i);
    REQUIRE(marks.size() == 2);
    const auto path = trace::critical_path(run.of, run.all, marks[0], marks[1]);
    std::string told;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
        told += run.of.task_name(path[i].task) + " " +
                std::to_string((path[i].to - path[i].from) / 1'000'000) + "; ";
        sum += path[i].to - path[i].from;
        if (i > 0) CHECK(path[i].from == path[i - 1].to);
    }
    CHECK(told == "#2 baker 20; #3 cook 5; #1 main 3; ");
    CHECK(sum == run.of.events.time(marks[1]) - run.of.events.time(marks[0]));
    CHECK(trace::critical_path(run.of, run.all, marks[1], marks[0]).empty());
}

TEST_CASE("statistics: a task's times add up to its life, waits name the waker") {
    asked run(traced([]() -> coroutine<> {
        lock shared;
        spawn(holder_of(shared, 20ms), "baker");
        const task<> second = spawn(holder_of(shared, 5ms), "cook");
        const task<> hog = spawn(burner(7ms), "hog");
        co_await second.join();
    }));
    const trace::stats found = trace::stats_of(run.of, run.all);
    REQUIRE(found.tasks.size() == 4);
    for (const trace::task_stats& each : found.tasks) {
        const trace::life* known = run.of.tasks().find(each.task);
        CHECK(std::accumulate(each.in.begin(), each.in.end(), std::int64_t{0}) ==
              run.of.events.time(known->ended) - run.of.events.time(known->born));
    }
    CHECK(found.tasks[3].longest_step == 7'000'000);
    CHECK(found.tasks[3].in[1] == 7'000'000);
    CHECK(found.steps.longest() == 7'000'000);
    REQUIRE(found.objects.size() == 1);
    CHECK(found.objects[0].waits == 1);
    CHECK(found.objects[0].waited == 20'000'000);
    bool named = false;
    for (const trace::wait_stats& each : found.waits)
        named = named || (each.waiter == 3 && each.waker == 2 && each.object == 1 &&
                          each.waited == 20'000'000);
    CHECK(named);
}

TEST_CASE("a wait that was moved to another object counts for each as long as it was there") {
    asked run(moved_wait());
    const trace::stats found = trace::stats_of(run.of, run.all);
    REQUIRE(found.objects.size() == 2);
    CHECK(found.objects[0].waits == 1);
    CHECK(found.objects[0].waited == 1'000'000);
    CHECK(found.objects[1].waits == 1);
    CHECK(found.objects[1].waited == 9'000'000);
    CHECK(found.objects[1].longest_wait == 9'000'000);
    REQUIRE(found.waits.size() == 2);
    CHECK(found.waits[0].object == 2);
    CHECK(found.waits[0].waker == 3);
    CHECK(found.waits[0].waited == 9'000'000);
    CHECK(found.waits[1].object == 1);
    CHECK(found.waits[1].waker == 2);
    CHECK(found.waits[1].waited == 1'000'000);
}

TEST_CASE("the sentence about a wait that was moved tells both lines") {
    asked run(moved_wait());
    const std::string over = run.words("main", 10ms);
    CHECK_THAT(over, ContainsSubstring("1.000 ms  waiting for condition 1"));
    CHECK_THAT(over, ContainsSubstring("9.000 ms  then waiting for lock 2"));
    const auto path = std::vector{trace::path_piece{1, trace::spent::outside, 7, 0, 10'000'000}};
    CHECK_THAT(trace::path_text(run.of, path),
               ContainsSubstring("#1 main waits for condition 1, then for lock 2"));
}

TEST_CASE("a histogram's bars double, and its percentiles are upper ends") {
    trace::histogram made;
    CHECK(made.percentile(0.5) == 0);
    for (int i = 0; i < 98; ++i) made.add(1000);
    made.add(5'000'000);
    made.add(-3);
    CHECK(made.count() == 100);
    CHECK(made.longest() == 5'000'000);
    CHECK(made.percentile(0.5) == 1024);
    CHECK(made.percentile(0.99) == 1024);
    CHECK(made.percentile(1.0) == 5'000'000);
    CHECK_THAT(made.drawn(""), ContainsSubstring("below 1.024 us"));
}

TEST_CASE("a critical path tells a late timer apart from the step that made it late") {
    asked run(traced([]() -> coroutine<> {
        mark("begin");
        spawn(burner(20ms), "burner");
        co_await giambio::sleep(5ms);
        mark("end");
    }));
    const std::size_t end = run.of.events.size() - 1;
    const auto path = trace::critical_path(run.of, run.all, 0, end);
    REQUIRE(path.size() == 2);
    CHECK(path[0].with == trace::spent::outside);
    CHECK(path[0].to - path[0].from == 5'000'000);
    CHECK(path[1].with == trace::spent::busy);
    CHECK(path[1].to - path[1].from == 15'000'000);
    CHECK(run.of.task_name(run.of.events.task(path[1].begins)) == "#2 burner");
    CHECK_THAT(trace::path_text(run.of, path),
               ContainsSubstring("could go on, but the loop is in the step of #2 burner"));
}
