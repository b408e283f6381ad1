// The rebuilt state of the kernel as JSON: for other programs, and for the HTML page.
//
// `trace state --json` prints it, and a page that begins in the middle of a run starts from it. Not
// here: the same in words (report.hpp).
// Kept true: rows stand in the order of their ids, timers in that in which they fire, lines of
// waiting tasks oldest first; positions are told as the seq of the trace event there.
// Internal to tracer/.
#pragma once

#include "tracer/model/state.hpp"

#include <string>

namespace giambio::trace {

// One JSON object without line ends.
std::string state_json(const recording& of, const state& now);

}  // namespace giambio::trace
