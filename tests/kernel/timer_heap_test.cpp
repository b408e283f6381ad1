// The heap of timers against a model that is slow and obviously right: a sorted set.
//
// Not here: what happens when a timer fires (order_test.cpp, answers_test.cpp).
#include "tests/catch.hpp"

#include "kernel/timer_heap.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <utility>
#include <vector>

using namespace giambio;

namespace {

using model = std::set<std::pair<moment, timer_id>>;

}  // namespace

TEST_CASE("R2: the earliest timer is in front, and of equal ones the first that was armed") {
    std::mt19937 dice(7);
    timer_heap heap;
    model armed;
    const auto is_armed = [&](const timer& each) { return armed.contains({each.due, each.id}); };
    std::uint32_t last_id = 0;
    for (int step = 0; step < 20'000; ++step) {
        const std::size_t choice = dice() % 10;
        if (choice < 4 || armed.empty()) {
            const moment due(dice() % 20);  // few moments, so that many are equal
            const timer made{due, timer_id{++last_id}, 0};
            armed.insert({made.due, made.id});
            heap.arm(made);
        } else if (choice < 7) {  // any
            const auto gone = std::next(armed.begin(), static_cast<long>(dice() % armed.size()));
            const timer_id id = gone->second;
            armed.erase(gone);
            heap.disarm(id, is_armed);
        } else if (choice < 8) {  // the newest, as a limit does that was kept
            const auto newest =
                std::max_element(armed.begin(), armed.end(),
                                 [](const auto& a, const auto& b) { return a.second < b.second; });
            const timer_id id = newest->second;
            armed.erase(newest);
            heap.disarm(id, is_armed);
        } else {
            const timer taken = heap.take(is_armed);
            REQUIRE(std::pair(taken.due, taken.id) == *armed.begin());
            armed.erase(armed.begin());
        }
        REQUIRE(heap.size() == armed.size());
        REQUIRE(heap.empty() == armed.empty());
        if (armed.empty()) continue;
        REQUIRE(std::pair(heap.earliest().due, heap.earliest().id) == *armed.begin());
    }
}

// Or else each step on a timer's way through the heap would fetch two lines, and all would still
// be right.
TEST_CASE("the four timers below one stand in one line of the cache") {
    timer_heap heap;
    for (std::uint32_t id = 1; id <= 1000; ++id) heap.arm({moment(id), timer_id{id}, 0});
    for (std::size_t first = 1; first < heap.all().size(); first += 4) {
        REQUIRE(reinterpret_cast<std::uintptr_t>(&heap.all()[first]) % 64 == 0);
    }
}

TEST_CASE("a timer that is disarmed can be armed again") {
    timer_heap heap;
    std::set<timer_id> armed{timer_id{1}, timer_id{2}};
    const auto is_armed = [&](const timer& each) { return armed.contains(each.id); };
    heap.arm({moment(2), timer_id{1}, 0});
    heap.arm({moment(1), timer_id{2}, 0});
    armed.erase(timer_id{2});
    heap.disarm(timer_id{2}, is_armed);
    CHECK(heap.earliest().id == timer_id{1});
    armed.insert(timer_id{3});
    heap.arm({moment(1), timer_id{3}, 0});
    CHECK(heap.earliest().id == timer_id{3});
    CHECK(heap.size() == 2);
}

TEST_CASE("timers that were disarmed do not stay for ever") {
    timer_heap heap;
    std::set<timer_id> armed;
    const auto is_armed = [&](const timer& each) { return armed.contains(each.id); };
    for (std::uint32_t id = 1; id <= 10'000; ++id) {
        armed.insert(timer_id{id});
        heap.arm({moment(10'000 - id), timer_id{id}, 0});  // the newest is always the earliest
    }
    for (std::uint32_t id = 1; id <= 9'990; ++id) {
        armed.erase(timer_id{id});
        heap.disarm(timer_id{id}, is_armed);
        REQUIRE(heap.all().size() <= 2 * armed.size() + 1);
    }
    for (std::uint32_t id = 10'000; id > 9'990; --id) {
        const timer next = heap.take(is_armed);
        CHECK(next.id == timer_id{id});
        armed.erase(next.id);
    }
    CHECK(heap.empty());
}
