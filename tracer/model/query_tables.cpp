// Fills the tables of query_tables.hpp, each in one pass over the recording.
//
// Not here: what a function makes of them (query_values.cpp, query_series.cpp, query_tasks.cpp).
// Internal to tracer/model/.
#include "tracer/model/query_tables.hpp"

#include "tracer/model/lesson_steps.hpp"

#include <algorithm>

namespace giambio::trace::query {

std::span<const std::uint32_t> tables::of_kind(trace::kind which) {
    if (!has_kinds_) {
        for (std::size_t i = 0; i < of_->events.size(); ++i) {
            const event each = of_->events[i];
            by_kind_[static_cast<std::size_t>(each.kind)].push_back(static_cast<std::uint32_t>(i));
        }
        has_kinds_ = true;
    }
    return by_kind_[static_cast<std::size_t>(which)];
}

std::optional<std::size_t> tables::position(std::uint64_t seq) const {
    const std::size_t count = of_->events.size();
    if (seq == 0 || count == 0) return std::nullopt;
    // Where nothing is missing, seq 1 is at position 0.
    const std::size_t guess = seq <= count ? static_cast<std::size_t>(seq - 1) : count - 1;
    if (of_->events[guess].seq == seq) return guess;
    const std::size_t found = of_->index_of(seq);
    if (of_->events[found].seq == seq) return found;
    return std::nullopt;
}

const lanes& tables::lanes() {
    if (!lanes_) lanes_.emplace(*of_);
    return *lanes_;
}

std::int64_t tables::last_t() const {
    return of_->events.size() == 0 ? 0 : of_->events[of_->events.size() - 1].t;
}

void tables::find_names() {
    if (has_names_) return;
    has_names_ = true;
    // A task whose spawn is missing has no name, but may be asked for by its number.
    for (std::size_t i = 0; i < of_->events.size(); ++i) tasks_[of_->events.task(i)];
    tasks_[0].name = "the loop";
    for (const std::uint32_t at : of_kind(trace::kind::spawn)) {
        const event each = of_->events[at];
        const auto child = of_->number(each, trace::key::child).value_or(0);
        if (child > 0)
            tasks_[static_cast<std::uint32_t>(child)].name =
                keep(std::string(of_->text(each, trace::key::name)));
    }
    for (const std::uint32_t at : of_kind(trace::kind::object_new)) {
        const event each = of_->events[at];
        const auto made = of_->number(each, trace::key::object).value_or(0);
        if (made <= 0) continue;
        const auto id = static_cast<std::uint32_t>(made);
        objects_[id].name = keep(of_->object_name(id));
    }
}

std::string_view tables::task_name(std::uint32_t id) {
    find_names();
    const named* found = tasks_.find(id);
    return found == nullptr ? std::string_view{} : found->name;
}

std::string_view tables::object_name(std::uint32_t id) {
    find_names();
    const named* found = objects_.find(id);
    return found == nullptr ? std::string_view{} : found->name;
}

bool tables::is_named(query::type type, std::string_view pattern, std::uint32_t id) {
    return matches_pattern(type == type::object ? object_name(id) : task_name(id), pattern);
}

bool tables::is_task(const node& wanted, std::uint32_t id) {
    if (wanted.by_number) return wanted.value == static_cast<long double>(id);
    return is_named(type::task, wanted.text, id);
}

bool tables::is_object(const node& wanted, std::uint32_t id) {
    if (wanted.by_number) return wanted.value == static_cast<long double>(id);
    return is_named(type::object, wanted.text, id);
}

std::vector<std::uint32_t> tables::tasks(const node& wanted) {
    std::vector<std::uint32_t> found;
    find_names();
    tasks_.each([&](const named& each) {
        if (is_task(wanted, each.id)) found.push_back(each.id);
    });
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<std::string_view> tables::names_of(query::type type) {
    find_names();
    std::vector<std::string_view> names;
    (type == type::object ? objects_ : tasks_).each([&](const named& each) {
        names.push_back(each.name);
    });
    // The table has no order of its own that means anything, and messages name the first of equals.
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::string_view tables::keep(std::string text) {
    return kept_.emplace_back(std::move(text));
}

}  // namespace giambio::trace::query
