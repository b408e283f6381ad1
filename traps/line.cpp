// An object's number and holder, and what becomes of its waiters when either is gone. See line.hpp;
// standing in line itself is in frame.hpp.
// Internal to traps/.
#include "traps/line.hpp"

#include "traps/door.hpp"

namespace giambio {

wait_list::wait_list(const char* type, site at) : type_(type), made_at_(at) {
    if (door_if_open() != nullptr) id();
}

wait_list::~wait_list() {
    hold(nullptr);
    kernel_door* kernel = door_if_open();
    check(empty() || kernel != nullptr, "a task waits on an object, but no run is going on");
    // It happens when a task is cancelled, or fails, before those that wait on what it owns.
    while (!empty()) {
        kernel->wake_in_vain(
            *oldest(), refusal::misuse,
            "the object that this task waited on is gone; let objects live longer than "
            "the tasks that use them");
    }
    if (id_ != object_id::none && run_ == run_number()) kernel->end_object(id_);
}

object_id wait_list::id() {
    if (run_ == run_number() && id_ != object_id::none) return id_;
    id_ = door().new_object(type_, made_at_);
    run_ = run_number();
    epitaph_ = nullptr;
    return id_;
}

// What a task holds is a list that begins in its mailbox, so its end finds them all.
void wait_list::hold(frame* by) {
    if (held_by_ != nullptr) {
        (previous_held_ != nullptr ? previous_held_->next_held_ : held_by_->extras->held) =
            next_held_;
        if (next_held_ != nullptr) next_held_->previous_held_ = previous_held_;
        next_held_ = previous_held_ = nullptr;
    }
    held_by_ = by;
    holder = by != nullptr ? by->id : task_id::none;
    if (by == nullptr) return;
    task_extras& kept = by->with_extras();
    next_held_ = kept.held;
    if (next_held_ != nullptr) next_held_->previous_held_ = this;
    kept.held = this;
}

void wait_list::refuse_if_abandoned() const {
    // In another run the task that died, and the text, mean nothing any more.
    if (epitaph_ != nullptr && run_ == run_number()) throw owner_gone(epitaph_);
}

void wait_list::abandon(const char* epitaph) {
    hold(nullptr);
    epitaph_ = epitaph;
    door().object_did(id(), "abandon", task_id::none, static_cast<std::int64_t>(size()), {});
    while (!empty()) door().wake_in_vain(*oldest(), refusal::abandoned, epitaph);
}

}  // namespace giambio
