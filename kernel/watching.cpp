// Those who watch a run: observers that come and go, and threads that look at its board.
//
// async_scheduler calls in, and the loop when its bell has rung or somebody watches.
// Not here: the board itself (watch_post.cpp), what is told (chronicle.cpp), keeping and handing
// over (tape.cpp).
// Kept true: watching changes nothing for the tasks.
// Internal to kernel/.
#include "kernel/kernel.hpp"

namespace giambio {

run_facts kernel::facts() const {
    return {time_.name(), io_.name(), io_.seed(), budget_, shuffle_};
}

void kernel::add_observer(observer& newcomer, bool at_once) {
    if (at_once) told_.hand_over_at_once();
    told_.add(newcomer);
    if (begun_) told_.begin(facts(), &newcomer);  // the others were told when the run began
}

bool kernel::add_late_observer(observer& newcomer) {
    if (told_.on() || !begun_ || running_ != nullptr) return false;
    add_observer(newcomer, false);
    tell_what_is_there();
    return told_.on();
}

loop_statistics kernel::count() const {
    loop_statistics told;
    told.turn = told_.turn;
    told.now = time_.now();
    told.living = awaited_ + daemons_;
    told.daemons = daemons_;
    told.ready = ready_.size();
    told.running = running_ != nullptr ? 1 : 0;
    told.parked = told.living - told.ready - told.running;
    told.timers = timers_.size();
    if (!timers_.empty()) told.next_deadline = timers_.earliest().due;
    told.queued_posts = posts_->queued();
    told.tasks_on_descriptors = waits_.waiting;
    told.watched_descriptors = waits_.watched;
    told.steps = ready_.gone();
    return told;
}

bool kernel::cancel_task(task_id wanted, const std::string& reason) {
    for (task_record* each : tasks_.living()) {
        if (each->id != wanted) continue;
        cancel(*each, reason, {});
        return true;
    }
    return false;
}

// Whether somebody watches is asked between two turns, so that a step begins and ends in the same
// way.
void kernel::report_to_watchers() {
    watched_ = board_->watched();
    if (!watched_ || !board_->report_is_due()) return;
    const machine_time begun = std::chrono::steady_clock::now();
    board_->publish(std::make_shared<const loop_report>(loop_report{count(), look(true)}), begun);
}

}  // namespace giambio
