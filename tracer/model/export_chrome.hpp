// A run in Chrome's trace event format, for Perfetto, chrome://tracing and Tracy's importer.
//
// `trace export --chrome` calls it. The file is the array form with one entry a line, so that it
// can be cut anywhere; the reasons for each detail stand in export_chrome.cpp. Not here: the bars.
// Kept true: the rules of tests/export/chrome_rules.py.
// Internal to tracer/.
#pragma once

#include "tracer/model/export_text.hpp"
#include "tracer/model/export_window.hpp"

#include <cstddef>

namespace giambio::trace {

struct chrome_counts {
    std::size_t slices = 0;
    std::size_t arrows = 0;
    std::size_t instants = 0;
};

chrome_counts chrome_trace(const recording& of, const window& shown, axis which,
                           const receiver& to);

}  // namespace giambio::trace
