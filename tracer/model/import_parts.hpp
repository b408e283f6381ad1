// The three parts of an import: reading the entries, making steps of them, writing trace events.
//
// import_chrome.cpp calls them one after the other. Not here: what a user is told
// (import_chrome.hpp).
// Kept true: times are nanoseconds since the earliest entry; what a row refers to by number exists.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/import_chrome.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace giambio::trace {

// One entry of the file that may matter: of phase B, E, X, i, s or f (a `t` is an `f` and an `s`).
struct chrome_entry {
    std::int64_t t = 0;
    std::int64_t length = 0;  // of an X
    std::uint32_t lane = 0;
    std::uint32_t name = 0;  // of s and f: the arrow's
    char phase = 0;
    bool is_wait = false;  // a slice of our own export that tells of no work
};

struct chrome_lane {
    std::string name;
};

struct chrome_file {
    std::vector<chrome_entry> entries;  // in the order of time, then of the file
    std::vector<chrome_lane> lanes;
    std::vector<std::string> names;
};

// Throws `not_a_chrome_trace`. What is wrong later on is in the counts.
chrome_file read_chrome(std::string_view bytes, import_counts& counts);

inline constexpr std::uint32_t no_arrow = 0xffffffff;

// Something that is to become trace events.
struct moment {
    // In the order in which those of one time come: a step ends before the next one begins, and
    // what happens in a step comes after its beginning.
    enum class sort : std::uint8_t { step_ends, step_begins, note, arrow_begins };

    std::int64_t t = 0;
    std::uint32_t lane = 0;
    std::uint32_t name = 0;          // of step_begins and note
    std::uint32_t arrow = no_arrow;  // that begins here, or that woke the step
    sort what = sort::note;
    bool is_short = false;  // a step that begins and ends here
};

struct chrome_moments {
    std::vector<moment> all;            // in order
    std::vector<std::uint32_t> arrows;  // the lane where each begins
};

chrome_moments make_moments(const chrome_file& from, import_counts& counts);

void write_moments(const chrome_file& from, const chrome_moments& moments,
                   const std::string& program, import_counts& counts, const receiver& to);

}  // namespace giambio::trace
