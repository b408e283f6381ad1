// Reads a selector and tries it on a trace event.
//
// read_selector turns each key of the JSON object into one condition or reference; `selects` tries
// the cheap ones first, because it is called for every trace event of a recording. Not here: which
// trace event a step means when several match (lesson_steps.cpp).
// Kept true: a word that is no key of the format is refused, so a slip cannot match all.
// Internal to tracer/model/.
#include "tracer/model/lesson_selector.hpp"

#include "tracer/model/lesson_steps.hpp"
#include "tracer/model/lesson_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace giambio::trace {
namespace {

using nlohmann::json;

// The keys whose number is a task's id, so that a selector may give the task's name instead.
constexpr std::array task_keys{key::child, key::woken, key::target, key::owner, key::holder};

std::string bare_name(const recording& of, std::uint32_t task) {
    if (task == 0) return "the loop";
    return std::string(of.name_of(task));
}

std::string text_in(const json& value, const std::string& word) {
    if (!value.is_string()) throw bad_selector("\"" + word + "\" must be a text");
    return value.get<std::string>();
}

void read_nth(selector& into, const json& value) {
    if (value.is_string() && value.get<std::string>() == "last") {
        into.last = true;
    } else if (value.is_number_unsigned() && value.get<std::size_t>() > 0) {
        into.nth = value.get<std::size_t>();
    } else {
        throw bad_selector("\"nth\" must be a number from 1, or \"last\"");
    }
}

condition read_condition(const std::string& word, const json& value) {
    condition made;
    made.key = key_of(word);
    if (made.key == key::unknown) throw bad_selector("\"" + word + "\" is no key of a trace event");
    if (value.is_boolean()) {
        made.number = value.get<bool>() ? 1 : 0;
    } else if (value.is_number_integer()) {
        made.number = value.get<std::int64_t>();
    } else {
        made.text = text_in(value, word);
        const bool names_task = std::ranges::find(task_keys, made.key) != task_keys.end();
        made.written_as = names_task ? condition::form::task_name : condition::form::pattern;
    }
    return made;
}

bool read_reference(selector& into, const std::string& word, const json& value) {
    constexpr std::array<std::pair<std::string_view, reference::relation>, 4> relations{
        {{"after", reference::relation::after},
         {"before", reference::relation::before},
         {"cause", reference::relation::cause},
         {"same_task", reference::relation::same_task}}};
    for (const auto& [name, relation] : relations)
        if (name == word) {
            into.references.push_back({relation, text_in(value, word), 0});
            return true;
        }
    return false;
}

void read_word(selector& into, const std::string& word, const json& value) {
    if (word == "kind") {
        into.kind = kind_of(text_in(value, word));
        if (into.kind == kind::unknown)
            throw bad_selector(value.dump() + " is no kind of trace event");
    } else if (word == "task") {
        into.task = text_in(value, word);
    } else if (word == "code") {
        into.code = text_in(value, word);
    } else if (word == "nth") {
        read_nth(into, value);
    } else if (!read_reference(into, word, value)) {
        into.conditions.push_back(read_condition(word, value));
    }
}

bool holds(const condition& wanted, const recording& of, const event& that) {
    for (const argument& each : of.arguments_of(that)) {
        if (each.key != wanted.key) continue;
        switch (wanted.written_as) {
            case condition::form::number:
                return !each.is_text && each.number == wanted.number;
            case condition::form::pattern:
                return each.is_text && matches_pattern(each.text, wanted.text);
            case condition::form::task_name:
                return !each.is_text &&
                       bare_name(of, static_cast<std::uint32_t>(each.number)) == wanted.text;
        }
    }
    return false;
}

bool holds(const reference& wanted, const recording& of, const event& that) {
    switch (wanted.stands) {
        case reference::relation::after:
            return that.seq > wanted.seq;
        case reference::relation::before:
            return that.seq < wanted.seq;
        case reference::relation::cause:
            return that.cause == wanted.seq;
        case reference::relation::same_task:
            return that.task == of.events[of.index_of(wanted.seq)].task;
    }
    return false;
}

bool code_holds(const std::string& wanted, const recording& of, std::uint32_t at) {
    return wanted.empty() || source_line(of, at).find(wanted) != std::string_view::npos;
}

}  // namespace

selector read_selector(const json& from) {
    if (!from.is_object())
        throw bad_selector("\"select\" must be an object such as {\"kind\": ...}");
    selector made;
    for (const auto& [word, value] : from.items()) read_word(made, word, value);
    if (made.kind == kind::unknown) throw bad_selector("the selector has no \"kind\"");
    made.written = from.dump();
    return made;
}

bool selects(const selector& wanted, const recording& of, const event& that) {
    if (that.kind != wanted.kind) return false;
    for (const reference& each : wanted.references)
        if (!holds(each, of, that)) return false;
    for (const condition& each : wanted.conditions)
        if (!holds(each, of, that)) return false;
    if (!wanted.task.empty() && bare_name(of, that.task) != wanted.task) return false;
    return code_holds(wanted.code, of, that.at);
}

bool matches_pattern(std::string_view text, std::string_view pattern) {
    // Walks both; `star` remembers the last * and how much of the text it has swallowed so far.
    std::size_t in_text = 0, in_pattern = 0, star = std::string_view::npos, swallowed = 0;
    while (in_text < text.size()) {
        if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
            star = in_pattern++;
            swallowed = in_text;
        } else if (in_pattern < pattern.size() && pattern[in_pattern] == text[in_text]) {
            ++in_pattern, ++in_text;
        } else if (star != std::string_view::npos) {
            in_pattern = star + 1;
            in_text = ++swallowed;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

}  // namespace giambio::trace
