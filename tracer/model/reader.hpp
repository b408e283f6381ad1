// Reads a trace file into a recording, and keeps going when a line is bad.
//
// Called by the commands `trace` and `view`, the lesson runner and the tests. A line that cannot be
// used is skipped and becomes a complaint that names line, byte and reason; the rest is kept. Only
// a file that cannot be opened, or that is no giambio trace of version 1, is refused as a whole.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/trace.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace giambio::trace {

// what() is a sentence that names the file and says what to do.
class unreadable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

recording read_file(const std::string& path);

// The same from text in memory; `name` stands for the file in messages.
recording read_text(std::string_view text, const std::string& name);

}  // namespace giambio::trace
