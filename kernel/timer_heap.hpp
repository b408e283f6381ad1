// The timers, the earliest in front.
//
// The loop asks for the earliest; the scheduler arms and disarms. A binary heap of pointers: arming
// and disarming cost log n steps and no memory beyond the array, because each timer knows its
// place.
// Not here: what a timer means (loop.cpp), and the time (clock.hpp).
// Kept true: heap_[i].place == i; no timer is due before its parent in the heap.
// Internal to kernel/.
#pragma once

#include "traps/timer.hpp"

#include <vector>

namespace giambio {

class timer_heap {
public:
    bool empty() const { return heap_.empty(); }
    std::size_t size() const { return heap_.size(); }
    timer& earliest() const { return *heap_.front(); }

    // Before: the timer is not armed. Its due moment and id are set.
    void arm(timer& added);
    // Before: the timer is armed.
    void disarm(timer& removed);

    // In no order; for the snapshot.
    const std::vector<timer*>& all() const { return heap_; }

private:
    static bool earlier(const timer& a, const timer& b) {
        return a.due != b.due ? a.due < b.due : a.id < b.id;
    }
    void put(std::size_t place, timer& moved);
    void rise(std::size_t place);
    void sink(std::size_t place);

    std::vector<timer*> heap_;
};

}  // namespace giambio
