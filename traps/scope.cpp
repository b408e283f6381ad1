// Which cancel a task must obey, and who catches it. See scope.hpp.
//
// The chain of scopes around a task leads from its own scopes, innermost first, to the task itself,
// then to the scope of the pool that it belongs to, and so on to the main task.
// Not here: waking those who shall stop (kernel/cancelling.cpp).
// Internal to traps/.
#include "traps/scope.hpp"

#include <algorithm>

namespace giambio {

namespace {

// Walks the chain from `first`, a scope of the task `in`. Calls look(scope) for each scope and
// cross(task) where the chain leaves a task; stops behind a shield.
template <class Look, class Cross>
void walk_outward(const scope_record* first, const frame* in, Look look, Cross cross) {
    while (true) {
        for (; first != nullptr; first = first->outer) {
            look(*first);
            if (first->shielded) return;
        }
        cross(*in);
        if (in->owner == nullptr) return;
        first = in->owner->home;
        in = first->owner;
    }
}

cancel_note* outermost_note(const scope_record* first, const frame& in) {
    cancel_note* found = nullptr;
    walk_outward(
        first, &in,
        [&](const scope_record& each) {
            if (each.cancel != nullptr) found = each.cancel.get();
        },
        [&](const frame& task) {
            if (task.cancel() != nullptr) found = task.cancel();
        });
    return found;
}

void refuse_negative(const std::optional<duration>& length) {
    if (!length || *length >= duration::zero()) return;
    throw misuse("a time limit cannot be negative; use 0 to cancel at the first trap");
}

}  // namespace

cancel_note* effective_cancel(const frame& of) {
    return outermost_note(of.scope, of);
}

scope_record* scope_limited_by(const frame& of, timer_id deadline) {
    scope_record* found = of.scope;
    while (found != nullptr && found->deadline != deadline) found = found->outer;
    return found;
}

cancel_note* cancel_around(const scope_record& inner) {
    return inner.shielded ? nullptr : outermost_note(inner.outer, *inner.owner);
}

moment effective_deadline() {
    const frame& me = door().current();
    if (me.shall_stop) return moment::min();
    moment earliest = moment::max();
    walk_outward(
        me.scope, &me,
        [&](const scope_record& each) {
            earliest = std::min(earliest, each.due.value_or(earliest));
        },
        [](const frame&) {});
    return earliest;
}

scope::scope(limits chosen) : after_(chosen.after) {
    refuse_negative(chosen.after);
    record_.due = chosen.at;
    record_.shielded = chosen.shield;
}

coroutine<bool> scope::run(coroutine<void> body, site at) {
    inside here(*this, at);
    try {
        co_await std::move(body);
        here.returned();
    } catch (const cancelled&) {
        if (!here.catches()) throw;
    }
    co_return !caught();
}

void scope::cancel(std::string reason, site at) {
    door().cancel_scope(record_, cancel_source::by_request, std::move(reason), at);
}

void scope::shield(bool up, site at) {
    door().change_scope(record_, record_.due, up, at);
}

void scope::move_deadline(std::optional<moment> due, site at) {
    after_.reset();  // before the scope is entered it would still hold
    door().change_scope(record_, due, record_.shielded, at);
}

scope::inside::inside(scope& entered, site at, object_id pool) : scope_(&entered), at_(at) {
    if (record().owner != nullptr) {
        throw misuse("a scope has one body in its life; make a new scope for each");
    }
    record().pool = pool;
    if (entered.after_) {
        const moment due = later(door().now(), *entered.after_);
        record().due = std::min(due, record().due.value_or(due));
    }
    door().enter_scope(record(), at);
}

scope::inside::~inside() {
    door().leave_scope(record(), scope_->how_, at_);
}

bool scope::inside::catches() {
    if (record().cancel == nullptr || cancel_around(record()) != nullptr) return false;
    scope_->how_ = leaving::caught;
    return true;
}

}  // namespace giambio
