// Makes room. See ready_queue.hpp.
// Internal to kernel/.
#include "kernel/ready_queue.hpp"

#include <algorithm>

namespace giambio {

// Before: every slot is taken.
void ready_queue::grow() {
    const auto oldest = static_cast<std::ptrdiff_t>(slot(front_));
    std::rotate(slots_.begin(), slots_.begin() + oldest, slots_.end());
    front_ = 0;
    back_ = slots_.size();
    slots_.resize(2 * slots_.size());
    last_ = slots_.size() - 1;
}

}  // namespace giambio
