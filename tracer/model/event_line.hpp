// One line of a trace whose first key is `seq`: its text becomes a trace event of a recording.
//
// The reader owns one event_line and hands it each line; it parses without building a tree, because
// nearly all lines of a trace are of this sort. Not here: files, headers and definitions
// (reader.cpp), or what a trace event means (state.cpp).
// Kept true: a line that is refused leaves nothing behind in the recording but interned words.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/trace.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace giambio::trace {

// What a line turned out to be. `other` has a first key that is not `seq`; the reader looks at it.
enum class line_result : std::uint8_t { taken, other, refused };

// Why a line was refused or changed, and where in the line.
struct line_fault {
    std::size_t offset = 0;
    std::string what;
};

class event_line {
public:
    explicit event_line(recording& into) : into_(&into) {}

    line_result read(std::string_view line);

    // Of the line read last: why it was refused, or what of it was left out although it was taken.
    // Empty `what` when nothing is wrong.
    const line_fault& fault() const { return fault_; }

private:
    friend struct event_sax;

    void refuse(std::size_t offset, std::string what);
    bool finish(unsigned seen);
    void leave_out(const std::string& what);
    void check_sites();
    std::uint32_t intern(std::string_view text);

    recording* into_;
    event made_;
    line_fault fault_;
    std::unordered_map<std::string, std::uint32_t> word_ids_;
    std::unordered_set<std::uint32_t> missing_sites_;  // each is told once
};

// The bytes of `line` around `offset`, printable, for a message.
std::string excerpt(std::string_view line, std::size_t offset);

}  // namespace giambio::trace
