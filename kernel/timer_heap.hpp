// The timers, the earliest in front.
//
// The loop asks for the earliest; schedule.cpp arms and disarms. A heap in which each has four
// below it, and the four stand in one line of the processor's cache. It does not know what a timer
// is for: it names the task that has it, by its number in the table of tasks.
// Discussion: a timer that is disarmed mostly stays where it is until it comes to the front, or
// until half of all are such; whoever wants to take it from the middle must know its place, and
// keeping that true costs a write to another task's record at each move: half of the time of a
// million sleeps.
// Not here: what a timer means (loop.cpp), which of them are still armed (schedule.cpp).
// Kept true: no timer is due before the one above it; the one in front is armed.
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
    // Of those that are armed.
    std::size_t size() const { return all().size() - disarmed_; }
    const timer& earliest() const { return heap_[front]; }

    void arm(const timer& added);
    // Before: the timer was armed until now, and is_armed(it) is false already.
    template <class IsArmed>
    void disarm(timer_id gone, IsArmed is_armed);
    // Takes the earliest out; it fires.
    template <class IsArmed>
    timer take(IsArmed is_armed);

    // In no order, and with some that are disarmed; for the snapshot and the prologue.
    std::span<const timer> all() const { return std::span(heap_).subspan(front); }

private:
    static bool earlier(const timer& a, const timer& b) {
        return a.due != b.due ? a.due < b.due : a.id < b.id;
    }
    void remove_front();
    template <class IsArmed>
    void drop_disarmed_in_front(IsArmed is_armed);
    void sink(std::size_t place);
    void rebuild();

    // The place of the earliest. In front of it stand three that mean nothing, so that every four
    // that stand below the same one begin a line.
    static constexpr std::size_t front = 3;

    std::vector<timer, whole_lines<timer>> heap_ = std::vector<timer, whole_lines<timer>>(front);
    std::size_t disarmed_ = 0;  // of those in the heap
};

template <class IsArmed>
void timer_heap::disarm(timer_id gone, IsArmed is_armed) {
    if (heap_.back().id == gone) {  // nobody stands below the last one
        heap_.pop_back();
    } else {
        ++disarmed_;
    }
    if (disarmed_ > all().size() / 2) {
        const auto disarmed = [&](const timer& each) { return !is_armed(each); };
        heap_.erase(std::remove_if(heap_.begin() + front, heap_.end(), disarmed), heap_.end());
        rebuild();
    }
    drop_disarmed_in_front(is_armed);
}

template <class IsArmed>
timer timer_heap::take(IsArmed is_armed) {
    const timer taken = earliest();
    remove_front();
    drop_disarmed_in_front(is_armed);
    return taken;
}

template <class IsArmed>
void timer_heap::drop_disarmed_in_front(IsArmed is_armed) {
    while (!empty() && !is_armed(earliest())) {
        remove_front();
        --disarmed_;
    }
}

}  // namespace giambio
