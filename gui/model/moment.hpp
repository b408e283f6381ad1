// What stands on the command line: a moment of the run, a size of the window.
//
// Called by gui/window/. Not here: the options themselves (gui/window/options.cpp).
// Kept true: whatever cannot be understood is refused with a sentence that shows what can.
// Internal to gui/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace giambio::gui {

// what() is a sentence that says what to write instead.
class bad_argument : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct moment {
    bool is_time = false;
    std::uint64_t seq = 0;
    std::int64_t t = 0;  // nanoseconds
};

// "seq:12", "12.5ms", "1.2s", "900us", "40ns"; throws bad_argument.
moment read_moment(const std::string& text);
std::size_t index_of(const trace::recording& of, const moment& wanted);

struct size {
    int width = 1280;
    int height = 720;
};

// "1600x1000"; throws bad_argument.
size read_size(const std::string& text);

// A task by number ("2", "#2") or by name ("serve", "#2 serve"): its id. Throws bad_argument.
std::uint32_t read_task(const trace::recording& of, const std::string& text);

}  // namespace giambio::gui
