// Opens the socket, and takes it away again. See private_socket.hpp.
// Internal to tracer/.
#include "tracer/private_socket.hpp"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <utility>

namespace giambio {

namespace {

sockaddr_un address_of(const std::string& path) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, path.c_str(), path.size() + 1);
    return at;
}

// Is there somebody at the other end of this socket?
bool somebody_listens(const std::string& path) {
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const sockaddr_un at = address_of(path);
    const int result = ::connect(probe, reinterpret_cast<const sockaddr*>(&at), sizeof at);
    const bool dead = result < 0 && errno == ECONNREFUSED;
    ::close(probe);
    return !dead;
}

}  // namespace

private_socket::private_socket(std::string path, const char* what, const char* variable)
    : path_(std::move(path)), what_(what), variable_(variable) {
    if (!open()) close();
}

private_socket::~private_socket() {
    end();
}

bool private_socket::refuse(const std::string& why) const {
    std::fprintf(stderr,
                 "giambio: %s at %s: %s; the program goes on without (%s names the socket)\n",
                 what_, path_.c_str(), why.c_str(), variable_);
    return false;
}

// The rights are set before the socket has a name, so there is no moment at which others may talk
// to it. A name that exists, a symbolic link for instance, makes bind fail.
bool private_socket::open() {
    if (path_.empty() || path_.size() >= sizeof(sockaddr_un::sun_path)) {
        return refuse("the path is empty or too long; it must have 1 to 107 bytes");
    }
    if (!remove_dead_socket()) return false;
    bell_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const sockaddr_un at = address_of(path_);
    struct stat made {};
    const bool opened = bell_ >= 0 && listening_ >= 0 && ::fchmod(listening_, 0600) == 0 &&
                        ::bind(listening_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
    if (!opened || ::lstat(path_.c_str(), &made) != 0) return refuse(std::strerror(errno));
    device_ = made.st_dev;
    inode_ = made.st_ino;
    if (::listen(listening_, 8) != 0) return refuse(std::strerror(errno));
    return true;
}

// What a run that was killed has left behind goes; everything else stays.
bool private_socket::remove_dead_socket() const {
    struct stat found {};
    if (::lstat(path_.c_str(), &found) != 0) return true;
    if (!S_ISSOCK(found.st_mode)) return refuse("something is there that is not a socket");
    if (somebody_listens(path_)) return refuse("somebody listens there already");
    if (::unlink(path_.c_str()) == 0) return true;
    return refuse(std::string("an old socket cannot be removed: ") + std::strerror(errno));
}

// Signals are the program's: the thread is born with all of them held back. Where the system has no
// more threads to give, there is no socket.
void private_socket::serve(std::function<void()> service) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        thread_ = std::thread(std::move(service));
    } catch (const std::exception& failure) {
        refuse(std::string("no thread can be made: ") + failure.what());
        end();
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void private_socket::end() {
    if (thread_.joinable()) {
        ring();
        thread_.join();
    }
    struct stat found {};
    const bool is_ours = inode_ != 0 && ::lstat(path_.c_str(), &found) == 0 &&
                         found.st_dev == device_ && found.st_ino == inode_;
    if (is_ours) ::unlink(path_.c_str());
    close();
}

void private_socket::close() {
    for (int* const each : {&listening_, &bell_}) {
        if (*each >= 0) ::close(*each);
        *each = -1;
    }
}

// A guest for whom there is no descriptor goes on knocking, and each poll that hears it would
// return at once: so the next one leaves the guests out, and ends after a while.
bool private_socket::poll(std::span<pollfd> watched) {
    constexpr int a_while = 100, for_ever = -1;  // milliseconds
    watched[0] = {bell_, POLLIN, 0};
    watched[1] = {crowded_ ? -1 : listening_, POLLIN, 0};
    const int limit = std::exchange(crowded_, false) ? a_while : for_ever;
    return ::poll(watched.data(), watched.size(), limit) >= 0 || errno == EINTR;
}

int private_socket::welcome() {
    const int guest = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    crowded_ = guest < 0 && errno != EAGAIN;  // otherwise it has gone again
    return guest;
}

void private_socket::ring() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(bell_, &one, sizeof one);
}

void private_socket::silence() const {
    std::uint64_t rung = 0;
    [[maybe_unused]] const ssize_t count = ::read(bell_, &rung, sizeof rung);
}

}  // namespace giambio
