// Traces of several processes made into one, with arrows over the sockets between them.
//
// The command `trace merge` calls in. The result is a trace of version 1 like any other
// (tracer/FORMAT.md, "A merged trace"): numbers are moved apart, clocks are brought together. Not
// here: which sockets belong together (merge_arrows.hpp), the text of lines (merge_lines.hpp).
// Kept true: times do not fall, nothing is received before it was sent, and the order of the trace
// events of one process is kept.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace giambio::trace {

struct merged {
    std::size_t events = 0;
    std::size_t connections = 0;  // between the processes, that were matched
    std::size_t arrows = 0;
    std::vector<std::string> notes;  // clocks that were moved, arrows that could not be kept
};

// Hands the text to `sink`, piece by piece, whole lines each time.
merged merge(std::span<const recording* const> processes,
             const std::function<void(std::string_view)>& sink);

}  // namespace giambio::trace
