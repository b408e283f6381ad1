// The ready queue: the tasks that will run, first in first out (rule R2).
//
// schedule.cpp puts tasks in at the back, the loop takes them from the front. A ring that grows
// when it is full and never shrinks; nobody leaves it from the middle, because who was made ready
// has succeeded (rule R4).
// Not here: which task is ready, and why (schedule.cpp).
// Kept true: there are as many slots as a power of two, and last_ is one less; the tasks lie in the
// slots of the places from front_ to back_, which only count up.
// Internal to kernel/.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace giambio {

struct task_record;

class ready_queue {
public:
    bool empty() const { return front_ == back_; }
    std::size_t size() const { return back_ - front_; }
    // How many have come, and how many have gone. When as many have gone as had come at a moment,
    // everyone who was ready then has gone.
    std::size_t come() const { return back_; }
    std::size_t gone() const { return front_; }
    // The one that has `place` others in front of it.
    task_record& at(std::size_t place) const { return *slots_[slot(front_ + place)]; }

    // Discussion: each task is in here once at most, so who makes sure that all who live have room
    // saves every switch the question whether there is some, a twentieth of it.
    void make_room_for(std::size_t all) {
        if (all > last_ + 1) grow();
    }
    // Before: there is room for it.
    void push_back(task_record& newcomer) { slots_[slot(back_++)] = &newcomer; }
    // Before: somebody is here.
    task_record& pop_front() { return *slots_[slot(front_++)]; }
    // Lets one go first; those who stood in front of it keep their order.
    void bring_to_front(std::size_t place) {
        for (std::size_t there = front_ + place; there > front_; --there)
            std::swap(slots_[slot(there)], slots_[slot(there - 1)]);
    }

private:
    std::size_t slot(std::size_t place) const { return place & last_; }
    [[gnu::cold]] void grow();

    using ring = std::unique_ptr<task_record*[]>;
    static constexpr std::size_t at_first = 64;

    ring slots_ = std::make_unique<task_record*[]>(at_first);
    std::size_t last_ = at_first - 1;  // slot; every bit of it is one
    std::size_t front_ = 0;
    std::size_t back_ = 0;
};

}  // namespace giambio
