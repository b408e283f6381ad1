// The socket, its thread and what waits to be sent. See live_outlet.hpp.
// Internal to tracer/.
#include "tracer/live_outlet.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>
#include <utility>

namespace giambio {

namespace {

using std::chrono::milliseconds;

// What may wait to be sent; a program under load fills this in about a tenth of a second.
constexpr std::size_t most_waiting = std::size_t{8} << 20;
// At the end of the run: for a follower that reads on, and for one that takes nothing.
constexpr milliseconds patience{2000};
constexpr milliseconds patience_with_silence{200};
constexpr milliseconds pause{5};

}  // namespace

live_outlet::live_outlet(std::string path, std::function<void()> begin_again)
    : socket_(std::move(path), "no followers", "GIAMBIO_TRACE"),
      begin_again_(std::move(begin_again)) {
    if (socket_.is_open()) socket_.serve([this] { serve(); });
}

live_outlet::~live_outlet() {
    {
        const std::lock_guard held(guard_);
        ending_ = true;
    }
    socket_.end();
    if (fd_ >= 0) ::close(fd_);
}

// --- the loop's thread

bool live_outlet::has_room() {
    const std::lock_guard held(guard_);
    if (state_ == follower::none_yet && waiting_.size() >= most_waiting) lose_follower();
    return state_ != follower::none && state_ != follower::comes &&
           waiting_.size() - sent_ < most_waiting;
}

void live_outlet::put(std::string_view lines) {
    const std::lock_guard held(guard_);
    if (state_ == follower::none || state_ == follower::comes) return;
    waiting_.append(lines);
    if (state_ == follower::reads) send_some();
}

void live_outlet::settle() {
    {
        const std::lock_guard held(guard_);
        if (state_ != follower::reads || !send_some()) return;
    }
    socket_.ring();
}

void live_outlet::restart() {
    const std::lock_guard held(guard_);
    if (state_ != follower::comes) return;
    state_ = follower::reads;
    waiting_.clear();
    sent_ = 0;
}

// The thread lets in and sends meanwhile; here we only look whether it still gets anywhere. A run
// may be shorter than it takes a follower to find the socket, so the first one is waited for, too.
void live_outlet::finish() {
    using clock = std::chrono::steady_clock;
    const clock::time_point begin = clock::now();
    clock::time_point moved = begin;
    std::size_t left_before = 0;
    for (;;) {
        std::size_t left = 0;
        {
            const std::lock_guard held(guard_);
            if (state_ != follower::reads && state_ != follower::none_yet) return;
            if (!send_some()) return;
            left = waiting_.size() - sent_;
        }
        const clock::time_point now = clock::now();
        if (left != left_before) moved = now;
        left_before = left;
        if (now - moved > patience_with_silence || now - begin > patience) return;
        std::this_thread::sleep_for(pause);
    }
}

// --- both threads, under the guard

// True when something is left.
bool live_outlet::send_some() {
    while (state_ == follower::reads && sent_ < waiting_.size()) {
        const ssize_t count = ::send(fd_, waiting_.data() + sent_, waiting_.size() - sent_,
                                     MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) break;
        if (count < 0) lose_follower();
        if (count > 0) sent_ += static_cast<std::size_t>(count);
    }
    if (sent_ == waiting_.size()) waiting_.clear(), sent_ = 0;
    if (sent_ > most_waiting / 2) waiting_.erase(0, sent_), sent_ = 0;
    return !waiting_.empty();
}

void live_outlet::lose_follower() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    state_ = follower::none;
    waiting_.clear();
    waiting_.shrink_to_fit();
    sent_ = 0;
}

// A follower says nothing; what can be read is its end.
bool live_outlet::has_gone() const {
    char byte = 0;
    const ssize_t count = ::recv(fd_, &byte, 1, MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

// --- the outlet's thread

void live_outlet::serve() {
    for (;;) {
        std::array<pollfd, 3> watched{};  // the socket's two, and the follower
        {
            const std::lock_guard held(guard_);
            if (ending_) return;
            watched[2] = {fd_, POLLIN, 0};
            if (state_ == follower::reads && !waiting_.empty()) watched[2].events |= POLLOUT;
        }
        if (!socket_.poll(watched)) return;
        socket_.silence();
        {
            const std::lock_guard held(guard_);
            const bool is_same = watched[2].fd >= 0 && watched[2].fd == fd_;
            if (is_same && (watched[2].revents & ~POLLOUT) != 0 && has_gone()) lose_follower();
            if (is_same && state_ == follower::reads) send_some();
        }
        if (watched[1].revents != 0) welcome();
    }
}

// The second one at a time is told so, in a line that `follow` knows.
void live_outlet::welcome() {
    const int guest = socket_.welcome();
    if (guest < 0) return;
    bool late = false;
    {
        const std::lock_guard held(guard_);
        if (fd_ >= 0) {
            constexpr std::string_view busy = "{\"busy\":\"another follower reads already\"}\n";
            ::send(guest, busy.data(), busy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            ::close(guest);
            return;
        }
        late = state_ == follower::none;
        if (late && begin_again_ == nullptr) {
            ::close(guest);
            return;
        }
        state_ = late ? follower::comes : follower::reads;
        fd_ = guest;
        if (!late) send_some();
    }
    if (late) begin_again_();
}

}  // namespace giambio
