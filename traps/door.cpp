// Which kernel runs on this thread. See door.hpp.
// Internal to traps/.
#include "traps/door.hpp"

#include <atomic>

namespace giambio {

namespace {
std::atomic<std::uint64_t> last_run{0};  // of all threads
}  // namespace

constinit thread_local kernel_door* open_door = nullptr;
constinit thread_local std::uint64_t this_run = 0;

void set_door(kernel_door* opened, std::uint64_t number) {
    open_door = opened;
    this_run = opened != nullptr ? number : 0;
}

std::uint64_t next_run_number() {
    return ++last_run;
}

void throw_nobody_runs() {
    throw misuse(
        "no loop is running on this thread: this can only be called from a coroutine that "
        "async_scheduler::start runs");
}

void report_dropped(site written_at) noexcept {
    if (open_door != nullptr) open_door->dropped(written_at);
}

}  // namespace giambio
