// An operation on a descriptor, in a sentence: a part of words.hpp with a file of its own.
//
// words.cpp calls in for each `io`.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/trace.hpp"

#include <string>

namespace giambio::trace {

// "for #2 cook the kernel receives from descriptor 7: 3 bytes".
std::string io_sentence(const recording& of, const event& that);

}  // namespace giambio::trace
