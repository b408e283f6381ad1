// One line of a trace whose first key is `seq`, read with patience: any JSON will do.
//
// The reader hands it the lines that quick_line.hpp leaves; it parses without building a tree, and
// says what is wrong with a line that cannot be used. Not here: files, headers and definitions
// (reader.cpp), what a line has to do with those before (event_taker.hpp).
// Internal to tracer/model/.
#pragma once

#include "tracer/model/event.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace giambio::trace {

// What a line turned out to be. `other` has a first key that is not `seq`; the reader looks at it.
enum class line_result : std::uint8_t { parsed, other, refused };

// Why a line was refused or changed, and where in the line.
struct line_fault {
    std::size_t offset = 0;
    std::string what;
};

class event_line {
public:
    line_result read(std::string_view line);

    // Of the line read last: the trace event when it was parsed, the fault when it was refused.
    const event& made() const { return made_; }
    const line_fault& fault() const { return fault_; }
    const std::string& first_key() const { return first_key_; }  // of a line of another sort

private:
    friend struct event_sax;

    void refuse(std::size_t offset, std::string what);

    event made_;
    line_fault fault_;
    std::string first_key_;
};

// The bytes of `line` around `offset`, printable, for a message.
std::string excerpt(std::string_view line, std::size_t offset);

}  // namespace giambio::trace
