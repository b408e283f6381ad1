// The monitor's socket and its thread. See monitor.hpp; what it answers is monitor_commands.cpp.
// Internal to kernel/face/.
#include "kernel/face/monitor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

namespace giambio {

namespace {

constexpr std::size_t most_clients = 16;
constexpr std::size_t longest_line = 4096;
constexpr std::size_t most_unread = std::size_t{4} << 20;  // of answers that nobody takes

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

// Signals are the program's: the thread is born with all of them held back.
monitor::monitor(std::string path, watch_post post, std::shared_ptr<post_box> box, services asked)
    : path_(std::move(path)), post_(std::move(post)), box_(box), services_(std::move(asked)) {
    if (!open()) {
        close_all();
        return;
    }
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { serve(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

monitor::~monitor() {
    if (!thread_.joinable()) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(stop_, &one, sizeof one);
    thread_.join();
    struct stat found {};
    const bool is_ours =
        ::lstat(path_.c_str(), &found) == 0 && found.st_dev == device_ && found.st_ino == inode_;
    if (is_ours) ::unlink(path_.c_str());
    close_all();
}

// --- the socket

bool monitor::refuse(const std::string& why) const {
    std::fprintf(stderr,
                 "giambio: no monitor at %s: %s; the program goes on without it "
                 "(GIAMBIO_MONITOR names the socket)\n",
                 path_.c_str(), why.c_str());
    return false;
}

// The rights are set before the socket has a name, so there is no moment at which others may talk
// to it. A name that exists, a symbolic link for instance, makes bind fail.
bool monitor::open() {
    if (path_.size() >= sizeof(sockaddr_un::sun_path)) {
        return refuse("the path is too long for a Unix socket, choose one below 108 bytes");
    }
    if (!remove_dead_socket()) return false;
    stop_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const sockaddr_un at = address_of(path_);
    struct stat made {};
    const bool opened = stop_ >= 0 && listening_ >= 0 && ::fchmod(listening_, 0600) == 0 &&
                        ::bind(listening_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
    if (!opened || ::lstat(path_.c_str(), &made) != 0) return refuse(std::strerror(errno));
    device_ = made.st_dev;
    inode_ = made.st_ino;
    if (::listen(listening_, 8) != 0) return refuse(std::strerror(errno));
    return true;
}

// What a run that was killed has left behind goes; everything else stays.
bool monitor::remove_dead_socket() const {
    struct stat found {};
    if (::lstat(path_.c_str(), &found) != 0) return true;
    if (!S_ISSOCK(found.st_mode)) return refuse("something is there that is not a socket");
    if (somebody_listens(path_)) return refuse("somebody listens there already");
    if (::unlink(path_.c_str()) == 0) return true;
    return refuse(std::string("an old socket cannot be removed: ") + std::strerror(errno));
}

void monitor::close_all() {
    for (const client& each : clients_) ::close(each.fd);
    for (const int fd : {listening_, stop_}) {
        if (fd >= 0) ::close(fd);
    }
}

// --- the monitor's thread

void monitor::serve() {
    for (;;) {
        std::vector<pollfd> watched{{stop_, POLLIN, 0}, {listening_, POLLIN, 0}};
        for (const client& each : clients_) {
            const int wanted = (each.leaving ? 0 : POLLIN) | (each.out.empty() ? 0 : POLLOUT);
            watched.push_back({each.fd, static_cast<short>(wanted), 0});
        }
        if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
        if (watched[0].revents != 0) return;
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            if (watched[i + 2].revents & (POLLIN | POLLHUP | POLLERR)) read_from(clients_[i]);
            if (!clients_[i].out.empty()) write_to(clients_[i]);
        }
        std::erase_if(clients_, [](const client& each) {
            const bool goes = each.leaving && each.out.empty();
            if (goes) ::close(each.fd);
            return goes;
        });
        if (watched[1].revents != 0) welcome();
    }
}

void monitor::welcome() {
    const int fd = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    clients_.push_back({fd, "", "", false});
    client& guest = clients_.back();
    guest.leaving = clients_.size() > most_clients;
    guest.out = guest.leaving ? "Too many talk to this monitor already; try again later.\n\n"
                              : "This is process " + std::to_string(::getpid()) +
                                    "; help tells the commands.\n\n";
    write_to(guest);
}

// Each whole line is a command. Who closes its side still gets its answers.
void monitor::read_from(client& asking) {
    char room[4096];
    const ssize_t count = ::recv(asking.fd, room, sizeof room, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count < 0) asking.out.clear();
    if (count <= 0) asking.leaving = true;
    if (count > 0) asking.in.append(room, static_cast<std::size_t>(count));
    std::size_t end = 0;
    while (!asking.leaving && (end = asking.in.find('\n')) != std::string::npos) {
        const std::string line = asking.in.substr(0, end);
        asking.in.erase(0, end + 1);
        asking.out += answer(line, asking) + "\n";
    }
    const bool endless = asking.in.size() > longest_line;
    if (endless) asking.out += "A command is one short line; help tells the commands.\n\n";
    if (endless) asking.leaving = true;
    if (asking.out.size() > most_unread) asking.out.clear(), asking.leaving = true;
}

void monitor::write_to(client& asking) const {
    const ssize_t count =
        ::send(asking.fd, asking.out.data(), asking.out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
        asking.out.erase(0, static_cast<std::size_t>(count));
    } else if (errno != EAGAIN && errno != EINTR) {
        asking.out.clear();
        asking.leaving = true;
    }
}

}  // namespace giambio
