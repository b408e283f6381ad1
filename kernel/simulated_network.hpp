// A network inside the process, on the virtual clock: TCP streams with latency and cut bytes,
// seeded.
//
// A whole server and its clients run in one program, and two runs with the same seed are the same
// to the byte. The kernel calls in through io_driver, exactly as it calls the real one.
// Not here: tasks; the network knows only descriptors.
// Kept true: bytes arrive in order; time moves only when the kernel says that it has nothing else
// to do (a poll with a limit above zero).
// Public: programs choose it with `simulated` (face/async_scheduler.hpp).
#pragma once

#include "kernel/clock.hpp"
#include "kernel/io_driver.hpp"

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>

namespace giambio {

// How the simulated world behaves.
struct network_weather {
    std::uint64_t seed = 0;
    duration latency = std::chrono::milliseconds(1);  // of every packet, one way
    duration jitter{};                                // up to this much more, drawn for each packet
    std::size_t max_chunk = 0;   // a send is cut into packets of 1 to this many bytes; 0: not cut
    std::size_t buffer = 65536;  // bytes under way in one direction; more would block
    std::map<std::string, std::vector<std::string>> names{};  // hosts: their addresses in digits
};

class simulated_network final : public io_driver {
public:
    simulated_network(virtual_clock& time, const network_weather& weather);

    const char* name() const override { return "simulated"; }
    std::uint64_t seed() const override { return weather_.seed; }
    bool names(const std::string& host, std::uint16_t port,
               std::vector<address>& found) const override;

    io_result open(address_family family, socket_type type) override;
    io_result open_pair(socket_type type, std::array<int, 2>& ends) override;
    io_result open_pipe(std::array<int, 2>& ends) override;
    io_result adopt(int fd) override;
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
    // Only a packet that is under way can wake anyone: there is no world outside.
    bool may_report(std::size_t watched) const override;

private:
    enum class standing : std::uint8_t { fresh, listening, connecting, connected, refused };

    struct endpoint {
        int fd = -1;
        standing state = standing::fresh;
        address local;
        address peer_name;
        endpoint* peer = nullptr;       // null when the other side has closed
        std::deque<std::string> inbox;  // packets that arrived and are not yet received
        std::size_t under_way = 0;      // sent by the peer, not yet received here
        std::size_t lost = 0;           // sent after the peer had closed
        bool peer_closed = false;       // its farewell has arrived
        moment last_arrival{};          // the next packet does not overtake it
        std::deque<int> knocking;       // connections not yet accepted
        std::size_t backlog = 0;
        bool watch_read = false;
        bool watch_write = false;
    };

    // Something that reaches an endpoint later: bytes, a farewell, or a connection.
    enum class cargo : std::uint8_t { bytes, farewell, knock, welcome, refusal };
    struct packet {
        int to = -1;
        cargo kind = cargo::bytes;
        std::string bytes{};
        int from = -1;
    };

    endpoint* find(int fd);
    endpoint& make();
    endpoint* listener_at(const address& where);
    duration draw_latency();
    std::size_t draw_chunk(std::size_t left);
    void post(endpoint& to, packet sent);
    void deliver_due();
    void deliver(const packet& arrived);
    void knock(const packet& arrived);
    bool can_read(const endpoint& at) const;
    bool can_write(const endpoint& at) const;
    void report(std::vector<readiness>& ready) const;
    bool anyone_ready() const;

    virtual_clock& time_;
    network_weather weather_;
    std::mt19937_64 dice_;
    std::map<int, std::unique_ptr<endpoint>> endpoints_;
    std::multimap<moment, packet> under_way_;  // equal moments keep the order of posting
    std::set<int> watched_;
    int last_fd_ = 2;  // like a process: 0, 1 and 2 are taken
    std::uint16_t last_port_ = 40000;
};

}  // namespace giambio
