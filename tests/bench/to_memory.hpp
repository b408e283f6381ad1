// An observer that is given every record of a run in memory: what a trace costs without its text.
//
// The cases "ours, traced" attach it (ours.cpp, echo_ours.cpp). It looks at each record where the
// kernel has written it. With "ours, kept" it also copies them into a ring of one size, as who
// wants the last moments of a long run would do it.
// Internal to tests/bench/.
#pragma once

#include "tests/bench/measure.hpp"

#include <giambio.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace bench {

class to_memory final : public giambio::observer {
public:
    void begin(const giambio::run_facts&) override {}
    void watch(const giambio::record_batch& batch) override {
        for (const giambio::record& each : batch.records) latest_ = each.seq;
        if (keeps_) keep(batch.records);
    }
    void settle() override {}
    void end(const giambio::run_totals&) override {}

private:
    void keep(std::span<const giambio::record> left) {
        while (!left.empty()) {
            const std::size_t count = std::min(left.size(), ring_.size() - next_);
            std::copy_n(left.begin(), count, ring_.begin() + static_cast<std::ptrdiff_t>(next_));
            left = left.subspan(count);
            next_ = (next_ + count) % ring_.size();
        }
    }

    static constexpr std::size_t ring_bytes = std::size_t{1} << 20;

    std::vector<giambio::record> ring_ =
        std::vector<giambio::record>(ring_bytes / sizeof(giambio::record));
    std::size_t next_ = 0;
    std::uint64_t latest_ = 0;
    const bool keeps_ = trace_asked_for() == "ring";
};

}  // namespace bench
