// Makes room. See ready_queue.hpp.
// Internal to kernel/.
#include "kernel/ready_queue.hpp"

#include <algorithm>

namespace giambio {

// Before: every slot is taken.
void ready_queue::grow() {
    std::rotate(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(first_), slots_.end());
    first_ = 0;
    slots_.resize(2 * slots_.size());
    last_ = slots_.size() - 1;
}

}  // namespace giambio
