// Those who came late because others had the loop: tasks that stood ready for long, timers that
// fired long after they were due.
//
// Each is told with the step that is to blame, where there is one. A machine that was busy with
// something else makes timers late too; without a step to blame only a lateness that is ten times
// the limit is told.
// Not here: the steps themselves (check_steps.cpp).
// Internal to tracer/model/.
#include "tracer/model/check_families.hpp"
#include "tracer/model/phrases.hpp"
#include "tracer/model/words.hpp"

#include <algorithm>
#include <deque>

namespace giambio::trace {
namespace {

struct done_step {
    std::uint32_t task = 0;
    std::uint64_t seq = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;
};

// How much the tasks had run, and how often, when a task became ready.
struct ready_mark {
    std::uint32_t id = 0;
    std::int64_t ran = 0;
    std::uint64_t steps = 0;
};

class lateness_family final : public family {
public:
    using family::family;

    void see(const event& next) override {
        switch (next.kind) {
            case kind::spawn:
                return mark(id_in(of(), next, key::child));
            case kind::wake:
                return mark(id_in(of(), next, key::woken));
            case kind::switch_in:
                return look_at_wait(next);
            case kind::switch_out:
                return end_step(next);
            case kind::timer_fire:
                return look_at_timer(next);
            default:
                return;
        }
    }

private:
    void mark(std::uint32_t task) {
        if (task == 0) return;
        ready_mark& made = marks_[task];
        made.ran = ran_;
        made.steps = steps_;
    }

    void end_step(const event& next) {
        const step_row& step = scene_.step;
        if (step.task == 0) return;
        const std::int64_t length = next.t - step.t;
        ran_ += length;
        ++steps_;
        // Shorter ones are never the main reason of a lateness that is worth a warning.
        if (length >= std::min(limits_.starved, limits_.timer_late) / 10) {
            recent_.push_back({step.task, step.seq, step.t, next.t});
            if (recent_.size() > 256) recent_.pop_front();
        }
        mark(next.task);
    }

    // The longest step that reached into the time since then; nullptr when there is none.
    const done_step* longest_since(std::int64_t since) const {
        const done_step* longest = nullptr;
        for (auto each = recent_.rbegin(); each != recent_.rend() && each->to > since; ++each) {
            const bool longer =
                longest == nullptr || each->to - each->from > longest->to - longest->from;
            if (longer) longest = &*each;
        }
        return longest;
    }

    std::string blame(const done_step* step) const {
        if (step == nullptr) return " No step of a task explains it.";
        return " The longest step meanwhile was that of " + name(step->task) + ", " +
               duration_text(step->to - step->from) + " from seq " + std::to_string(step->seq) +
               ".";
    }

    void look_at_wait(const event& in) {
        const task_row* who = scene_.task(in.task);
        const ready_mark* then = marks_.find(in.task);
        if (who == nullptr || then == nullptr || who->now != task_state::ready) return;
        const std::int64_t stood = in.t - who->since;
        const std::int64_t others_ran = ran_ - then->ran;
        if (stood < limits_.starved || others_ran < stood / 2) return;
        const done_step* worst = longest_since(who->since);
        found_.add(rule_id::starved, who->born_at, stood,
                   {{who->since_seq, in.seq, worst == nullptr ? 0 : worst->seq},
                    {in.task, worst == nullptr ? 0 : worst->task},
                    {}},
                   [&] {
                       const auto steps = static_cast<std::int64_t>(steps_ - then->steps);
                       return name(in.task) + " stood in the ready queue for " +
                              duration_text(stood) + " while others ran for " +
                              duration_text(others_ran) + " in " + counted(steps, "step") + "." +
                              blame(worst);
                   });
    }

    void look_at_timer(const event& fired) {
        const std::int64_t late = of().number(fired, key::late).value_or(0);
        if (late < limits_.timer_late) return;
        const done_step* worst = longest_since(fired.t - late);
        if (worst == nullptr && late / 10 < limits_.timer_late) return;
        const std::uint32_t id = id_in(of(), fired, key::timer);
        const timer_row* timer = scene_.timers.find(id);
        const std::uint32_t owner = timer == nullptr ? 0 : timer->owner;
        found_.add(rule_id::timer_late, fired.at, late,
                   {{fired.cause, fired.seq, worst == nullptr ? 0 : worst->seq},
                    {owner, worst == nullptr ? 0 : worst->task},
                    {}},
                   [&] {
                       return "timer " + std::to_string(id) + " of " + name(owner) + " fired " +
                              duration_text(late) + " late" + in_brackets(of(), fired.at) + "." +
                              blame(worst);
                   });
    }

    id_table<ready_mark> marks_;
    std::deque<done_step> recent_;  // the longer ones of the latest
    std::int64_t ran_ = 0;          // all tasks together, so far
    std::uint64_t steps_ = 0;
};

}  // namespace

made_family lateness_warnings(const scene& now, const check_limits& from, findings& into) {
    return std::make_unique<lateness_family>(now, from, into);
}

}  // namespace giambio::trace
