// Standing in line: see line.hpp.
// Internal to traps/.
#include "traps/line.hpp"

#include "traps/door.hpp"

namespace giambio {

void line::join_at_back(frame& newcomer) {
    check(newcomer.standing_in == nullptr, "a task cannot stand in two lines");
    newcomer.standing_in = this;
    newcomer.ahead = youngest_;
    newcomer.behind = nullptr;
    (youngest_ != nullptr ? youngest_->behind : oldest_) = &newcomer;
    youngest_ = &newcomer;
    ++size_;
}

void line::leave(frame& member) {
    check(member.standing_in == this, "a task leaves a line in which it does not stand");
    (member.ahead != nullptr ? member.ahead->behind : oldest_) = member.behind;
    (member.behind != nullptr ? member.behind->ahead : youngest_) = member.ahead;
    member.ahead = member.behind = nullptr;
    member.standing_in = nullptr;
    --size_;
}

wait_list::wait_list(const char* type, site at) : type_(type), made_at_(at) {
    if (door_if_open() != nullptr) id();
}

wait_list::~wait_list() {
    check(empty(),
          "an object was destroyed while a task still waits on it; does it live longer than the "
          "tasks that use it?");
    kernel_door* kernel = door_if_open();
    if (kernel != nullptr && id_ != object_id::none) kernel->end_object(id_);
}

object_id wait_list::id() {
    if (id_ == object_id::none) id_ = door().new_object(type_, made_at_);
    return id_;
}

}  // namespace giambio
