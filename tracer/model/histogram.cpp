// Counting into bars that double, and drawing them with characters.
//
// Internal to tracer/.
#include "tracer/model/histogram.hpp"

#include "tracer/model/words.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace giambio::trace {

void add_up(std::int64_t& sum, std::int64_t nanoseconds) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    sum = nanoseconds > most - sum ? most : sum + nanoseconds;
}

void histogram::add(std::int64_t nanoseconds) {
    const auto length = static_cast<std::uint64_t>(std::max(nanoseconds, std::int64_t{0}));
    ++bars_[std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(length)), bars - 1)];
    ++count_;
    add_up(sum_, static_cast<std::int64_t>(length));
    longest_ = std::max(longest_, static_cast<std::int64_t>(length));
}

std::int64_t histogram::upper_end(std::size_t number) {
    if (number >= 63) return std::numeric_limits<std::int64_t>::max();
    return std::int64_t{1} << number;
}

std::int64_t histogram::percentile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < bars; ++i) {
        seen += bars_[i];
        if (seen >= wanted && seen > 0) return std::min(upper_end(i), longest_);
    }
    return longest_;
}

std::string histogram::drawn(const std::string& indent, std::size_t width) const {
    const std::uint64_t highest = *std::max_element(bars_.begin(), bars_.end());
    std::string shown;
    for (std::size_t i = 0; i < bars; ++i) {
        if (bars_[i] == 0) continue;
        const std::string label = "below " + duration_text(upper_end(i));
        const std::uint64_t length = (bars_[i] * width + highest - 1) / highest;
        shown += indent + label + std::string(label.size() < 18 ? 18 - label.size() : 1, ' ') +
                 std::string(length, '#') + " " + std::to_string(bars_[i]) + "\n";
    }
    return shown;
}

}  // namespace giambio::trace
