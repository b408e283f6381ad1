// The board between a loop and those who watch it. See watch_post.hpp.
// Internal to kernel/.
#include "kernel/watch_post.hpp"

#include "kernel/task.hpp"

#include <algorithm>

namespace giambio {

namespace {

// Somebody who watches sees nothing older, as long as turns go by.
constexpr std::chrono::milliseconds report_age{50};
// A report of very many tasks takes its time; it may cost the run this part of all time, no more.
constexpr int report_share = 20;

}  // namespace

// --- any thread

// The loop looks for newcomers when its bell has rung. Who was there before the run is seen by it
// at its beginning.
void watch_board::watchers(int more) {
    watchers_ += more;
    if (more < 0) return;
    std::shared_ptr<post_box> box;  // let go outside the lock, for it may be the last
    {
        const std::lock_guard held(guard_);
        box = box_.lock();
    }
    if (box != nullptr) box->ring();
}

report_pointer watch_board::latest() const {
    const std::lock_guard held(guard_);
    return latest_;
}

report_pointer watch_board::fresh(std::chrono::milliseconds limit) {
    std::shared_ptr<post_box> box;  // before the lock, so that it is let go outside
    std::unique_lock held(guard_);
    box = box_.lock();
    if (box == nullptr) return latest_;
    const std::uint64_t seen = reports_;
    asked_ = true;
    box->ring();  // a loop that sleeps begins a new turn
    published_.wait_for(held, limit, [&] { return reports_ != seen || box_.lock() == nullptr; });
    return latest_;
}

// A step that began before anybody watched is known by its number only; the last report may know
// the task's name all the same.
std::optional<running_step> watch_board::running(machine_time watching_since) const {
    const std::lock_guard held(guard_);
    const task_id now = runs_ != nullptr ? runs_->number_from_outside() : task_id::none;
    if (now == task_id::none) return std::nullopt;
    if (shown_.task == now) return shown_;
    running_step known{now, "", watching_since};
    if (latest_ == nullptr) return known;
    for (const snapshot::task_line& each : latest_->state.tasks) {
        if (each.id == number_of(now)) known.name = each.name;
    }
    return known;
}

// --- the scheduler

void watch_board::open(const std::shared_ptr<post_box>& box) {
    {
        const std::lock_guard held(guard_);
        box_ = box;
        if (box == nullptr) latest_ = nullptr;
        shown_ = {};
    }
    next_report_ = {};
    published_.notify_all();
}

// --- the loop

bool watch_board::report_is_due() const {
    if (asked_.load(std::memory_order_acquire)) return true;
    return std::chrono::steady_clock::now() >= next_report_;
}

void watch_board::publish(report_pointer made, machine_time begun) {
    const machine_time now = std::chrono::steady_clock::now();
    next_report_ = now + std::max<machine_time::duration>(report_age, report_share * (now - begun));
    {
        const std::lock_guard held(guard_);
        asked_ = false;
        latest_.swap(made);
        ++reports_;
    }
    published_.notify_all();
}

void watch_board::tells_who_runs(const running_task* kept) {
    const std::lock_guard held(guard_);
    runs_ = kept;
}

void watch_board::show(const frame& who) {
    const std::lock_guard held(guard_);
    shown_.task = who.id;
    shown_.name = who.name();
    shown_.since = std::chrono::steady_clock::now();
}

void watch_board::show_nobody() {
    const std::lock_guard held(guard_);
    shown_.task = task_id::none;
}

}  // namespace giambio
