// The way of a function through a thread and back. See thread.hpp.
// Internal to traps/objects/.
#include "traps/objects/thread.hpp"

#include "traps/objects/workers.hpp"
#include "traps/scope.hpp"

#include <utility>
#include <vector>

namespace giambio {

namespace {

thread_local thread_job* job_of_this_thread = nullptr;

// The limits of the runs that go on on this thread: several do, when a host steps them in turns.
struct limit_of_run {
    std::weak_ptr<post_box> run;  // gone when the run is over and no thread works for it any more
    std::unique_ptr<semaphore> limit;
};
thread_local std::vector<limit_of_run> limits_here;

constexpr std::size_t usual_limit = 40;

}  // namespace

bool thread_cancelled() {
    return job_of_this_thread != nullptr && job_of_this_thread->shall_stop();
}

void stop_if_cancelled() {
    if (thread_cancelled()) throw thread_stopped();
}

semaphore& thread_limit() {
    const std::shared_ptr<post_box>& mine = door().posts();
    for (const limit_of_run& each : limits_here) {
        if (each.run.lock() == mine) return *each.limit;
    }
    std::erase_if(limits_here, [](const limit_of_run& each) { return each.run.expired(); });
    limits_here.push_back({mine, std::make_unique<semaphore>(usual_limit, usual_limit)});
    return *limits_here.back().limit;
}

// A task that is cancelled before there is room for its function never starts it.
coroutine<void> thread_job::perform(std::shared_ptr<thread_job> job, thread_options options,
                                    site at) {
    semaphore& limit = options.limit != nullptr ? *options.limit : thread_limit();
    co_await limit.acquire(at);
    if (door().current().shall_stop) {  // since it was handed its place, which goes on to others
        limit.release(at);
        co_await checkpoint(at);  // throws
    }
    job->limit_ = &limit;
    job->box_ = door().posts();
    wait_list line("thread", at);
    job->waiter_ = &line;
    // However this is left, the function that comes back must not look for a line that is gone.
    const std::unique_ptr<thread_job, void (*)(thread_job*)> stands_here(
        job.get(), [](thread_job* left) { left->waiter_ = nullptr; });
    line.hold(&door().current());
    door().object_did(line.id(), "start", line.holder, 0, at);
    job->expect(true);
    try {
        give_to_worker([job] {
            job->run_in_worker();
            job->box_->post([job] { job->came_back(); });
        });
    } catch (...) {  // the system has no thread left
        job->expect(false);
        limit.release(at);
        throw;
    }
    co_await job->wait_for_it(options.when_cancelled, at);
}

coroutine<void> thread_job::wait_for_it(thread_policy policy, site at) {
    std::exception_ptr told;
    cancel_note* put_off = nullptr;
    try {
        while (!done_) co_await park(*waiter_, at);
    } catch (const cancelled&) {
        told = std::current_exception();
        put_off = effective_cancel(door().current());
        shall_stop_ = true;
    }
    if (!done_ && policy == thread_policy::abandon) {
        door().object_did(waiter_->id(), "abandon", waiter_->holder, 0, at);
        abandoned_ = true;
        expect(false);
        std::rethrow_exception(told);
    }
    if (!done_) co_await shielded(wait_done(*this, at), at);
    // Taken, because the thread may let this job go later than the task does.
    const std::exception_ptr error = std::exchange(error_, nullptr);
    if (!error) {
        // Level-triggered: the cancel is thrown again at the task's next trap, should it get so
        // far. The program has not seen it, and so has not caught it, either.
        if (put_off != nullptr) put_off->delivered = false;
        co_return;
    }
    try {
        std::rethrow_exception(error);
    } catch (const thread_stopped&) {
        if (told) std::rethrow_exception(told);
        throw misuse("a function in a thread may throw thread_stopped only when it is cancelled");
    } catch (const task_cancelled&) {
        // Whoever stops the whole run stops the coroutine that works for the thread as well; that
        // is no failure of a task that is stopped too.
        if (told) std::rethrow_exception(told);
        throw;
    }
}

coroutine<void> thread_job::wait_done(thread_job& job, site at) {
    while (!job.done_) co_await park(*job.waiter_, at);
}

void thread_job::expect(bool post) {
    const bool hopes = post && !abandoned_;
    if (std::exchange(expected_, hopes) != hopes) box_->expect(hopes ? +1 : -1);
}

// In the thread. What the function has captured goes here, before the task learns that it has
// ended: a file that it had open is closed by then, and what it used of the task's may go.
void thread_job::run_in_worker() {
    job_of_this_thread = this;
    try {
        work_();
    } catch (...) {
        error_ = std::current_exception();
    }
    work_ = nullptr;
    job_of_this_thread = nullptr;
}

// In the loop's thread again. When the run is over meanwhile nobody calls this.
void thread_job::came_back() {
    done_ = true;
    expect(false);
    if (waiter_ != nullptr) {
        door().object_did(waiter_->id(), "done", waiter_->holder, 0, {});
        wake_oldest(*waiter_);
    }
    limit_->release();
}

const std::shared_ptr<post_box>& from_thread::box() {
    if (job_of_this_thread != nullptr) return job_of_this_thread->box();
    throw misuse("this thread does not work for a loop; use a loop_handle");
}

// While the thread waits for the loop, the loop must not wait for the thread: it may have to move
// the clock for the answer. It does again from the moment at which the answer is there.
void from_thread::ask(const std::function<void(std::function<void()>)>& begin) {
    const std::shared_ptr<post_box>& loop = box();
    thread_job& asking = *job_of_this_thread;  // lives until it has its answer
    const auto promise = std::make_shared<std::promise<void>>();
    std::future<void> answer = promise->get_future();
    const auto answered = [&asking, promise] {
        asking.expect(true);
        promise->set_value();
    };
    std::exception_ptr refused;  // nobody else has it any more when this thread looks
    const bool taken = loop->post([&begin, &asking, &refused, answered] {
        asking.expect(false);
        try {
            return begin(answered);
        } catch (...) {  // the thread's own affair: nothing of it has begun
            refused = std::current_exception();
        }
        answered();
    });
    if (!taken) throw run_finished("the loop's run is over");
    answer.get();
    if (refused) std::rethrow_exception(refused);
}

}  // namespace giambio
