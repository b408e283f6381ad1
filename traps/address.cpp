// Turns an address into text and back. See address.hpp.
//
// Internal to traps/.
#include "traps/address.hpp"

#include "traps/errors.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace giambio {

namespace {

address named(std::string_view name, std::size_t zeros) {
    const std::size_t length = name.size() + zeros;
    if (name.empty() || length > address::longest_path) {
        throw misuse("the path of a Unix socket has 1 to " + std::to_string(address::longest_path) +
                     " characters, not " + std::to_string(name.size()));
    }
    address made;
    made.family = address_family::local;
    std::copy(name.begin(), name.end(), made.path.begin() + static_cast<std::ptrdiff_t>(zeros));
    made.path_length = static_cast<std::uint8_t>(length);
    return made;
}

}  // namespace

address::address(std::string_view host, std::uint16_t port_number) : port(port_number) {
    if (host.empty()) return;  // all zeros is the wildcard
    const std::string text(host);
    const bool is_whole = text.find('\0') == std::string::npos;  // or else only a part is read
    if (is_whole && inet_pton(AF_INET, text.c_str(), ip.data()) == 1) return;
    family = address_family::ipv6;
    if (is_whole && inet_pton(AF_INET6, text.c_str(), ip.data()) == 1) return;
    throw misuse("'" + text +
                 "' is not an IP address in digits (like 127.0.0.1 or ::1); names are not looked "
                 "up here");
}

address address::unix_path(std::string_view path) {
    return named(path, 0);
}

address address::unix_abstract(std::string_view name) {
    return named(name, 1);
}

std::string_view address::name() const {
    const std::size_t zeros = is_abstract() ? 1 : 0;
    return {path.data() + zeros, path_length - zeros};
}

std::string address::to_string() const {
    if (is_local()) return (is_abstract() ? "unix:@" : "unix:") + std::string(name());
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(is_v6() ? AF_INET6 : AF_INET, ip.data(), text, sizeof text);
    const std::string host = is_v6() ? "[" + std::string(text) + "]" : std::string(text);
    return host + ":" + std::to_string(port);
}

}  // namespace giambio
