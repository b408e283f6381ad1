// Which kernel runs on this thread. See door.hpp.
// Internal to traps/.
#include "traps/door.hpp"

#include <atomic>

namespace giambio {

namespace {
thread_local kernel_door* open_door = nullptr;
std::atomic<std::uint64_t> last_run{0};  // of all threads
}  // namespace

constinit thread_local std::uint64_t this_run = 0;

void set_door(kernel_door* opened, std::uint64_t number) {
    open_door = opened;
    this_run = opened != nullptr ? number : 0;
}

std::uint64_t next_run_number() {
    return ++last_run;
}

kernel_door* door_if_open() {
    return open_door;
}

kernel_door& door() {
    if (open_door == nullptr) {
        throw misuse(
            "no loop is running on this thread: this can only be called from a coroutine that "
            "async_scheduler::start runs");
    }
    return *open_door;
}

void report_dropped(site written_at) noexcept {
    if (open_door != nullptr) open_door->dropped(written_at);
}

}  // namespace giambio
