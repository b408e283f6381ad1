// One selector of a lesson's step: conditions on a trace event, read from JSON.
//
// Called by lesson_steps.cpp, which has bound the references to other steps before it asks
// `selects`. The language is told in lesson_steps.hpp. Not here: counting matches, complaints.
// Kept true: a selector that was read has a kind, and every condition can be tried on any event.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace giambio::trace {

// what() says what is wrong in the selector; the caller adds where it stands.
class bad_selector : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// One key that must have this value: a number, a pattern, or the name of the task it is the id of.
struct condition {
    trace::key key = trace::key::unknown;
    enum class form : std::uint8_t { number, pattern, task_name };
    form written_as = form::number;
    std::int64_t number = 0;
    std::string text;
};

// How the trace event stands to that of another step.
struct reference {
    enum class relation : std::uint8_t { after, before, cause, same_task };
    relation stands = relation::after;
    std::string step;
    std::uint64_t seq = 0;  // of that step's trace event, bound before the selector is tried
};

struct selector {
    trace::kind kind = trace::kind::unknown;
    std::string task;  // a name; empty: any
    std::string code;  // empty: any line
    std::vector<condition> conditions;
    std::vector<reference> references;
    std::size_t nth = 0;  // 0: there must be exactly one
    bool last = false;
    std::string written;  // the JSON, for complaints
    bool resolved = false;
};

selector read_selector(const nlohmann::json& from);  // throws bad_selector
bool selects(const selector& wanted, const recording& of, const event& that);

}  // namespace giambio::trace
