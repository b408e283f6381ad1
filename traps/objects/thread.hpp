// Blocking functions, run beside the loop: the task waits, the loop and everybody else go on.
//
//     std::string text = co_await run_in_thread([] { return read_a_slow_disk(); });
//
// What the function throws is thrown at the `co_await`. Inside the function, `thread_cancelled`
// tells whether the task shall stop, and `from_thread` speaks to the loop.
// Not here: the threads (workers.hpp), calls from threads that are not ours (loop_handle.hpp).
// Kept true: with the policy `wait`, the default, what the function uses of the task's is safe: the
// task does not go on before the function has returned.
// Public.
#pragma once

#include "traps/objects/loop_handle.hpp"
#include "traps/objects/semaphore.hpp"
#include "traps/timeout.hpp"

#include <atomic>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace giambio {

// What a cancel does to a task that waits for a function in a thread.
enum class thread_policy : std::uint8_t {
    wait,     // the function is told (thread_cancelled); the task goes on when it has returned
    abandon,  // the task goes on at once; the function ends when it likes and its result is lost
};

struct thread_options {
    thread_policy when_cancelled = thread_policy::wait;
    // How many at once; none: thread_limit(). It must live until the function has ended, which for
    // one that is abandoned may be at the end of the run.
    semaphore* limit = nullptr;
};

// Thrown by a function that stops because its task shall. See stop_if_cancelled.
class thread_stopped {};

// Called in the thread: shall the task stop for which this function runs?
bool thread_cancelled();
// The same as a throw, which ends the function; at the task's `co_await` it is `cancelled`.
void stop_if_cancelled();

// How many functions of this run may be in threads at once where nothing else is said: 40.
semaphore& thread_limit();

// One function on its way through a thread. Shared by the task and the thread.
class thread_job {
public:
    explicit thread_job(std::function<void()> work) : work_(std::move(work)) {}

    // Runs it in a thread and waits. Throws what it threw.
    static coroutine<void> perform(std::shared_ptr<thread_job> job, thread_options options,
                                   site at);
    bool shall_stop() const { return shall_stop_.load(); }
    const std::shared_ptr<post_box>& box() const { return box_; }
    // In the loop's thread: whether the loop may expect a post of this function. It may not while
    // the function itself waits for the loop, and never when it is abandoned.
    void expect(bool post);

private:
    void run_in_worker();
    void came_back();
    coroutine<void> wait_for_it(thread_policy policy, site at);
    static coroutine<void> wait_done(thread_job& job, site at);

    std::function<void()> work_;
    std::atomic<bool> shall_stop_{false};
    std::shared_ptr<post_box> box_;
    // Touched by the loop's thread only, and `error_` before the thread has posted.
    std::exception_ptr error_;
    wait_list* waiter_ = nullptr;  // null: nobody waits any more
    semaphore* limit_ = nullptr;
    bool expected_ = false;
    bool done_ = false;
    bool abandoned_ = false;
};

// Runs the function in a thread; returns what it returns.
template <class Call>
coroutine<std::invoke_result_t<Call>> run_in_thread(Call work, thread_options options = {},
                                                    site at = site::current()) {
    using result = std::invoke_result_t<Call>;
    if constexpr (std::is_void_v<result>) {
        auto job = std::make_shared<thread_job>(std::move(work));
        co_await thread_job::perform(std::move(job), options, at);
    } else {
        auto kept = std::make_shared<std::optional<result>>();
        auto job = std::make_shared<thread_job>(
            [kept, call = std::move(work)]() mutable { kept->emplace(call()); });
        co_await thread_job::perform(std::move(job), options, at);
        co_return *std::move(*kept);
    }
}

// The way from the thread back to the loop of the task for which it works.
namespace from_thread {

// The box of that loop. Throws misuse in a thread that does not work for one.
const std::shared_ptr<post_box>& box();

// Posts the call and waits, while the loop need not wait for this thread. `begin` gets what it has
// to call, in the loop's thread, when the answer is there.
void ask(const std::function<void(std::function<void()>)>& begin);

// Has the loop make a call; returns its result or throws its exception.
template <class Call>
std::invoke_result_t<Call> call(Call work) {
    std::packaged_task<std::invoke_result_t<Call>()> task(std::move(work));
    auto answer = task.get_future();
    ask([&task](const std::function<void()>& answered) {
        task();
        answered();
    });
    return answer.get();
}

template <class T, class Make>
coroutine<void> carry(Make& make, std::promise<T>& into, std::function<void()> answered) {
    std::exception_ptr cancel;
    try {
        if constexpr (std::is_void_v<T>) {
            co_await make();
            into.set_value();
        } else {
            into.set_value(co_await make());
        }
    } catch (const cancelled& stopped) {
        // As a joiner is told: nobody wants the task to stop that waits for the thread.
        into.set_exception(std::make_exception_ptr(task_cancelled(
            "the coroutine that the loop ran for a thread was cancelled: " + stopped.reason())));
        cancel = std::current_exception();
    } catch (...) {
        into.set_exception(std::current_exception());
    }
    answered();
    if (cancel) std::rethrow_exception(cancel);
}

// Has the loop run a coroutine, which `make` makes there; returns its value or throws its error.
template <class Make>
typename std::invoke_result_t<Make>::answer run(Make make) {
    using value = typename std::invoke_result_t<Make>::answer;
    std::promise<value> promise;
    auto answer = promise.get_future();
    ask([&](std::function<void()> answered) {
        spawn(carry<value>(make, promise, std::move(answered)), "for a thread");
    });
    return answer.get();
}

}  // namespace from_thread

}  // namespace giambio
