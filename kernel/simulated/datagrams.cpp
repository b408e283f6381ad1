// Datagrams: whole messages, of which the network may lose, double and delay each. See network.hpp.
//
// Unix datagrams are of one machine: they arrive at once, in order, and the sender waits for room.
// Not here: streams (streams.cpp).
// Internal to kernel/simulated/.
#include "kernel/simulated/network.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace giambio {

namespace {

// What fits into an IPv4 packet beside its headers.
constexpr std::size_t longest_datagram = 65'507;

// 255.255.255.255: everybody who listens at the port, on every host.
bool is_broadcast(const address& to) {
    const auto begin = to.ip.begin();
    return to.family == address_family::ipv4 &&
           std::all_of(begin, begin + 4, [](std::uint8_t each) { return each == 255; });
}

}  // namespace

// One datagram for each call. What the buffer has no room for is gone, and the value tells that.
io_result simulated_network::receive_from(int fd, void* buffer, std::size_t size, address& from) {
    endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    if (at->type == socket_type::stream) {
        from = at->peer_name;
        return receive(fd, buffer, size);
    }
    if (at->broken != 0) return told_error(*at);
    if (at->inbox.empty()) return io_result::would_block();
    const parcel taken = std::move(at->inbox.front());
    at->inbox.pop_front();
    at->under_way -= std::min(taken.bytes.size(), at->under_way);
    if (!taken.bytes.empty()) {
        std::memcpy(buffer, taken.bytes.data(), std::min(size, taken.bytes.size()));
    }
    from = taken.from;
    return io_result::done(static_cast<std::int64_t>(taken.bytes.size()));
}

// Checks what a system would check before anything leaves. A socket without a name gets one now, so
// that it can be answered.
io_result simulated_network::send_to(int fd, const void* buffer, std::size_t size,
                                     const address& to) {
    endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    if (at->type == socket_type::stream) return io_result::failed(EISCONN);
    if (at->broken != 0) return told_error(*at);
    const bool to_nobody = at->state == standing::fresh && to.port == 0 && to.path_length == 0;
    if (to_nobody) return io_result::failed(EDESTADDRREQ);
    packet sent{.kind = cargo::datagram, .from = fd, .target = to, .from_host = at->host};
    if (size > 0) sent.bytes.assign(static_cast<const char*>(buffer), size);
    sent.source = at->local;
    if (at->local_only) return send_local(*at, std::move(sent));
    sent.to_host = host_of(to);
    if (sent.to_host < 0) return io_result::failed(ENETUNREACH);
    if (size > longest_datagram) return io_result::failed(EMSGSIZE);
    const bool may_shout = at->options[static_cast<std::size_t>(socket_option::broadcast)] != 0;
    if (is_broadcast(to) && !may_shout) return io_result::failed(EACCES);
    if (!take_port(*at)) return io_result::failed(EADDRNOTAVAIL);
    at->is_bound = true;
    sent.source = seen_from(*at, to);
    spread_out(sent);
    return io_result::done(static_cast<std::int64_t>(size));
}

// Chance decides how often it arrives, and when. Who sent it never learns.
void simulated_network::spread_out(const packet& sent) {
    if (draws(world_.lost)) return;
    for (int copies = draws(world_.doubled) ? 2 : 1; copies > 0; --copies) {
        duration takes = draw_latency();
        if (draws(world_.overtaken)) {
            // Long enough for several that are sent later to come first.
            takes += (world_.latency + world_.jitter) * static_cast<int>(2 + dice_() % 4);
        }
        post_at(later(time_.now(), takes), sent);
    }
}

// There is no network that could lose it: either it is there, or the sender waits for room.
io_result simulated_network::send_local(endpoint& at, packet sent) {
    const bool has_name = sent.target.path_length > 0;
    endpoint* to = at.peer;
    if (has_name) {
        const std::deque<endpoint*> there = receivers_of(sent);
        to = there.empty() ? nullptr : there.front();
    }
    if (to == nullptr) {
        const bool is_file = has_name && !sent.target.is_abstract();
        return io_result::failed(is_file ? ENOENT : ECONNREFUSED);
    }
    const std::size_t size = sent.bytes.size();
    if (size > to->buffer) return io_result::failed(EMSGSIZE);
    at.wants_room_of = -1;
    if (to->under_way + size > to->buffer) {
        // Remembered, so that the sender counts as writable only when this would succeed; with
        // "some room" instead the poll would come back at once for ever.
        at.wants_room_of = to->fd;
        at.wants_room = size;
        return io_result::would_block();
    }
    hand_over(*to, sent);
    return io_result::done(static_cast<std::int64_t>(size));
}

// Who is to have it: everybody at the port when it goes to all, else one. A socket that is
// connected takes only what its other side sends, and then before a socket that takes everything.
std::deque<endpoint*> simulated_network::receivers_of(const packet& sent) {
    std::deque<endpoint*> found;
    const address& to = sent.target;
    const address nowhere;
    for (auto& [fd, each] : endpoints_) {
        const bool is_open = each->type == socket_type::datagram && each->is_bound;
        if (!is_open || each->local.family != to.family) continue;
        const bool chosen = each->state == standing::connected;
        if (chosen && each->peer_name != sent.source) continue;
        if (to.is_local()) {
            if (each->local != to) continue;
        } else {
            const bool here =
                world_.hosts.empty() || each->local.ip == nowhere.ip || each->local.ip == to.ip;
            const bool same_host = is_broadcast(to) || each->host == sent.to_host;
            if (each->local.port != to.port || !same_host) continue;
            if (!here && !is_broadcast(to)) continue;
        }
        if (chosen) {
            found.push_front(each.get());
        } else {
            found.push_back(each.get());
        }
    }
    if (found.size() > 1 && !is_broadcast(to)) found.resize(1);
    return found;
}

// Nobody there: a sender that is connected to that place is told so.
void simulated_network::deliver_datagram(const packet& arrived) {
    const std::deque<endpoint*> there = receivers_of(arrived);
    for (endpoint* each : there) hand_over(*each, arrived);
    endpoint* sender = find(arrived.from);
    const bool cares = sender != nullptr && sender->state == standing::connected;
    if (there.empty() && cares && !is_broadcast(arrived.target)) {
        packet news{.kind = cargo::refusal, .to = arrived.from, .code = ECONNREFUSED};
        news.from_host = arrived.to_host;
        news.to_host = arrived.from_host;
        post_at(later(time_.now(), draw_latency()), std::move(news));
    }
}

// What finds no room is lost.
void simulated_network::hand_over(endpoint& to, const packet& arrived) {
    if (to.under_way + arrived.bytes.size() > to.buffer) return;
    to.inbox.push_back({arrived.bytes, arrived.source});
    to.under_way += arrived.bytes.size();
}

}  // namespace giambio
