// Makes room. See wait_table.hpp.
// Internal to kernel/.
#include "kernel/wait_table.hpp"

namespace giambio {

void wait_table::make_room(std::size_t index) {
    entries_.resize(index + 1);
}

}  // namespace giambio
