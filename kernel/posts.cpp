// What other threads have left for the loop to do.
//
// The loop calls in after each poll, which is not left out when the bell has rung. Each call runs
// in the loop's thread, outside any step; whatever it wakes or spawns has the `post` as its cause.
// Not here: the box itself (traps/post_box.cpp).
// Kept true: a turn makes only the calls that were there when it looked, so calls that post calls
// cannot keep the loop for themselves.
// Internal to kernel/.
#include "kernel/kernel.hpp"

namespace giambio {

// One look at a flag when there is nothing, which is nearly always.
bool kernel::make_posted_calls() {
    if (!posts_->waiting()) return false;
    for (const post_box::call& each : posts_->take()) {
        last_operation_ = told_.posted();
        try {
            each();
        } catch (...) {
            const std::exception_ptr error = std::current_exception();
            failures_.push_back({"a posted call", error});
            cancel_everyone(cancel_source::failure, "a posted call failed: " + text_of(error),
                            last_operation_);
        }
    }
    // There may be nobody left whom a daemon that has come could serve.
    if (awaited_ == 0 && !ending_) dismiss_daemons(last_operation_);
    last_operation_ = 0;
    return true;
}

void kernel::signal_came(int signo) {
    last_operation_ = told_.signalled(signo, last_operation_);
}

// Could somebody outside still post? Not only a thread that works for us: whoever has a handle.
bool kernel::may_be_called() const {
    // Who posts and then lets its handle go must be seen by one of the questions.
    return posts_->expected() > 0 || posts_->known() > 0 || posts_->waiting();
}

// Under the virtual clock work in another thread takes no time of the run: the loop waits for it
// before it moves the hands. For somebody who only might post it waits when nothing else is left.
// After: a call or a Ctrl-C that has come is obeyed before any time passes.
void kernel::wait_for_threads(patience& allowed) {
    const auto must_look = [this] {
        return posts_->waiting() || (interrupts_ != nullptr && interrupts_->pending());
    };
    const auto wait = [this] {
        posts_->wait_for_bell();
        posts_->silence();
        report_to_watchers();
    };
    if (time_.is_virtual()) {
        while (posts_->expected() > 0 && !must_look()) wait();
        const bool nothing_else = !allowed.limit && !io_.may_report(waits_.watched);
        if (nothing_else && !must_look()) wait();
    }
    if (must_look()) allowed.limit = duration::zero();
}

}  // namespace giambio
