// Questions to a whole trace in a small language: `count(spawn) == 3`, `max(steps("cook")) < 10ms`.
//
// The command `trace query` and whoever checks a recording call in: make `questions` of it and ask
// as often as needed. The language is told in tracer/INSTRUMENT.md, "query". Not here: the text of
// an expression (query_lexer.hpp, query_parser.hpp), what the functions compute (query_run.hpp).
// Kept true: the same expression on the same recording has the same answer; an expression that is
// wrong is refused with its column before anything is computed, or when it names no task.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace giambio::trace {

namespace query {
class tables;
}

// what() says what is wrong in the expression, without its place.
class bad_query : public std::runtime_error {
public:
    bad_query(std::size_t column, const std::string& what)
        : std::runtime_error(what), column_(column) {}
    std::size_t column() const { return column_; }  // in characters, from 1

private:
    std::size_t column_;
};

struct answer {
    enum class form : std::uint8_t { nothing, flag, number, duration, text, moment };
    form is = form::nothing;
    bool truth = false;      // of a flag
    long double number = 0;  // of a number; nanoseconds of a duration; seq of a moment
    std::string text;        // the whole answer as it is printed, whatever it is

    // Why a flag is false, or where a value comes from: a sentence (empty when there is nothing to
    // say) and the first of the trace events that it speaks of, of `seqs_in_all`.
    std::string because;
    std::vector<std::uint64_t> seqs;
    std::size_t seqs_in_all = 0;

    std::vector<std::string> notes;  // what is probably a slip, such as a name that no task has

    bool failed() const { return is == form::flag && !truth; }
};

class questions {
public:
    explicit questions(const recording& of);  // which must outlive it
    questions(questions&&) noexcept;
    questions& operator=(questions&&) noexcept;
    ~questions();

    answer ask(std::string_view expression);  // throws bad_query

private:
    std::unique_ptr<query::tables> tables_;
};

// Three lines: the sentence, the expression and a caret under the column.
std::string with_caret(std::string_view expression, const bad_query& fault);

}  // namespace giambio::trace
