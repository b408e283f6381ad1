// Sets the processor's counter by the machine's clock. See tick_counter.hpp.
// Internal to kernel/.
#include "kernel/tick_counter.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace giambio {

namespace {

using std::chrono::steady_clock;

// For so long the two are compared before the counter is believed, and then between two looks.
constexpr duration first_look = std::chrono::milliseconds(10);
constexpr duration between_looks = std::chrono::milliseconds(1);

#if defined(__x86_64__)
// The processor says so itself: its counter goes at one speed, also when it saves power.
bool is_steady() {
    constexpr unsigned power_management = 0x80000007;
    constexpr unsigned steady_counter = 1U << 8;
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __get_cpuid(power_management, &a, &b, &c, &d) != 0 && (d & steady_counter) != 0;
}
#else
bool is_steady() {
    return false;
}
#endif

}  // namespace

tick_counter::tick_counter() : began_(steady_clock::now()) {
    static const bool steady = is_steady();  // asking takes some microseconds
    can_count_ = steady;
    first_ = read_both();
    set_at_ = first_.ticks;
}

// A program can be stopped between its two looks, for as long as another one runs. Then the
// readings do not belong together, and the time would run ahead; so it looks again.
tick_counter::reading tick_counter::read_both() const {
    constexpr std::uint64_t close_together = 2000;  // ticks, less than a microsecond
    constexpr int attempts = 4;
    reading best;
    std::uint64_t best_apart = UINT64_MAX;
    for (int attempt = 0; attempt < attempts && best_apart > close_together; ++attempt) {
        const std::uint64_t before = count();
        const duration real = steady_clock::now() - began_;
        const std::uint64_t after = count();
        if (after - before >= best_apart) continue;
        best_apart = after - before;
        best = {after, real};
    }
    return best;
}

duration tick_counter::set_anew() {
    const reading now = read_both();
    // What was told last may have been some nanoseconds ahead.
    const duration told = good_for_ > 0 ? set_to_ + between_looks : set_to_;
    set_to_ = std::max(now.real, told);
    set_at_ = now.ticks;
    if (now.real < first_look || now.ticks <= first_.ticks) return set_to_;
    const double length = static_cast<double>((now.real - first_.real).count()) /
                          static_cast<double>(now.ticks - first_.ticks);
    length_ = static_cast<std::uint64_t>(std::ldexp(length, fraction_bits));
    good_for_ = static_cast<std::uint64_t>(static_cast<double>(between_looks.count()) / length);
    return set_to_;
}

}  // namespace giambio
