// The heap of the near timers. What it is for is tested with the queue (timer_queue_test.cpp).
//
// Not here: what happens when a timer fires (order_test.cpp, answers_test.cpp).
#include "tests/catch.hpp"

#include "kernel/timer_heap.hpp"

#include <cstdint>

using namespace giambio;

// Or else each step on a timer's way through the heap would fetch two lines, and all would still
// be right.
TEST_CASE("the four timers below one stand in one line of the cache") {
    timer_heap heap;
    for (std::uint32_t id = 1; id <= 1000; ++id) heap.put({moment(id), timer_id{id}, 0});
    for (std::size_t first = 1; first < heap.all().size(); first += 4) {
        REQUIRE(reinterpret_cast<std::uintptr_t>(&heap.all()[first]) % 64 == 0);
    }
}

TEST_CASE("only the timer that stands last is dropped without a search") {
    timer_heap heap;
    for (std::uint32_t id = 1; id <= 3; ++id) heap.put({moment(id), timer_id{id}, 0});
    CHECK_FALSE(heap.drop_if_last(timer_id{1}));
    CHECK_FALSE(heap.drop_if_last(timer_id{2}));
    CHECK(heap.drop_if_last(timer_id{3}));
    CHECK(heap.size() == 2);
    CHECK(heap.earliest().id == timer_id{1});
}
