// An IP address and a port: where a socket listens or connects to.
//
// Plain bytes, so that it can stand in a request. Names are not looked up here; that may block.
// Public.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace giambio {

struct address {
    std::array<std::uint8_t, 16> ip{};  // an IPv4 address fills the first four
    std::uint16_t port = 0;
    bool v6 = false;

    address() = default;
    // `host` is an IPv4 or IPv6 address in digits; empty means every interface of this machine.
    // Throws misuse when it is anything else.
    address(std::string_view host, std::uint16_t port_number);

    // "127.0.0.1:25000", "[::1]:25000".
    std::string to_string() const;

    friend bool operator==(const address&, const address&) = default;
};

}  // namespace giambio
