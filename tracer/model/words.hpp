// One trace event, or one task's situation, as a sentence that a student understands.
//
// The command `trace text`, the viewer's "what changed" line and the lesson runner all print these,
// so that the same thing has the same words everywhere. Nothing here changes anything.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/state.hpp"

#include <string>
#include <string_view>

namespace giambio::trace {

// What happened, without time or number: "#2 cook asks to wait on lock 1 (program.cpp:14)".
std::string sentence(const recording& of, const event& that);

// What it changed in the kernel, after it: "moved #2 cook from timer 3 to the back of the ready
// queue (position 2)". Empty when nothing changed.
std::string change(const recording& of, const event& that, const state& after);

// What a task is doing: "#2 cook waits for timer 3, due in 1.000 ms, since 0 ms (program.cpp:14)".
std::string situation(const recording& of, const state& now, std::uint32_t task);

// "12.500 ms", "1.200 s", "840 ns": three decimals, the unit that reads best.
std::string duration_text(std::int64_t nanoseconds);

// The same text on one line: control characters are written \n, \t, \xNN; the rest stays.
std::string one_line(std::string_view text);

}  // namespace giambio::trace
