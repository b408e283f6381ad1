// The counter against the machine's clock: never back, and never far away.
//
// Not here: clocks of a run (order_test.cpp).
#include "tests/catch.hpp"

#include "kernel/tick_counter.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

using namespace giambio;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

struct faults {
    bool goes_back = false;
    bool is_early = false;
    bool is_late = false;
};

// Between two looks at the machine's clock the counter's must lie; the counter may be wrong by a
// thousandth of what has passed, and is not.
void compare(faults& found) {
    const auto before = steady_clock::now();
    tick_counter counter;
    const auto made = steady_clock::now();
    duration last{};
    while (last < 60ms) {
        const duration least = steady_clock::now() - made;
        const duration told = counter.passed();
        const duration most = steady_clock::now() - before;
        found.goes_back = found.goes_back || told < last;
        found.is_early = found.is_early || told < least - least / 1000 - 2us;
        found.is_late = found.is_late || told > most + most / 1000 + 2us;
        last = std::max(last, told);
    }
}

// While it lives, another thread wants the only processor that this one may use.
class crowded_processor {
public:
    crowded_processor() {
        sched_getaffinity(0, sizeof before_, &before_);
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(sched_getcpu(), &one);
        sched_setaffinity(0, sizeof one, &one);  // the thread that is made next inherits it
        other_ = std::thread([this] {
            while (!over_) {
            }
        });
    }
    ~crowded_processor() {
        over_ = true;
        other_.join();
        sched_setaffinity(0, sizeof before_, &before_);
    }
    crowded_processor(const crowded_processor&) = delete;
    crowded_processor& operator=(const crowded_processor&) = delete;

private:
    cpu_set_t before_{};
    std::atomic<bool> over_ = false;
    std::thread other_;
};

}  // namespace

TEST_CASE("the time by the counter never goes back, and is that of the machine") {
    faults found;
    compare(found);
    CHECK(!found.goes_back);
    CHECK(!found.is_early);
    CHECK(!found.is_late);
}

// Stopped between a look at the counter and one at the clock, it once ran ahead by a millisecond.
TEST_CASE("the counter is that of the machine, however often its thread is stopped") {
    faults found;
    const crowded_processor crowd;
    for (int counters = 0; counters < 20; ++counters) compare(found);
    CHECK(!found.goes_back);
    CHECK(!found.is_early);
    CHECK(!found.is_late);
}
