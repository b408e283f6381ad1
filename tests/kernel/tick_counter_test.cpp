// The counter against the machine's clock: never back, and never far away.
//
// Not here: clocks of a run (order_test.cpp).
#include "tests/catch.hpp"

#include "kernel/tick_counter.hpp"

#include <algorithm>
#include <chrono>

using namespace giambio;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

TEST_CASE("the time by the counter never goes back, and is that of the machine") {
    const auto before = steady_clock::now();
    tick_counter counter;
    const auto made = steady_clock::now();
    duration last{};
    bool goes_back = false;
    bool is_early = false;
    bool is_late = false;
    // Between two looks at the machine's clock the counter's must lie; the counter may be wrong by
    // a thousandth of what has passed, and is not.
    while (last < 60ms) {
        const duration least = steady_clock::now() - made;
        const duration told = counter.passed();
        const duration most = steady_clock::now() - before;
        goes_back = goes_back || told < last;
        is_early = is_early || told < least - least / 1000 - 2us;
        is_late = is_late || told > most + most / 1000 + 2us;
        last = std::max(last, told);
    }
    CHECK(!goes_back);
    CHECK(!is_early);
    CHECK(!is_late);
}
