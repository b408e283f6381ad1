// The words of the query language: functions with their parameters, fields, states; and the known
// word that is nearest to one that is not known.
//
// query_parser.cpp asks here, and so do the messages. Not here: grammar (query_parser.cpp), what a
// function computes (query_values.cpp, query_series.cpp).
// Kept true: every function has one row.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/query_tree.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace giambio::trace::query {

enum class parameter : std::uint8_t {
    none,
    selection,
    counted,  // a selection or a series
    series,
    condition,
    task,
    some_task,  // may be left out
    moment,
    number,
    state_word,
    measure,      // the word of what has a peak
    some_object,  // only where the measure needs one
    key,
    selections,  // one or more
    same_task,   // the word, or nothing
};

struct function_row {
    std::string_view word;
    function is;
    query::type type;
    parameter first;
    parameter second;
    parameter third;
    std::string_view shown;  // how it is called, for messages
};

const function_row* function_of(std::string_view word);
std::optional<field_name> field_of(std::string_view word);
query::type type_of(field_name which);
std::string_view word_of(query::type which);  // "a duration"

std::span<const std::string_view> state_words();
std::span<const std::string_view> measures();  // of peak

// "; did you mean \"spawn\"?" when one of the words is near enough, else empty.
std::string meant(std::string_view written, const std::vector<std::string_view>& known);

std::vector<std::string_view> function_words();
std::vector<std::string_view> series_words();
std::vector<std::string_view> field_words();
std::vector<std::string_view> kind_words();

}  // namespace giambio::trace::query
