// The plain door: what a task asks for that cannot block.
//
// Tasks call in through traps/door.hpp. Each call does its work, or has schedule.cpp do it, tells
// the chronicle and returns to the task, which has been running all the time.
// Not here: anything that waits (handlers.cpp), descriptors (plain_io.cpp).
// Kept true: no call resumes anybody (rule R1).
// Internal to kernel/.
#include "kernel/kernel.hpp"
#include "traps/coroutine.hpp"

namespace giambio {

frame& kernel::current() {
    if (running_ == nullptr) throw misuse("no task is running: the loop itself is at work");
    return *running_;
}

void kernel::busy(duration length, site at) {
    if (length < duration::zero()) throw misuse("busy takes a length of time, not a negative one");
    time_.burn(length);
    told_.burned(who_acts(), length, at);
}

// The record is made at once; before the run begins it waits in `early_` for its number.
frame& kernel::spawn(newcomer who, site at) {
    auto* made = new task_record;
    made->outermost = made->innermost = who.outermost;
    made->outermost->mailbox = made;
    made->keep = who.keep;
    made->name = std::move(who.name);
    made->born = at;
    if (begun_) {
        admit(*made);
    } else {
        early_.push_back(made);
    }
    return *made;
}

// An object hands something to a task that waits in its line. What made it do so is the operation
// that it has just told, or else the running step.
void kernel::wake(frame& waiting, site at) {
    auto& who = static_cast<task_record&>(waiting);
    who.answer = {};
    const seq cause = last_operation_ != 0 ? last_operation_ : who_acts().step;
    make_ready(who, "object", who_runs(), cause, at);
}

void kernel::forsake(frame& waiting, const char* complaint) {
    auto& who = static_cast<task_record&>(waiting);
    who.complaint = complaint;
    who.answer = {refusal::misuse, 0};
    make_ready(who, "closed", who_runs(), who_acts().step, {});
}

void kernel::cancel(frame& target, std::string reason, site at) {
    const actor by = who_acts();
    request_cancel(
        static_cast<task_record&>(target), nullptr,
        {.source = cancel_source::by_request, .requester = by.by, .reason = std::move(reason)},
        by.step, at);
}

void kernel::cancel_scope(scope_record& target, std::string reason, site at) {
    const actor by = who_acts();
    request_cancel(
        static_cast<task_record&>(*target.owner), &target,
        {.source = cancel_source::by_request, .requester = by.by, .reason = std::move(reason)},
        by.step, at);
}

void kernel::enter_scope(scope_record& entered, std::optional<duration> limit, site at) {
    auto& who = static_cast<task_record&>(current());
    entered.id = scope_id{++last_scope_};
    entered.owner = &who;
    entered.outer = who.scope;
    who.scope = &entered;
    const moment due = limit ? later(now(), *limit) : moment{-1};
    entered.entered = told_.scope_entered(who_acts(), entered, due, at);
    if (!limit) return;
    if (*limit > duration::zero()) {
        arm(entered.deadline, due, who, &entered, entered.entered, at);
    } else {
        expire(entered, entered.entered);  // no time at all: the first trap is told
    }
}

// A deadline that is left armed would cancel some later block (rule R10).
void kernel::leave_scope(scope_record& left, site at) {
    check(left.owner->scope == &left, "scopes of one task are left in the order of blocks");
    left.owner->scope = left.outer;
    if (left.cancel != nullptr) --left.owner->cancels;
    if (left.deadline.armed()) disarm(left.deadline, who_acts().step);
    told_.scope_left(who_acts(), left, at);
}

object_id kernel::new_object(const char* type, site at) {
    const object_id made{++last_object_};
    told_.object_made(who_acts(), made, type, at);
    return made;
}

void kernel::end_object(object_id gone) {
    told_.object_ended(who_acts(), gone);
}

void kernel::object_did(object_id which, const char* operation, task_id holder, std::int64_t length,
                        site at) {
    last_operation_ = told_.object_did(who_acts(), which, operation, holder, length, at);
}

void kernel::say(said how, std::string_view text, site at) {
    if (how == said::log) told_.said_log(who_acts(), text, at);
    if (how == said::mark) told_.said_mark(who_acts(), text, at);
}

void kernel::dropped(site written_at) noexcept {
    told_.dropped(who_acts(), written_at);
}
}  // namespace giambio
