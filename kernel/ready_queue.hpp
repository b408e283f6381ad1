// The ready queue: the tasks that will run, first in first out (rule R2).
//
// The scheduler puts tasks in at the back, the loop takes them from the front. A ring that grows
// when it is full and never shrinks; nobody leaves it from the middle, because who was made ready
// has succeeded (rule R4).
// Not here: which task is ready, and why (schedule.cpp).
// Kept true: slots_.size() is a power of two, and last_ one less; the tasks lie in size_ slots from
// first_ on.
// Internal to kernel/.
#pragma once

#include "traps/check.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace giambio {

struct task_record;

class ready_queue {
public:
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    // The one that has `place` others in front of it.
    task_record& at(std::size_t place) const { return *slots_[slot(place)]; }

    void push_back(task_record& newcomer) {
        if (size_ > last_) grow();
        slots_[slot(size_++)] = &newcomer;
    }
    task_record& pop_front() {
        check(size_ > 0, "a task is taken from an empty ready queue");
        task_record& first = at(0);
        first_ = slot(1);
        --size_;
        return first;
    }
    // Lets one go first; those who stood in front of it keep their order.
    void bring_to_front(std::size_t place) {
        for (; place > 0; --place) std::swap(slots_[slot(place)], slots_[slot(place - 1)]);
    }

private:
    std::size_t slot(std::size_t place) const { return (first_ + place) & last_; }
    [[gnu::cold]] void grow();

    std::vector<task_record*> slots_ = std::vector<task_record*>(64);
    std::size_t last_ = 63;  // slot; every bit of it is one
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

}  // namespace giambio
