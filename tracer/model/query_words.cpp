// The tables of the query language's words, and the search for the nearest of them.
//
// Not here: grammar (query_parser.cpp).
// Kept true: a word stands in one table only once.
// Internal to tracer/model/.
#include "tracer/model/query_words.hpp"

#include <algorithm>
#include <array>

namespace giambio::trace::query {
namespace {

using enum parameter;

// The type of a series' maximum, minimum and so on is found when its argument is known.
constexpr std::array function_table{
    function_row{"count", function::count, type::number, counted, none, none, "count(SELECTION)"},
    function_row{"first", function::first, type::moment, parameter::selection, none, none,
                 "first(SELECTION)"},
    function_row{"last", function::last, type::moment, parameter::selection, none, none,
                 "last(SELECTION)"},
    function_row{"nth", function::nth, type::moment, parameter::selection, parameter::number, none,
                 "nth(SELECTION, NUMBER)"},
    function_row{"exists", function::exists, type::flag, parameter::selection, none, none,
                 "exists(SELECTION)"},
    function_row{"never", function::never, type::flag, parameter::selection, none, none,
                 "never(SELECTION)"},
    function_row{"always", function::always, type::flag, parameter::selection, condition, none,
                 "always(SELECTION, CONDITION)"},
    function_row{"before", function::before, type::flag, parameter::selection, parameter::selection,
                 none, "before(SELECTION, SELECTION)"},
    function_row{"order", function::order, type::flag, selections, none, none,
                 "order(SELECTION, SELECTION, ...)"},
    function_row{"alternate", function::alternate, type::flag, parameter::selection,
                 parameter::selection, none, "alternate(SELECTION, SELECTION)"},
    function_row{"caused_by", function::caused_by, type::flag, parameter::selection,
                 parameter::selection, none, "caused_by(SELECTION, SELECTION)"},
    function_row{"woken_by", function::woken_by, type::flag, parameter::task, parameter::task, none,
                 "woken_by(TASK, TASK)"},
    function_row{"max", function::max, type::number, series, none, none, "max(SERIES)"},
    function_row{"min", function::min, type::number, series, none, none, "min(SERIES)"},
    function_row{"sum", function::sum, type::number, series, none, none, "sum(SERIES)"},
    function_row{"mean", function::mean, type::number, series, none, none, "mean(SERIES)"},
    function_row{"median", function::median, type::number, series, none, none, "median(SERIES)"},
    function_row{"percentile", function::percentile, type::number, series, parameter::number, none,
                 "percentile(SERIES, NUMBER)"},
    function_row{"state", function::state, type::state, parameter::task, parameter::moment, none,
                 "state(TASK, MOMENT)"},
    function_row{"waits_on", function::waits_on, type::text, parameter::task, parameter::moment,
                 none, "waits_on(TASK, MOMENT)"},
    function_row{"time", function::time, type::duration, parameter::task, state_word, none,
                 "time(TASK, STATE)"},
    function_row{"peak", function::peak, type::number, measure, some_object, none,
                 "peak(MEASURE, OBJECT)"},
    function_row{"has", function::has, type::flag, parameter::key, none, none, "has(KEY)"},
    function_row{"steps", function::steps, type::durations, some_task, none, none, "steps(TASK)"},
    function_row{"waits", function::waits, type::durations, some_task, none, none, "waits(TASK)"},
    function_row{"delays", function::delays, type::durations, some_task, none, none,
                 "delays(TASK)"},
    function_row{"lives", function::lives, type::durations, some_task, none, none, "lives(TASK)"},
    function_row{"turns", function::turns, type::durations, none, none, none, "turns()"},
    function_row{"gaps", function::gaps, type::durations, parameter::selection, none, none,
                 "gaps(SELECTION)"},
    function_row{"between", function::between, type::durations, parameter::selection,
                 parameter::selection, same_task, "between(SELECTION, SELECTION)"},
};

struct field_row {
    std::string_view word;
    field is;
    query::type type;
};

constexpr std::array field_table{
    field_row{"seq", field::seq, type::number},   field_row{"t", field::t, type::duration},
    field_row{"turn", field::turn, type::number}, field_row{"kind", field::kind, type::text},
    field_row{"task", field::task, type::task},   field_row{"cause", field::cause, type::number},
    field_row{"at", field::at, type::number},     field_row{"code", field::code, type::text},
    field_row{"file", field::file, type::text},   field_row{"line", field::line, type::number},
};

constexpr std::array<std::string_view, 5> states{"ready", "running", "parked", "ended", "unborn"};
constexpr std::array<std::string_view, 5> peaks{"ready", "parked", "tasks", "length", "waiters"};

// How many letters must be added, removed, changed or swapped to make one of the other.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> rows(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) rows[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            rows[i][j] = std::min({changed, rows[i - 1][j] + 1, rows[i][j - 1] + 1});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
    }
    return rows[a.size()][b.size()];
}

}  // namespace

