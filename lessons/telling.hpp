// Tells a lesson in the terminal: its paragraphs, and under each what the kernel did.
//
// main.cpp and demo.cpp print what this returns. It is the lesson for those without a screen.
// Not here: what a trace event means in words (tracer/model/words.hpp).
// Kept true: lines have at most 96 columns, unless a single word or a source line is longer.
// Internal to lessons/.
#pragma once

#include "tracer/model/history.hpp"
#include "tracer/model/lesson_text.hpp"

#include <string>
#include <string_view>

namespace giambio::lessons {

class teller {
public:
    explicit teller(const trace::recording& of) : of_(&of), states_(of) {}

    std::string paragraph(const trace::lesson_paragraph& told);

private:
    std::string moment_of(std::uint64_t seq);

    const trace::recording* of_;
    trace::history states_;
    bool in_list_ = false;
};

// The whole lesson at once, with what was wrong in it at the end.
std::string told(const trace::lesson_text& text, const trace::recording& of);

// `text` in lines of at most `width` columns, each with `margin` before it.
std::string wrapped(std::string_view text, std::size_t width, std::string_view margin);

// The kernel in one line, to be wrapped: "running #2 a | ready #3 b, #1 main | timers none", and
// the descriptors with those who wait on them, if there are any.
std::string situation_line(const trace::recording& of, const trace::state& now);

}  // namespace giambio::lessons
