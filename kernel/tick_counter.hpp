// The time since this was made, by the processor's counter.
//
// The real clock (clock.hpp) asks it; nobody else does. The counter is set by the machine's clock
// each millisecond, so it cannot go wrong by more than some nanoseconds.
// Discussion: the machine's clock takes 28 ns to read, the counter 11, and a traced step, which is
// done in 19, reads it once. Where the processor has no counter that always goes at the same speed,
// the machine's clock is read each time.
// Kept true: time never goes back.
// Internal to kernel/.
#pragma once

#include "traps/ids.hpp"

#include <chrono>
#include <cstdint>

namespace giambio {

class tick_counter {
public:
    tick_counter();

    duration passed() {
        const std::uint64_t ticks = count();
        const std::uint64_t since = ticks - set_at_;
        if (since >= good_for_) return set_anew();
        return set_to_ + duration(static_cast<std::int64_t>((since * length_) >> fraction_bits));
    }

private:
    // What the counter and the machine's clock say at one moment.
    struct reading {
        std::uint64_t ticks = 0;
        duration real{};
    };
    std::uint64_t count() const {
#if defined(__x86_64__)
        if (can_count_) return __builtin_ia32_rdtsc();
#endif
        return 0;  // a counter that stands still is never believed
    }
    reading read_both() const;
    duration set_anew();

    std::chrono::steady_clock::time_point began_;
    bool can_count_ = false;
    reading first_;
    std::uint64_t set_at_ = 0;    // when the counter was set last
    std::uint64_t good_for_ = 0;  // so many ticks; 0 while the length of a tick is not known
    duration set_to_{};
    // Of a tick, in nanoseconds times 2^32. Discussion: multiplied as a floating point number it
    // takes 4 ns more. A tick is at most some nanoseconds long, and there are at most some million
    // between two looks, so that nothing overflows.
    static constexpr int fraction_bits = 32;
    std::uint64_t length_ = 0;
};

}  // namespace giambio
