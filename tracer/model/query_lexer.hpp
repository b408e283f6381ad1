// Cuts an expression of the query language into tokens.
//
// query_parser.cpp calls in. Not here: what a word means, or whether a token may stand where it
// does (query_parser.cpp).
// Kept true: the last token is `end`; every other has at least one character, and all of them are
// in the order in which they are written.
// Internal to tracer/model/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace giambio::trace::query {

enum class token_kind : std::uint8_t { word, number, duration, text, moment, symbol, end };

struct token {
    token_kind is = token_kind::end;
    std::size_t offset = 0;  // in the expression, in bytes
    std::size_t length = 0;
    std::string text;        // a word, a symbol, or what stands between quotes
    long double number = 0;  // of a number; nanoseconds of a duration; the seq of a moment
};

// The column of a byte of the expression, in characters from 1.
std::size_t column_of(std::string_view expression, std::size_t offset);

std::vector<token> tokens_of(std::string_view expression);  // throws bad_query

}  // namespace giambio::trace::query
