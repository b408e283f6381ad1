// Warnings about a run: what in a trace is probably a mistake, with the trace events that show it.
//
// `check` goes once through a whole recording and returns what it found. The command `trace check`
// prints it; the viewer may list it. Each sort of warning is a rule with a stable name; what it
// means and what to do about it is the table in check_rules.cpp, and how it is found stands in one
// of the files check_*.cpp, one for each family of warnings.
// Not here: printing, options, exit codes (tracer/commands/check.cpp).
// Kept true: no state is copied on the way, so a million trace events take well under two seconds.
// What a trace cannot show for certain is not warned of: a rule is silent when in doubt.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace giambio::trace {

// `error`: the program did not do, or never can do, what it was asked for. `warning`: it did, but
// late, or wastefully, or by luck.
enum class severity : std::uint8_t { warning, error };
std::string_view word_of(severity which);

// In the order in which they are printed.
enum class rule_id : std::uint8_t {
    deadlock_cycle,
    endless_wait,
    lost_wakeup,
    exception_dropped,
    never_awaited,
    never_joined,
    cancel_absorbed,
    cancel_slow,
    never_yields,
    long_step,
    starved,
    timer_late,
    self_wake,
    lock_held,
    thundering_herd,
    queue_growth,
    descriptor_left,
};
inline constexpr rule_id last_rule = rule_id::descriptor_left;

struct rule {
    rule_id id{};
    std::string_view name;  // stable: "long_step"
    severity how_bad{};
    std::string_view meaning;  // what is wrong when it is found
    std::string_view advice;   // what to do
    std::string_view lesson;   // where it is taught
    std::string_view limit;    // the option that changes when it is found; empty for none
};

// All of them, in the order of rule_id.
std::span<const rule> rules();
// Nullptr for a name that no rule has.
const rule* rule_named(std::string_view name);

// From where on something is worth a warning. Times are nanoseconds.
struct check_limits {
    std::int64_t long_step = 10'000'000;      // a step
    std::int64_t never_yields = 100'000'000;  // a task's only step
    std::int64_t starved = 100'000'000;       // ready, while others run
    std::int64_t timer_late = 10'000'000;
    std::int64_t cancel_slow = 10'000'000;  // from the request to the task that it is for
    std::int64_t lock_held = 100'000'000;   // others wait for the lock, its holder for something
    std::uint32_t self_wake = 32;           // steps in a row that do nothing but yield
    std::uint32_t thundering_herd = 8;      // tasks woken for nothing
    std::int64_t queue_growth = 64;         // items
};

// One thing that was found. The same thing found again at the same place makes `count` higher.
struct warning {
    rule_id rule{};
    std::uint64_t count = 1;
    std::vector<std::uint64_t> seqs;     // the evidence: of the worst one, then of others
    std::vector<std::uint32_t> tasks;    // who is concerned, the main one first
    std::vector<std::uint32_t> objects;  // on which they waited, for instance
    std::string sentence;                // what happened, with names and numbers
};

// Sorted by rule, the worst of each first.
std::vector<warning> check(const recording& of, const check_limits& limits = {});

}  // namespace giambio::trace
