// Connections: making them, and what goes through them. See network.hpp.
//
// Not here: how long it takes (delivery.cpp).
// Internal to kernel/simulated/.
#include "kernel/simulated/network.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace giambio {

// A connection that was made while the server did other things waits here for its turn.
io_result simulated_network::accept(int fd, address& peer) {
    endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    if (at->type != socket_type::stream) return io_result::failed(EOPNOTSUPP);
    if (at->state != standing::listening) return io_result::failed(EINVAL);
    if (at->knocking.empty()) return io_result::would_block();
    endpoint& taken = *find(at->knocking.front());
    if (taken.aborted) {
        at->knocking.pop_front();
        abort(taken);
        return io_result::failed(ECONNABORTED);
    }
    // It stays in the line: when there is a descriptor again, the next accept takes it.
    if (is_full(1)) return io_result::failed(EMFILE);
    at->knocking.pop_front();
    taken.counted = true;
    ++descriptors_;
    peer = taken.peer_name;
    return io_result::done(taken.fd);
}

// The one who knocked believes that it is connected; it learns otherwise after the latency.
void simulated_network::abort(endpoint& knocking) {
    if (knocking.peer != nullptr) {
        post(knocking, *knocking.peer, {.kind = cargo::reset, .code = ECONNRESET});
        knocking.peer->peer = nullptr;
        knocking.peer = nullptr;
    }
    close(knocking.fd);
}

// Sends a knock, and the answer will make the descriptor writable. Nothing is ever done at once: a
// program that works here has not come to rely on a fast machine.
io_result simulated_network::connect(int fd, const address& to) {
    endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    if (at->is_pipe) return io_result::failed(ENOTSOCK);
    if (to.family != at->local.family) return io_result::failed(EAFNOSUPPORT);
    if (at->type == socket_type::datagram) return connect_datagram(*at, to);
    if (at->state != standing::fresh) return io_result::failed(EISCONN);
    if (host_of(to) < 0) return io_result::failed(ENETUNREACH);
    if (!to.is_local() && !take_port(*at)) return io_result::failed(EADDRNOTAVAIL);
    at->state = standing::connecting;
    at->peer_name = to;
    if (!to.is_local()) at->local = seen_from(*at, to);
    packet knocks{.kind = cargo::knock, .from = fd, .target = to, .from_host = at->host};
    knocks.to_host = host_of(to);
    knocks.local = to.is_local();
    post_at(time_.now() + (knocks.local ? duration{} : draw_latency()), std::move(knocks));
    return io_result::would_block();
}

// Only a name on the envelope: the other side learns nothing.
io_result simulated_network::connect_datagram(endpoint& at, const address& to) {
    if (host_of(to) < 0) return io_result::failed(ENETUNREACH);
    if (to.is_local() && !is_taken(at, to)) {
        return io_result::failed(to.is_abstract() ? ECONNREFUSED : ENOENT);
    }
    if (!to.is_local() && !take_port(at)) return io_result::failed(EADDRNOTAVAIL);
    at.state = standing::connected;
    at.peer_name = to;
    if (!to.is_local()) {
        at.local = seen_from(at, to);
        at.is_bound = true;
    }
    return io_result::done();
}

// The reason of a refusal stays until the socket is closed; nobody can connect it a second time.
io_result simulated_network::finish_connect(int fd) {
    const endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    if (at->state == standing::refused) return io_result::failed(at->broken);
    return at->state == standing::connected ? io_result::done() : io_result::would_block();
}

// An error of the connection is told once; after it the stream is at its end.
io_result simulated_network::told_error(endpoint& at) {
    const int code = at.broken;
    at.broken = 0;
    at.was_broken = true;
    return io_result::failed(code);
}

// Takes what has arrived; 0 bytes only when all of it is taken and the other side sends no more.
io_result simulated_network::receive(int fd, void* buffer, std::size_t size) {
    endpoint* at = find(fd);
    if (at == nullptr || !at->can_receive) return io_result::failed(EBADF);
    if (at->type == socket_type::datagram) {
        address nobody_asks;
        const io_result got = receive_from(fd, buffer, size, nobody_asks);
        if (got.status != io_status::done) return got;
        return io_result::done(std::min(got.value, static_cast<std::int64_t>(size)));
    }
    if (at->broken != 0 && at->inbox.empty()) return told_error(*at);
    if (at->state != standing::connected) return io_result::failed(ENOTCONN);
    if (at->inbox.empty()) {
        return at->peer_ended || at->was_broken ? io_result::done(0) : io_result::would_block();
    }
    if (size == 0) return io_result::done(0);  // there may be no memory at all to copy to
    std::size_t taken = 0;
    do {
        std::string& front = at->inbox.front().bytes;
        const std::size_t part = std::min(size - taken, front.size());
        std::memcpy(static_cast<char*>(buffer) + taken, front.data(), part);
        taken += part;
        front.erase(0, part);
        if (front.empty()) at->inbox.pop_front();
        // Where sends are cut, the cuts are felt: a receive gets one packet at most.
    } while (world_.max_chunk == 0 && taken < size && !at->inbox.empty());
    at->under_way -= std::min(taken, at->under_way);
    return io_result::done(static_cast<std::int64_t>(taken));
}

// How much may be sent to the other side now. While the news that it has closed is under way, bytes
// leave as before, and are lost.
std::size_t simulated_network::room_for(const endpoint& at) const {
    const std::size_t buffer = at.peer != nullptr ? at.peer->buffer : at.buffer;
    const std::size_t filled = at.peer != nullptr ? at.peer->under_way : at.lost;
    return buffer - std::min(buffer, filled);
}

// Cuts the bytes into packets, each with a latency of its own, as far as the buffer of the other
// side has room. When it has none, the sender waits until the receiver has read.
io_result simulated_network::send(int fd, const void* buffer, std::size_t size) {
    endpoint* at = find(fd);
    if (at == nullptr || !at->can_send) return io_result::failed(EBADF);
    if (at->type == socket_type::datagram) return send_to(fd, buffer, size, at->peer_name);
    if (at->broken != 0) return told_error(*at);
    if (at->was_broken || at->ended || at->peer_gone) return io_result::failed(EPIPE);
    if (at->state != standing::connected) return io_result::failed(ENOTCONN);
    // Chance strikes where something is sent, because a connection that is silent has no dice to
    // throw: the world would otherwise depend on how often it is polled.
    if (!at->local_only && draws(world_.reset)) {
        snap(*at, ECONNRESET);
        return told_error(*at);
    }
    if (at->peer == nullptr) call_into_the_void(*at);
    const std::size_t room = room_for(*at);
    if (room == 0 && size > 0) return io_result::would_block();
    const std::size_t taken = std::min(size, room);
    const auto* bytes = static_cast<const char*>(buffer);
    (at->peer != nullptr ? at->peer->under_way : at->lost) += taken;
    for (std::size_t sent = 0; at->peer != nullptr && sent < taken;) {
        const std::size_t chunk = draw_chunk(taken - sent);
        post(*at, *at->peer, {.bytes = std::string(bytes + sent, chunk)});
        sent += chunk;
    }
    return io_result::done(static_cast<std::int64_t>(taken));
}

}  // namespace giambio
