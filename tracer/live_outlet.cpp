// The socket, its thread and what waits to be sent. See live_outlet.hpp.
// Internal to tracer/.
#include "tracer/live_outlet.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
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

sockaddr_un address_of(const std::string& path) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, path.c_str(), path.size() + 1);
    return at;
}

bool somebody_listens(const std::string& path) {
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const sockaddr_un at = address_of(path);
    const int result = ::connect(probe, reinterpret_cast<const sockaddr*>(&at), sizeof at);
    const bool dead = result < 0 && errno == ECONNREFUSED;
    ::close(probe);
    return !dead;
}

}  // namespace

// Signals are the program's: the thread is born with all of them held back.
live_outlet::live_outlet(std::string path, std::function<void()> begin_again)
    : path_(std::move(path)), begin_again_(std::move(begin_again)) {
    if (!open()) {
        if (listening_ >= 0) ::close(listening_);
        listening_ = -1;
        return;
    }
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { serve(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

live_outlet::~live_outlet() {
    if (thread_.joinable()) {
        {
            const std::lock_guard held(guard_);
            ending_ = true;
        }
        wake();
        thread_.join();
        struct stat found {};
        if (::lstat(path_.c_str(), &found) == 0 && found.st_ino == inode_) {
            ::unlink(path_.c_str());
        }
    }
    for (const int each : {listening_, bell_, fd_}) {
        if (each >= 0) ::close(each);
    }
}

// --- the socket

bool live_outlet::refuse(const std::string& why) const {
    std::fprintf(stderr,
                 "giambio: no followers at %s: %s; the program goes on without a trace "
                 "(GIAMBIO_TRACE names the socket)\n",
                 path_.c_str(), why.c_str());
    return false;
}

// The rights are set before the socket has a name, so nobody else can get in meanwhile.
bool live_outlet::open() {
    if (path_.empty() || path_.size() >= sizeof(sockaddr_un::sun_path)) {
        return refuse("the path must have 1 to 107 bytes");
    }
    if (!remove_dead_socket()) return false;
    bell_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const sockaddr_un at = address_of(path_);
    struct stat made {};
    const bool opened = bell_ >= 0 && listening_ >= 0 && ::fchmod(listening_, 0600) == 0 &&
                        ::bind(listening_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
    if (!opened || ::lstat(path_.c_str(), &made) != 0) return refuse(std::strerror(errno));
    inode_ = made.st_ino;
    if (::listen(listening_, 4) != 0) return refuse(std::strerror(errno));
    return true;
}

// What a run that was killed has left behind goes; everything else stays.
bool live_outlet::remove_dead_socket() const {
    struct stat found {};
    if (::lstat(path_.c_str(), &found) != 0) return true;
    if (!S_ISSOCK(found.st_mode)) return refuse("something is there that is not a socket");
    if (somebody_listens(path_)) return refuse("another program is followed there already");
    if (::unlink(path_.c_str()) == 0) return true;
    return refuse(std::string("an old socket cannot be removed: ") + std::strerror(errno));
}

void live_outlet::wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(bell_, &one, sizeof one);
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
    wake();
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
        pollfd watched[] = {{bell_, POLLIN, 0}, {listening_, POLLIN, 0}, {-1, POLLIN, 0}};
        {
            const std::lock_guard held(guard_);
            if (ending_) return;
            watched[2].fd = fd_;
            if (state_ == follower::reads && !waiting_.empty()) watched[2].events |= POLLOUT;
        }
        if (::poll(watched, 3, -1) < 0 && errno != EINTR) return;
        std::uint64_t rung = 0;
        [[maybe_unused]] const ssize_t count = ::read(bell_, &rung, sizeof rung);
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
    const int guest = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
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
