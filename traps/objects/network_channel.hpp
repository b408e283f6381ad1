// A network channel: messages between two ends over a pair of connected sockets.
//
// What a memory channel is inside a program, this is where bytes are all that goes across: an end
// can be given to another process. Not here: the framing (message_channel.hpp).
// Public.
#pragma once

#include "traps/objects/message_channel.hpp"
#include "traps/objects/socket.hpp"

namespace giambio {

using network_channel = message_channel<async_socket>;

struct network_channel_ends {
    network_channel first;
    network_channel second;
};

inline network_channel_ends make_network_channel(site at = site::current()) {
    socket_ends pair = socket_pair(at);
    return {network_channel(std::move(pair.first)), network_channel(std::move(pair.second))};
}

}  // namespace giambio
