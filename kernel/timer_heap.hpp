// The timers that are due soon, the earliest in front.
//
// timer_queue.hpp keeps the near ones here. A heap in which each has four below it, and the four
// stand in one line of the processor's cache.
// Not here: those that are far off, and which of them are still armed (timer_queue.hpp).
// Kept true: no timer is due before the one above it.
// Internal to kernel/.
#pragma once

#include "traps/ids.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <vector>

namespace giambio {

struct timer {
    moment due{};
    timer_id id = timer_id::none;  // equal moments fire in the order of the ids (rule R2)
    std::uint32_t task = 0;        // its number in the table
};

// Gives a vector memory that begins where a line of the processor's cache does.
template <class T>
struct whole_lines {
    using value_type = T;
    static constexpr std::align_val_t line{64};
    T* allocate(std::size_t count) {
        return static_cast<T*>(::operator new(count * sizeof(T), line));
    }
    void deallocate(T* memory, std::size_t) noexcept { ::operator delete(memory, line); }
    bool operator==(const whole_lines&) const = default;
};

class timer_heap {
public:
    bool empty() const { return heap_.size() == front; }
    std::size_t size() const { return heap_.size() - front; }
    const timer& earliest() const { return heap_[front]; }

    void put(const timer& added);
    void drop_earliest();
    // Drops the timer if it stands last, where nobody is below it: the one that was put in last
    // often does. Before: the heap is not empty.
    bool drop_if_last(timer_id gone);
    // Drops those of which `unwanted` is true, wherever they stand.
    template <class Unwanted>
    void drop_all(Unwanted unwanted);

    // In no order.
    std::span<const timer> all() const { return std::span(heap_).subspan(front); }

private:
    static bool earlier(const timer& a, const timer& b) {
        return a.due != b.due ? a.due < b.due : a.id < b.id;
    }
    void sink(std::size_t place);
    void rebuild();

    // The place of the earliest. In front of it stand three that mean nothing, so that every four
    // that stand below the same one begin a line.
    static constexpr std::size_t front = 3;

    std::vector<timer, whole_lines<timer>> heap_ = std::vector<timer, whole_lines<timer>>(front);
};

template <class Unwanted>
void timer_heap::drop_all(Unwanted unwanted) {
    heap_.erase(std::remove_if(heap_.begin() + front, heap_.end(), unwanted), heap_.end());
    rebuild();
}

}  // namespace giambio
