// The plain door: what a task asks for that cannot block.
//
// Tasks call in through traps/door.hpp. Each call does its work, or has schedule.cpp do it, tells
// the chronicle and returns to the task, which has been running all the time.
// Not here: anything that waits (handlers.cpp), descriptors (plain_io.cpp).
// Kept true: no call resumes anybody (rule R1).
// Internal to kernel/.
#include "kernel/kernel.hpp"
#include "traps/coroutine.hpp"
#include "traps/locals.hpp"

#include <cstdio>
#include <exception>

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

namespace {

// Nobody but the newcomer has the coroutine any more.
[[noreturn]] void turn_away(const newcomer& late) {
    late.outermost->self().destroy();
    throw misuse("the run is over; nobody is left to run a new task");
}

}  // namespace

// The record is made at once; before the run begins it waits in `early_` for its number.
frame& kernel::spawn(const newcomer& who, site at) {
    if (over_) turn_away(who);
    task_record& made = tasks_.take();
    made.innermost = who.outermost;
    who.outermost->mailbox = &made;
    made.owner = who.owner;
    if (who.daemon) made.daemon = true;
    made.origin = &origin_of(who, at);
    if (running_ != nullptr && running_->locals() != nullptr) inherit_locals(*running_, made);
    if (begun_) {
        admit(made);
    } else {
        early_.push_back(&made);
    }
    return made;
}

namespace {

// Discussion: names have few letters. To call for the comparison of any two texts takes 3 ns.
bool same_name(std::string_view one, std::string_view other) {
    if (one.size() != other.size()) return false;
    for (std::size_t place = 0; place < one.size(); ++place) {
        if (one[place] != other[place]) return false;
    }
    return true;
}

bool came_like(const task_origin& before, const newcomer& who, task_id parent, site at) {
    return before.parent == parent && same_site(before.born, at) &&
           same_site(before.body, who.outermost->standing_at) && before.keeper == who.keeper &&
           (before.named ? same_name(before.name, who.name) : who.name.empty());
}

// Apart, so that the way which is nearly always taken is short.
[[gnu::noinline]] void replace(task_origin*& latest, const newcomer& who, task_id parent, site at) {
    let_go(latest);
    const bool named = !who.name.empty();
    const site body = who.outermost->standing_at;
    latest = new task_origin{std::string(who.name), named, body, at, parent, who.keeper};
}

}  // namespace

// How this task came about. Those that a loop spawns at one line share one origin, so it is
// compared with the latest newcomer's.
task_origin& kernel::origin_of(const newcomer& who, site at) {
    if (latest_origin_ == nullptr || !came_like(*latest_origin_, who, who_runs(), at)) {
        replace(latest_origin_, who, who_runs(), at);
    }
    ++latest_origin_->holders;
    return *latest_origin_;
}

// An object hands something to a task that waits in its line. What made it do so is the operation
// that it has just told, or else the running step.
void kernel::wake(frame& waiting, site at) {
    auto& who = static_cast<task_record&>(waiting);
    who.grant();
    make_ready(who, "object", who_runs(), because(), at);
}

void kernel::wake_in_vain(frame& waiting, refusal why, const char* sentence) {
    auto& who = static_cast<task_record&>(waiting);
    who.refuse(why, sentence);
    make_ready(who, "closed", who_runs(), because(), {});
}

void kernel::cancel(frame& target, std::string reason, site at) {
    if (!target.ended && !tasks_.has(target))
        throw misuse("this task lives in another run; leave a call there that cancels it");
    const actor by = who_acts();
    request_cancel(
        static_cast<task_record&>(target), nullptr,
        {.source = cancel_source::by_request, .requester = by.by, .reason = std::move(reason)},
        by.step, at);
}

void kernel::adopt(frame& child, task_owner* to, site at) {
    auto& who = static_cast<task_record&>(child);
    task_owner* from = who.owner;
    leave_family(who);
    who.owner = to;
    join_family(who);
    last_operation_ = told_.adopted(who_acts(), who, at);
    if (from != nullptr) from->child_left(who);
    if (to != nullptr) to->child_came(who);
    spread(who, nullptr);
}

wait_list& kernel::idle_line() {
    if (idle_ == nullptr) idle_ = std::make_unique<wait_list>("idle", site{});
    return *idle_;
}

object_id kernel::new_object(const char* type, site at) {
    const object_id made{next_number(last_object_)};
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

// --- what is probably a mistake: told in the trace and, unless that is switched off, to people

void kernel::dropped(site written_at) noexcept {
    told_.dropped(who_acts(), written_at);
    if (std::uncaught_exceptions() > 0) return;  // an error, or a cancel, came before the await
    warn(function_name(written_at) + " was called but never awaited, so it did nothing",
         written_at);
}

// A handle may be let go in a later run than its task's, which does not know the task. And who is
// on the way out with an error, or is cancelled, has not forgotten to ask.
void kernel::never_joined(const frame& ended) noexcept {
    if (!tasks_.has(ended) || std::uncaught_exceptions() > 0) return;
    told_.never_joined(who_acts(), ended);
    warn("nobody asked for what #" + std::to_string(number_of(ended.id)) + " " + ended.name() +
             " returned; join it, or return nothing",
         ended.origin->born);
}

void kernel::absorbed(const task_record& ended) {
    told_.cancel_absorbed(ended, *ended.cancel(), step_, {});
    warn("#" + std::to_string(number_of(ended.id)) + " " + ended.name() +
             " caught its cancel and went on: " + ended.cancel()->reason,
         ended.origin->born);
}

void kernel::warn(const std::string& sentence, const site& at) const noexcept {
    if (!warnings_) return;
    std::fprintf(stderr, "giambio: warning: %s (%s:%u)\n", sentence.c_str(), at.file_name(),
                 static_cast<unsigned>(at.line()));
}
}  // namespace giambio
