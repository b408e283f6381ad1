// Which trace events a selection means.
//
// Not here: what is asked about them (query_values.cpp, query_series.cpp).
// Kept true: the cheap conditions are tried first; a moment behind the end selects nothing.
// Internal to tracer/model/.
#include "tracer/model/query_run.hpp"

#include <algorithm>

namespace giambio::trace::query {

bool run::selects(const selection& which, const event& that) {
    if (!which.kinds[static_cast<std::size_t>(that.kind)]) return false;
    if (which.by && !in_->is_task(*which.by, that.task)) return false;
    return !which.condition || holds(*which.condition, that);
}

std::size_t run::first_from(std::uint64_t seq) const {
    const std::size_t count = of_->events.size();
    if (count == 0 || of_->events[count - 1].seq < seq) return count;
    return of_->index_of(seq);
}

std::size_t run::first_at(std::int64_t t) const {
    if (of_->events.size() == 0 || of_->events[0].t >= t) return 0;
    return of_->index_at(t - 1) + 1;
}

std::optional<run::place> run::place_of(const node& moment) {
    if (moment.is == form::constant && moment.type == type::moment && moment.text != "end") {
        const auto seq = whole<std::uint64_t>(moment.value);
        const std::size_t here = first_from(seq);
        const bool is_there = here < of_->events.size() && of_->events.seq(here) == seq;
        return place{here, is_there ? here + 1 : here};
    }
    const value at = eval(moment, nullptr);
    if (at.is == answer::form::nothing) return std::nullopt;
    if (at.is == answer::form::moment) {
        const auto here = static_cast<std::size_t>(at.number);
        return place{here, here + 1};
    }
    constexpr long double latest = 9e18L;
    const auto t = static_cast<std::int64_t>(std::clamp(at.number, -latest, latest));
    return place{first_at(t), first_at(t + 1)};
}

std::pair<std::size_t, std::size_t> run::range(const selection& which) {
    std::size_t from = 0;
    std::size_t to = of_->events.size();
    for (const selection::bound& each : which.bounds) {
        const std::optional<place> at = place_of(*each.moment);
        if (!at) return {0, 0};
        switch (each.stands) {
            case selection::relation::from:
                from = std::max(from, at->here);
                break;
            case selection::relation::after:
                from = std::max(from, at->behind);
                break;
            case selection::relation::to:
                to = std::min(to, at->behind);
                break;
            case selection::relation::before:
                to = std::min(to, at->here);
                break;
        }
    }
    return {from, std::max(from, to)};
}

std::vector<std::uint32_t> run::positions(const selection& which) {
    std::vector<std::uint32_t> found;
    each(which, [&](std::size_t at, const event&) {
        found.push_back(static_cast<std::uint32_t>(at));
        return true;
    });
    return found;
}

}  // namespace giambio::trace::query
