// The public face of the query language.
//
// Not here: everything else (query_parser.cpp, query_run.cpp and their neighbours).
// Internal to tracer/model/; its functions are public through query.hpp.
#include "tracer/model/query.hpp"

#include "tracer/model/query_parser.hpp"
#include "tracer/model/query_run.hpp"
#include "tracer/model/query_tables.hpp"

namespace giambio::trace {

questions::questions(const recording& of) : tables_(std::make_unique<query::tables>(of)) {}
questions::questions(questions&&) noexcept = default;
questions& questions::operator=(questions&&) noexcept = default;
questions::~questions() = default;

answer questions::ask(std::string_view expression) {
    const query::tree asked = query::parse(expression);
    return query::run(*tables_, asked).ask();
}

std::string with_caret(std::string_view expression, const bad_query& fault) {
    std::string pad;
    std::size_t column = 1;
    std::string line;
    for (const char each : expression) {
        const bool continues = (static_cast<unsigned char>(each) & 0xc0U) == 0x80U;
        // What would break the line or move the caret is shown as a blank.
        line += static_cast<unsigned char>(each) < 0x20U ? ' ' : each;
        if (continues) continue;
        if (column++ < fault.column()) pad += ' ';
    }
    return std::string(fault.what()) + "\n  " + line + "\n  " + pad + "^\n";
}

}  // namespace giambio::trace
