// What the simulated network keeps of a socket, and of what is under way to it.
//
// Only network.hpp and its files look in here. Pipes and pairs are endpoints too: they are local,
// and what is sent to a local one is there at once.
// Kept true: `peer` points both ways or not at all.
// Internal to kernel/simulated/.
#pragma once

#include "traps/address.hpp"
#include "traps/ids.hpp"
#include "traps/socket_kinds.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace giambio {

// Something that reaches an endpoint, or happens to it, later.
enum class cargo : std::uint8_t {
    bytes,       // of a stream
    datagram,    // to an address
    farewell,    // the peer sends no more
    departure,   // the peer is closed
    knock,       // somebody wants a connection
    welcome,     // and has it
    refusal,     // or not
    reset,       // the connection is broken
    impatience,  // the sender has waited long enough for bytes to arrive
    question,    // the receiver has waited long enough to be heard of
    incident,    // of the script
};

struct packet {
    cargo kind = cargo::bytes;
    int to = -1;
    int from = -1;
    std::string bytes{};
    address source{};  // of a datagram
    address target{};  // of a datagram or a knock
    int from_host = 0;
    int to_host = 0;
    bool local = false;  // on one machine: no fault of the network reaches it
    int code = 0;        // the error that it brings; of an incident its place in the script
};

struct parcel {
    std::string bytes;
    address from;
};

enum class standing : std::uint8_t { fresh, listening, connecting, connected, refused };

struct endpoint {
    int fd = -1;
    socket_type type = socket_type::stream;
    standing state = standing::fresh;
    bool is_pipe = false;
    bool local_only = false;  // a pipe, a pair, a Unix socket: no network in between
    bool can_receive = true;
    bool can_send = true;
    bool is_bound = false;
    bool counted = false;  // the program has it: it counts as a descriptor
    int host = 0;
    address local;
    address peer_name;

    endpoint* peer = nullptr;    // null when the other side has closed
    std::deque<parcel> inbox;    // what arrived and is not yet received
    std::size_t under_way = 0;   // bytes sent to it, not yet received
    std::size_t lost = 0;        // bytes sent after the peer had closed
    std::size_t buffer = 0;      // how many may be under way
    bool peer_ended = false;     // its farewell has arrived: there will be no more bytes
    bool peer_gone = false;      // nobody is there to send to
    bool peer_vanished = false;  // nobody is there, and no news of it will ever come
    bool ended = false;          // sends no more
    bool forgotten = false;      // its host was switched off
    bool impatient = false;      // an `impatience` is under way
    bool asking = false;         // a `question` is under way
    bool unheard = false;        // something that it sent is gone, because a host was off
    int broken = 0;              // the error that the next operation tells
    bool was_broken = false;
    int wants_room_of = -1;      // a Unix datagram waits for this receiver
    std::size_t wants_room = 0;  // and needs so much
    moment last_arrival{};       // the next packet of a stream does not overtake it

    std::deque<int> knocking;  // connections not yet accepted
    std::size_t backlog = 0;
    bool aborted = false;  // gone before it is accepted

    std::array<int, 7> options{};  // by socket_option
    bool watch_read = false;
    bool watch_write = false;
};

}  // namespace giambio
