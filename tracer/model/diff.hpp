// Two runs compared: up to where they are the same, the first different decision, what followed.
//
// The command `trace diff` prints it. Trace events are compared by what they mean (meaning.hpp), in
// order, from the first on. Not here: printing (tracer/commands/diff.cpp).
// Kept true: everything before `first` is the same in both; a comparison takes one pass over each.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace giambio::trace {

// Positions in both recordings; `none` where one of them has ended.
struct place_in_both {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::size_t a = none;
    std::size_t b = none;
};

// A task that both have, which did not do the same in both.
struct other_history {
    std::string path;  // "main/cook[2]"
    place_in_both first;
    bool shorter = false;  // it did the same, but one recording ends before it did all of it
};

struct difference {
    std::optional<place_in_both> first;  // absent: they are equal
    std::string decision;                // in words: "Another task runs next."
    bool only_time = false;              // the first difference is nothing but another time
    // The first place at which they differ in more than times.
    std::optional<place_in_both> first_but_times;

    std::vector<other_history> histories;
    std::vector<std::string> only_in_a;  // paths of tasks
    std::vector<std::string> only_in_b;
    std::size_t same_histories = 0;  // tasks that did the same in both
    std::vector<std::string>
        notes;  // what else is different: seed, shuffle, a footer that is missing

    bool equal() const { return !first; }
};

difference compare(const recording& a, const recording& b, bool ignore_times);

// Who runs, who is ready and who is parked after the trace event at this position, in one line.
std::string situation_in_short(const recording& of, std::size_t index);

}  // namespace giambio::trace
