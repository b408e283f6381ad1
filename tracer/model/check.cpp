// Goes once through a recording and shows every trace event to every family of warnings.
//
// Each process of a merged trace has a scene and families of its own: what one loop does says
// nothing of another.
// Not here: any rule (check_*.cpp), the table of rules (check_rules.cpp).
// Kept true: a family sees a trace event together with the scene as it is just before it.
// Internal to tracer/model/; `check` is public through check.hpp.
#include "tracer/model/check.hpp"

#include "tracer/model/check_families.hpp"

#include <memory>

namespace giambio::trace {
namespace {

// One loop, and those who look at it.
class watched_loop {
public:
    watched_loop(const recording& of, const check_limits& limits, findings& found) : now_(of) {
        for (const auto make : {step_warnings, lateness_warnings, lock_warnings, herd_warnings,
                                queue_warnings, deadlock_warnings, cancel_warnings, loss_warnings})
            families_.push_back(make(now_, limits, found));
    }

    void see(const event& next) {
        // What follows a gap rests on what is not there.
        is_lost_ = is_lost_ || next.kind == kind::lost;
        if (is_lost_) return;
        for (const made_family& looks : families_) looks->see(next);
        now_.apply(next);
    }

    void finish() {
        for (const made_family& looks : families_) looks->finish();
    }

private:
    scene now_;
    std::vector<made_family> families_;
    bool is_lost_ = false;
};

}  // namespace

std::vector<warning> check(const recording& of, const check_limits& limits) {
    findings found;
    // By process; the trace of one process has number 0 alone.
    std::vector<std::unique_ptr<watched_loop>> loops(of.header.processes.size() + 1);
    for (std::size_t i = 0; i < of.events.size(); ++i) {
        const event each = of.events[i];
        std::unique_ptr<watched_loop>& loop = loops[of.process_of(each)];
        if (loop == nullptr) loop = std::make_unique<watched_loop>(of, limits, found);
        loop->see(each);
    }
    for (const std::unique_ptr<watched_loop>& each : loops)
        if (each != nullptr) each->finish();
    return found.take();
}

}  // namespace giambio::trace
