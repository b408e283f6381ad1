// One expression of the query language, asked of one recording.
//
// query.cpp makes a `run` of a tree and takes its answer. The operators are in query_run.cpp,
// selections in query_select.cpp, the functions that ask about them in query_values.cpp, series in
// query_series.cpp, tasks and objects in query_tasks.cpp, the reasons in query_reason.cpp. Not
// here: the text of an expression (query_parser.hpp), tables that several expressions share.
// Kept true: a function is computed once, however often it stands in a condition.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/query.hpp"
#include "tracer/model/query_parser.hpp"
#include "tracer/model/query_tables.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace giambio::trace::query {

struct value {
    answer::form is = answer::form::nothing;
    long double number = 0;  // of a moment: the position in `events`
    std::string_view text = {};

    bool truth() const { return is == answer::form::flag && number != 0; }
};

inline value flag(bool truth) {
    return {answer::form::flag, truth ? 1.0L : 0.0L};
}
inline value number_value(long double number) {
    return {answer::form::number, number};
}
inline value duration_value(long double nanoseconds) {
    return {answer::form::duration, nanoseconds};
}
inline value moment_value(std::size_t position) {
    return {answer::form::moment, static_cast<long double>(position)};
}

// As an integer of this type, its smallest or largest where the number is out of range; 0 for none.
template <typename integer>
integer whole(long double number) {
    constexpr auto least = static_cast<long double>(std::numeric_limits<integer>::min());
    constexpr auto most = static_cast<long double>(std::numeric_limits<integer>::max());
    if (number >= most) return std::numeric_limits<integer>::max();
    if (number < least) return std::numeric_limits<integer>::min();
    return std::isnan(number) ? integer{} : static_cast<integer>(number);
}

// Some trace events that a sentence speaks of: the first few, and how many there are.
struct evidence {
    static constexpr std::size_t shown = 8;
    std::vector<std::uint64_t> seqs;
    std::size_t in_all = 0;

    void add(std::uint64_t seq) {
        if (seqs.size() < shown) seqs.push_back(seq);
        ++in_all;
    }
};

// What a function gave, and why.
struct outcome {
    value is;
    std::string because = {};
    evidence seen = {};
};

struct sample {
    long double value = 0;
    std::uint32_t from = 0;  // positions of the trace events that it was measured between
    std::uint32_t to = 0;
};

class run {
public:
    run(tables& in, const tree& of) : in_(&in), of_(&in.of()), tree_(&of), known_(of.nodes) {}
    answer ask();

private:
    // Operators. `current` is the trace event whose keys a condition asks for, or nullptr.
    value eval(const node& which, const event* current);
    value compare(const node& which, const event* current);
    value arithmetic(const node& which, const event* current);
    value field_value(field_name which, const event& of) const;
    value constant_value(const node& which) const;
    bool has(field_name which, const event& of) const;
    value own_value(trace::key which, const event& of) const;
    bool equal(const node& left, const value& a, const node& right, const value& b);
    bool holds(const node& condition, const event& current);

    // Selections.
    std::pair<std::size_t, std::size_t> range(
        const selection& which);  // positions, up to the second
    bool selects(const selection& which, const event& that);
    template <typename visitor>
    void each(const selection& which, visitor visit);  // visit(position, event): go on?
    std::vector<std::uint32_t> positions(const selection& which);

    // The first position of a moment, and the first behind it: a time may have several.
    struct place {
        std::size_t here = 0;
        std::size_t behind = 0;
    };
    std::optional<place> place_of(const node& moment);
    std::size_t first_from(std::uint64_t seq) const;
    std::size_t first_at(std::int64_t t) const;

    // Functions.
    const outcome& call(const node& which);
    outcome compute(const node& which);
    outcome count(const node& which);
    outcome find_first(const node& which);
    outcome find_last(const node& which);
    outcome find_nth(const node& which);
    outcome never(const node& which);
    outcome always(const node& which);
    outcome before(const node& which);
    outcome order(const node& which);
    outcome alternate(const node& which);
    outcome caused_by(const node& which);
    outcome woken_by(const node& which);

    // Series.
    std::vector<sample> series(const node& which);
    std::vector<sample> stretches(const node& which, task_state in);
    std::vector<sample> lives(const node& which);
    std::vector<sample> turns();
    std::vector<sample> gaps(const selection& which);
    std::vector<sample> between(const node& which);
    std::vector<sample> keys_of(const node& which);
    sample sample_between(std::size_t from, std::size_t to) const;
    outcome measured(const node& which);
    std::vector<std::uint32_t> tasks_of(const node& which);

    // Tasks and objects.
    std::uint32_t one_task(const node& argument);
    outcome state_of(const node& which);
    outcome waits_on(const node& which);
    outcome time_in(const node& which);
    outcome peak(const node& which);
    outcome peak_of_tasks(const std::string& measure);
    outcome peak_length(const node& object);
    outcome peak_waiters(const node& object);
    std::string_view target_of(std::uint32_t task, std::size_t park, std::size_t until);

    // Reasons and texts.
    outcome reason(const node& which);
    outcome reason_of_parts(const node& which);
    void collect(const node& which, outcome& into);
    std::string shown(const node& which, const value& of) const;
    void check_names(const node& which, std::vector<std::string>& notes);
    void note_name(const node& which, query::type type, std::vector<std::string>& notes);

    tables* in_;
    const recording* of_;
    const tree* tree_;
    std::vector<std::optional<outcome>> known_;  // by the number of the node
};

template <typename visitor>
void run::each(const selection& which, visitor visit) {
    const auto [from, to] = range(which);
    if (which.kinds.count() == 1) {
        std::size_t only = 0;
        while (!which.kinds[only]) ++only;
        for (const std::uint32_t at : in_->of_kind(static_cast<trace::kind>(only))) {
            if (at < from) continue;
            if (at >= to) return;
            const event that = of_->events[at];
            if (selects(which, that) && !visit(std::size_t{at}, that)) return;
        }
        return;
    }
    for (std::size_t at = from; at < to; ++at) {
        const event that = of_->events[at];
        if (selects(which, that) && !visit(at, that)) return;
    }
}

}  // namespace giambio::trace::query
