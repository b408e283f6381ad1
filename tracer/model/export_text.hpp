// Pieces of text that the exports share: JSON, XML and CSV texts that are safe whatever stands in
// them, and a buffer that hands on what is written to it.
//
// Called by the export_*.cpp files. A whole export can be larger than memory, so nobody keeps one:
// it goes to the receiver piece by piece. Not here: the form of any one export.
// Kept true: no byte below 0x20 leaves a quoting function, and what leaves it is UTF-8.
// Internal to tracer/.
#pragma once

#include "tracer/model/trace.hpp"

#include <fmt/format.h>

#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace giambio::trace {

// Takes one piece of the text after the other.
using receiver = std::function<void(std::string_view)>;

// Whoever has written all of it calls `flush`. Discussion: the destructor does not, because a
// receiver throws when the disk is full, and what a destructor throws ends the program.
class text_buffer {
public:
    explicit text_buffer(receiver to) : to_(std::move(to)) {}
    text_buffer(const text_buffer&) = delete;
    text_buffer& operator=(const text_buffer&) = delete;

    template <typename... values>
    void add(fmt::format_string<values...> form, values&&... what) {
        fmt::format_to(std::back_inserter(text_), form, std::forward<values>(what)...);
        if (text_.size() >= most) flush();
    }
    void put(std::string_view what) {
        text_ += what;
        if (text_.size() >= most) flush();
    }
    void flush() {
        if (!text_.empty()) to_(text_);
        text_.clear();
    }

private:
    static constexpr std::size_t most = 64 * 1024;
    receiver to_;
    std::string text_;
};

// With its quotes. `in_script`: also safe inside an HTML page's <script>.
std::string json_text(std::string_view plain, bool in_script = false);

// For the content of an element and for an attribute in double quotes.
std::string xml_text(std::string_view plain);

// As RFC 4180 wants a field: in quotes when it has to be.
std::string csv_field(std::string_view plain);

// A trace event's own keys as a JSON object, in the order of the file.
std::string json_arguments(const recording& of, const event& that, bool in_script = false);

}  // namespace giambio::trace
