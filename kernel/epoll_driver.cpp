// Listening and sleeping: what epoll is for. See epoll_driver.hpp.
//
// Not here: the operations on descriptors (epoll_sockets.cpp).
// Internal to kernel/.
#include "kernel/epoll_driver.hpp"

#include "traps/check.hpp"
#include "traps/errors.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <ctime>

namespace giambio {

epoll_driver::epoll_driver(int wake_fd)
    : epoll_fd_(epoll_create1(EPOLL_CLOEXEC)), wake_fd_(wake_fd) {
    if (epoll_fd_ < 0) {
        throw io_error(errno,
                       "no descriptor is left for the loop itself; raise the limit of "
                       "descriptors (ulimit -n)");
    }
    if (wake_fd_ >= 0) watch(wake_fd_, true, false);
}

epoll_driver::~epoll_driver() {
    ::close(epoll_fd_);
}

epoll_driver::descriptor& epoll_driver::known(int fd) {
    const auto place = static_cast<std::size_t>(fd);
    if (place >= known_.size()) known_.resize(place + 1);
    return known_[place];
}

// Makes a registration or changes the one that there is. A registration is of the file, not of its
// number: a foreign descriptor may have been closed, and its number given to a file without one, or
// registered by somebody else. So what is believed is tried first, and the other way after.
//
// Discussion: of a connection each change is told once (EPOLLET); of anything else, that it is
// ready is told again by each poll until it is not. Told again and again, a connection that was
// just served keeps an early place among the ready ones: of 10,000 connections the hundredth that
// waits longest then waits a third longer for its echo. A short read has emptied a
// connection, so its next change is told; a terminal or a datagram socket may have more. So may a
// connection behind urgent data, which end a read, and whose end has come: of those the poll says
// that each read must be tried.
io_result epoll_driver::watch(int fd, bool to_read, bool to_write) {
    descriptor& about = known(fd);
    if (!to_read && !to_write) {
        // Removed, not silenced: a hang-up is reported even when nothing is asked for.
        epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
        about.registration = 0;
        return io_result::done();
    }
    int way = about.registration == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    bool done = set_up(way, fd, to_read, to_write);
    if (!done && (errno == ENOENT || errno == EEXIST)) {
        way = errno == ENOENT ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
        done = set_up(way, fd, to_read, to_write);
    }
    if (!done) return io_result::failed(errno);
    return io_result::done(way == EPOLL_CTL_ADD ? 1 : 0);
}

// True: it is registered, under a number of its own.
bool epoll_driver::set_up(int way, int fd, bool to_read, bool to_write) {
    descriptor& about = known(fd);
    const bool keeps = way == EPOLL_CTL_MOD && about.registration != 0;
    const std::uint32_t number = keeps ? about.registration : last_registration_ + 1;
    const bool once = about.is == sort::stream && !to_write;
    epoll_event asked{};
    asked.events = (to_read ? EPOLLIN | EPOLLRDHUP : 0u) | (to_write ? EPOLLOUT : 0u) |
                   (once ? EPOLLET | EPOLLPRI : 0u);
    asked.data.u64 = (std::uint64_t{number} << 32) | static_cast<std::uint32_t>(fd);
    if (epoll_ctl(epoll_fd_, way, fd, &asked) != 0) return false;
    if (!keeps) last_registration_ = number;
    about.registration = number;
    about.to_read = to_read;
    about.to_write = to_write;
    return true;
}

// The system still tells of a descriptor that was closed behind the kernel's back while a copy of
// it is open, in a child perhaps, and there is no name any more by which it could be told to stop.
// So everybody else moves into a new set. Who cannot be registered there is told to be ready: its
// waiters try, and so learn what happened.
void epoll_driver::begin_anew(std::vector<readiness>& ready) {
    const int fresh = epoll_create1(EPOLL_CLOEXEC);
    if (fresh < 0) return;  // no descriptor is left: it is tried again with the next report
    dup3(fresh, epoll_fd_, O_CLOEXEC);
    ::close(fresh);
    for (std::size_t place = 0; place < known_.size(); ++place) {
        descriptor& each = known_[place];
        const int fd = static_cast<int>(place);
        if (each.registration == 0) continue;
        if (set_up(EPOLL_CTL_ADD, fd, each.to_read, each.to_write)) continue;
        each.registration = 0;
        ready.push_back({fd, true, true, true});
    }
}

// Sleeps in the system for at most the limit, exact to the nanosecond where the system can.
int epoll_driver::wait(std::optional<duration> limit) {
    const int room = static_cast<int>(events_.size());
    if (!limit) return epoll_wait(epoll_fd_, events_.data(), room, -1);
    const auto ns = std::max<std::int64_t>(limit->count(), 0);
    timespec exact{};
    exact.tv_sec = static_cast<time_t>(ns / 1'000'000'000);
    exact.tv_nsec = static_cast<long>(ns % 1'000'000'000);
    const int count = epoll_pwait2(epoll_fd_, events_.data(), room, &exact, nullptr);
    // Containers answer EPERM to a call that they do not know.
    if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return count;
    // An old system counts milliseconds only. Rounded up, so that the loop does not spin.
    const std::int64_t ms = std::min<std::int64_t>((ns + 999'999) / 1'000'000, INT_MAX);
    return epoll_wait(epoll_fd_, events_.data(), room, static_cast<int>(ms));
}

// Fills `ready` with at most as many descriptors as there is room for; the others are reported by
// the next poll, since they stay ready.
void epoll_driver::poll(std::optional<duration> limit, std::vector<readiness>& ready) {
    const int count = wait(limit);
    if (count < 0) {
        check(errno == EINTR, "epoll_wait failed");
        return;  // a signal came: the loop looks around
    }
    bool is_of_nobody = false;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const epoll_event& told = events_[i];
        const auto fd = static_cast<int>(static_cast<std::uint32_t>(told.data.u64));
        if (fd == wake_fd_) {  // it has done its work: the poll is over
            std::uint64_t rung = 0;
            [[maybe_unused]] const ssize_t taken = read(wake_fd_, &rung, sizeof rung);
            continue;
        }
        if (known_[static_cast<std::size_t>(fd)].registration != told.data.u64 >> 32) {
            is_of_nobody = true;
            continue;
        }
        // After an error or a hang-up every waiter tries again and so learns what happened.
        const bool broken = (told.events & (EPOLLERR | EPOLLHUP)) != 0;
        const bool can_read = broken || (told.events & (EPOLLIN | EPOLLPRI | EPOLLRDHUP)) != 0;
        const bool can_write = broken || (told.events & EPOLLOUT) != 0;
        const bool try_first = (told.events & (EPOLLHUP | EPOLLRDHUP | EPOLLPRI)) != 0;
        ready.push_back({fd, can_read, can_write, try_first});
    }
    if (is_of_nobody) begin_anew(ready);
}

}  // namespace giambio
