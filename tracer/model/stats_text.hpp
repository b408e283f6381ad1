// The statistics as tables for a terminal, as rows for a spreadsheet, as JSON for a program.
//
// Not here: the numbers (stats.hpp), files and options (tracer/commands/stats.cpp).
// Internal to tracer/.
#pragma once

#include "tracer/model/stats.hpp"

#include <string>

namespace giambio::trace {

// At most `most` rows of each table, those with the longest times first.
std::string stats_text(const recording& of, const stats& found, std::size_t most);

// One table for all: the first column says what a row is about. RFC 4180.
std::string stats_csv(const recording& of, const stats& found);

std::string stats_json(const recording& of, const stats& found);

}  // namespace giambio::trace
