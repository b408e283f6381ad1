// Makes room. See ready_queue.hpp.
// Internal to kernel/.
#include "kernel/ready_queue.hpp"

#include <utility>

namespace giambio {

// Before: every slot is taken.
void ready_queue::grow() {
    std::vector<task_record*> larger(2 * slots_.size());
    const std::size_t last = larger.size() - 1;
    for (std::size_t place = front_; place != back_; ++place) {
        larger[place & last] = slots_[slot(place)];
    }
    slots_ = std::move(larger);
    last_ = last;
}

}  // namespace giambio
