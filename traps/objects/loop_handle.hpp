// How another thread speaks to a loop: it leaves calls, and may wait for what they return.
//
// A task makes one with `this_loop()`, the host of a scheduler with `scheduler.handle()`; copies
// may go to any thread and may live longer than the loop. While one is alive, a loop that has
// nobody else to wait for waits for its posts instead of reporting a deadlock.
// Not here: running blocking functions in threads (thread.hpp), which is the other direction.
// Kept true: calls run in the loop's thread, between two steps, in the order of posting. They must
// not block; they may spawn, wake and trigger.
// Public.
#pragma once

#include "traps/calls.hpp"
#include "traps/post_box.hpp"

#include <future>
#include <memory>
#include <type_traits>
#include <utility>

namespace giambio {

class loop_handle {
public:
    explicit loop_handle(std::shared_ptr<post_box> box) : box_(std::move(box)) { box_->know(+1); }
    loop_handle(const loop_handle& other) : box_(other.box_) {
        if (box_ != nullptr) box_->know(+1);
    }
    loop_handle(loop_handle&& other) noexcept : box_(std::move(other.box_)) {}
    loop_handle& operator=(loop_handle other) noexcept {
        std::swap(box_, other.box_);
        return *this;
    }
    ~loop_handle() {
        if (box_ == nullptr) return;
        box_->know(-1);
        box_->ring();  // the loop looks again whether anybody can wake it
    }

    // False: the run is over and the call is not made. Also while a run that ends makes the calls
    // that it accepted last, even if one of them spawns somebody, so that the run goes on after
    // all. A call that throws ends the run with its error.
    bool post(post_box::call work) const { return box().post(std::move(work)); }
    // The same, unless a call with this key waits already.
    bool post_once(const void* key, post_box::call work) const {
        return box().post_once(key, std::move(work));
    }

    // Has the loop make a call and waits for its result, or its exception. Throws run_finished when
    // the run is over, and misuse in the loop's own thread, which would wait for itself.
    template <class Call>
    std::invoke_result_t<Call> call(Call work) const;

private:
    post_box& box() const {
        if (box_ == nullptr)
            throw misuse("this loop handle was moved away; use the one it went to");
        return *box_;
    }

    std::shared_ptr<post_box> box_;  // null: moved away
};

// A handle of the loop that runs the calling task.
inline loop_handle this_loop() {
    return loop_handle(door().posts());
}

template <class Call>
std::invoke_result_t<Call> loop_handle::call(Call work) const {
    const kernel_door* mine = door_if_open();
    if (mine != nullptr && door().posts() == box_) {
        throw misuse("this is the loop's own thread: make the call directly");
    }
    // The task stays here, so that its result is let go in this thread; only the word that it is
    // there is shared. What the box accepts is done or, when its loop never runs, destroyed.
    std::packaged_task<std::invoke_result_t<Call>()> task(std::move(work));
    auto done = std::make_shared<std::promise<void>>();
    std::future<void> told = done->get_future();
    auto answer = task.get_future();
    const bool taken = box().post([&task, done = std::move(done)] {
        task();
        done->set_value();
    });
    if (!taken) throw run_finished("the loop's run is over");
    try {
        told.get();
    } catch (const std::future_error&) {
        throw run_finished("the loop is gone without a run");
    }
    return answer.get();
}

}  // namespace giambio
