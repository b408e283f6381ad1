// The functions that ask about selections: how many, which first, never, always, in which order.
//
// Each gives its value and the trace events that it rests on. Not here: series (query_series.cpp),
// tasks and objects (query_tasks.cpp).
// Kept true: each looks at a trace event once; what is true of nothing says so in its reason.
// Internal to tracer/model/.
#include "tracer/model/query_run.hpp"

#include <algorithm>

namespace giambio::trace::query {
namespace {

std::string in_ticks(const std::string& written) {
    return "`" + written + "`";
}

}  // namespace

const outcome& run::call(const node& which) {
    std::optional<outcome>& known = known_[which.number];
    if (!known) known = compute(which);
    return *known;
}

outcome run::compute(const node& which) {
    switch (which.called) {
        case function::count:
            return count(which);
        case function::first:
            return find_first(which);
        case function::last:
            return find_last(which);
        case function::nth:
            return find_nth(which);
        case function::exists: {
            outcome made = find_first(which);
            made.is = flag(made.is.is != answer::form::nothing);
            return made;
        }
        case function::never:
            return never(which);
        case function::always:
            return always(which);
        case function::before:
            return before(which);
        case function::order:
            return order(which);
        case function::alternate:
            return alternate(which);
        case function::caused_by:
            return caused_by(which);
        case function::woken_by:
            return woken_by(which);
        case function::state:
            return state_of(which);
        case function::waits_on:
            return waits_on(which);
        case function::time:
            return time_in(which);
        case function::peak:
            return peak(which);
        default:
            return measured(which);
    }
}

outcome run::count(const node& which) {
    if (which.selections.empty()) return measured(which);
    outcome made;
    each(which.selections.front(), [&](std::size_t, const event& that) {
        made.seen.add(that.seq);
        return true;
    });
    made.is = number_value(static_cast<long double>(made.seen.in_all));
    return made;
}

outcome run::find_first(const node& which) {
    outcome made;
    each(which.selections.front(), [&](std::size_t at, const event& that) {
        made.is = moment_value(at);
        made.seen.add(that.seq);
        return false;
    });
    if (made.seen.in_all == 0)
        made.because = "there is no " + in_ticks(which.selections.front().written);
    return made;
}

outcome run::find_last(const node& which) {
    outcome made;
    std::uint64_t seq = 0;
    each(which.selections.front(), [&](std::size_t at, const event& that) {
        made.is = moment_value(at);
        seq = that.seq;
        return true;
    });
    if (seq != 0) made.seen.add(seq);
    if (seq == 0) made.because = "there is no " + in_ticks(which.selections.front().written);
    return made;
}

outcome run::find_nth(const node& which) {
    const value wanted = eval(*which.parts.front(), nullptr);
    outcome made;
    long double count = 0;
    each(which.selections.front(), [&](std::size_t at, const event& that) {
        if (++count != wanted.number) return true;
        made.is = moment_value(at);
        made.seen.add(that.seq);
        return false;
    });
    if (made.seen.in_all == 0)
        made.because = "there are " + std::to_string(static_cast<long>(count)) + " of " +
                       in_ticks(which.selections.front().written);
    return made;
}

outcome run::never(const node& which) {
    outcome made = count(which);
    made.is = flag(made.seen.in_all == 0);
    made.because =
        in_ticks(which.selections.front().written) + " matches " + std::to_string(made.seen.in_all);
    return made;
}

outcome run::always(const node& which) {
    outcome made;
    std::size_t all = 0;
    each(which.selections.front(), [&](std::size_t, const event& that) {
        ++all;
        if (!holds(*which.parts.front(), that)) made.seen.add(that.seq);
        return true;
    });
    made.is = flag(made.seen.in_all == 0);
    made.because = in_ticks(which.parts.front()->written) + " does not hold for " +
                   std::to_string(made.seen.in_all) + " of " + std::to_string(all);
    return made;
}

// Every one of the first selection before every one of the second.
outcome run::before(const node& which) {
    const outcome late = find_last(which);
    std::optional<std::size_t> early;
    each(which.selections.back(), [&](std::size_t at, const event&) {
        early = at;
        return false;
    });
    outcome made;
    made.is = flag(false);
    if (late.is.is == answer::form::nothing) {
        made.because = late.because;
    } else if (!early) {
        made.because = "there is no " + in_ticks(which.selections.back().written);
    } else {
        made.is = flag(late.is.number < static_cast<long double>(*early));
        made.because = "the last " + in_ticks(which.selections.front().written) + " is " +
                       (made.is.truth() ? "before" : "not before") + " the first " +
                       in_ticks(which.selections.back().written);
        made.seen = late.seen;
        made.seen.add(of_->events[*early].seq);
    }
    return made;
}

// One of each selection, each after the one before it.
outcome run::order(const node& which) {
    outcome made;
    std::size_t from = 0;
    for (const selection& wanted : which.selections) {
        std::optional<std::size_t> found;
        each(wanted, [&](std::size_t at, const event&) {
            if (at < from) return true;
            found = at;
            return false;
        });
        if (!found) {
            made.is = flag(false);
            made.because = "there is no " + in_ticks(wanted.written) +
                           (made.seen.in_all == 0 ? "" : " after the one before it");
            return made;
        }
        made.seen.add(of_->events[*found].seq);
        from = *found + 1;
    }
    made.is = flag(true);
    made.because = "they come in this order";
    return made;
}

// First, second, first, second... with nothing of either in between.
outcome run::alternate(const node& which) {
    const auto first = positions(which.selections.front());
    const auto second = positions(which.selections.back());
    outcome made;
    made.is = flag(false);
    if (first.empty()) {
        made.because = "there is no " + in_ticks(which.selections.front().written);
        return made;
    }
    for (std::size_t a = 0, b = 0; a < first.size() || b < second.size();) {
        const bool is_first = b == second.size() || (a < first.size() && first[a] <= second[b]);
        const bool wanted_first = a == b;
        if (is_first != wanted_first) {
            made.because =
                "two of " + in_ticks(which.selections[is_first ? 0 : 1].written) + " in a row";
            if (!is_first && b == 0) made.because = "it begins with the second";
            const std::size_t here = is_first ? first[a] : second[b];
            if (is_first) made.seen.add(of_->events[first[a - 1]].seq);
            if (!is_first && b > 0) made.seen.add(of_->events[second[b - 1]].seq);
            made.seen.add(of_->events[here].seq);
            return made;
        }
        ++(is_first ? a : b);
    }
    made.is = flag(true);
    made.because = "they alternate";
    return made;
}

// Every one of the first selection has one of the second among its causes, near or far.
outcome run::caused_by(const node& which) {
    const std::size_t count = of_->events.size();
    std::vector<bool> rests(count);  // it is one of the second, or has one among its causes
    std::vector<bool> found(count);  // it has one among its causes
    for (const std::uint32_t at : positions(which.selections.back())) rests[at] = true;
    for (std::size_t at = 0; at < count; ++at) {
        const auto cause = in_->position(of_->events[at].cause);
        if (!cause || *cause >= at || !rests[*cause]) continue;
        rests[at] = true;
        found[at] = true;
    }
    outcome made;
    std::size_t all = 0;
    each(which.selections.front(), [&](std::size_t at, const event& that) {
        ++all;
        if (!found[at]) made.seen.add(that.seq);
        return true;
    });
    made.is = flag(all > 0 && made.seen.in_all == 0);
    made.because = all == 0 ? "there is no " + in_ticks(which.selections.front().written)
                            : std::to_string(made.seen.in_all) + " of " + std::to_string(all) +
                                  " have no " + in_ticks(which.selections.back().written) +
                                  " among their causes";
    return made;
}

outcome run::woken_by(const node& which) {
    outcome made;
    evidence others;
    for (const std::uint32_t at : in_->of_kind(kind::wake)) {
        const event that = of_->events[at];
        const auto woken = static_cast<std::uint32_t>(of_->number(that, key::woken).value_or(0));
        if (!in_->is_task(*which.parts.front(), woken)) continue;
        (in_->is_task(*which.parts.back(), that.task) ? made.seen : others).add(that.seq);
    }
    made.is = flag(made.seen.in_all > 0);
    made.because = "woken so " + std::to_string(made.seen.in_all) + " times, by others " +
                   std::to_string(others.in_all) + " times";
    if (!made.is.truth()) made.seen = others;
    return made;
}

}  // namespace giambio::trace::query
