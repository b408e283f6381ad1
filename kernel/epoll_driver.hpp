// The driver for the machine's own sockets; the only files that know epoll.
//
// A descriptor stays registered until the kernel wants something else, so a busy connection costs
// no epoll_ctl. Of a connection each change is told once (edge-triggered); everything else is told
// again by each poll as long as it is ready (level-triggered), and so the kernel asks for silence
// when nobody waits any more.
// Not here: which task waits (wait_table.hpp).
// Internal to kernel/.
#pragma once

#include "kernel/io_driver.hpp"

#include <sys/epoll.h>

#include <array>

namespace giambio {

class epoll_driver final : public io_driver {
public:
    // `wake_fd` ends a poll when it becomes readable and is never reported; the
    // driver empties it. -1 for none.
    explicit epoll_driver(int wake_fd);
    ~epoll_driver() override;
    epoll_driver(const epoll_driver&) = delete;
    epoll_driver& operator=(const epoll_driver&) = delete;

    const char* name() const override { return "epoll"; }
    int pollable() const override { return epoll_fd_; }

    io_result open(address_family family, socket_type type) override;
    io_result open_pair(socket_type type, std::array<int, 2>& ends) override;
    io_result open_pipe(std::array<int, 2>& ends) override;
    io_result adopt(int fd) override;
    bool exists(int fd) override;
    io_result bind(int fd, const address& where) override;
    io_result listen(int fd, int backlog) override;
    io_result local_address(int fd, address& out) override;
    io_result peer_address(int fd, address& out) override;
    io_result shut_down_sending(int fd) override;
    io_result set_option(int fd, socket_option option, int value) override;
    io_result option(int fd, socket_option option) override;
    void close(int fd) override;

    io_result accept(int fd, address& peer) override;
    io_result connect(int fd, const address& to) override;
    io_result finish_connect(int fd) override;
    io_result receive(int fd, void* buffer, std::size_t size) override;
    io_result send(int fd, const void* buffer, std::size_t size) override;
    io_result receive_from(int fd, void* buffer, std::size_t size, address& from) override;
    io_result send_to(int fd, const void* buffer, std::size_t size, const address& to) override;

    io_result watch(int fd, bool to_read, bool to_write) override;
    void poll(std::optional<duration> limit, std::vector<readiness>& ready) override;
    bool may_report(std::size_t watched) const override { return watched > 0; }

private:
    // What a descriptor is, as far as it matters for how the system shall tell of it.
    // The kind `stream` is a TCP connection; of a local one a read ends where a descriptor was sent
    // along, so a short read does not say that it is empty.
    enum class sort : std::uint8_t { other, stream, listening };
    struct descriptor {
        sort is = sort::other;
        bool to_read = false;  // what is listened to
        bool to_write = false;
        // The number of its registration with epoll, 0 for none; of a foreign one, as far as is
        // known. Each report names it.
        std::uint32_t registration = 0;
    };
    descriptor& known(int fd);
    io_result opened(io_result made, sort as);
    int wait(std::optional<duration> limit);
    bool set_up(int way, int fd, bool to_read, bool to_write);
    void begin_anew(std::vector<readiness>& ready);

    int epoll_fd_ = -1;
    int wake_fd_ = -1;
    // Discussion: the kernel receives for everybody that one poll told of, and only then the first
    // of their tasks runs. With 256 at once the first connection has left the caches by then: a
    // request of a thousand busy connections takes 7.3 us, with 64 at once 6.8.
    std::array<epoll_event, 64> events_{};
    std::vector<descriptor> known_;
    std::uint32_t last_registration_ = 0;
};

}  // namespace giambio
