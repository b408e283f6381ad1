// How many durations were about how long: a histogram whose bars double from one to the next.
//
// The statistics keep one for the steps and one for the delays of every task. Doubling bars tell a
// microsecond from a millisecond at the cost of 64 numbers. Not here: what is counted (stats.cpp).
// Kept true: the largest duration is exact; a percentile is the upper end of its bar, or that.
// Internal to tracer/.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace giambio::trace {

// A sum of times ends at the largest number there is: three hundred tasks that each sleep a year
// under the virtual clock have slept longer than a number of nanoseconds can tell.
void add_up(std::int64_t& sum, std::int64_t nanoseconds);

class histogram {
public:
    void add(std::int64_t nanoseconds);

    std::uint64_t count() const { return count_; }
    std::int64_t sum() const { return sum_; }
    std::int64_t longest() const { return longest_; }
    // The duration that `share` of them do not exceed, 0 < share <= 1; 0 when there are none.
    std::int64_t percentile(double share) const;

    // A line for each bar that is not empty, from the shortest to the longest.
    std::string drawn(const std::string& indent, std::size_t width = 40) const;

    // For whoever writes the numbers down: bar n holds durations below upper_end(n).
    static constexpr std::size_t bars = 64;
    std::uint64_t bar(std::size_t number) const { return bars_[number]; }
    static std::int64_t upper_end(std::size_t number);

private:
    std::array<std::uint64_t, bars> bars_{};
    std::uint64_t count_ = 0;
    std::int64_t sum_ = 0;
    std::int64_t longest_ = 0;
};

}  // namespace giambio::trace
