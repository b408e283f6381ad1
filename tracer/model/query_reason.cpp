// The answer in words: the value as it is printed, why a predicate is false, what may be a slip.
//
// Not here: the values themselves (query_run.cpp and its neighbours).
// Kept true: a predicate that is false has a sentence.
// Internal to tracer/model/.
#include "tracer/model/lesson_steps.hpp"
#include "tracer/model/query_run.hpp"
#include "tracer/model/query_words.hpp"
#include "tracer/model/words.hpp"

#include <cmath>
#include <cstdio>

namespace giambio::trace::query {
namespace {

// At most three decimals, and none that are zero.
std::string number_text(long double number) {
    char text[64];
    const bool whole = std::floor(number) == number;
    std::snprintf(text, sizeof text, whole ? "%.0Lf" : "%.3Lf", number);
    return text;
}

void add_sentence(std::string& to, const std::string& what) {
    if (what.empty()) return;
    if (!to.empty()) to += "; ";
    to += what;
}

}  // namespace

answer run::ask() {
    answer made;
    const node& root = *tree_->root;
    const value found = eval(root, nullptr);
    made.is = found.is;
    made.truth = found.truth();
    made.number = found.number;
    if (found.is == answer::form::moment)
        made.number =
            static_cast<long double>(of_->events[static_cast<std::size_t>(found.number)].seq);
    made.text = shown(root, found);
    outcome why = reason(root);
    if (found.is == answer::form::flag && made.truth) why.because.clear();
    made.because = why.because;
    made.seqs = why.seen.seqs;
    made.seqs_in_all = why.seen.in_all;
    check_names(root, made.notes);
    return made;
}

std::string run::shown(const node& which, const value& of) const {
    switch (of.is) {
        case answer::form::nothing:
            return "nothing";
        case answer::form::flag:
            return of.truth() ? "true" : "false";
        case answer::form::duration:
            return duration_text(whole<std::int64_t>(std::round(of.number)));
        case answer::form::text:
            return std::string(of.text);
        case answer::form::moment: {
            const event at = of_->events[static_cast<std::size_t>(of.number)];
            return "seq " + std::to_string(at.seq) + " at " + duration_text(at.t) + ": " +
                   sentence(*of_, at);
        }
        case answer::form::number:
            break;
    }
    const auto id = whole<std::uint32_t>(of.number);
    if (which.type == type::task) return of_->task_name(id);
    if (which.type == type::object && id != 0) return of_->object_name(id);
    return number_text(of.number);
}

// What the functions below a node have found: their sentences and trace events.
void run::collect(const node& which, outcome& into) {
    if (which.is == form::call && which.called != function::has) {
        const outcome& found = call(which);
        add_sentence(into.because, found.because);
        for (const std::uint64_t seq : found.seen.seqs)
            if (into.seen.seqs.size() < evidence::shown) into.seen.seqs.push_back(seq);
        into.seen.in_all += found.seen.in_all;
        return;
    }
    for (const auto& each : which.parts) collect(*each, into);
}

// Why the node is what it is.
outcome run::reason(const node& which) {
    if (which.is == form::all || which.is == form::one || which.is == form::no)
        return reason_of_parts(which);
    outcome made;
    if (which.is == form::compare) {
        for (const auto& side : which.parts) {
            if (side->is == form::constant) continue;
            const value of = eval(*side, nullptr);
            add_sentence(made.because, side->written + " is " + shown(*side, of));
        }
    }
    outcome below;
    collect(which, below);
    add_sentence(made.because, below.because);
    made.seen = std::move(below.seen);
    return made;
}

// Of an `and` that is false, the first part that is; of an `or`, all of them.
outcome run::reason_of_parts(const node& which) {
    outcome made;
    const bool truth = eval(which, nullptr).truth();
    for (const auto& each : which.parts) {
        const bool part = eval(*each, nullptr).truth();
        if (which.is == form::all && !truth && part) continue;
        if (which.is == form::one && truth && !part) continue;
        outcome one = reason(*each);
        if (which.is == form::no && one.because.empty()) one.because = each->written + " is true";
        add_sentence(made.because, one.because);
        for (const std::uint64_t seq : one.seen.seqs)
            if (made.seen.seqs.size() < evidence::shown) made.seen.seqs.push_back(seq);
        made.seen.in_all += one.seen.in_all;
        const bool enough = (which.is == form::all && !truth) || (which.is == form::one && truth);
        if (enough) break;
    }
    return made;
}

// A name or number that nothing in the trace has is probably a slip: `never` would be true of it
// for ever.
void run::check_names(const node& which, std::vector<std::string>& notes) {
    if (which.is == form::task && !which.by_number) note_name(which, which.type, notes);
    if (which.is == form::task && which.by_number && which.type == type::task &&
        in_->tasks(which).empty())
        notes.push_back("column " + std::to_string(which.column) + ": no task of this trace is " +
                        which.written + ".");
    if (which.is == form::compare) {
        const node& left = *which.parts.front();
        const node& right = *which.parts.back();
        const auto named = [](const node& each) {
            return each.type == type::task || each.type == type::object;
        };
        const auto is_text = [](const node& each) {
            return each.is == form::constant && each.type == type::text;
        };
        if (named(left) && is_text(right)) note_name(right, left.type, notes);
        if (named(right) && is_text(left)) note_name(left, right.type, notes);
    }
    for (const auto& each : which.parts) check_names(*each, notes);
    for (const selection& each : which.selections) {
        if (each.by) check_names(*each.by, notes);
        if (each.condition) check_names(*each.condition, notes);
        for (const selection::bound& bound : each.bounds) check_names(*bound.moment, notes);
    }
}

void run::note_name(const node& which, query::type type, std::vector<std::string>& notes) {
    const auto names = in_->names_of(type);
    for (const std::string_view each : names)
        if (matches_pattern(each, which.text)) return;
    const std::string near = meant(which.text, names);
    notes.push_back("column " + std::to_string(which.column) + ": no " +
                    (type == type::object ? "object" : "task") + " of this trace is " +
                    which.written + (near.empty() ? "." : near));
}

}  // namespace giambio::trace::query
