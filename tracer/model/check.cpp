// Goes once through a recording and shows every trace event to every family of warnings.
//
// Not here: any rule (check_*.cpp), the table of rules (check_rules.cpp).
// Kept true: a family sees a trace event together with the scene as it is just before it.
// Internal to tracer/model/; `check` is public through check.hpp.
#include "tracer/model/check.hpp"

#include "tracer/model/check_families.hpp"

namespace giambio::trace {

std::vector<warning> check(const recording& of, const check_limits& limits) {
    scene now(of);
    findings found;
    std::vector<made_family> families;
    for (const auto make : {step_warnings, lateness_warnings, lock_warnings, herd_warnings,
                            queue_warnings, deadlock_warnings, cancel_warnings, loss_warnings})
        families.push_back(make(now, limits, found));
    for (std::size_t i = 0; i < of.events.size(); ++i) {
        const event each = of.events[i];
        // What follows a gap rests on what is not there.
        if (each.kind == kind::lost) break;
        for (const made_family& looks : families) looks->see(each);
        now.apply(each);
    }
    for (const made_family& looks : families) looks->finish();
    return found.take();
}

}  // namespace giambio::trace
