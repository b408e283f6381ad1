// The timers, the earliest in front.
//
// The loop asks for the earliest; schedule.cpp arms and disarms. Those that are due by the horizon
// are near: they stand in a heap (timer_heap.hpp), which knows the earliest. All others are far,
// and only lie on piles. While there are few, everybody is near. The queue does not know what a
// timer is for: it names the task that has it, by its number in the table of tasks.
// Not here: what a timer means (loop.cpp), which of them are still armed (schedule.cpp).
// Kept true: the one in front is armed; near are those due at the horizon or before it; nobody is
// far while nobody is near.
// Internal to kernel/.
#pragma once

#include "kernel/timer_pile.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace giambio {

// A far timer lies on the pile with the number of the highest bit in which its moment differs from
// the horizon, so everything on a lower pile is earlier. Once nobody is near, the horizon moves on:
// the lowest pile comes near; when it is high, only its earliest do, and the others come to lie on
// the piles below. (A radix heap: Ahuja, Mehlhorn, Orlin and Tarjan, 1990.)
//
// Discussion: a heap of a million timers is larger than the caches, and each of its ten levels is a
// wait for memory. A pile is written at its end and read from end to end; and those that have come
// near are the next to fire, so what their tasks have in memory is fetched before (schedule.cpp). A
// million sleeps of random length take 540 ns each, and with one heap 780.
// Discussion: a timer that is disarmed mostly stays where it is until it comes to the front, or
// until half of all are such; whoever wants to take it from the middle must know its place, and
// keeping that true costs a write to another task's record at each move: half of the time of a
// million sleeps.
class timer_queue {
public:
    bool empty() const { return near_.empty(); }
    // Of those that are armed.
    std::size_t size() const { return stored() - disarmed_; }
    const timer& earliest() const { return near_.earliest(); }

    void arm(const timer& added);
    // Before: the timer was armed until now, and is_armed(it) is false already.
    template <class IsArmed>
    void disarm(timer_id gone, IsArmed is_armed);
    // Takes the earliest out; it fires.
    template <class IsArmed>
    timer take(IsArmed is_armed);

    // Some hundreds that are near, in no order, if any have come near since this was asked; else
    // nobody.
    std::span<const timer> newly_near() {
        if (!std::exchange(came_near_, false)) return {};
        return near_.all().first(std::min(near_.size(), few + many));
    }

    // All that are here, in no order, and with some that are disarmed; for the snapshot and the
    // prologue.
    std::vector<timer> all() const;

private:
    using piles = std::array<timer_pile, 64>;

    std::size_t stored() const { return near_.size() + far_; }
    void place(const timer& one);
    timer_pile take_pile(std::size_t number);
    bool drop_if_latest(timer_id gone);
    // Where there is no memory for these two the program ends: no timer is lost.
    void draw_near() noexcept;
    void move_horizon_back() noexcept;
    void let_as_many_come() { most_near_ = std::max(crowd, 2 * near_.size()); }

    template <class IsArmed>
    void forget_disarmed(IsArmed is_armed);
    template <class IsArmed>
    void drop_disarmed_in_front(IsArmed is_armed);

    // From `few` to `few` and `many` of them come near at a time, unless more are due at the same
    // moment: what their tasks have in memory fits into the caches.
    static constexpr std::size_t few = 128;
    static constexpr std::size_t many = 512;
    // So many may be near before anybody is far. Discussion: a heap of these is in the caches too,
    // and takes a third less time than the piles.
    static constexpr std::size_t crowd = 16'384;

    timer_heap near_;
    moment horizon_ = moment::max();
    std::size_t most_near_ = crowd;
    bool came_near_ = false;
    piles piles_;
    std::size_t latest_ = 0;    // the pile on which a timer was laid last
    std::uint64_t filled_ = 0;  // the piles that are not empty, a bit for each
    std::size_t far_ = 0;       // so many are on them
    std::size_t disarmed_ = 0;  // of all that are here
};

template <class IsArmed>
void timer_queue::disarm(timer_id gone, IsArmed is_armed) {
    if (!near_.drop_if_last(gone) && !drop_if_latest(gone)) ++disarmed_;
    if (disarmed_ > stored() / 2) forget_disarmed(is_armed);
    drop_disarmed_in_front(is_armed);
}

template <class IsArmed>
timer timer_queue::take(IsArmed is_armed) {
    const timer taken = earliest();
    near_.drop_earliest();
    drop_disarmed_in_front(is_armed);
    return taken;
}

template <class IsArmed>
void timer_queue::forget_disarmed(IsArmed is_armed) {
    const auto disarmed = [&](const timer& each) { return !is_armed(each); };
    near_.drop_all(disarmed);
    for (std::size_t number = 0; number < piles_.size(); ++number) {
        take_pile(number).each([&](const timer& one) {
            if (!disarmed(one)) place(one);
        });
    }
    disarmed_ = 0;
}

template <class IsArmed>
void timer_queue::drop_disarmed_in_front(IsArmed is_armed) {
    if (near_.empty()) draw_near();
    while (!empty() && !is_armed(earliest())) {
        near_.drop_earliest();
        --disarmed_;
        if (near_.empty()) draw_near();
    }
}

}  // namespace giambio
