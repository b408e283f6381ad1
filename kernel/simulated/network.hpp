// A network inside the process, on the virtual clock: streams, datagrams, Unix sockets and pipes,
// with latency, chance and faults.
//
// A whole server and its clients run in one program, and two runs with the same seed are the same
// to the byte. The kernel calls in through io_driver, exactly as it calls the real one.
// Not here: tasks; the network knows only descriptors.
// Kept true: bytes of a stream arrive in order; time moves only when the kernel says that it has
// nothing else to do (a poll with a limit above zero); chance is drawn only where the world has it.
// Internal to kernel/ and face/.
#pragma once

#include "kernel/clock.hpp"
#include "kernel/io_driver.hpp"
#include "kernel/simulated/endpoint.hpp"
#include "kernel/simulated/world.hpp"

#include <map>
#include <memory>
#include <random>
#include <set>
#include <utility>

namespace giambio {

class simulated_network final : public io_driver {
public:
    simulated_network(virtual_clock& time, const simulated& world);

    const char* name() const override { return "simulated"; }
    std::uint64_t seed() const override { return world_.seed; }

    // --- sockets.cpp: opening, naming, closing
    io_result open(address_family family, socket_type type) override;
    io_result open_pair(socket_type type, std::array<int, 2>& ends) override;
    io_result open_pipe(std::array<int, 2>& ends) override;
    io_result adopt(int fd) override;
    bool exists(int fd) override { return find(fd) != nullptr; }
    io_result bind(int fd, const address& where) override;
    io_result listen(int fd, int backlog) override;
    io_result local_address(int fd, address& out) override;
    io_result peer_address(int fd, address& out) override;
    io_result shut_down_sending(int fd) override;
    io_result set_option(int fd, socket_option option, int value) override;
    io_result option(int fd, socket_option option) override;
    void close(int fd) override;

    // --- streams.cpp
    io_result accept(int fd, address& peer) override;
    io_result connect(int fd, const address& to) override;
    io_result finish_connect(int fd) override;
    io_result receive(int fd, void* buffer, std::size_t size) override;
    io_result send(int fd, const void* buffer, std::size_t size) override;

    // --- datagrams.cpp
    io_result receive_from(int fd, void* buffer, std::size_t size, address& from) override;
    io_result send_to(int fd, const void* buffer, std::size_t size, const address& to) override;

    // --- hosts.cpp
    std::optional<name_answer> look_up(std::string_view name) override;

    // --- readiness.cpp
    io_result watch(int fd, bool to_read, bool to_write) override;
    void poll(std::optional<duration> limit, std::vector<readiness>& ready) override;
    // Only what is under way can wake anyone: there is no world outside.
    bool may_report(std::size_t watched) const override;

private:
    // --- sockets.cpp
    endpoint* find(int fd);
    endpoint& make(address_family family, socket_type type);
    bool is_full(std::size_t more) const;
    bool is_taken(const endpoint& by, const address& where) const;
    std::uint16_t free_port(socket_type type);
    bool take_port(endpoint& at);
    void pair_up(endpoint& one, endpoint& other);
    int parting_word_of(const endpoint& closing) const;

    // --- streams.cpp
    io_result connect_datagram(endpoint& at, const address& to);
    io_result told_error(endpoint& at);
    std::size_t room_for(const endpoint& at) const;
    void abort(endpoint& knocking);

    // --- datagrams.cpp
    std::deque<endpoint*> receivers_of(const packet& sent);
    void deliver_datagram(const packet& arrived);
    void hand_over(endpoint& to, const packet& arrived);
    io_result send_local(endpoint& at, packet sent);
    void spread_out(const packet& sent);

    // --- delivery.cpp: what is under way
    duration draw_latency();
    std::size_t draw_chunk(std::size_t left);
    bool draws(int in_a_thousand);
    void post(endpoint& from, endpoint& to, packet sent);
    void post_at(moment when, packet sent) { under_way_.emplace(when, std::move(sent)); }
    void deliver_due();
    void deliver(packet arrived);
    void reach(endpoint& at, packet& arrived);
    void knock(const packet& arrived);
    void let_in(endpoint& caller, endpoint& listening, duration thinks);
    endpoint* listener_at(const address& where);
    void refuse(endpoint& caller, int code, duration later_by);

    // --- hosts.cpp: who is where
    int host_of(const address& where) const;
    address address_of(int host, address_family family) const;
    address seen_from(const endpoint& at, const address& there) const;
    const simulated_host* entry_of(const address& where) const;
    bool is_called(int host, const std::string& name) const;

    // --- faults.cpp
    bool stops(packet& sent);
    bool is_cut(int one, int other) const;
    bool is_off(int host) const;
    bool is_for_the_forgotten(const packet& sent);
    void refuse_when_patience_ends(endpoint& caller);
    bool take_abort(int host);
    void call_into_the_void(endpoint& sender);
    void wait_for_an_echo(endpoint& sender);
    void lose_patience(endpoint& sender);
    void give_up(endpoint& at, int code);
    bool is_silent(const endpoint& at) const;
    bool is_severed(const endpoint& at) const;
    void ask_when_silent(endpoint& at);
    void hear_no_answer(endpoint& at);
    void happen(const incident& what);
    void mend(const incident& what);
    void switch_off(const incident& what);
    void switch_on(const incident& what);
    void reset_between(const incident& what);
    void break_end(endpoint& at, int code);
    void snap(endpoint& at, int code);

    // --- readiness.cpp
    bool can_read(const endpoint& at) const;
    bool can_write(const endpoint& at) const;
    bool is_ready(int fd) const;
    bool anyone_ready() const;

    virtual_clock& time_;
    simulated world_;
    std::mt19937_64 dice_;
    std::map<int, std::unique_ptr<endpoint>> endpoints_;
    std::multimap<moment, packet> under_way_;  // equal moments keep the order of posting
    std::deque<packet> held_;                  // behind a cut, until it is mended
    std::vector<incident> cuts_;
    std::vector<std::string> off_;     // hosts that are switched off
    std::vector<std::string> aborts_;  // hosts whose next connection is aborted
    std::set<int> watched_;
    std::size_t descriptors_ = 0;  // how many the program has
    int last_fd_ = 2;              // like a process: 0, 1 and 2 are taken
    std::uint16_t last_port_ = 40000;
};

}  // namespace giambio
