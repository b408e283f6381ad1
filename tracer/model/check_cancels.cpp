// Cancels that a task does not obey, and cancels that take long to reach it.
//
// A cancel is told at a task's next trap. Between the request and that moment lie the step that it
// is in, and its turn in the queue; a shield keeps the cancel away on purpose, so the time counts
// from when the last one went down. Who never looks up, and ends late by itself, has not been told
// at all.
// Not here: how a cancel spreads; the trace tells it with each `cancel_deliver`.
// Internal to tracer/model/.
#include "tracer/model/check_families.hpp"
#include "tracer/model/phrases.hpp"
#include "tracer/model/words.hpp"

#include <algorithm>

namespace giambio::trace {
namespace {

// Cleaning up may await, and is told again each time; so often it is no cleaning up any more.
constexpr std::uint32_t deaf = 5;
constexpr int deepest_pool = 64;

struct told_row {
    std::uint32_t id = 0;         // the task
    std::uint32_t top_scope = 0;  // the innermost that it is inside of
    std::uint32_t times = 0;      // how often it was told of the same request
    std::uint64_t request = 0;    // that it was told of
    std::uint64_t asked = 0;      // a request for the whole task that it was not told of yet
    std::int64_t asked_t = 0;
    std::uint32_t shield = 0;  // the latest scope of it whose shield went down
    std::int64_t shield_down = -1;
};

struct scope_row {
    std::uint32_t id = 0;
    std::uint32_t task = 0;
    std::uint32_t outer = 0;
    bool shielded = false;
    std::int64_t due = -1;
    std::uint64_t cancel = 0;  // the request
    std::int64_t cancel_t = 0;
};

struct pool_row {
    std::uint32_t id = 0;
    std::uint32_t scope = 0;
};

class cancel_family final : public family {
public:
    using family::family;

    void see(const event& next) override {
        switch (next.kind) {
            case kind::scope_enter:
                return enter(next);
            case kind::scope_change:
                return change(next);
            case kind::scope_leave:
                return leave(next);
            case kind::cancel_request:
                return request(next);
            case kind::cancel_deliver:
                return deliver(next);
            case kind::cancel_absorbed:
                return look_at_absorbed(next);
            case kind::exit:
                return look_at_exit(next);
            default:
                return;
        }
    }

private:
    void enter(const event& next) {
        scope_row& made = scopes_[id_in(of(), next, key::scope)];
        told_row& who = told_[next.task];
        made.task = next.task;
        made.outer = who.top_scope;
        made.shielded = of().number(next, key::shield).value_or(0) != 0;
        made.due = of().number(next, key::due).value_or(-1);
        who.top_scope = made.id;
        const std::uint32_t pool = id_in(of(), next, key::pool);
        if (pool != 0) pools_[pool].scope = made.id;
    }

    void lower_shield(const scope_row& of_it, std::int64_t t) {
        told_row& who = told_[of_it.task];
        who.shield = of_it.id;
        who.shield_down = t;
    }

    void change(const event& next) {
        scope_row* changed = scopes_.change(id_in(of(), next, key::scope));
        if (changed == nullptr) return;
        const bool up = of().number(next, key::shield).value_or(0) != 0;
        if (changed->shielded && !up) lower_shield(*changed, next.t);
        changed->shielded = up;
        changed->due = of().number(next, key::due).value_or(-1);
    }

    void leave(const event& next) {
        const scope_row* left = scopes_.find(id_in(of(), next, key::scope));
        if (left == nullptr) return;
        if (left->shielded) lower_shield(*left, next.t);
        if (of().text(next, key::outcome) == "late" && left->due >= 0) look_at_late(next, *left);
        told_[left->task].top_scope = left->outer;
        scopes_.erase(left->id);
    }

    // A deadline passed, and the block came to its end without a trap at which it could be told.
    void look_at_late(const event& left, const scope_row& scope) {
        const std::int64_t late = left.t - since_shields(left.task, scope.due);
        if (late < limits_.cancel_slow) return;
        found_.add(rule_id::cancel_slow, left.at, late, {{scope.cancel, left.seq}, {left.task}, {}},
                   [&] {
                       return "The deadline of a block of " + name(left.task) + " passed " +
                              duration_text(late) + " before the block ended" +
                              in_brackets(of(), left.at) +
                              ": it asked for nothing meanwhile, so it could not be told.";
                   });
    }

