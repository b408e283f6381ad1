// Adds trace events to a recording, and keeps it in order: seq, time, causes, sites, lives.
//
// The reader hands over each trace event that it has parsed, with the place where its own keys
// stand.
// Not here: parsing (quick_line.cpp, event_line.cpp), lines of other sorts (reader.cpp).
// Kept true: seq rises and t does not fall, `cause` is before `seq`, sites exist, in all that is
// kept.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>

namespace giambio::trace {

class event_taker {
public:
    explicit event_taker(recording& into) : into_(&into) {}

    // False when the trace event cannot be kept. What was left out of it, or why it is not kept, is
    // in `fault` then; that is empty when nothing is wrong.
    bool take(event made, std::uint64_t keys_at);
    const std::string& fault() const { return fault_; }

    // Decodes the texts with escapes of the trace event taken last.
    void decode_texts();

private:
    void leave_out(const std::string& what);
    void check_site(std::uint32_t& site);
    void check_order(event& made);
    void check_chain(const event& made);
    void remember(const event& made);

    recording* into_;
    std::string fault_;
    std::uint64_t last_seq_ = 0;
    std::int64_t last_t_ = 0;
    std::unordered_set<std::uint32_t> missing_sites_;  // each is told once
};

}  // namespace giambio::trace
