// The critical path of a span of time: what had to happen, one thing after the other, for its end
// to come when it came.
//
// Goes back from the end: the step that was running, what it was woken by, the step in which that
// was done, and so on up to the beginning. To make the span shorter, a piece of this path must
// become shorter; nothing else helps. Not here: sentences (why_text.hpp).
// Kept true: the pieces follow one another without a gap, and their times add up to the span
// exactly.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/lanes.hpp"

#include <cstdint>
#include <vector>

namespace giambio::trace {

// What a piece of the path was spent with. `outside` waits for a timer, a descriptor or another
// thread; in `busy` that had come about, but the loop was inside steps of others; `before` lies
// before anything that the path can be followed to.
enum class spent : std::uint8_t { running, queue, outside, busy, before };

struct path_piece {
    std::uint32_t task = 0;
    spent with = spent::before;
    std::uint32_t begins = 0;  // position of the trace event at which it begins; of the longest of
                               // the steps that kept the loop, where it was busy
    std::int64_t from = 0;
    std::int64_t to = 0;
};

// From one position to a later one; the earliest piece first. The path ends in the task of the
// trace event at `to`, or in the one that ran last before it in the same process.
std::vector<path_piece> critical_path(const recording& of, const lanes& all, std::size_t from,
                                      std::size_t to);

}  // namespace giambio::trace
