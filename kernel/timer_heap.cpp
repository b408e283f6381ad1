// How timers rise and sink. See timer_heap.hpp.
// Internal to kernel/.
#include "kernel/timer_heap.hpp"

#include <algorithm>

namespace giambio {

namespace {

constexpr std::size_t width = 4;  // so many stand below each

// The places of the timer above, and of the first of those below, in lines of four.
std::size_t above(std::size_t place) {
    return place / width + 2;
}
std::size_t below(std::size_t place) {
    return width * (place - 2);
}

}  // namespace

// The newcomer moves towards the front until the one above it is earlier.
void timer_heap::put(const timer& added) {
    std::size_t place = heap_.size();
    heap_.push_back(added);
    while (place > front && earlier(added, heap_[above(place)])) {
        heap_[place] = heap_[above(place)];
        place = above(place);
    }
    heap_[place] = added;
}

void timer_heap::drop_earliest() {
    heap_[front] = heap_.back();
    heap_.pop_back();
    if (!empty()) sink(front);
}

bool timer_heap::drop_if_last(timer_id gone) {
    if (heap_.back().id != gone) return false;
    heap_.pop_back();
    return true;
}

// Moves a timer away from the front until all below it are later.
void timer_heap::sink(std::size_t place) {
    const timer sinking = heap_[place];
    while (true) {
        const std::size_t first = below(place);
        if (first >= heap_.size()) break;
        const std::size_t end = std::min(first + width, heap_.size());
        std::size_t next = first;
        for (std::size_t each = first + 1; each < end; ++each) {
            if (earlier(heap_[each], heap_[next])) next = each;
        }
        if (!earlier(heap_[next], sinking)) break;
        heap_[place] = heap_[next];
        place = next;
    }
    heap_[place] = sinking;
}

// After some were taken out, wherever they stood.
void timer_heap::rebuild() {
    for (std::size_t place = heap_.size(); place > front; --place) sink(place - 1);
}

}  // namespace giambio