const function_row* function_of(std::string_view word) {
    const auto found = std::find_if(function_table.begin(), function_table.end(),
                                    [word](const function_row& each) { return each.word == word; });
    return found == function_table.end() ? nullptr : &*found;
}

std::optional<field_name> field_of(std::string_view word) {
    for (const field_row& each : field_table)
        if (each.word == word) return field_name{each.is, trace::key::unknown};
    const trace::key own = key_of(word);
    if (own == trace::key::unknown) return std::nullopt;
    return field_name{field::own, own};
}

query::type type_of(field_name which) {
    if (which.is != field::own) return field_table[static_cast<std::size_t>(which.is)].type;
    switch (which.key) {
        case trace::key::child:
        case trace::key::woken:
        case trace::key::target:
        case trace::key::owner:
        case trace::key::holder:
            return type::task;
        case trace::key::object:
        case trace::key::pool:
            return type::object;
        case trace::key::timeout:
        case trace::key::late:
        case trace::key::ns:
        case trace::key::due:
            return type::duration;
        default:
            break;
    }
    switch (shape_of(which.key)) {
        case shape::number:
            return type::number;
        case shape::text:
            return type::text;
        case shape::flag:
            return type::flag;
        case shape::any:
            break;
    }
    return type::any;
}

std::string_view word_of(query::type which) {
    constexpr std::array<std::string_view, 11> words{"true or false",
                                                     "a number",
                                                     "a duration",
                                                     "a text",
                                                     "a number or a text",
                                                     "a task",
                                                     "an object",
                                                     "a state",
                                                     "a moment",
                                                     "a series of numbers",
                                                     "a series of durations"};
    return words[static_cast<std::size_t>(which)];
}

std::span<const std::string_view> state_words() {
    return states;
}

std::span<const std::string_view> measures() {
    return peaks;
}

std::string meant(std::string_view written, const std::vector<std::string_view>& known) {
    // A long text is no slip of a known word, and comparing it would take long.
    constexpr std::size_t longest_slip = 40;
    if (written.size() > longest_slip) return {};
    std::size_t least = 1 + std::max<std::size_t>(1, (written.size() + 1) / 3);
    std::string_view nearest;
    for (const std::string_view each : known) {
        if (each.size() > longest_slip) continue;
        const std::size_t now = distance(written, each);
        if (now >= least) continue;
        least = now;
        nearest = each;
    }
    return nearest.empty() ? "" : "; did you mean \"" + std::string(nearest) + "\"?";
}

std::vector<std::string_view> function_words() {
    std::vector<std::string_view> words;
    words.reserve(std::size(function_table));
    for (const function_row& each : function_table) words.push_back(each.word);
    return words;
}

std::vector<std::string_view> series_words() {
    std::vector<std::string_view> words;
    for (const function_row& each : function_table)
        if (each.type == type::durations) words.push_back(each.word);
    return words;
}

std::vector<std::string_view> field_words() {
    std::vector<std::string_view> words;
    words.reserve(std::size(field_table) + static_cast<std::size_t>(last_key));
    for (const field_row& each : field_table) words.push_back(each.word);
    for (int i = 1; i <= static_cast<int>(last_key); ++i)
        words.push_back(trace::word_of(static_cast<trace::key>(i)));
    return words;
}

std::vector<std::string_view> kind_words() {
    std::vector<std::string_view> words{"any"};
    for (int i = 1; i <= static_cast<int>(last_kind); ++i)
        words.push_back(trace::word_of(static_cast<trace::kind>(i)));
    return words;
}

}  // namespace giambio::trace::query
