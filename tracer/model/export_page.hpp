// A run as one HTML page that needs nothing else: no network, no other file, no giambio.
//
// `trace export --html` calls it. The page itself stands in tracer/model/page/ and is built into
// the program. Not here: what the page does with the trace (page/*.js).
// Kept true: no text of the trace can become a part of the page's HTML or scripts.
// Internal to tracer/.
#pragma once

#include "tracer/model/export_text.hpp"
#include "tracer/model/export_window.hpp"

#include <cstddef>
#include <string_view>

namespace giambio::trace {

// More than a browser shows with ease; a window shows a part of a longer run.
inline constexpr std::size_t most_on_page = 200'000;

// How many trace events are on it. The window's task is not looked at: the kernel's state needs
// every trace event.
std::size_t html_page(const recording& of, const window& shown, const receiver& to);

// page.html with its style and scripts, made from page/ when the program is built.
extern const std::string_view page_template;

}  // namespace giambio::trace
