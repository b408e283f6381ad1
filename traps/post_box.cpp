// Keeping calls for a loop. See post_box.hpp.
// Internal to traps/.
#include "traps/post_box.hpp"

#include "traps/errors.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace giambio {

post_box::post_box() : bell_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (bell_ >= 0) return;
    throw io_error(errno,
                   "no descriptor is left for the loop's bell; raise the limit of descriptors "
                   "(ulimit -n)");
}

post_box::~post_box() {
    ::close(bell_);
}

bool post_box::post(call work) {
    return put({std::move(work)});
}

bool post_box::post_once(const void* key, call work) {
    return put({std::move(work), key});
}

// Only the question whether the box is open and the putting itself are under the lock. The loop's
// poll is ended for the first letter alone: the loop takes all of them at once.
bool post_box::put(letter posted) {
    {
        const std::lock_guard held(guard_);
        if (closed_) return false;
        const bool waits_already =
            posted.key != nullptr &&
            std::any_of(letters_.begin(), letters_.end(),
                        [&](const letter& each) { return each.key == posted.key; });
        if (waits_already) return true;
        letters_.push_back(std::move(posted));
        if (!is_first_to_wait()) return true;
    }
    ring();
    return true;
}

// There is a call to make. The loop sees it also when the thread that came first, and is to end its
// poll, was stopped just before that.
bool post_box::is_first_to_wait() noexcept {
    const bool first = !waiting_.exchange(true);
    rung_.exchange(true);
    return first;
}

std::size_t post_box::queued() const {
    const std::lock_guard held(guard_);
    return letters_.size();
}

// A flag and one system call, because a signal handler may do no more.
// Discussion: the flag alone is not enough. What comes after the loop looked at the flag and before
// it goes to sleep would wait until something else happens. The descriptor is part of what the poll
// waits for, so there is no moment in between.
void post_box::ring() noexcept {
    rung_.exchange(true);
    const int saved_errno = errno;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(bell_, &one, sizeof one);
    errno = saved_errno;
}

void post_box::silence() noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t taken = read(bell_, &count, sizeof count);
}

std::vector<post_box::call> post_box::take() {
    std::vector<letter> taken;
    std::vector<call> calls;
    {
        const std::lock_guard held(guard_);
        taken.swap(letters_);
        // Lowered before the standing calls are looked at: who asks for one from here on raises it
        // again.
        waiting_.store(false);
        for (standing_call* each : standing_) {
            if (each->asked_.exchange(false)) calls.push_back(each->work_);
        }
    }
    calls.reserve(calls.size() + taken.size());
    for (letter& each : taken) calls.push_back(std::move(each.work));
    return calls;
}

void post_box::close() {
    const std::lock_guard held(guard_);
    closed_ = true;
}

void post_box::open() {
    const std::lock_guard held(guard_);
    closed_ = false;
}

void post_box::wait_for_bell() const noexcept {
    pollfd listened{bell_, POLLIN, 0};
    ::poll(&listened, 1, -1);
}

standing_call::standing_call(std::shared_ptr<post_box> box, post_box::call work)
    : box_(std::move(box)), work_(std::move(work)) {
    const std::lock_guard held(box_->guard_);
    box_->standing_.push_back(this);
}

standing_call::~standing_call() {
    const std::lock_guard held(box_->guard_);
    std::erase(box_->standing_, this);
}

void standing_call::ask() noexcept {
    asked_.store(true);
    if (box_->is_first_to_wait()) box_->ring();
}

}  // namespace giambio
