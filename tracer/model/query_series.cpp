// Series of the query language: steps, waits, delays and whatever else has many measures.
//
// Not here: one task at one moment, peaks (query_tasks.cpp).
// Kept true: what still goes on at the end of the recording is measured up to there; a maximum or
// minimum names the trace events between which it was measured.
// Internal to tracer/model/.
#include "tracer/model/query_run.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace giambio::trace::query {
namespace {

bool less(const sample& a, const sample& b) {
    return a.value < b.value;
}

// The smallest sample that is not exceeded by this share of them.
sample at_share(std::vector<sample>& all, long double share) {
    const auto count = static_cast<long double>(all.size());
    const long double rank = std::ceil(std::clamp(share, 0.0L, 1.0L) * count);
    const auto index = static_cast<std::size_t>(std::max(rank, 1.0L)) - 1;
    const auto place = all.begin() + static_cast<std::ptrdiff_t>(index);
    std::nth_element(all.begin(), place, all.end(), less);
    return *place;
}

long double total(const std::vector<sample>& all) {
    long double sum = 0;
    for (const sample& each : all) sum += each.value;
    return sum;
}

}  // namespace

sample run::sample_between(std::size_t from, std::size_t to) const {
    const auto t = static_cast<long double>(of_->events[to].t - of_->events[from].t);
    return {t, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to)};
}

std::vector<std::uint32_t> run::tasks_of(const node& which) {
    if (which.parts.empty()) return in_->lanes().tasks();
    return in_->tasks(*which.parts.front());
}

std::vector<sample> run::stretches(const node& which, task_state in) {
    std::vector<sample> found;
    for (const std::uint32_t task : tasks_of(which)) {
        const auto lane = in_->lanes().of(task);
        for (std::size_t i = 0; i < lane.size(); ++i) {
            if (lane[i].in != in) continue;
            const bool open = i + 1 == lane.size();
            found.push_back(
                sample_between(lane[i].begins, open ? of_->events.size() - 1 : lane[i + 1].begins));
        }
    }
    return found;
}

std::vector<sample> run::lives(const node& which) {
    std::vector<sample> found;
    for (const std::uint32_t task : tasks_of(which)) {
        const auto lane = in_->lanes().of(task);
        if (lane.empty()) continue;
        const bool over = lane.back().in == task_state::ended;
        found.push_back(sample_between(lane.front().begins,
                                       over ? lane.back().begins : of_->events.size() - 1));
    }
    return found;
}

// Each loop of a merged trace has its own turns; its last one ends with its last trace event.
std::vector<sample> run::turns() {
    std::vector<sample> found;
    std::vector<std::size_t> latest(of_->header.processes.size() + 1);  // of each, from 1
    for (const std::uint32_t begin : in_->of_kind(kind::io_wait)) {
        std::size_t& open = latest[of_->process_of(of_->events[begin])];
        if (open != 0) found[open - 1] = sample_between(found[open - 1].from, begin);
        found.push_back(sample_between(begin, begin));
        open = found.size();
    }
    auto left =
        std::count_if(latest.begin(), latest.end(), [](std::size_t open) { return open != 0; });
    for (std::size_t end = of_->events.size(); left > 0 && end-- > 0;) {
        std::size_t& open = latest[of_->process_of(of_->events[end])];
        if (open == 0) continue;
        found[open - 1] = sample_between(found[open - 1].from, end);
        open = 0;
        --left;
    }
    return found;
}

std::vector<sample> run::gaps(const selection& which) {
    std::vector<sample> found;
    const auto all = positions(which);
    for (std::size_t i = 1; i < all.size(); ++i)
        found.push_back(sample_between(all[i - 1], all[i]));
    return found;
}

// From each of the first selection to the next of the second, of the same task if that was asked.
std::vector<sample> run::between(const node& which) {
    const bool same_task = !which.parts.empty();
    const auto first = positions(which.selections.front());
    const auto second = positions(which.selections.back());
    std::vector<sample> found;
    struct next_one {
        std::uint32_t id = 0;
        std::uint32_t at = 0;
    };
    // From the end on, so that the next of the second is the one that was seen last.
    id_table<next_one> next;
    std::size_t left = second.size();
    for (std::size_t i = first.size(); i-- > 0;) {
        for (; left > 0 && second[left - 1] > first[i]; --left) {
            const std::uint32_t at = second[left - 1];
            next[same_task ? of_->events[at].task : 0].at = at;
        }
        const next_one* end = next.find(same_task ? of_->events[first[i]].task : 0);
        if (end != nullptr) found.push_back(sample_between(first[i], end->at));
    }
    std::reverse(found.begin(), found.end());
    return found;
}

std::vector<sample> run::keys_of(const node& which) {
    std::vector<sample> found;
    each(which.selections.front(), [&](std::size_t at, const event& that) {
        const value of = field_value(which.field, that);
        const auto here = static_cast<std::uint32_t>(at);
        const bool has_number = of.is == answer::form::number || of.is == answer::form::duration;
        if (has_number) found.push_back({of.number, here, here});
        return true;
    });
    return found;
}

std::vector<sample> run::series(const node& which) {
    if (which.is == form::key_of) return keys_of(which);
    switch (which.called) {
        case function::steps:
            return stretches(which, task_state::running);
        case function::waits:
            return stretches(which, task_state::parked);
        case function::delays:
            return stretches(which, task_state::ready);
        case function::lives:
            return lives(which);
        case function::turns:
            return turns();
        case function::gaps:
            return gaps(which.selections.front());
        default:
            return between(which);
    }
}

outcome run::measured(const node& which) {
    std::vector<sample> all = series(*which.parts.front());
    const auto count = static_cast<long double>(all.size());
    const bool times = which.type == type::duration;
    const auto made = [times](long double of) {
        return outcome{times ? duration_value(of) : number_value(of)};
    };
    if (which.called == function::count) return {number_value(count)};
    if (which.called == function::sum) return made(total(all));
    if (all.empty()) return {value{}, "there is no `" + which.parts.front()->written + "`"};
    if (which.called == function::mean) return made(total(all) / count);
    sample chosen;
    if (which.called == function::max) chosen = *std::max_element(all.begin(), all.end(), less);
    if (which.called == function::min) chosen = *std::min_element(all.begin(), all.end(), less);
    if (which.called == function::median) chosen = at_share(all, 0.5L);
    if (which.called == function::percentile) {
        const value share = eval(*which.parts.back(), nullptr);
        if (share.is == answer::form::nothing || std::isnan(share.number))
            return {value{}, "`" + which.parts.back()->written + "` is no number"};
        chosen = at_share(all, share.number / 100);
    }
    outcome told = made(chosen.value);
    told.seen.add(of_->events[chosen.from].seq);
    if (chosen.to != chosen.from) told.seen.add(of_->events[chosen.to].seq);
    return told;
}

}  // namespace giambio::trace::query