    void request(const event& next) {
        const std::uint32_t scope = id_in(of(), next, key::scope);
        if (scope_row* asked = scope == 0 ? nullptr : scopes_.change(scope)) {
            asked->cancel = next.seq;
            asked->cancel_t = next.t;
        }
        if (scope != 0) return;
        told_row& target = told_[id_in(of(), next, key::target)];
        target.asked = next.seq;
        target.asked_t = next.t;
    }

    // Since when nothing but the task itself keeps a cancel away that was asked for at time t.
    std::int64_t since_shields(std::uint32_t task, std::int64_t t) const {
        std::uint32_t inside = 0;  // of a pool's owner only what is around the pool counts
        for (int depth = 0; depth < deepest_pool; ++depth) {
            const told_row* who = told_.find(task);
            const task_row* row = scene_.task(task);
            const bool counts = who != nullptr && (depth == 0 || who->shield < inside);
            if (counts) t = std::max(t, who->shield_down);
            if (row == nullptr || row->pool == 0) return t;
            if (depth == 0) t = std::max(t, row->born);
            const pool_row* pool = pools_.find(row->pool);
            const scope_row* home = pool == nullptr ? nullptr : scopes_.find(pool->scope);
            if (home == nullptr) return t;
            inside = home->id;
            task = home->task;
        }
        return t;
    }

    void deliver(const event& next) {
        told_row& who = told_[next.task];
        who.asked = 0;
        if (who.request == next.cause) {
            if (++who.times == deaf) tell_deaf(next);
            return;
        }
        who.request = next.cause;
        who.times = 1;
        const event asked = of().events[of().index_of(next.cause)];
        if (asked.seq == next.cause) tell_slow(next, next.cause, asked.t, ", and was told only ");
    }

    void tell_slow(const event& end, std::uint64_t asked, std::int64_t asked_t, const char* what) {
        const std::int64_t length = end.t - since_shields(end.task, asked_t);
        if (length < limits_.cancel_slow) return;
        const task_row* who = scene_.task(end.task);
        found_.add(rule_id::cancel_slow, who == nullptr ? 0 : who->born_at, length,
                   {{asked, end.seq}, {end.task}, {}}, [&] {
                       return name(end.task) + " was asked to stop" + what + duration_text(length) +
                              " later" + in_brackets(of(), end.at) + ".";
                   });
    }

    void tell_deaf(const event& next) {
        found_.add(rule_id::cancel_absorbed, next.task, 1,
                   {{next.cause, next.seq}, {next.task}, {}}, [&] {
                       return name(next.task) + " has been told to stop " + std::to_string(deaf) +
                              " times, and still goes on.";
                   });
    }

    // Who ends by itself while the whole run ends has done no harm.
    void look_at_absorbed(const event& told) {
        const std::string_view source = of().text(told, key::source);
        const std::uint32_t scope = id_in(of(), told, key::scope);
        if (scope == 0 && (source == "shutdown" || source == "interrupt")) return;
        const task_row* who = scene_.task(told.task);
        const std::uint32_t at = told.at != 0 || who == nullptr ? told.at : who->born_at;
        const told_row* row = told_.find(told.task);
        found_.add(rule_id::cancel_absorbed, at, 0,
                   {{told.seq, row == nullptr ? 0 : row->request}, {told.task}, {}}, [&] {
                       return name(told.task) + " was told to stop (" +
                              one_line(of().text(told, key::reason)) +
                              ") and ended as if nothing had been said" + in_brackets(of(), at) +
                              ".";
                   });
    }

    // Ended without a trap at which it could be told: it looked up too late to be stopped at all.
    void look_at_exit(const event& exit) {
        const told_row* who = told_.find(exit.task);
        if (who != nullptr && who->asked != 0)
            return tell_slow(exit, who->asked, who->asked_t, ", and ended by itself ");
        const task_row* row = scene_.task(exit.task);
        const pool_row* pool = row == nullptr ? nullptr : pools_.find(row->pool);
        const scope_row* home = pool == nullptr ? nullptr : scopes_.find(pool->scope);
        if (home == nullptr || home->cancel == 0) return;
        if (who != nullptr && who->request != 0) return;
        tell_slow(exit, home->cancel, home->cancel_t, ", and ended by itself ");
    }

    id_table<told_row> told_;
    id_table<scope_row> scopes_;
    id_table<pool_row> pools_;
};

}  // namespace

made_family cancel_warnings(const scene& now, const check_limits& from, findings& into) {
    return std::make_unique<cancel_family>(now, from, into);
}

}  // namespace giambio::trace
