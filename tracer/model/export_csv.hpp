// A run as a table: one row for each trace event, as RFC 4180 wants it.
//
// `trace export --csv` calls it. Not here: what the columns mean (tracer/FORMAT.md).
// Kept true: every row has the columns of the first, and ends with CR LF.
// Internal to tracer/.
#pragma once

#include "tracer/model/export_text.hpp"
#include "tracer/model/export_window.hpp"

#include <cstddef>

namespace giambio::trace {

// How many rows there are beside the titles.
std::size_t csv_table(const recording& of, const window& shown, const receiver& to);

}  // namespace giambio::trace
