// The operators of the query language, and the keys of the trace event that is looked at.
//
// Not here: functions (query_values.cpp and its neighbours), reasons (query_reason.cpp).
// Kept true: a number that is not there is `nothing`, and a comparison with nothing is false; a
// text that is not there is empty, a flag that is not there is false.
// Internal to tracer/model/.
#include "tracer/model/query_run.hpp"

#include "tracer/model/lesson_steps.hpp"

namespace giambio::trace::query {
namespace {

bool is_nothing(const value& which) {
    return which.is == answer::form::nothing;
}

bool in_order(comparison compares, long double a, long double b) {
    switch (compares) {
        case comparison::less:
            return a < b;
        case comparison::at_most:
            return a <= b;
        case comparison::more:
            return a > b;
        case comparison::at_least:
            return a >= b;
        case comparison::equal:
        case comparison::unequal:
            break;
    }
    return false;
}

bool is_named(type which) {
    return which == type::task || which == type::object;
}

}  // namespace

value run::eval(const node& which, const event* current) {
    switch (which.is) {
        case form::constant:
            return constant_value(which);
        case form::task:
        case form::word:
            return {answer::form::text, 0, which.text};
        case form::field:
            return field_value(which.field, *current);
        case form::get: {
            const value at = eval(*which.parts.front(), current);
            if (is_nothing(at)) return {};
            return field_value(which.field, of_->events[static_cast<std::size_t>(at.number)]);
        }
        case form::call:
            // `has` alone asks about the trace event that is looked at.
            if (which.called != function::has) return call(which).is;
            return flag(has(which.parts.front()->field, *current));
        case form::compare:
            return compare(which, current);
        case form::sum:
        case form::product:
        case form::negative:
            return arithmetic(which, current);
        case form::all:
            for (const auto& each : which.parts)
                if (!eval(*each, current).truth()) return flag(false);
            return flag(true);
        case form::one:
            for (const auto& each : which.parts)
                if (eval(*each, current).truth()) return flag(true);
            return flag(false);
        case form::no:
            return flag(!eval(*which.parts.front(), current).truth());
        case form::key_of:
            break;
    }
    return {};
}

value run::constant_value(const node& which) const {
    const std::size_t count = of_->events.size();
    std::size_t at = count;
    switch (which.type) {
        case type::flag:
            return flag(which.value != 0);
        case type::number:
            return number_value(which.value);
        case type::duration:
            return duration_value(which.value);
        case type::moment:
            if (which.text != "end") at = first_from(whole<std::uint64_t>(which.value));
            if (which.text == "end" && count > 0) at = count - 1;
            return at < count ? moment_value(at) : value{};
        default:
            return {answer::form::text, 0, which.text};
    }
}

bool run::has(field_name which, const event& of) const {
    const value found = field_value(which, of);
    if (found.is == answer::form::text) return !found.text.empty();
    if (found.is == answer::form::flag) return of_->number(of, which.key).has_value();
    return !is_nothing(found);
}

bool run::holds(const node& condition, const event& current) {
    return eval(condition, &current).truth();
}

// Two texts: where one is written in the expression, it is a pattern.
bool run::equal(const node& left, const value& a, const node& right, const value& b) {
    if (is_named(left.type) && b.is == answer::form::text)
        return in_->is_named(left.type, b.text, whole<std::uint32_t>(a.number));
    if (is_named(right.type) && a.is == answer::form::text)
        return in_->is_named(right.type, a.text, whole<std::uint32_t>(b.number));
    const bool texts = a.is == answer::form::text && b.is == answer::form::text;
    if (texts && right.is == form::constant) return matches_pattern(a.text, b.text);
    if (texts && left.is == form::constant) return matches_pattern(b.text, a.text);
    if (texts) return a.text == b.text;
    return a.is != answer::form::text && b.is != answer::form::text && a.number == b.number;
}

value run::compare(const node& which, const event* current) {
    const node& left = *which.parts.front();
    const node& right = *which.parts.back();
    const value a = eval(left, current);
    const value b = eval(right, current);
    if (is_nothing(a) || is_nothing(b)) return flag(false);
    if (which.compares == comparison::equal) return flag(equal(left, a, right, b));
    if (which.compares == comparison::unequal) return flag(!equal(left, a, right, b));
    if (a.is == answer::form::text || b.is == answer::form::text) return flag(false);
    return flag(in_order(which.compares, a.number, b.number));
}

value run::arithmetic(const node& which, const event* current) {
    value made = eval(*which.parts.front(), current);
    if (which.is == form::negative) made.number = -made.number;
    for (std::size_t i = 1; i < which.parts.size(); ++i) {
        const value next = eval(*which.parts[i], current);
        if (is_nothing(made) || is_nothing(next)) return {};
        switch (which.operators[i - 1]) {
            case '+':
                made.number += next.number;
                break;
            case '-':
                made.number -= next.number;
                break;
            case '*':
                made.number *= next.number;
                break;
            default:
                if (next.number == 0) return {};
                made.number /= next.number;
        }
    }
    // A text in a key that may be a number or a text cannot be calculated with.
    if (is_nothing(made) || made.is == answer::form::text) return {};
    made.is = which.type == type::duration ? answer::form::duration : answer::form::number;
    return made;
}

value run::field_value(field_name which, const event& of) const {
    const auto number = [](auto from) { return number_value(static_cast<long double>(from)); };
    switch (which.is) {
        case field::seq:
            return number(of.seq);
        case field::t:
            return duration_value(static_cast<long double>(of.t));
        case field::turn:
            return number(of.turn);
        case field::kind:
            return {answer::form::text, 0, of_->kind_word(of)};
        case field::task:
            return number(of.task);
        case field::cause:
            return number(of.cause);
        case field::at:
            return number(of.at);
        case field::code:
            return {answer::form::text, 0, of_->code_line(of.at)};
        case field::file: {
            const site* at = of_->site_of(of.at);
            if (at == nullptr) return {answer::form::text, 0, {}};
            return {answer::form::text, 0, of_->sources[at->source - 1].file};
        }
        case field::line: {
            const site* at = of_->site_of(of.at);
            return at == nullptr ? value{} : number(at->line);
        }
        case field::own:
            break;
    }
    return own_value(which.key, of);
}

value run::own_value(trace::key which, const event& of) const {
    const shape has = shape_of(which);
    if (has == shape::text) return {answer::form::text, 0, of_->text(of, which)};
    const auto found = of_->number(of, which);
    if (has == shape::flag) return flag(found.value_or(0) != 0);
    if (!found) {
        const std::string_view text = has == shape::any ? of_->text(of, which) : "";
        return text.empty() ? value{} : value{answer::form::text, 0, text};
    }
    const auto number = static_cast<long double>(*found);
    const bool is_time = type_of({field::own, which}) == type::duration;
    return is_time ? duration_value(number) : number_value(number);
}

}  // namespace giambio::trace::query
