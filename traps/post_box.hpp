// The one way into a loop from outside its thread: a bell, and calls that are left for it to make.
//
// Any thread posts; a signal handler asks for a call that stands ready. The loop that owns the box
// empties it in its next turn (kernel/posts.cpp). Whoever wants anything of the loop rings the
// bell; it is a descriptor, so that it ends a poll, and a flag, so that a loop that never sleeps
// sees it.
// Programs use a loop_handle (objects/loop_handle.hpp).
// Kept true: calls are made in the order in which they were posted, those that stand ready before
// them, each once; what was accepted is made, even at the very end of the run; after that nothing
// is accepted.
// Public, for those who build objects that use threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace giambio {

class standing_call;

class post_box {
public:
    using call = std::function<void()>;

    // Throws io_error when the system has no descriptor left for the bell.
    post_box();
    ~post_box();
    post_box(const post_box&) = delete;
    post_box& operator=(const post_box&) = delete;

    // Any thread. False: the run is over, the call will not be made.
    bool post(call work);
    // The same, unless a call with this key is still waiting to be made.
    bool post_once(const void* key, call work);
    // How many calls wait to be made.
    std::size_t queued() const;
    // The loop looks outside in its next turn: ends its poll, now or the next. May be called by a
    // signal handler.
    void ring() noexcept;

    // --- for the loop's own thread
    int bell() const { return bell_; }
    void silence() noexcept;
    // Has it been rung since the loop looked? Discussion: everything that comes from outside is
    // behind this one flag; asking for each by itself took an eighth of a turn with one task.
    bool has_rung() const { return rung_.load(std::memory_order_relaxed); }
    // The loop is about to look at everything that may be meant. (Exchanges, here and where it is
    // rung, so that it sees what was written before.)
    void hear() noexcept { rung_.exchange(false); }
    bool waiting() const { return waiting_.load(std::memory_order_acquire); }
    // All that wait now; what is posted meanwhile waits for the next time.
    std::vector<call> take();
    // After: nothing is accepted any more.
    void close();
    // Somebody came to life by what was accepted last, so the run goes on.
    void open();
    // Sleeps in real time until the bell rings.
    void wait_for_bell() const noexcept;

    // Somebody works for this loop in another thread and will post when it is done (+1), or has
    // (-1). As long as one does, the loop may hope.
    void expect(int more) { expected_ += more; }
    int expected() const { return expected_.load(); }
    // Somebody can post who need not. (A handle, see objects/loop_handle.hpp.)
    void know(int more) { known_ += more; }
    int known() const { return known_.load(); }

private:
    friend class standing_call;
    struct letter {
        call work;
        const void* key = nullptr;
    };
    bool put(letter posted);
    bool is_first_to_wait() noexcept;

    int bell_ = -1;
    std::atomic<bool> rung_{false};
    std::atomic<bool> waiting_{false};
    std::atomic<int> expected_{0};
    std::atomic<int> known_{0};
    mutable std::mutex guard_;  // of what follows
    std::vector<letter> letters_;
    std::vector<standing_call*> standing_;
    bool closed_ = false;
};

// A call that is ready to be asked for where nothing may be allocated or locked: in the handler of
// a signal. Asked for twice before the loop makes it, it is made once.
class standing_call {
public:
    standing_call(std::shared_ptr<post_box> box, post_box::call work);
    ~standing_call();
    standing_call(const standing_call&) = delete;
    standing_call& operator=(const standing_call&) = delete;

    // Any thread, any signal handler.
    void ask() noexcept;

private:
    friend class post_box;
    std::shared_ptr<post_box> box_;
    post_box::call work_;
    std::atomic<bool> asked_{false};
};

}  // namespace giambio
