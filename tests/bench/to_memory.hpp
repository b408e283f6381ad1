// An observer that keeps the records of a run in memory: what a trace costs without its text.
//
// The cases "ours, traced" attach it (ours.cpp, echo_ours.cpp). The latest records are kept, in a
// ring of one size, as who looks at the last moments of a long run would do it.
// Internal to tests/bench/.
#pragma once

#include <giambio.hpp>

#include <algorithm>
#include <vector>

namespace bench {

class to_memory final : public giambio::observer {
public:
    void begin(const giambio::run_facts&) override {}
    void watch(const giambio::record_batch& batch) override {
        for (auto left = batch.records; !left.empty();) {
            const std::size_t count = std::min(left.size(), ring_.size() - next_);
            std::copy_n(left.begin(), count, ring_.begin() + static_cast<std::ptrdiff_t>(next_));
            left = left.subspan(count);
            next_ = (next_ + count) % ring_.size();
        }
    }
    void settle() override {}
    void end(const giambio::run_totals&) override {}

private:
    static constexpr std::size_t ring_bytes = std::size_t{1} << 20;

    std::vector<giambio::record> ring_ =
        std::vector<giambio::record>(ring_bytes / sizeof(giambio::record));
    std::size_t next_ = 0;
};

}  // namespace bench
