// Runs a lesson's program once and leaves its trace in a file.
//
// main.cpp, checking.cpp and demo.cpp call in. Not here: what the trace is then used for.
// Kept true: a path that is returned holds a trace that was written just now.
// Internal to lessons/.
#pragma once

#include "lessons/catalogue.hpp"

#include <filesystem>
#include <string>

namespace giambio::lessons {

// Which world a lesson's program runs in.
enum class world { simulated, real };

// A path for `file` in the current folder, or where temporary files go when that cannot be written.
std::filesystem::path writable_place(const std::string& file);

// What the program prints goes where our own output goes, or nowhere when `quiet`.
// Throws fault when the program fails or the lesson has no such run.
void run_lesson(const lesson& which, world where, const std::filesystem::path& trace, bool quiet);

}  // namespace giambio::lessons
