// Steps that are too long, tasks that never give the loop away, and tasks that yield and yield and
// do nothing.
//
// A step delays whoever is ready while it goes on, and whatever timer comes due: the sum of that is
// told with it. A descriptor that became ready meanwhile is not in the trace before the next poll,
// so it is not counted.
// Not here: those who were delayed (check_lateness.cpp).
// Internal to tracer/model/.
#include "tracer/model/check_families.hpp"
#include "tracer/model/phrases.hpp"
#include "tracer/model/words.hpp"

#include <algorithm>
#include <limits>

namespace giambio::trace {
namespace {

// A step that is longer has done something that the kernel does not see: it has computed.
constexpr std::int64_t longest_idle_step = 50'000;
// A timer is compared with no more steps than this, so that no trace makes the pass slow.
constexpr std::size_t most_looked_at = 64;
// A step with so many trace events that goes on at the end of the recording will not end by itself.
constexpr std::uint64_t endless_step = 10'000;

struct long_step {
    std::uint32_t task = 0;
    std::uint32_t at = 0;  // where it ended
    std::uint64_t from_seq = 0;
    std::uint64_t to_seq = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::int64_t delay = 0;    // of all others together
    std::uint32_t others = 0;  // tasks that were ready meanwhile
    std::uint32_t timers = 0;  // that came due meanwhile
    bool whole_life = false;   // the task's only step
};

// Sums of times that a damaged file made up stay within what a number can be.
constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();
void add(std::int64_t& sum, std::int64_t more) {
    sum = more > longest - sum ? longest : sum + more;
}
std::int64_t product(std::int64_t length, std::uint32_t times) {
    return times != 0 && length > longest / times ? longest : length * times;
}

// A row of steps in which a task did nothing but yield.
struct spell {
    std::uint32_t id = 0;  // the task
    std::uint32_t steps = 0;
    std::uint32_t at = 0;
    std::uint64_t from_seq = 0;
    std::uint64_t to_seq = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;
};

class step_family final : public family {
public:
    using family::family;

    void see(const event& next) override {
        look_inside_step(next);
        if (next.kind == kind::switch_in) begin_step();
        if (next.kind == kind::switch_out) end_step(next);
        if (next.kind == kind::timer_fire) blame_steps(next);
    }

    void finish() override {
        for (const long_step& each : long_) tell(each);
        tell_unfinished();
        spells_.each([&](const spell& each) { tell(each); });
    }

private:
    void begin_step() {
        woken_ = 0;
        woken_at_ = 0;
        is_idle_ = true;
        events_ = 0;
    }

    void look_inside_step(const event& next) {
        if (scene_.step.task == 0) return;
        ++events_;
        if (next.kind == kind::wake || next.kind == kind::spawn) {
            ++woken_;
            add(woken_at_, next.t - scene_.step.t);
        }
        if (next.kind == kind::switch_out || next.kind == kind::reply) return;
        if (next.kind != kind::trap) {
            is_idle_ = false;
            return;
        }
        const std::string_view asked = of().text(next, key::trap);
        if (asked != "yield" && asked != "checkpoint" && !asked.starts_with("sleep"))
            is_idle_ = false;
    }

    void end_step(const event& next) {
        const step_row& step = scene_.step;
        if (step.task != next.task || step.task == 0) return;
        const std::int64_t length = next.t - step.t;
        follow_spell(next, length);
        if (length < std::min(limits_.long_step, limits_.never_yields)) return;
        const task_row* who = scene_.task(step.task);
        long_step found{.task = step.task, .at = next.at, .from_seq = step.seq};
        found.to_seq = next.seq;
        found.from = step.t;
        found.to = next.t;
        found.others = step.others_ready + woken_;
        found.delay = product(length, found.others) - woken_at_;
        if (who != nullptr) {
            if (found.at == 0) found.at = who->born_at;
            found.whole_life = who->steps == 1 && who->now == task_state::ended;
        }
        long_.push_back(found);
    }

