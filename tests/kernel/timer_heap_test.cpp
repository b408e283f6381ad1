// The heap of timers against a model that is slow and obviously right: a sorted set.
//
// Not here: what happens when a timer fires (order_test.cpp, answers_test.cpp).
#include "tests/catch.hpp"

#include "kernel/timer_heap.hpp"

#include <random>
#include <set>
#include <utility>
#include <vector>

using namespace giambio;

namespace {

// Every timer knows its place, and no timer is due before its parent.
bool is_sound(const timer_heap& heap) {
    const std::vector<timer*>& all = heap.all();
    for (std::size_t place = 0; place < all.size(); ++place) {
        if (all[place]->place != place) return false;
        const timer& parent = *all[(place - 1) / 2 * (place > 0 ? 1 : 0)];
        if (all[place]->due < parent.due) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("R2: the earliest timer is in front, and of equal ones the first that was armed") {
    std::mt19937 dice(7);
    timer_heap heap;
    std::set<std::pair<moment, timer_id>> model;
    std::vector<timer> timers(300);
    std::uint32_t last_id = 0;
    for (int step = 0; step < 20'000; ++step) {
        timer& any = timers[dice() % timers.size()];
        if (any.armed()) {
            model.erase({any.due, any.id});
            heap.disarm(any);
        } else {
            any.due = moment(dice() % 20);  // few moments, so that many are equal
            any.id = timer_id{++last_id};
            model.insert({any.due, any.id});
            heap.arm(any);
        }
        REQUIRE(heap.size() == model.size());
        if (model.empty()) continue;
        REQUIRE(std::pair(heap.earliest().due, heap.earliest().id) == *model.begin());
        if (step % 100 == 0) REQUIRE(is_sound(heap));
    }
    // And out they come, in order.
    while (!heap.empty()) {
        REQUIRE(heap.earliest().id == model.begin()->second);
        model.erase(model.begin());
        heap.disarm(heap.earliest());
    }
    CHECK(model.empty());
}

TEST_CASE("a timer that is disarmed can be armed again") {
    timer_heap heap;
    timer early, late;
    early.due = moment(1);
    late.due = moment(2);
    heap.arm(late);
    heap.arm(early);
    heap.disarm(early);
    CHECK(&heap.earliest() == &late);
    CHECK(!early.armed());
    heap.arm(early);
    CHECK(&heap.earliest() == &early);
}
