// What a program may choose of a socket: its type, and a few options.
//
// A small set, named like what it does; who needs another option has the descriptor's number.
// Not here: addresses and their families (address.hpp).
// Public.
#pragma once

#include <cstdint>

namespace giambio {

enum class socket_type : std::uint8_t { stream, datagram };

enum class socket_option : std::uint8_t {
    no_delay,        // TCP: small pieces leave at once; on from the start
    reuse_address,   // a server may be started again at once; on from the start for streams
    keep_alive,      // ask a silent peer now and then whether it is still there
    send_buffer,     // bytes that the system keeps for the network
    receive_buffer,  // bytes that the system keeps for the program
    broadcast,       // datagrams may go to everybody
    v6_only,         // an IPv6 socket does not take IPv4 connections
};

constexpr const char* word_of(socket_option option) {
    switch (option) {
        case socket_option::no_delay:
            return "no_delay";
        case socket_option::reuse_address:
            return "reuse_address";
        case socket_option::keep_alive:
            return "keep_alive";
        case socket_option::send_buffer:
            return "send_buffer";
        case socket_option::receive_buffer:
            return "receive_buffer";
        case socket_option::broadcast:
            return "broadcast";
        case socket_option::v6_only:
            return "v6_only";
    }
    return "?";
}

}  // namespace giambio
