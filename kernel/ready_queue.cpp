// Makes room. See ready_queue.hpp.
// Internal to kernel/.
#include "kernel/ready_queue.hpp"

#include <utility>

namespace giambio {

// Before: every slot is taken.
void ready_queue::grow() {
    // What nobody has written to takes no memory yet.
    const std::size_t last = 2 * last_ + 1;
    ring larger = std::make_unique_for_overwrite<task_record*[]>(last + 1);
    for (std::size_t place = front_; place != back_; ++place) {
        larger[place & last] = slots_[slot(place)];
    }
    slots_ = std::move(larger);
    last_ = last;
}

}  // namespace giambio
