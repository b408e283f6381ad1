// Makes a tree of an expression of the query language, and refuses what is none.
//
// query.cpp calls parse(). The grammar is in tracer/INSTRUMENT.md, "query"; each function here is
// one rule of it. query_parser.cpp has the operators, query_calls.cpp functions, arguments,
// selections. Not here: values (query_run.hpp).
// Kept true: a tree that was made has the right types everywhere, so that a walk over it need not
// ask; and no expression, however it is nested, needs more stack than `deepest` allows.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/query_lexer.hpp"
#include "tracer/model/query_tree.hpp"
#include "tracer/model/query_words.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace giambio::trace::query {

struct tree {
    std::unique_ptr<node> root;
    std::size_t nodes = 0;
};

tree parse(std::string_view expression);  // throws bad_query

class parser {
public:
    explicit parser(std::string_view expression);
    tree run();

private:
    using part = std::unique_ptr<node>;

    // What stands here (query_parser.cpp).
    const token& now() const { return tokens_[at_]; }
    const token& next() const { return tokens_[at_ + (now().is == token_kind::end ? 0 : 1)]; }
    bool is(std::string_view symbol_or_word) const;
    bool take(std::string_view symbol_or_word);
    void need(std::string_view symbol, const std::string& expected);
    [[noreturn]] void refuse(const std::string& what) const;  // at the token that stands here
    [[noreturn]] void refuse_at(const node& which, const std::string& what) const;
    [[noreturn]] void expected(const std::string& what,
                               const std::vector<std::string_view>& known = {}) const;
    part make(form is, query::type type);
    part finish(part made, std::size_t first_token) const;

    // The operators, from those that bind least (query_parser.cpp).
    part expression();
    part conjunction();
    part negation();
    part comparison();
    part sum();
    part product();
    part factor();
    part primary();
    part fields_of(part moment, std::size_t first_token);
    part joined(form is, std::string_view word, part (parser::*operand)());
    part state_constant();
    part constant();
    part word();
    query::comparison comparison_sign();
    void check_sides(const node& left, const node& right, query::comparison compares) const;
    void check_flag(const node& which, std::string_view beside) const;
    query::type type_of_sum(const node& left, const node& right) const;
    query::type type_of_product(const node& left, const node& right, char sign) const;

    // Functions and what stands between their parentheses (query_calls.cpp).
    part call(const function_row& row);
    void argument(node& into, parameter wanted, const function_row& row);
    part argument_part(parameter wanted);
    void check_peak(const node& called) const;
    void counted(node& into);
    part series();
    part key_of_selection();
    part condition();
    part task(query::type type);
    part moment();
    part number();
    part one_word(std::span<const std::string_view> words, const std::string& what);
    part key();
    query::selection selection();
    void kinds(query::selection& into);
    bool clause(query::selection& into);

    std::string_view all_;
    std::vector<token> tokens_;
    std::size_t at_ = 0;
    std::size_t nodes_ = 0;
    std::size_t nesting_ = 0;
    bool in_condition_ = false;  // keys of a trace event may stand here

    // Counts how deeply the rules are nested, and sets where keys may stand, until it goes.
    class inside {
    public:
        inside(parser& of, bool in_condition);
        ~inside();
        inside(const inside&) = delete;
        inside& operator=(const inside&) = delete;

    private:
        parser& of_;
        bool before_;
    };
};

}  // namespace giambio::trace::query
