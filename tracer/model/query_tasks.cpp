// One task at one moment, time in a state, and peaks of queues and lines.
//
// Not here: series (query_series.cpp).
// Kept true: a task that is named must be one task; all is found by the lanes or in one pass.
// Internal to tracer/model/.
#include "tracer/model/query_run.hpp"
#include "tracer/model/query_words.hpp"

#include <algorithm>

namespace giambio::trace::query {
namespace {

std::string_view word_of(task_state which) {
    return state_words()[static_cast<std::size_t>(which)];
}

// The highest sum of the changes, and the position at which it was reached first.
outcome highest(const recording& of, const std::vector<std::int32_t>& changes) {
    std::int64_t now = 0, most = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        now += changes[i];
        if (now <= most) continue;
        most = now;
        at = i;
    }
    outcome made{number_value(static_cast<long double>(most))};
    if (most > 0) made.seen.add(of.events[at].seq);
    return made;
}

}  // namespace

std::uint32_t run::one_task(const node& argument) {
    const auto found = in_->tasks(argument);
    const std::string written = argument.written;
    if (found.empty()) {
        const std::string near = meant(argument.text, in_->names_of(type::task));
        throw bad_query(argument.column,
                        "No task of this trace is " + written + (near.empty() ? "." : near));
    }
    if (found.size() == 1) return found.front();
    std::string numbers;
    for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), 5); ++i)
        numbers += (i == 0 ? "" : ", ") + std::to_string(found[i]);
    throw bad_query(argument.column, std::to_string(found.size()) + " tasks are " + written + " (" +
                                         numbers + (found.size() > 5 ? "..." : "") +
                                         "); write the number of one of them.");
}

outcome run::state_of(const node& which) {
    const std::uint32_t task = one_task(*which.parts.front());
    const auto at = place_of(*which.parts.back());
    if (!at) return {value{}, "there is no such moment: `" + which.parts.back()->written + "`"};
    const stretch* found = at->behind == 0 ? nullptr : in_->lanes().at(task, at->behind - 1);
    outcome made;
    made.is = {answer::form::text, 0, found == nullptr ? "unborn" : word_of(found->in)};
    if (found != nullptr) made.seen.add(of_->events[found->begins].seq);
    return made;
}

// What a park names; a move since then has made it another object.
std::string_view run::target_of(std::uint32_t task, std::size_t park, std::size_t until) {
    const event parked = of_->events[park];
    const auto id = [&](const event& from, key which) {
        return static_cast<std::uint32_t>(of_->number(from, which).value_or(0));
    };
    std::uint32_t object = id(parked, key::object);
    const auto moves = in_->of_kind(kind::move);
    for (auto at = std::lower_bound(moves.begin(), moves.end(), park);
         at != moves.end() && *at < until; ++at) {
        const event moved = of_->events[*at];
        if (id(moved, key::target) == task) object = id(moved, key::object);
    }
    const std::string_view on = of_->text(parked, key::on);
    if (on == "object") return in_->keep(of_->object_name(object));
    if (on == "task") return in_->keep(of_->task_name(id(parked, key::target)));
    if (on == "timer") return in_->keep("timer " + std::to_string(id(parked, key::timer)));
    return in_->keep("descriptor " + std::to_string(id(parked, key::fd)));
}

outcome run::waits_on(const node& which) {
    outcome made = state_of(which);
    if (made.is.is == answer::form::nothing) return made;
    if (made.is.text != word_of(task_state::parked)) {
        made.is.text = "nothing";
        return made;
    }
    const std::uint32_t task = one_task(*which.parts.front());
    const std::size_t until = place_of(*which.parts.back())->behind;
    const std::size_t park = in_->lanes().at(task, until - 1)->begins;
    made.is.text = target_of(task, park, until);
    return made;
}

outcome run::time_in(const node& which) {
    const std::string& wanted = which.parts.back()->text;
    long double sum = 0;
    for (const std::uint32_t task : in_->tasks(*which.parts.front())) {
        const auto lane = in_->lanes().of(task);
        if (wanted == "unborn" && !lane.empty())
            sum += static_cast<long double>(of_->events[lane.front().begins].t - of_->events[0].t);
        for (std::size_t i = 0; i < lane.size(); ++i) {
            if (word_of(lane[i].in) != wanted) continue;
            const std::size_t to =
                i + 1 < lane.size() ? lane[i + 1].begins : of_->events.size() - 1;
            sum += sample_between(lane[i].begins, to).value;
        }
    }
    return {duration_value(sum)};
}

outcome run::peak(const node& which) {
    const std::string& measure = which.parts.front()->text;
    if (measure == "length") return peak_length(*which.parts.back());
    if (measure == "waiters") return peak_waiters(*which.parts.back());
    return peak_of_tasks(measure);
}

// How many tasks were ready, parked or alive at once.
outcome run::peak_of_tasks(const std::string& measure) {
    std::vector<std::int32_t> changes(of_->events.size());
    const auto counts = [&](const stretch& each) {
        return measure == "tasks" ? each.in != task_state::ended : word_of(each.in) == measure;
    };
    for (const std::uint32_t task : in_->lanes().tasks()) {
        bool before = false;
        for (const stretch& each : in_->lanes().of(task)) {
            const bool now = counts(each);
            changes[each.begins] += (now ? 1 : 0) - (before ? 1 : 0);
            before = now;
        }
    }
    return highest(*of_, changes);
}

outcome run::peak_length(const node& object) {
    outcome made{number_value(0)};
    for (const std::uint32_t at : in_->of_kind(kind::object_op)) {
        const event that = of_->events[at];
        const auto length = static_cast<long double>(of_->number(that, key::length).value_or(0));
        if (length <= made.is.number) continue;
        const auto id = static_cast<std::uint32_t>(of_->number(that, key::object).value_or(0));
        if (!in_->is_object(object, id)) continue;
        made.is = number_value(length);
        made.seen = {};
        made.seen.add(that.seq);
    }
    return made;
}

// The longest line at any one of these objects.
outcome run::peak_waiters(const node& object) {
    struct row {
        std::uint32_t id = 0;
        std::uint32_t of = 0;  // of a task: the object that it waits on; of an object: its line
    };
    id_table<row> tasks, lines;
    outcome made{number_value(0)};
    const auto leave = [&](std::uint32_t task) {
        row& waits = tasks[task];
        if (waits.of != 0) --lines[waits.of].of;
        waits.of = 0;
    };
    const auto number = [&](const event& from, key which) {
        return static_cast<std::uint32_t>(of_->number(from, which).value_or(0));
    };
    const auto enter = [&](std::uint32_t task, const event& that) {
        const std::uint32_t at = number(that, key::object);
        if (at == 0 || !in_->is_object(object, at)) return;
        tasks[task].of = at;
        const std::uint32_t length = ++lines[at].of;
        if (static_cast<long double>(length) <= made.is.number) return;
        made.is = number_value(length);
        made.seen = {};
        made.seen.add(that.seq);
    };
    for (std::size_t i = 0; i < of_->events.size(); ++i) {
        const event that = of_->events[i];
        if (that.kind == kind::wake) leave(number(that, key::woken));
        if (that.kind == kind::move) leave(number(that, key::target));
        if (that.kind == kind::move) enter(number(that, key::target), that);
        if (that.kind == kind::park) leave(that.task);
        if (that.kind == kind::park) enter(that.task, that);
    }
    return made;
}

}  // namespace giambio::trace::query
