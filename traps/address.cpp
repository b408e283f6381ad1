// Turns an address into text and back. See address.hpp.
//
// Internal to traps/.
#include "traps/address.hpp"

#include "traps/errors.hpp"

#include <arpa/inet.h>

namespace giambio {

address::address(std::string_view host, std::uint16_t port_number) : port(port_number) {
    if (host.empty()) return;  // all zeros is the wildcard
    const std::string text(host);
    if (inet_pton(AF_INET, text.c_str(), ip.data()) == 1) return;
    v6 = true;
    if (inet_pton(AF_INET6, text.c_str(), ip.data()) == 1) return;
    throw misuse("'" + text +
                 "' is not an IP address in digits (like 127.0.0.1 or ::1); names are not looked "
                 "up here");
}

std::string address::to_string() const {
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(v6 ? AF_INET6 : AF_INET, ip.data(), text, sizeof text);
    const std::string host = v6 ? "[" + std::string(text) + "]" : std::string(text);
    return host + ":" + std::to_string(port);
}

}  // namespace giambio
