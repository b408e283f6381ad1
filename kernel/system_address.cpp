// One block for each family, each way. See system_address.hpp.
// Internal to kernel/.
#include "kernel/system_address.hpp"

#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace giambio {

namespace {

// The path is counted by the length, not by a zero at its end, because an abstract name begins
// with one; a path of the file system gets its zero all the same.
void put_path(const address& from, system_address& to) {
    auto& local = reinterpret_cast<sockaddr_un&>(to.bytes);
    local.sun_family = AF_UNIX;
    std::memcpy(local.sun_path, from.path.data(), from.path_length);
    const std::size_t zero = from.path_length > 0 && !from.is_abstract() ? 1 : 0;
    to.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + from.path_length + zero);
}

// The system may or may not count the zero at the end of a path; of an abstract name every byte
// counts.
void take_path(const system_address& from, address& to) {
    to.family = address_family::local;
    constexpr std::size_t head = offsetof(sockaddr_un, sun_path);
    if (from.length <= head) return;  // a socket without a name
    const auto& local = reinterpret_cast<const sockaddr_un&>(from.bytes);
    std::size_t length = std::min<std::size_t>(from.length - head, address::longest_path);
    if (local.sun_path[0] != '\0') length = strnlen(local.sun_path, length);
    std::memcpy(to.path.data(), local.sun_path, length);
    to.path_length = static_cast<std::uint8_t>(length);
}

}  // namespace

// Port and address go out in the byte order of the network; `ip` is kept in it always.
system_address to_system(const address& from) {
    system_address to;
    if (from.is_local()) {
        put_path(from, to);
    } else if (from.is_v6()) {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(to.bytes);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(from.port);
        std::memcpy(&v6.sin6_addr, from.ip.data(), 16);
        to.length = sizeof(sockaddr_in6);
    } else {
        auto& v4 = reinterpret_cast<sockaddr_in&>(to.bytes);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(from.port);
        std::memcpy(&v4.sin_addr, from.ip.data(), 4);
        to.length = sizeof(sockaddr_in);
    }
    return to;
}

address from_system(const system_address& from) {
    address to;
    if (from.bytes.ss_family == AF_UNIX) {
        take_path(from, to);
    } else if (from.bytes.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from.bytes);
        to.family = address_family::ipv6;
        to.port = ntohs(v6.sin6_port);
        std::memcpy(to.ip.data(), &v6.sin6_addr, 16);
    } else {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(from.bytes);
        to.port = ntohs(v4.sin_port);
        std::memcpy(to.ip.data(), &v4.sin_addr, 4);
    }
    return to;
}

}  // namespace giambio
