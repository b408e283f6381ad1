// A scope's entry and exit are plain calls to the kernel; what it decides alone is who catches.
// Internal to traps/.
#include "traps/scope.hpp"

#include "traps/door.hpp"

namespace giambio {

scope::scope(std::optional<duration> limit, site at) : at_(at) {
    if (limit && *limit < duration::zero()) {
        throw misuse("a time limit cannot be negative; use 0 to cancel at the first trap");
    }
    door().enter_scope(record_, limit, at);
}

scope::~scope() {
    door().leave_scope(record_, at_);
}

void scope::cancel(std::string reason, site at) {
    door().cancel_scope(record_, std::move(reason), at);
}

bool scope::caught() const {
    // Inner scopes are left by now, so every other cancel that counts is further out.
    return cancel_requested() && record_.owner->cancels == 1;
}

}  // namespace giambio
