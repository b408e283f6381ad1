// The program as text: the files that its sites name, and how it was called.
//
// The line maker calls in, once for each source file of a run.
// Kept true: no name that leaves here is an absolute path.
// Internal to tracer/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace giambio {

// The file's text, when it can be found. A relative name is looked for below GIAMBIO_SOURCE_ROOT,
// in the project that this library was built from, and where the program runs, in this order.
std::optional<std::string> source_text(std::string_view file);

// The file's name relative to the project; of a file from elsewhere only the last part.
std::string project_name(std::string_view file);

struct command_line {
    std::string program;
    std::vector<std::string> arguments;  // without directories
};
command_line this_command();

// Bytes outside printable ASCII written as \xNN.
std::string printable(std::string_view bytes);

}  // namespace giambio
