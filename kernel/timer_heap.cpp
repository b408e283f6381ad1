// A binary heap whose members know their place. See timer_heap.hpp.
// Internal to kernel/.
#include "kernel/timer_heap.hpp"

#include "traps/check.hpp"

namespace giambio {

void timer_heap::arm(timer& added) {
    check(!added.armed(), "a timer is armed twice");
    heap_.push_back(&added);
    put(heap_.size() - 1, added);
    rise(added.place);
}

void timer_heap::disarm(timer& removed) {
    check(removed.armed(), "a timer is disarmed that is not armed");
    const std::size_t hole = removed.place;
    timer& last = *heap_.back();
    heap_.pop_back();
    removed.place = timer::not_armed;
    if (&last == &removed) return;
    // The last one fills the hole; it may belong nearer to the front or further from it.
    put(hole, last);
    rise(hole);
    sink(last.place);
}

// The one place where a timer learns its place.
void timer_heap::put(std::size_t place, timer& moved) {
    heap_[place] = &moved;
    moved.place = place;
}

// Moves a timer towards the front until its parent is earlier.
void timer_heap::rise(std::size_t place) {
    timer& rising = *heap_[place];
    while (place > 0) {
        const std::size_t parent = (place - 1) / 2;
        if (!earlier(rising, *heap_[parent])) break;
        put(place, *heap_[parent]);
        place = parent;
    }
    put(place, rising);
}

// Moves a timer away from the front until both its children are later.
void timer_heap::sink(std::size_t place) {
    timer& sinking = *heap_[place];
    while (true) {
        std::size_t child = 2 * place + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && earlier(*heap_[child + 1], *heap_[child])) ++child;
        if (!earlier(*heap_[child], sinking)) break;
        put(place, *heap_[child]);
        place = child;
    }
    put(place, sinking);
}

}  // namespace giambio
