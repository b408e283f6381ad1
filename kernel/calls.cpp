// The plain door: calls that cannot block, and the kernel's beginning.
//
// Tasks call in through traps/door.hpp. Each call does its work, or has schedule.cpp do it, writes what
// it did and returns.
// Not here: anything that waits (handlers.cpp).
// Internal to kernel/.
#include "kernel/kernel.hpp"
#include "kernel/words.hpp"
#include "traps/coroutine.hpp"

#include <cstring>

namespace giambio {

kernel::kernel(const kernel_parts& parts)
    : time_(parts.time),
      io_(parts.io),
      interrupts_(parts.interrupts),
      tape_(parts.watchers, parts.time, parts.tape_capacity),
      budget_(parts.budget),
      payload_(parts.payload) {}

// Tasks that were spawned but never run: they have no life to clean up, only memory.
kernel::~kernel() {
    for (task_record* each : early_) {
        each->outermost->self.destroy();
        each->ended = true;
        each->was_cancelled = true;
        if (each->handles == 0) delete each;
    }
}

void kernel::begin(task_record& main) {
    begun_ = true;
    main_ = &main;
    tape_.begin({time_.name(), io_.name(), io_.seed(), budget_});
    begin_seq_ = tape_.write({.kind = happening::run_begin});
    // The main task is the first, whatever was spawned before it.
    admit(main);
    for (task_record* each : early_) {
        if (each != &main) admit(*each);
    }
    early_.clear();
}

frame& kernel::current() {
    if (running_ == nullptr) throw misuse("no task is running: the loop itself is at work");
    return *running_;
}

void kernel::busy(duration length, site at) {
    if (length < duration::zero()) throw misuse("busy takes a length of time, not a negative one");
    time_.burn(length);
    tape_.write({.kind = happening::busy,
                 .cause = this_step(),
                 .task = who_runs(),
                 .a = length.count(),
                 .at = at});
}

frame& kernel::spawn(newcomer who, site at) {
    auto* made = new task_record;
    made->outermost = made->innermost = who.outermost;
    made->outermost->mailbox = made;
    made->keep = who.keep;
    made->name = std::move(who.name);
    made->born = at;
    // Nobody may hold a handle yet, and a run must not end a task whose handle is being made.
    if (begun_) {
        admit(*made);
    } else {
        early_.push_back(made);
    }
    return *made;
}

void kernel::wake(frame& waiting, site at) {
    auto& who = static_cast<task_record&>(waiting);
    who.answer = {};
    const std::uint64_t cause = last_operation_ != 0 ? last_operation_ : this_step();
    make_ready(who, "object", who_runs(), cause, at);
}

void kernel::cancel(frame& target, std::string reason, site at) {
    request_cancel(static_cast<task_record&>(target), nullptr,
                   {cancel_source::by_request, who_runs(), 0, std::move(reason)}, this_step(), at);
}

void kernel::enter_scope(scope_record& entered, std::optional<duration> limit, site at) {
    auto& who = static_cast<task_record&>(current());
    entered.id = scope_id{++last_scope_};
    entered.owner = &who;
    entered.outer = who.scope;
    who.scope = &entered;
    const moment due = limit ? now() + *limit : moment{-1};
    entered.entered = tape_.write({.kind = happening::scope_enter,
                                   .cause = who.step,
                                   .task = who.id,
                                   .id = number_of(entered.id),
                                   .a = due.count(),
                                   .at = at});
    if (limit) arm(entered.deadline, due, who, &entered, entered.entered, at);
}

void kernel::leave_scope(scope_record& left, site at) {
    check(left.owner->scope == &left, "scopes of one task are left in the order of blocks");
    left.owner->scope = left.outer;
    if (left.cancel != nullptr) --left.owner->cancels;
    // A deadline that is left armed would cancel some later block (rule R10).
    if (left.deadline.armed()) disarm(left.deadline, this_step());
    const char* outcome = "left";
    if (left.cancel != nullptr) {
        outcome = left.cancel->source == cancel_source::deadline ? "timed_out" : "cancelled";
    }
    tape_.write({.kind = happening::scope_leave,
                 .cause = this_step(),
                 .task = left.owner->id,
                 .id = number_of(left.id),
                 .word = outcome,
                 .at = at});
}

void kernel::cancel_scope(scope_record& target, std::string reason, site at) {
    request_cancel(static_cast<task_record&>(*target.owner), &target,
                   {cancel_source::by_request, who_runs(), 0, std::move(reason)}, this_step(), at);
}

object_id kernel::new_object(const char* type, site at) {
    const object_id made{++last_object_};
    tape_.write({.kind = happening::object_new,
                 .cause = this_step(),
                 .task = who_runs(),
                 .id = number_of(made),
                 .word = type,
                 .at = at});
    return made;
}

void kernel::end_object(object_id gone) {
    tape_.write({.kind = happening::object_end,
                 .cause = this_step(),
                 .task = who_runs(),
                 .id = number_of(gone)});
}

void kernel::object_did(object_id which, const char* operation, task_id holder, std::int64_t length,
                        site at) {
    last_operation_ = tape_.write({.kind = happening::object_op,
                                   .cause = this_step(),
                                   .task = who_runs(),
                                   .id = number_of(which),
                                   .second = number_of(holder),
                                   .word = operation,
                                   .a = length,
                                   .at = at});
}

void kernel::say(said how, std::string_view text, site at) {
    tape_.write({.kind = how == said::log ? happening::log : happening::mark,
                 .cause = this_step(),
                 .task = who_runs(),
                 .at = at},
                text);
}

void kernel::dropped(site written_at) noexcept {
    tape_.write({.kind = happening::coroutine_dropped,
                 .cause = this_step(),
                 .task = who_runs(),
                 .at = written_at},
                function_name(written_at));
}

}  // namespace giambio
