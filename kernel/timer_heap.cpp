// How timers rise and sink. See timer_heap.hpp.
// Internal to kernel/.
#include "kernel/timer_heap.hpp"

#include <algorithm>

namespace giambio {

namespace {

constexpr std::size_t width = 4;  // so many stand below each

}  // namespace

// The newcomer moves towards the front until the one above it is earlier.
void timer_heap::arm(const timer& added) {
    std::size_t place = heap_.size();
    heap_.push_back(added);
    while (place > 0) {
        const std::size_t above = (place - 1) / width;
        if (!earlier(added, heap_[above])) break;
        heap_[place] = heap_[above];
        place = above;
    }
    heap_[place] = added;
}

void timer_heap::remove_front() {
    heap_.front() = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sink(0);
}

// Moves a timer away from the front until all below it are later.
void timer_heap::sink(std::size_t place) {
    const timer sinking = heap_[place];
    while (true) {
        const std::size_t first = width * place + 1;
        if (first >= heap_.size()) break;
        const auto below = heap_.begin() + static_cast<std::ptrdiff_t>(first);
        const auto end =
            heap_.begin() + static_cast<std::ptrdiff_t>(std::min(first + width, heap_.size()));
        const auto next = std::min_element(below, end, earlier);
        if (!earlier(*next, sinking)) break;
        heap_[place] = *next;
        place = static_cast<std::size_t>(next - heap_.begin());
    }
    heap_[place] = sinking;
}

// After the disarmed ones were taken out, wherever they stood.
void timer_heap::rebuild() {
    disarmed_ = 0;
    for (std::size_t place = heap_.size(); place > 0; --place) sink(place - 1);
}

}  // namespace giambio
