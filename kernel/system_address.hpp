// Addresses as the system's calls want them, and back.
//
// The epoll driver calls in. Not here: addresses as text (traps/address.hpp).
// Internal to kernel/.
#pragma once

#include "traps/address.hpp"

#include <sys/socket.h>

namespace giambio {

// A socket address as the system wants it, and its length. A fresh one has room for any.
struct system_address {
    sockaddr_storage bytes{};
    socklen_t length = sizeof(sockaddr_storage);
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&bytes); }
};

system_address to_system(const address& from);
address from_system(const system_address& from);

}  // namespace giambio
