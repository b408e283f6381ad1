// Where a socket listens or connects to: an IP address and a port, or a path of this machine.
//
// Plain bytes, so that it can stand in a request. Names are not looked up here; that may block.
// Kept true: what a family does not use is zero, so two addresses of one place are equal.
// Public.
#pragma once

#include "traps/ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace giambio {

enum class address_family : std::uint8_t {
    ipv4,
    ipv6,
    local,  // a Unix socket: a path, or a name that only sockets know
};

struct address {
    static constexpr std::size_t longest_path = 107;

    address_family family = address_family::ipv4;
    std::array<std::uint8_t, 16> ip{};  // an IPv4 address fills the first four
    std::uint16_t port = 0;
    std::array<char, longest_path + 1> path{};  // local only; an abstract name begins with a zero
    std::uint8_t path_length = 0;               // 0: a socket without a name

    address() = default;
    // `host` is an IPv4 or IPv6 address in digits; empty means every interface of this machine.
    // Throws misuse when it is anything else.
    address(std::string_view host, std::uint16_t port_number);

    // A Unix socket, as a file. Throws misuse when the path is empty or longer than longest_path.
    static address unix_path(std::string_view path);
    // A Unix socket without a file: its name is free again when the socket is closed.
    static address unix_abstract(std::string_view name);

    bool is_local() const { return family == address_family::local; }
    bool is_v6() const { return family == address_family::ipv6; }
    bool is_abstract() const { return path_length > 0 && path[0] == '\0'; }
    // The path, or the abstract name without its zero.
    std::string_view name() const;

    // "127.0.0.1:25000", "[::1]:25000", "unix:/run/x", "unix:@x".
    std::string to_string() const;

    friend bool operator==(const address&, const address&) = default;
};

// What a look-up of a name finds, without ports; nothing when there is no such name. In a simulated
// world that takes so long.
struct name_answer {
    std::vector<address> found{};
    duration takes{};
};

}  // namespace giambio
