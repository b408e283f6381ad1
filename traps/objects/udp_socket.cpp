// What datagram sockets ask the kernel for. See udp_socket.hpp.
// Internal to traps/objects/.
#include "traps/objects/udp_socket.hpp"

#include <algorithm>

namespace giambio {

udp_socket::udp_socket(address_family family, site at)
    : fd_(door().open_socket(family, socket_type::datagram, at)) {}

void udp_socket::open_for(const address& there, site at) {
    if (fd_.number() >= 0) return;
    fd_ = descriptor(door().open_socket(there.family, socket_type::datagram, at));
}

void udp_socket::bind(const address& where, site at) {
    open_for(where, at);
    door().bind(fd_.number(), where, at);
}

coroutine<void> udp_socket::connect(address to, site at) {
    open_for(to, at);
    co_await trap::connect{at, fd_.number(), &to};
}

coroutine<datagram> udp_socket::receive_from(std::size_t size, site at) {
    datagram taken;
    taken.bytes.resize(size);
    const std::size_t whole = co_await trap::receive_from{at, fd_.number(), taken.bytes.data(),
                                                          taken.bytes.size(), &taken.from};
    taken.cut = whole > size;
    taken.bytes.resize(std::min(whole, size));
    co_return taken;
}

coroutine<void> udp_socket::send_to(std::string_view bytes, address to, site at) {
    open_for(to, at);
    co_await trap::send_to{at, fd_.number(), bytes.data(), bytes.size(), &to};
}

coroutine<void> udp_socket::send(std::string_view bytes, site at) {
    co_await trap::send{at, fd_.number(), bytes.data(), bytes.size()};
}

void udp_socket::set_option(socket_option option, int value, site at) {
    door().set_option(fd_.number(), option, value, at);
}

datagram_ends datagram_pair(site at) {
    const std::array<int, 2> ends = door().open_pair(socket_type::datagram, at);
    return {udp_socket(descriptor(ends[0])), udp_socket(descriptor(ends[1]))};
}

}  // namespace giambio
