// The steps of a lesson: each selects one trace event by what it means, never by its number.
//
// Called by lesson_text.cpp; the lesson runner's checks see the outcome as complaints. A lesson can
// so be bound to any run of its program: today's, yesterday's, one on real sockets. Not here: the
// text (lesson_markdown.cpp) and the values in it (lesson_text.cpp).
// Kept true: a step that does not select exactly one trace event has seq 0 and a complaint.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace giambio::trace {

struct lesson_steps {
    std::string title;
    std::map<std::string, std::uint64_t, std::less<>> seq_of;  // step id: seq, 0 when not found
    std::vector<std::string> complaints;
};

// `text` is a steps.json and `file` its name in complaints:
//   {"title": "...", "steps": [{"id": "due", "select": {"kind": "timer_fire", "nth": 1}}, ...]}
// A selector's conditions must all hold:
//   "kind"              the trace event's kind; required
//   "task"              the task's name, or "the loop"
//   "code"              text that the source line at the trace event's site contains
//   any key of the kind a number, true or false, or a text in which * stands for anything; the name
//                       of a task where the key is a task's number (child, woken, target, ...)
//   "after", "before"   the id of another step: later, earlier than it
//   "cause"             the id of another step: made to happen by it
//   "same_task"         the id of another step: done by the same task
//   "nth"               which of those that are left: from 1, or "last"; without it just one
lesson_steps read_steps(const std::string& text, const std::string& file, const recording& of);

// Does `text` match `pattern`, in which each * stands for any text?
bool matches_pattern(std::string_view text, std::string_view pattern);

}  // namespace giambio::trace
