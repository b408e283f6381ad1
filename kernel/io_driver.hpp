// The one way to the network: what the kernel needs of a system that has descriptors.
//
// The kernel calls in (io.cpp, plain_io.cpp; loop.cpp for the poll); nothing here calls back. Two
// drivers are real: epoll_driver on the machine's sockets, simulated_network (simulated/) on the
// virtual clock.
// Not here: who waits on a descriptor (wait_table.hpp) and what waking means (schedule.cpp).
// Kept true: no operation blocks except `poll`. What would block says so.
// Internal to kernel/.
#pragma once

#include "traps/address.hpp"
#include "traps/ids.hpp"
#include "traps/socket_kinds.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace giambio {

enum class io_status : std::uint8_t { done, would_block, failed };

struct io_result {
    io_status status = io_status::done;
    std::int64_t value = 0;  // bytes or a descriptor when done, the errno when failed

    static io_result done(std::int64_t value = 0) { return {io_status::done, value}; }
    static io_result would_block() { return {io_status::would_block, 0}; }
    static io_result failed(int code) { return {io_status::failed, code}; }
};

// One descriptor that has become ready.
struct readiness {
    int fd = -1;
    bool can_read = false;
    bool can_write = false;
    bool try_first = false;  // from now on a short read does not say that there is no more
};

class io_driver {
public:
    virtual ~io_driver() = default;
    virtual const char* name() const = 0;
    virtual std::uint64_t seed() const { return 0; }
    // A descriptor that is readable when a poll would find something; -1: there is none.
    virtual int pollable() const { return -1; }

    virtual io_result open(address_family family, socket_type type) = 0;
    // Two connected sockets; of a pipe the end to read from comes first.
    virtual io_result open_pair(socket_type type, std::array<int, 2>& ends) = 0;
    virtual io_result open_pipe(std::array<int, 2>& ends) = 0;
    // A descriptor that was made elsewhere shall never block from now on.
    virtual io_result adopt(int fd) = 0;
    // Is there a descriptor with this number?
    virtual bool exists(int fd) = 0;
    virtual io_result bind(int fd, const address& where) = 0;
    virtual io_result listen(int fd, int backlog) = 0;
    virtual io_result local_address(int fd, address& out) = 0;
    virtual io_result peer_address(int fd, address& out) = 0;
    virtual io_result shut_down_sending(int fd) = 0;
    virtual io_result set_option(int fd, socket_option option, int value) = 0;
    virtual io_result option(int fd, socket_option option) = 0;
    virtual void close(int fd) = 0;

    virtual io_result accept(int fd, address& peer) = 0;
    // would_block: the connection is being made; when the descriptor is writable, ask
    // finish_connect.
    virtual io_result connect(int fd, const address& to) = 0;
    virtual io_result finish_connect(int fd) = 0;
    virtual io_result receive(int fd, void* buffer, std::size_t size) = 0;
    virtual io_result send(int fd, const void* buffer, std::size_t size) = 0;
    // A datagram that is longer than the buffer is cut; the value is its whole size all the same.
    virtual io_result receive_from(int fd, void* buffer, std::size_t size, address& from) = 0;
    virtual io_result send_to(int fd, const void* buffer, std::size_t size, const address& to) = 0;

    // The names of a world that has its own; none: they are the machine's, and asking may block.
    virtual std::optional<name_answer> look_up(std::string_view) { return std::nullopt; }

    // From now on `poll` tells about this descriptor's readiness: as long as it lasts, or, of a
    // connection, perhaps once for each change, so that a read which filled its buffer must be
    // tried again before anybody waits. Neither: it does not. Fails for a descriptor that cannot be
    // watched. The value is 1 when the descriptor was not watched before: one that was closed, and
    // its number used again, has lost its watch.
    virtual io_result watch(int fd, bool to_read, bool to_write) = 0;

    // Waits for readiness, at most for `limit` (none: for ever), and appends what became ready.
    virtual void poll(std::optional<duration> limit, std::vector<readiness>& ready) = 0;

    // Could a poll for ever come back, when `watched` descriptors are watched? When not, a loop
    // that has nobody else to wait for is in a deadlock (rule R13).
    virtual bool may_report(std::size_t watched) const = 0;
};

}  // namespace giambio
