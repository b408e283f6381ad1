// A jump to any trace event gives the state that a replay from the start gives.
//
// The trace is made from a seed and is long enough for several keyframes. Internal to tests/.
#include "tracer/model/history.hpp"
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"
#include "tracer/model/report.hpp"

#include <random>
#include <string>

using namespace giambio::trace;
using model_tests::trace_maker;

namespace {

// A task that goes to sleep, with its timer.
void add_sleep(trace_maker& made, int task, int timer, int step) {
    const std::string id = std::to_string(timer);
    made.add("timer_set", task,
             R"("timer":)" + id + R"(,"due":)" + std::to_string(step * 1000 + 500) +
                 R"(,"what":"sleep","owner":)" + std::to_string(task));
    made.add("park", task, R"("on":"timer","timer":)" + id + R"(,"chain":[])");
    made.add("switch_out", task, R"("how":"park")");
}

// Tasks that sleep, yield and wake, in an order that the seed decides.
std::string random_trace(unsigned seed, int tasks, int steps) {
    std::mt19937 random(seed);
    trace_maker made;
    made.add("run_begin", 0);
    for (int i = 1; i <= tasks; ++i)
        made.add("spawn", 0, R"("child":)" + std::to_string(i) + R"(,"name":"t")");
    std::deque<int> ready(static_cast<std::size_t>(tasks));
    for (int i = 0; i < tasks; ++i) ready[static_cast<std::size_t>(i)] = i + 1;
    std::deque<std::pair<int, int>> asleep;  // task, timer
    int timer = 0;
    for (int step = 0; step < steps; ++step) {
        made.time(step * 1000LL);
        while (!asleep.empty() && (ready.empty() || random() % 3 == 0)) {
            const auto [task, id] = asleep.front();
            asleep.pop_front();
            made.add("timer_fire", 0, R"("timer":)" + std::to_string(id) + R"(,"late":0)");
            made.add("wake", 0, R"("woken":)" + std::to_string(task) + R"(,"why":"timer")");
            ready.push_back(task);
        }
        const int task = ready.front();
        ready.pop_front();
        made.add("switch_in", task);
        if (random() % 64 == 0 && ready.size() + asleep.size() > 2) {
            made.add("exit", task, R"("outcome":"value")");
            made.add("switch_out", task, R"("how":"exit")");
            continue;
        }
        if (random() % 2 == 0) {
            made.add("switch_out", task, R"("how":"yield")");
            ready.push_back(task);
            continue;
        }
        add_sleep(made, task, ++timer, step);
        asleep.emplace_back(task, timer);
    }
    return made.text();
}

// Two states are the same when all that can be told about them is the same.
std::string all_of(const recording& of, const state& now) {
    std::string shown = state_text(of, now);
    for (const task_view* task : now.tasks.in_order())
        shown += std::to_string(task->since) + " " + std::to_string(task->steps) + " " +
                 std::to_string(task->parked) + "\n";
    return shown;
}

void check_random_jumps(const recording& of, unsigned seed, int jumps) {
    history past(of);
    std::mt19937 random(seed);
    std::vector<std::size_t> places{0, of.events.size() - 1, 4095, 4096, 4097, 0};
    for (int i = 0; i < jumps; ++i) places.push_back(random() % of.events.size());
    for (const std::size_t place : places) {
        const std::size_t index = std::min(place, of.events.size() - 1);
        state expected;
        for (std::size_t i = 0; i <= index; ++i) expected.apply(of, of.events[i]);
        INFO("index " << index << ", seed " << seed);
        REQUIRE(all_of(of, past.at(index)) == all_of(of, expected));
    }
}

}  // namespace

TEST_CASE("a jump to any place equals a replay from the start") {
    for (const unsigned seed : {1U, 2U}) {
        const recording of = read_text(random_trace(seed, 30, 5000), "random");
        REQUIRE(of.complaints.empty());
        REQUIRE(of.events.size() > 3 * history::spacing);
        check_random_jumps(of, seed, 15);
    }
}

TEST_CASE("jumps are right where a keyframe holds only what changed") {
    // Four thousand tasks stay for ever where they are; the others make all the changes.
    const recording of = read_text(random_trace(5, 6000, 9000), "random");
    REQUIRE(of.events.size() > 6 * history::spacing);
    check_random_jumps(of, 5, 8);
    const std::size_t all_rows = 6000 * sizeof(task_view) * (of.events.size() / history::spacing);
    CHECK(history(of).bytes() < all_rows);
}

TEST_CASE("every place in order, forwards and backwards") {
    const recording of = read_text(random_trace(4, 4, 600), "random");
    history past(of);
    state expected;
    std::vector<std::string> forwards;
    for (std::size_t i = 0; i < of.events.size(); ++i) {
        expected.apply(of, of.events[i]);
        forwards.push_back(all_of(of, expected));
        REQUIRE(all_of(of, past.at(i)) == forwards.back());
    }
    for (std::size_t i = of.events.size(); i-- > 0;) REQUIRE(all_of(of, past.at(i)) == forwards[i]);
}

TEST_CASE("a trace without trace events has an empty history") {
    const recording of = trace_maker().read();
    history past(of);
    CHECK(past.at(0).seq == 0);
    CHECK(past.at(100).tasks.empty());
}

TEST_CASE("an index behind the end is the end") {
    const recording of = read_text(random_trace(4, 2, 10), "random");
    history past(of);
    CHECK(past.at(1'000'000).seq == of.events.back().seq);
}
