// One line of the program's own story: on standard error for people, in the trace for the viewer.
//
// Lessons and servers call `log`. `escape` makes received bytes safe to print.
// Public.
#pragma once

#include "traps/calls.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace giambio {

// "[INFO] 0.300 text": under the virtual clock with the run's time, otherwise with date and time.
void log_text(std::string_view text, site at);

// A format string that remembers where it stands; made by the call itself.
template <class... Values>
struct log_format {
    template <class Text>
    consteval log_format(const Text& text, site where = site::current())
        : format(text), at(where) {}
    fmt::format_string<Values...> format;
    site at;
};

// Formats as fmt does: log("{} connected", peer).
template <class... Values>
void log(log_format<std::type_identity_t<Values>...> how, Values&&... values) {
    log_text(fmt::format(how.format, std::forward<Values>(values)...), how.at);
}

// Text with every byte outside printable ASCII written as in a C string: "hi\n" becomes hi\n.
std::string escape(std::string_view bytes);

}  // namespace giambio

// An address prints as 127.0.0.1:25000.
template <>
struct fmt::formatter<giambio::address> : fmt::formatter<std::string> {
    auto format(const giambio::address& printed, fmt::format_context& out) const {
        return fmt::formatter<std::string>::format(printed.to_string(), out);
    }
};