    // A timer fires late when a step, or several, kept the loop from looking.
    void blame_steps(const event& fired) {
        const std::int64_t late = of().number(fired, key::late).value_or(0);
        if (late <= 0) return;
        const std::int64_t due = fired.t - late;
        std::size_t looked_at = 0;
        for (auto step = long_.rbegin(); step != long_.rend() && step->to > due; ++step) {
            if (++looked_at > most_looked_at) return;
            add(step->delay, step->to - std::max(due, step->from));
            ++step->timers;
        }
    }

    void follow_spell(const event& out, std::int64_t length) {
        const std::string_view how = of().text(out, key::how);
        const bool yields = how == "yield" || how == "budget";
        const bool idles = is_idle_ && yields && length < longest_idle_step;
        spell* known = spells_.change(out.task);
        if (!idles) {
            if (known == nullptr) return;
            tell(*known);
            spells_.erase(out.task);
            return;
        }
        if (known == nullptr) {
            known = &spells_[out.task];
            known->from_seq = scene_.step.seq;
            known->from = scene_.step.t;
        }
        ++known->steps;
        known->at = out.at;
        known->to_seq = out.seq;
        known->to = out.t;
    }

    void tell(const spell& told) {
        if (told.steps < limits_.self_wake) return;
        found_.add(rule_id::self_wake, told.at, told.steps,
                   {{told.from_seq, told.to_seq}, {told.id}, {}}, [&] {
                       return name(told.id) + " yielded in " + std::to_string(told.steps) +
                              " steps in a row and did nothing else" + in_brackets(of(), told.at) +
                              ", for " + duration_text(told.to - told.from) +
                              "; meanwhile the loop could not rest.";
                   });
    }

    std::string harm(const long_step& step) const {
        if (step.delay == 0) return "Nobody was ready meanwhile.";
        std::string whom = step.others > 0 ? counted(step.others, "ready task") : "";
        if (step.timers > 0)
            whom += (whom.empty() ? "" : " and ") + counted(step.timers, "timer that came due");
        return "It delayed others by " + duration_text(step.delay) + " in all: " + whom + ".";
    }

    void tell(const long_step& step) {
        const evidence shown{{step.from_seq, step.to_seq}, {step.task}, {}};
        const std::int64_t length = step.to - step.from;
        if (length >= limits_.long_step) {
            found_.add(rule_id::long_step, step.at, length, shown, [&] {
                return name(step.task) + " kept the loop for " + duration_text(length) +
                       " in one step" + in_brackets(of(), step.at) + ". " + harm(step);
            });
        }
        if (!step.whole_life || step.delay == 0 || length < limits_.never_yields) return;
        found_.add(rule_id::never_yields, step.at, length, shown, [&] {
            return name(step.task) + " began and ended in one step of " + duration_text(length) +
                   in_brackets(of(), step.at) + " and never let anybody else run. " + harm(step);
        });
    }

    // The run was killed, or cut, while somebody had the loop and did not give it back.
    void tell_unfinished() {
        const step_row& step = scene_.step;
        if (step.task == 0 || of().end) return;
        const std::int64_t length = scene_.t - step.t;
        if (length < limits_.never_yields && events_ < endless_step) return;
        const task_row* who = scene_.task(step.task);
        const std::uint32_t born_at = who == nullptr ? 0 : who->born_at;
        found_.add(rule_id::never_yields, born_at, length,
                   {{step.seq, scene_.seq}, {step.task}, {}}, [&] {
                       return name(step.task) + " has kept the loop for " + duration_text(length) +
                              " when the recording ends, in a step with " +
                              counted(static_cast<std::int64_t>(events_), "trace event") +
                              " that has not ended.";
                   });
    }

    std::vector<long_step> long_;
    id_table<spell> spells_;
    std::uint32_t woken_ = 0;    // in the step that goes on
    std::int64_t woken_at_ = 0;  // sum of the times since its begin at which they were
    bool is_idle_ = false;       // it has done nothing but yield so far
    std::uint64_t events_ = 0;   // in it
};

}  // namespace

made_family step_warnings(const scene& now, const check_limits& from, findings& into) {
    return std::make_unique<step_family>(now, from, into);
}

}  // namespace giambio::trace
