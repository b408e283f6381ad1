// What the lesson runner throws when it cannot do what it was asked.
//
// what() is a sentence that names what, where, and what to do; main.cpp prints it and ends with 1.
// Not here: complaints about a lesson's text, which stop nobody (tracer/model/lesson_text.hpp).
// Internal to lessons/.
#pragma once

#include <stdexcept>

namespace giambio::lessons {

class fault : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace giambio::lessons
