// The timers, the earliest in front.
//
// The loop asks for the earliest; the scheduler arms and disarms. A heap in which each has four
// below it, so that the four stand in one line of the processor's cache. It does not know what a
// timer is for: it names the task that has it, by its number in the table of tasks.
// Discussion: a timer that is disarmed mostly stays where it is until it comes to the front, or
// until half of all are such; whoever wants to take it from the middle must know its place, and
// keeping that true costs a write to another task's record at each move: half of the time of a
// million sleeps.
// Not here: what a timer means (loop.cpp), which of them are still armed (schedule.cpp).
// Kept true: no timer is due before the one above it; the one in front is armed.
// Internal to kernel/.
#pragma once

#include "traps/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace giambio {

struct timer {
    moment due{};
    timer_id id = timer_id::none;  // equal moments fire in the order of the ids (rule R2)
    std::uint32_t task = 0;        // its number in the table
};

class timer_heap {
public:
    bool empty() const { return heap_.empty(); }
    // Of those that are armed.
    std::size_t size() const { return heap_.size() - disarmed_; }
    const timer& earliest() const { return heap_.front(); }

    void arm(const timer& added);
    // Before: the timer was armed until now, and is_armed(it) is false already.
    template <class IsArmed>
    void disarm(timer_id gone, IsArmed is_armed);
    // Takes the earliest out; it fires.
    template <class IsArmed>
    timer take(IsArmed is_armed);

    // In no order, and with some that are disarmed; for the snapshot.
    const std::vector<timer>& all() const { return heap_; }

private:
    static bool earlier(const timer& a, const timer& b) {
        return a.due != b.due ? a.due < b.due : a.id < b.id;
    }
    void remove_front();
    void sink(std::size_t place);
    void rebuild();

    std::vector<timer> heap_;
    std::size_t disarmed_ = 0;  // of those in the heap
};

template <class IsArmed>
void timer_heap::disarm(timer_id gone, IsArmed is_armed) {
    if (heap_.back().id == gone) {  // nobody stands below the last one
        heap_.pop_back();
    } else {
        ++disarmed_;
    }
    if (disarmed_ > heap_.size() / 2) {
        std::erase_if(heap_, [&](const timer& each) { return !is_armed(each); });
        rebuild();
    }
    while (!heap_.empty() && !is_armed(heap_.front())) {
        remove_front();
        --disarmed_;
    }
}

template <class IsArmed>
timer timer_heap::take(IsArmed is_armed) {
    const timer front = heap_.front();
    remove_front();
    while (!heap_.empty() && !is_armed(heap_.front())) {
        remove_front();
        --disarmed_;
    }
    return front;
}

}  // namespace giambio
