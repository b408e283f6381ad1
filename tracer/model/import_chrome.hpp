// A foreign Chrome trace as a giambio trace: what a program of another kind did, as lanes of steps.
//
// `trace import` calls it, and the fuzz target with any bytes. What fits is taken over, what does
// not is counted, and a sentence tells both. Not here: the parts of the work (import_parts.hpp).
// Kept true: what is made is a trace of version 1 whose rebuilt state has no complaint; memory
// follows the number of entries, not what stands in them.
// Internal to tracer/.
#pragma once

#include "tracer/model/export_text.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace giambio::trace {

struct import_counts {
    std::size_t entries = 0;
    // What was taken over.
    std::size_t lanes = 0, steps = 0, nested = 0, instants = 0, arrows = 0;
    // What was changed so that it fits: there is one processor here, and no slice ends after the
    // one that it stands in.
    std::size_t interrupted = 0, cut = 0, unended = 0;
    // What was left out.
    std::size_t counters = 0, asynchronous = 0, ends_alone = 0, arrows_alone = 0, timeless = 0,
                waits = 0, unknown = 0;
    std::string fault;    // a sentence with the byte where the JSON ends too early or is wrong
    bool is_cut = false;  // it only ends too early, which is no mistake of the one who wrote it
};

// The bytes are no Chrome trace at all.
class not_a_chrome_trace : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

import_counts import_chrome(std::string_view bytes, const std::string& program, const receiver& to);

// "made of 40 entries. Taken over: lanes as tasks: 3... Left out: counters: 12."
std::string import_report(const import_counts& of);

}  // namespace giambio::trace
