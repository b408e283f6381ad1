// Functions of the query language, their arguments, and selections of trace events.
//
// Each function of the parser here is one rule of the grammar in tracer/INSTRUMENT.md. Not here:
// operators (query_parser.cpp), the table of functions (query_words.cpp).
// Kept true: keys of a trace event are taken only where there is one: behind `where`, and in the
// conditions of `always`.
// Internal to tracer/model/.
#include "tracer/model/query.hpp"
#include "tracer/model/query_parser.hpp"

#include <algorithm>
#include <array>

namespace giambio::trace::query {
namespace {

template <typename... more>
std::vector<std::string_view> together(std::vector<std::string_view> words, const more&... others) {
    (words.insert(words.end(), others.begin(), others.end()), ...);
    return words;
}

std::vector<std::string_view> all_of(std::span<const std::string_view> words) {
    return {words.begin(), words.end()};
}

}  // namespace

// A word where a value is expected.
parser::part parser::word() {
    const std::size_t first = at_;
    if (next().text == "(" && next().is == token_kind::symbol) {
        const function_row* row = function_of(now().text);
        if (row == nullptr) expected("the name of a function", function_words());
        return call(*row);
    }
    if (is("true") || is("false")) {
        part made = make(form::constant, type::flag);
        made->value = take("true") ? 1 : 0;
        at_ = first + 1;
        return finish(std::move(made), first);
    }
    if (in_condition_) return key();
    if (take("end")) {
        part made = make(form::constant, type::moment);
        made->text = "end";
        return finish(std::move(made), first);
    }
    const auto states = state_words();
    if (std::find(states.begin(), states.end(), now().text) != states.end())
        return state_constant();
    if (kind_of(now().text) != kind::unknown || field_of(now().text))
        refuse("\"" + now().text +
               "\" has no value by itself; ask a function about it, as in count(" +
               (kind_of(now().text) != kind::unknown ? now().text : "any") + ").");
    expected("a value", function_words());
}

parser::part parser::key() {
    const std::size_t first = at_;
    const auto which = field_of(now().text);
    if (now().is != token_kind::word || !which)
        expected("a key of a trace event (a text stands in quotes)", field_words());
    ++at_;
    part made = make(form::field, type_of(*which));
    made->field = *which;
    return finish(std::move(made), first);
}

parser::part parser::call(const function_row& row) {
    const std::size_t first = at_;
    if (row.is == function::has && !in_condition_)
        refuse("has asks about one trace event; it stands behind \"where\".");
    at_ += 2;  // the word and its parenthesis
    part made = make(form::call, row.type);
    made->called = row.is;
    argument(*made, row.first, row);
    if (row.second != parameter::none) argument(*made, row.second, row);
    if (row.third != parameter::none) argument(*made, row.third, row);
    need(")", "\")\": it is " + std::string(row.shown));
    check_peak(*made);
    if (row.first == parameter::series && made->parts.front()->type == type::durations)
        made->type = type::duration;
    return finish(std::move(made), first);
}

// Lengths and lines are those of an object; the other peaks are those of the whole run.
void parser::check_peak(const node& called) const {
    if (called.called != function::peak) return;
    const std::string& what = called.parts.front()->text;
    const bool of_object = what == "length" || what == "waiters";
    if (of_object && called.parts.size() == 1)
        refuse_at(called, "peak(" + what + ", OBJECT) needs an object, such as \"queue 1\".");
    if (!of_object && called.parts.size() == 2)
        refuse_at(*called.parts.back(), "peak(" + what + ") is that of the whole run.");
}

// Reads one argument, with the comma before it when it is not the first.
void parser::argument(node& into, parameter wanted, const function_row& row) {
    const bool is_first = into.parts.empty() && into.selections.empty();
    const bool may_lack = wanted == parameter::some_task || wanted == parameter::some_object ||
                          wanted == parameter::same_task;
    if (wanted == parameter::none || (may_lack && is(")"))) return;
    if (!is_first) need(",", "\",\": it is " + std::string(row.shown));
    const inside deeper(*this, wanted == parameter::condition);
    if (wanted == parameter::selection || wanted == parameter::selections) {
        do into.selections.push_back(selection());
        while (wanted == parameter::selections && take(","));
    } else if (wanted == parameter::counted) {
        counted(into);
    } else {
        into.parts.push_back(argument_part(wanted));
    }
}

parser::part parser::argument_part(parameter wanted) {
    constexpr std::array<std::string_view, 1> same{"same_task"};
    switch (wanted) {
        case parameter::series:
            return series();
        case parameter::condition:
            return condition();
        case parameter::task:
        case parameter::some_task:
            return task(type::task);
        case parameter::moment:
            return moment();
        case parameter::state_word:
            return one_word(state_words(), "a state");
        case parameter::measure:
            return one_word(measures(), "what has a peak");
        case parameter::some_object:
            return task(type::object);
        case parameter::key:
            return key();
        case parameter::same_task:
            return one_word(same, "same_task");
        default:
            return number();
    }
}

void parser::counted(node& into) {
    const bool is_series = next().text == "of" || (next().text == "(" && function_of(now().text));
    if (is_series) {
        into.parts.push_back(series());
    } else {
        into.selections.push_back(selection());
    }
}

parser::part parser::series() {
    const auto known = together(series_words(), field_words());
    if (now().is != token_kind::word) expected("a series", known);
    if (next().is == token_kind::word && next().text == "of") return key_of_selection();
    const function_row* row = function_of(now().text);
    if (row == nullptr || row->type != type::durations || next().text != "(")
        expected("a series, such as steps(\"cook\") or bytes of io", known);
    return call(*row);
}

// `bytes of io where op == "send"`
parser::part parser::key_of_selection() {
    const std::size_t first = at_;
    const auto which = field_of(now().text);
    if (!which) expected("a key of a trace event", field_words());
    const type of = type_of(*which);
    if (of == type::text || of == type::flag)
        refuse("\"" + now().text + "\" is " + std::string(word_of(of)) +
               ", of which there is no series.");
    at_ += 2;
    part made = make(form::key_of, of == type::duration ? type::durations : type::numbers);
    made->field = *which;
    made->selections.push_back(selection());
    return finish(std::move(made), first);
}

parser::part parser::condition() {
    part made = expression();
    check_flag(*made, "where");
    return made;
}

// A task or an object: its number, or its name in quotes, in which * stands for anything.
parser::part parser::task(query::type type) {
    const std::size_t first = at_;
    const bool by_number = now().is == token_kind::number;
    if (!by_number && now().is != token_kind::text)
        expected(std::string(word_of(type)) + " (its number, or its name in quotes)");
    part made = make(form::task, type);
    made->by_number = by_number;
    made->text = now().text;
    made->value = now().number;
    ++at_;
    return finish(std::move(made), first);
}

parser::part parser::moment() {
    part made = sum();
    const bool fits = made->type == type::duration || made->type == type::moment ||
                      (made->type == type::number && made->value == 0);
    if (!fits)
        refuse_at(*made,
                  "\"" + made->written + "\" is " + std::string(word_of(made->type)) +
                      "; a moment is a time such as 12ms, seq:40, end, or first(SELECTION).");
    return made;
}

parser::part parser::number() {
    part made = sum();
    if (made->type != type::number && made->type != type::any)
        refuse_at(*made, "\"" + made->written + "\" is " + std::string(word_of(made->type)) +
                             "; a number is expected here.");
    return made;
}

parser::part parser::one_word(std::span<const std::string_view> words, const std::string& what) {
    const std::size_t first = at_;
    const bool known = now().is == token_kind::word &&
                       std::find(words.begin(), words.end(), now().text) != words.end();
    if (!known) {
        std::string all;
        for (const std::string_view each : words) all.append(all.empty() ? "" : ", ").append(each);
        expected(words.size() == 1 ? what : what + " (" + all + ")", all_of(words));
    }
    part made = make(form::word, type::text);
    made->text = tokens_[at_++].text;
    return finish(std::move(made), first);
}

selection parser::selection() {
    const std::size_t first = at_;
    query::selection made;
    kinds(made);
    while (clause(made)) {
    }
    const std::size_t from = tokens_[first].offset;
    const token& last = tokens_[at_ - 1];
    made.written = all_.substr(from, last.offset + last.length - from);
    return made;
}

void parser::kinds(query::selection& into) {
    do {
        const kind which = kind_of(now().text);
        const bool any = is("any");
        if (now().is != token_kind::word || (which == kind::unknown && !any))
            expected("a kind of trace event", kind_words());
        if (any) into.kinds.set();
        into.kinds.set(static_cast<std::size_t>(which));
        ++at_;
    } while (take("|"));
}

// One of `by TASK`, `where CONDITION`, `from MOMENT`...; false when none stands here.
bool parser::clause(query::selection& into) {
    if (take("by")) {
        if (into.by) refuse("There is a \"by\" already.");
        into.by = task(type::task);
        return true;
    }
    if (take("where")) {
        if (into.condition)
            refuse("There is a \"where\" already; write \"and\" between conditions.");
        const inside deeper(*this, true);
        into.condition = condition();
        return true;
    }
    constexpr std::array<std::string_view, 4> relations{"from", "after", "to", "before"};
    for (std::size_t i = 0; i < relations.size(); ++i) {
        if (!take(relations[i])) continue;
        const inside deeper(*this, false);
        into.bounds.push_back({static_cast<query::selection::relation>(i), moment()});
        return true;
    }
    return false;
}

}  // namespace giambio::trace::query
