// Looking at a loop from another thread, also while one of its steps does not end.
//
// `scheduler.watch()` gives a watch_post to any thread. Behind it is a board that the loop writes
// on: at the beginning of a turn a report of everything, when somebody has asked or the last one is
// old; and while somebody watches, at each step who runs. Who comes when a step is going on already
// reads its number where the kernel itself keeps it.
// Not here: what a report tells (kernel/report.hpp), filling it (watching.cpp, snapshot.cpp).
// Kept true: a report is never changed after it was published; no thread but the loop's own ever
// looks at more of a task than its number.
// Public.
#pragma once

#include "kernel/report.hpp"
#include "traps/frame.hpp"
#include "traps/post_box.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace giambio {

class running_task;

using report_pointer = std::shared_ptr<const loop_report>;
using machine_time = std::chrono::steady_clock::time_point;

// A step that has begun and not ended.
struct running_step {
    task_id task = task_id::none;
    std::string name;      // empty: it began before anybody watched
    machine_time since{};  // when it began, or when the watching did
};

class watch_board {
public:
    // --- any thread
    void watchers(int more);
    report_pointer latest() const;
    // Asks the loop for a report and waits for it; after `limit` the latest one has to do.
    report_pointer fresh(std::chrono::milliseconds limit);
    std::optional<running_step> running(machine_time watching_since) const;

    // --- async_scheduler: a run begins, with this box, or has ended (null)
    void open(const std::shared_ptr<post_box>& box);

    // --- the loop's own thread
    bool watched() const { return watchers_.load(std::memory_order_relaxed) > 0; }
    bool report_is_due() const;
    void publish(report_pointer made, machine_time begun);
    // Where the kernel keeps who runs; null: it is about to go. (A step that ends with a yield is
    // not seen to end before the next one begins, which is at once.)
    void tells_who_runs(const running_task* kept);
    // While somebody watches: a step begins, with its name and time; a batch has ended.
    void show(const frame& who);
    void show_nobody();

private:
    std::atomic<int> watchers_{0};
    std::atomic<bool> asked_{false};
    machine_time next_report_{};  // the loop's own

    mutable std::mutex guard_;  // of what follows
    std::condition_variable published_;
    std::uint64_t reports_ = 0;
    report_pointer latest_;
    std::weak_ptr<post_box> box_;  // empty: no run is going on
    running_step shown_;
    const running_task* runs_ = nullptr;
};

// A place from which to watch. As long as one exists, the loop takes the trouble to report.
class watch_post {
public:
    explicit watch_post(std::shared_ptr<watch_board> board)
        : board_(std::move(board)), since_(std::chrono::steady_clock::now()) {
        board_->watchers(+1);
    }
    watch_post(const watch_post& other) : board_(other.board_), since_(other.since_) {
        board_->watchers(+1);
    }
    watch_post(watch_post&& other) noexcept
        : board_(std::move(other.board_)), since_(other.since_) {}
    watch_post& operator=(watch_post other) noexcept {
        std::swap(board_, other.board_);
        std::swap(since_, other.since_);
        return *this;
    }
    ~watch_post() {
        if (board_ != nullptr) board_->watchers(-1);
    }

    // The last report, never waits; null when there is none yet.
    report_pointer latest() const { return board_->latest(); }
    // A new report from the beginning of the loop's next turn. When that does not come within the
    // limit, because a step goes on, the last one.
    report_pointer fresh(std::chrono::milliseconds limit = std::chrono::milliseconds(200)) const {
        return board_->fresh(limit);
    }
    // The step that goes on at this moment; none: the loop itself is at work, or sleeps.
    std::optional<running_step> running() const { return board_->running(since_); }

private:
    std::shared_ptr<watch_board> board_;
    machine_time since_;
};

}  // namespace giambio
