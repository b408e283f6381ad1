// Timers that lie on each other in no order.
//
// The queue of timers (timer_queue.hpp) lays those that are far off on piles.
// Not here: which pile a timer belongs to.
// Kept true: every part but the last one is full, and none is empty.
// Discussion: a pile is a list of parts, because one array leaves ever larger ones behind it when
// it grows, and the allocator gives no memory back from between others: of 100,000 sleeping tasks
// that was 11 bytes each, of a million 8.
// Internal to kernel/.
#pragma once

#include "kernel/timer_heap.hpp"

#include <cstddef>
#include <vector>

namespace giambio {

class timer_pile {
public:
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    // The one that was laid here last. Before: there is one.
    const timer& top() const { return parts_.back().back(); }

    void push(const timer& one) {
        if (parts_.empty() || parts_.back().size() == part) parts_.emplace_back();
        parts_.back().push_back(one);
        ++size_;
    }
    // Before: there is one.
    void pop() {
        parts_.back().pop_back();
        if (parts_.back().empty()) parts_.pop_back();
        --size_;
    }

    template <class Visit>
    void each(Visit visit) const {
        for (const std::vector<timer>& one : parts_) {
            for (const timer& lying : one) visit(lying);
        }
    }

private:
    static constexpr std::size_t part = 4096;

    std::vector<std::vector<timer>> parts_;
    std::size_t size_ = 0;
};

}  // namespace giambio
