// Lanes: the stretches of each task, and shares of any window against a plain sum.
#include "tracer/model/lanes.hpp"
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"

#include <algorithm>
#include <map>
#include <random>

using namespace giambio::trace;
using model_tests::trace_maker;

namespace {

// A long run of `tasks` tasks that yield, sleep and end, drawn by lot.
trace_maker random_run(unsigned seed, int tasks, int steps) {
    std::mt19937 draw(seed);
    trace_maker made;
    made.add("run_begin", 0);
    std::vector<int> ready;
    std::vector<int> asleep;
    for (int i = 1; i <= tasks; ++i) {
        made.add("spawn", 0, "\"child\":" + std::to_string(i) + R"(,"name":"t")");
        ready.push_back(i);
    }
    long long now = 0;
    for (int step = 0; step < steps && !(ready.empty() && asleep.empty()); ++step) {
        if (ready.empty() || (!asleep.empty() && draw() % 3 == 0)) {
            const int woken = asleep.front();
            asleep.erase(asleep.begin());
            made.time(now += static_cast<long long>(draw() % 50));
            made.add("wake", 0, "\"woken\":" + std::to_string(woken) + R"(,"why":"timer")");
            ready.push_back(woken);
            continue;
        }
        const int task = ready.front();
        ready.erase(ready.begin());
        made.time(now += static_cast<long long>(draw() % 10)).add("switch_in", task);
        made.time(now += static_cast<long long>(draw() % 100));
        const auto end = static_cast<unsigned>(draw() % 20);
        if (end == 0) {
            made.add("exit", task, R"("outcome":"value")")
                .add("switch_out", task, R"("how":"exit")");
        } else if (end < 10) {
            made.add("park", task, R"("on":"timer","timer":1,"chain":[])");
            made.add("switch_out", task, R"("how":"park")");
            asleep.push_back(task);
        } else {
            made.add("switch_out", task, R"("how":"yield")");
            ready.push_back(task);
        }
    }
    return made;
}

share plain_sum(const recording& of, std::span<const stretch> lane, std::int64_t t0,
                std::int64_t t1) {
    share sum;
    const std::int64_t over = of.events[of.events.size() - 1].t;
    for (std::size_t i = 0; i < lane.size(); ++i) {
        if (lane[i].in == task_state::ended) continue;
        const std::int64_t begin = of.events[lane[i].begins].t;
        const std::int64_t end = i + 1 < lane.size() ? of.events[lane[i + 1].begins].t : over;
        const std::int64_t inside = std::min(end, t1) - std::max(begin, t0);
        if (inside > 0) sum.in[static_cast<std::size_t>(lane[i].in)] += inside;
        if (lane[i].in == task_state::running && begin >= t0 && begin < t1)
            sum.longest_step = std::max(sum.longest_step, end - begin);
    }
    return sum;
}

}  // namespace

TEST_CASE("a lane has a stretch from each change of state to the next") {
    const recording of = trace_maker()
                             .add("spawn", 0, R"("child":1,"name":"main")")
                             .time(10)
                             .add("switch_in", 1)
                             .time(30)
                             .add("switch_out", 1, R"("how":"yield")")
                             .time(35)
                             .add("switch_in", 1)
                             .time(36)
                             .add("park", 1, R"("on":"timer","timer":1,"chain":[])")
                             .add("switch_out", 1, R"("how":"park")")
                             .time(90)
                             .add("wake", 0, R"("woken":1,"why":"timer")")
                             .time(91)
                             .add("switch_in", 1)
                             .time(99)
                             .add("exit", 1, R"("outcome":"value")")
                             .time(100)
                             .add("switch_out", 1, R"("how":"exit")")
                             .read();
    const lanes made(of);
    CHECK(made.tasks() == std::vector<std::uint32_t>{1});
    std::string told;
    for (const stretch& each : made.of(1))
        told += std::to_string(each.begins) + "RrPE"[static_cast<std::size_t>(each.in)] + " ";
    CHECK(told == "0R 1r 2R 3r 4P 6R 7r 8E ");
    CHECK(made.at(1, 5)->in == task_state::parked);
    CHECK(made.at(2, 5) == nullptr);
    CHECK(made.of(7).empty());
    const share whole = made.between(1, 0, 100);
    CHECK(whole.in == std::array<std::int64_t, 3>{16, 29, 54});
    CHECK(whole.longest_step == 20);
    CHECK(made.between(1, 20, 40).in == std::array<std::int64_t, 3>{5, 11, 4});
    CHECK(made.between(1, 40, 50).in == std::array<std::int64_t, 3>{0, 0, 10});
    CHECK(made.between(1, 50, 50).in == std::array<std::int64_t, 3>{});
}

TEST_CASE("the share of any window is the plain sum of its parts") {
    for (const int tasks : {1, 3, 40}) {
        const recording of = random_run(static_cast<unsigned>(tasks), tasks, 3000).read();
        const lanes made(of);
        std::mt19937 draw(9);
        const auto last = static_cast<unsigned>(of.events[of.events.size() - 1].t);
        for (int i = 0; i < 2000; ++i) {
            const auto t0 = static_cast<std::int64_t>(draw() % last);
            const auto length = static_cast<std::int64_t>(draw() % (i % 2 == 0 ? last : 300));
            const std::int64_t t1 = t0 + length;
            const auto task = static_cast<std::uint32_t>(1 + draw() % static_cast<unsigned>(tasks));
            const share got = made.between(task, t0, t1);
            const share wanted = plain_sum(of, made.of(task), t0, t1);
            INFO("task " << task << " from " << t0 << " to " << t1);
            CHECK(got.in == wanted.in);
            CHECK(got.longest_step == wanted.longest_step);
        }
    }
}

TEST_CASE("a table finds, adds and removes by id, whatever the ids are") {
    struct row {
        std::uint32_t id = 0;
        int value = 0;
    };
    id_table<row> table;
    std::map<std::uint32_t, int> plain;
    std::mt19937 draw(3);
    for (int i = 0; i < 20000; ++i) {
        const auto id = static_cast<std::uint32_t>(draw() % 4 == 0 ? draw() : draw() % 300);
        if (draw() % 2 == 0) {
            table[id].value = i;
            plain[id] = i;
        } else {
            CHECK(table.erase(id) == (plain.erase(id) == 1));
        }
    }
    REQUIRE(table.size() == plain.size());
    for (const auto& [id, value] : plain) CHECK(table.find(id)->value == value);
    std::vector<std::uint32_t> sorted;
    for (const row* each : table.in_order()) sorted.push_back(each->id);
    CHECK(std::is_sorted(sorted.begin(), sorted.end()));
    CHECK(sorted.size() == plain.size());
}
