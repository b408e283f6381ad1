// Whole texts about a trace: the run in lines, its totals, and the kernel's state at one moment.
//
// The command `trace` prints them and the lesson runner tells a lesson with them when there is no
// window. Not here: the sentences themselves (words.hpp), options and files (trace_main.cpp).
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/state.hpp"

#include <cstdint>
#include <string>

namespace giambio::trace {

// How wide the columns of `text_line` are, so that all lines of one trace agree.
struct columns {
    int seq = 1;
    int time = 1;
    int turn = 1;
    int task = 1;
};
columns columns_of(const recording& of);

// The names of the columns, and a trace event's line: seq, time in ms, turn, task, sentence, cause.
std::string text_title(const columns& widths);
std::string text_line(const recording& of, const event& that, const columns& widths);

// How often the loop went round; in a merged trace all loops together.
std::uint64_t turns_of(const recording& of);

// Totals: header, counts, tasks and how they ended, kinds, what is missing. Lines with '\n'.
std::string info_text(const recording& of);

// The rebuilt state in words: phase, ready queue, timers, descriptors, objects, scopes, tasks.
std::string state_text(const recording& of, const state& now);

}  // namespace giambio::trace
