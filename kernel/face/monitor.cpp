// The monitor's socket and its thread. See monitor.hpp; what it answers is monitor_commands.cpp.
// Internal to kernel/face/.
#include "kernel/face/monitor.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace giambio {

namespace {

constexpr std::size_t most_clients = 16;
constexpr std::size_t longest_line = 4096;
constexpr std::size_t most_unread = std::size_t{4} << 20;  // of answers that nobody takes

}  // namespace

monitor::monitor(std::string path, watch_post post, std::shared_ptr<post_box> box, services asked)
    : post_(std::move(post)),
      box_(box),
      services_(std::move(asked)),
      socket_(std::move(path), "no monitor", "GIAMBIO_MONITOR") {
    if (socket_.is_open()) socket_.serve([this] { serve(); });
}

monitor::~monitor() {
    socket_.end();
    for (const client& each : clients_) ::close(each.fd);
}

// --- the monitor's thread

void monitor::serve() {
    for (;;) {
        std::vector<pollfd> watched(2);  // the socket's two, and then the clients
        for (const client& each : clients_) {
            const int wanted = (each.leaving ? 0 : POLLIN) | (each.out.empty() ? 0 : POLLOUT);
            watched.push_back({each.fd, static_cast<short>(wanted), 0});
        }
        if (!socket_.poll(watched)) return;
        if (watched[0].revents != 0) return;
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            if (watched[i + 2].revents & (POLLIN | POLLHUP | POLLERR)) read_from(clients_[i]);
            if (!clients_[i].out.empty()) write_to(clients_[i]);
        }
        if (watched[1].revents != 0) welcome();
        std::erase_if(clients_, [](const client& each) {
            const bool goes = each.leaving && each.out.empty();
            if (goes) ::close(each.fd);
            return goes;
        });
    }
}

void monitor::welcome() {
    const int fd = socket_.welcome();
    if (fd < 0) return;
    clients_.push_back({fd, "", "", false});
    client& guest = clients_.back();
    guest.leaving = clients_.size() > most_clients;
    guest.out = guest.leaving ? "Too many talk to this monitor already; try again later.\n\n"
                              : "This is process " + std::to_string(::getpid()) +
                                    "; help tells the commands.\n\n";
    write_to(guest);
}

// Each whole line is a command. Who closes its side still gets its answers. An answer may be long,
// where there are many tasks; who takes none of them gets no more.
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
        if (asking.out.size() > most_unread) {
            asking.out.clear();
            asking.leaving = true;
        } else {
            asking.out += answer(line, asking) + "\n";
        }
    }
    const bool endless = asking.in.size() > longest_line;
    if (endless) asking.out += "A command is one short line; help tells the commands.\n\n";
    if (endless) asking.leaving = true;
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
