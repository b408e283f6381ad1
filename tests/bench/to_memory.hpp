// An observer that is given every record and writes nothing: what a trace costs without its text.
//
// The cases "ours, traced" attach it (ours.cpp, echo_ours.cpp).
// Internal to tests/bench/.
#pragma once

#include <giambio.hpp>

#include <cstdint>

namespace bench {

// Takes the records as an observer in the same process would: it keeps what it needs, here nothing
// but the number of the last one.
class to_memory final : public giambio::observer {
public:
    void begin(const giambio::run_facts&) override {}
    void watch(const giambio::record_batch& batch) override {
        for (const giambio::record& each : batch.records) last_ = each.seq;
    }
    void settle() override {}
    void end(const giambio::run_totals&) override {}

private:
    std::uint64_t last_ = 0;
};

}  // namespace bench
