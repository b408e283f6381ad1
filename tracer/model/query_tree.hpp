// An expression of the query language as a tree, typed, before it is asked of any trace.
//
// query_parser.cpp makes it, query_run.cpp walks it. Not here: words of the language
// (query_words.hpp), values that depend on a trace (query_run.hpp).
// Kept true: what is nested in an expression is nested at most `deepest` times; the nodes of a tree
// are numbered from 0 on, so that what was computed for a node can be kept in a vector.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/event.hpp"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace giambio::trace::query {

inline constexpr std::size_t deepest = 100;

// What a part of an expression stands for. `any` is a key that may be a number or a text; a task or
// an object may be told by its number or by its name.
enum class type : std::uint8_t {
    flag,
    number,
    duration,
    text,
    any,
    task,
    object,
    state,
    moment,
    numbers,    // a series
    durations,  // a series
};

// What can be asked about one trace event: its keys, and what follows from them.
enum class field : std::uint8_t { seq, t, turn, kind, task, cause, at, code, file, line, own };

struct field_name {
    query::field is = field::own;
    trace::key key = trace::key::unknown;  // of `own`
};

enum class function : std::uint8_t {
    count,
    first,
    last,
    nth,
    exists,
    never,
    always,
    before,
    order,
    alternate,
    caused_by,
    woken_by,
    max,
    min,
    sum,
    mean,
    median,
    percentile,
    state,
    waits_on,
    time,
    peak,
    has,
    steps,
    waits,
    delays,
    lives,
    turns,
    gaps,
    between,
};

enum class form : std::uint8_t {
    constant,  // text or number
    task,      // of an argument: text, or number when `by_number`
    word,      // of an argument: text
    field,     // of the trace event that is looked at
    get,       // a field of the moment in parts[0]
    call,      // of `called`, with parts and selections
    key_of,    // a series: the field of the events of selections[0]
    compare,   // parts[0] op parts[1]
    sum,       // parts with + or - before each but the first
    product,   // the same with * or /
    negative,
    all,  // parts joined by `and`
    one,  // by `or`
    no,
};

enum class comparison : std::uint8_t { equal, unequal, less, at_most, more, at_least };

struct node;

// Which trace events: of these kinds, by this task, in these bounds, for which the condition holds.
struct selection {
    enum class relation : std::uint8_t { from, after, to, before };
    struct bound {
        relation stands = relation::from;
        std::unique_ptr<node> moment;
    };
    std::bitset<static_cast<std::size_t>(last_kind) + 1> kinds;
    std::unique_ptr<node> by;         // a task; nullptr: any
    std::unique_ptr<node> condition;  // nullptr: none
    std::vector<bound> bounds;
    std::string written;
};

struct node {
    form is = form::constant;
    query::type type = type::flag;
    std::size_t number = 0;  // of the node in its tree
    std::size_t column = 1;
    std::string written;  // as it stands in the expression

    std::string text;
    long double value = 0;
    bool by_number = false;
    field_name field{};
    function called = function::count;
    comparison compares = comparison::equal;
    std::string operators;  // of a sum or product, one for each part but the first
    std::vector<std::unique_ptr<node>> parts;
    std::vector<selection> selections;
};

}  // namespace giambio::trace::query
