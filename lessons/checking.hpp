// Holds lessons to their word: each step selects one trace event, and a run is always the same.
//
// `giambio-lesson check` and the tests call in. Not here: how a step selects (tracer/model/).
// Kept true: a lesson that passes here can be opened in the viewer without a complaint.
// Internal to lessons/.
#pragma once

#include "lessons/catalogue.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace giambio::lessons {

// Tries the text on the golden trace, on a fresh run, and on a real one if there is such a run.
// Returns what is wrong, each as a sentence; nothing when all is well.
std::vector<std::string> check(const lesson& which);

// Where two traces part: empty when they are the same, else a sentence with both lines.
std::string difference(std::string_view golden, std::string_view fresh);

// A trace without what compilers tell differently about the same program: the columns of its sites
// and how they spell their functions. Everything else is compared byte for byte.
std::string comparable(std::string_view trace);

// Runs the program and makes its trace the golden one.
void record(const lesson& which);

}  // namespace giambio::lessons
