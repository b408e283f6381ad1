// Listening and sleeping: what epoll is for. See epoll_driver.hpp.
//
// Not here: the operations on descriptors (epoll_sockets.cpp).
// Internal to kernel/.
#include "kernel/epoll_driver.hpp"

#include "traps/check.hpp"
#include "traps/errors.hpp"

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
// waits longest then waits 160 ms for its echo, otherwise 120. A short read has emptied a
// connection, so its next change is told; a terminal or a datagram socket may have more. So may a
// connection behind urgent data, which end a read, and whose end has come: of those the poll says
// that each read must be tried.
io_result epoll_driver::watch(int fd, bool to_read, bool to_write) {
    epoll_event wanted{};
    wanted.events = (to_read ? EPOLLIN | EPOLLRDHUP : 0u) | (to_write ? EPOLLOUT : 0u);
    descriptor& about = known(fd);
    const bool once = about.is == sort::stream && !to_write;
    if (once) wanted.events |= EPOLLET | EPOLLPRI;
    wanted.data.fd = fd;
    if (!to_read && !to_write) {
        // Removed, not silenced: a hang-up is reported even when nothing is asked for.
        epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
        about.registered = false;
        return io_result::done();
    }
    int way = about.registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    bool done = epoll_ctl(epoll_fd_, way, fd, &wanted) == 0;
    if (!done && (errno == ENOENT || errno == EEXIST)) {
        way = way == EPOLL_CTL_MOD ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
        done = epoll_ctl(epoll_fd_, way, fd, &wanted) == 0;
    }
    if (!done) return io_result::failed(errno);
    about.registered = true;
    return io_result::done(way == EPOLL_CTL_ADD ? 1 : 0);
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
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const epoll_event& told = events_[i];
        if (told.data.fd == wake_fd_) {  // it has done its work: the poll is over
            std::uint64_t rung = 0;
            [[maybe_unused]] const ssize_t taken = read(wake_fd_, &rung, sizeof rung);
            continue;
        }
        // After an error or a hang-up every waiter tries again and so learns what happened.
        const bool broken = (told.events & (EPOLLERR | EPOLLHUP)) != 0;
        const bool can_read = broken || (told.events & (EPOLLIN | EPOLLPRI | EPOLLRDHUP)) != 0;
        const bool can_write = broken || (told.events & EPOLLOUT) != 0;
        const bool try_first = (told.events & (EPOLLHUP | EPOLLRDHUP | EPOLLPRI)) != 0;
        ready.push_back({told.data.fd, can_read, can_write, try_first});
    }
}

}  // namespace giambio
