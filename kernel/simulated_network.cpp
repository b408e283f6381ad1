// Sockets that are entries of a table, and packets that are entries of a calendar.
// See simulated_network.hpp.
// Internal to kernel/.
#include "kernel/simulated_network.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace giambio {

simulated_network::simulated_network(virtual_clock& time, const network_weather& weather)
    : time_(time), weather_(weather), dice_(weather.seed) {}

// --- names

// Every machine knows itself.
bool simulated_network::names(const std::string& host, std::uint16_t port,
                              std::vector<address>& found) const {
    const auto known = weather_.names.find(host);
    if (known != weather_.names.end()) {
        for (const std::string& digits : known->second) found.emplace_back(digits, port);
    } else if (host == "localhost") {
        found.emplace_back("127.0.0.1", port);
    }
    return true;
}

// --- sockets

// Descriptors are numbers here as they are on a machine; one that nobody has gives null.
simulated_network::endpoint* simulated_network::find(int fd) {
    const auto found = endpoints_.find(fd);
    return found == endpoints_.end() ? nullptr : found->second.get();
}

simulated_network::endpoint& simulated_network::make() {
    const int fd = ++last_fd_;
    auto& made = endpoints_[fd] = std::make_unique<endpoint>();
    made->fd = fd;
    return *made;
}

// Who listens at this port. The host does not matter: the whole network is one machine.
simulated_network::endpoint* simulated_network::listener_at(const address& where) {
    for (auto& [fd, each] : endpoints_) {
        const bool same_port = each->local.port == where.port;
        if (each->state == standing::listening && same_port) return each.get();
    }
    return nullptr;
}

io_result simulated_network::open(address_family family, socket_type type) {
    if (type != socket_type::stream) return io_result::failed(EOPNOTSUPP);
    endpoint& made = make();
    made.local.family = family;
    return io_result::done(made.fd);
}

// What this network does not have.
io_result simulated_network::open_pair(socket_type, std::array<int, 2>&) {
    return io_result::failed(EOPNOTSUPP);
}
io_result simulated_network::open_pipe(std::array<int, 2>&) {
    return io_result::failed(EOPNOTSUPP);
}
io_result simulated_network::adopt(int) {
    return io_result::failed(EBADF);
}
io_result simulated_network::shut_down_sending(int) {
    return io_result::failed(EOPNOTSUPP);
}
io_result simulated_network::set_option(int, socket_option, int) {
    return io_result::done();
}
io_result simulated_network::option(int, socket_option) {
    return io_result::done();
}
io_result simulated_network::receive_from(int, void*, std::size_t, address&) {
    return io_result::failed(EOPNOTSUPP);
}
io_result simulated_network::send_to(int, const void*, std::size_t, const address&) {
    return io_result::failed(EOPNOTSUPP);
}
io_result simulated_network::peer_address(int fd, address& out) {
    const endpoint* at = find(fd);
    if (at == nullptr || at->state != standing::connected) return io_result::failed(ENOTCONN);
    out = at->peer_name;
    return io_result::done();
}

// Port 0 means any free one, as on a machine.
io_result simulated_network::bind(int fd, const address& where) {
    endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    if (where.port != 0 && listener_at(where) != nullptr) return io_result::failed(EADDRINUSE);
    at->local = where;
    if (where.port == 0) at->local.port = ++last_port_;
    return io_result::done();
}

io_result simulated_network::listen(int fd, int backlog) {
    endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    at->state = standing::listening;
    at->backlog = static_cast<std::size_t>(std::max(backlog, 1));
    return io_result::done();
}

io_result simulated_network::local_address(int fd, address& out) {
    const endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    out = at->local;
    return io_result::done();
}

// The other side learns it later, when the farewell arrives behind the bytes that are under way.
void simulated_network::close(int fd) {
    endpoint* at = find(fd);
    if (at == nullptr) return;
    if (at->peer != nullptr) {
        post(*at->peer, {.to = at->peer->fd, .kind = cargo::farewell});
        at->peer->peer = nullptr;
    }
    // Whoever knocked and was never let in learns that nobody is at home any more.
    const std::deque<int> knocking = at->knocking;
    watched_.erase(fd);
    endpoints_.erase(fd);
    for (const int waiting : knocking) close(waiting);
}

// --- operations

// A connection that was made while the server did other things waits here for its turn.
io_result simulated_network::accept(int fd, address& peer) {
    endpoint* at = find(fd);
    if (at == nullptr || at->state != standing::listening) return io_result::failed(EINVAL);
    if (at->knocking.empty()) return io_result::would_block();
    const int taken = at->knocking.front();
    at->knocking.pop_front();
    peer = find(taken)->peer_name;
    return io_result::done(taken);
}

// Sends a knock, and the answer will make the descriptor writable. Nothing is ever done at once: a
// program that works here has not come to rely on a fast machine.
io_result simulated_network::connect(int fd, const address& to) {
    endpoint* at = find(fd);
    if (at == nullptr || at->state != standing::fresh) return io_result::failed(EISCONN);
    at->state = standing::connecting;
    at->local = address("127.0.0.1", ++last_port_);
    at->peer_name = to;
    packet knocks{.to = -1, .kind = cargo::knock, .from = fd};
    under_way_.emplace(time_.now() + draw_latency(), std::move(knocks));
    return io_result::would_block();
}

io_result simulated_network::finish_connect(int fd) {
    const endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    if (at->state == standing::refused) return io_result::failed(ECONNREFUSED);
    return at->state == standing::connected ? io_result::done() : io_result::would_block();
}

// Takes what has arrived; 0 bytes only when all of it is taken and the other side has closed.
io_result simulated_network::receive(int fd, void* buffer, std::size_t size) {
    endpoint* at = find(fd);
    if (at == nullptr || at->state != standing::connected) return io_result::failed(ENOTCONN);
    if (at->inbox.empty()) return at->peer_closed ? io_result::done(0) : io_result::would_block();
    std::size_t taken = 0;
    do {
        std::string& front = at->inbox.front();
        const std::size_t part = std::min(size - taken, front.size());
        std::memcpy(static_cast<char*>(buffer) + taken, front.data(), part);
        taken += part;
        front.erase(0, part);
        if (front.empty()) at->inbox.pop_front();
        // Where sends are cut, the cuts are felt: a receive gets one packet at most.
    } while (weather_.max_chunk == 0 && taken < size && !at->inbox.empty());
    at->under_way -= taken;
    return io_result::done(static_cast<std::int64_t>(taken));
}

// Cuts the bytes into packets, each with a latency of its own, as far as the buffer of the other
// side has room. When it has none, the sender waits until the receiver has read. While the news
// that the other side has closed is under way, bytes leave as before, and are lost.
io_result simulated_network::send(int fd, const void* buffer, std::size_t size) {
    endpoint* at = find(fd);
    if (at == nullptr || at->state != standing::connected) return io_result::failed(ENOTCONN);
    if (at->peer_closed) return io_result::failed(EPIPE);
    std::size_t& filled = at->peer != nullptr ? at->peer->under_way : at->lost;
    const std::size_t room = weather_.buffer - std::min(weather_.buffer, filled);
    if (room == 0 && size > 0) return io_result::would_block();
    const std::size_t taken = std::min(size, room);
    const auto* bytes = static_cast<const char*>(buffer);
    for (std::size_t sent = 0; at->peer != nullptr && sent < taken;) {
        const std::size_t chunk = draw_chunk(taken - sent);
        post(*at->peer,
             {.to = at->peer->fd, .kind = cargo::bytes, .bytes = std::string(bytes + sent, chunk)});
        sent += chunk;
    }
    filled += taken;
    return io_result::done(static_cast<std::int64_t>(taken));
}

// --- packets

// The remainder of the dice and not a library distribution: those differ between libraries, and a
// seed shall give the same run everywhere.
duration simulated_network::draw_latency() {
    if (weather_.jitter <= duration::zero()) return weather_.latency;
    const auto range = static_cast<std::uint64_t>(weather_.jitter.count()) + 1;
    return weather_.latency + duration(static_cast<std::int64_t>(dice_() % range));
}

std::size_t simulated_network::draw_chunk(std::size_t left) {
    if (weather_.max_chunk == 0) return left;
    return std::min(left, 1 + dice_() % weather_.max_chunk);
}

// Puts a packet into the calendar, behind the last one to the same endpoint: TCP keeps the order,
// however unequal the latencies are.
void simulated_network::post(endpoint& to, packet sent) {
    to.last_arrival = std::max(to.last_arrival, time_.now() + draw_latency());
    under_way_.emplace(to.last_arrival, std::move(sent));
}

// Everything whose time has come reaches its endpoint.
void simulated_network::deliver_due() {
    while (!under_way_.empty() && under_way_.begin()->first <= time_.now()) {
        const packet arrived = std::move(under_way_.begin()->second);
        under_way_.erase(under_way_.begin());
        deliver(arrived);
    }
}

void simulated_network::deliver(const packet& arrived) {
    if (arrived.kind == cargo::knock) {
        knock(arrived);
        return;
    }
    endpoint* at = find(arrived.to);
    if (at == nullptr) return;  // closed meanwhile
    if (arrived.kind == cargo::bytes) at->inbox.push_back(arrived.bytes);
    if (arrived.kind == cargo::farewell) at->peer_closed = true;
    if (arrived.kind == cargo::welcome) at->state = standing::connected;
    if (arrived.kind == cargo::refusal) at->state = standing::refused;
}

// A connection reaches a listening socket: both ends are made, and the caller learns it later.
void simulated_network::knock(const packet& arrived) {
    endpoint* caller = find(arrived.from);
    if (caller == nullptr) return;
    endpoint* listening = listener_at(caller->peer_name);
    if (listening == nullptr || listening->knocking.size() >= listening->backlog) {
        post(*caller, {.to = caller->fd, .kind = cargo::refusal});
        return;
    }
    endpoint& answering = make();
    answering.state = standing::connected;
    answering.local = listening->local;
    answering.peer_name = caller->local;
    answering.peer = caller;
    caller->peer = &answering;
    listening->knocking.push_back(answering.fd);
    post(*caller, {.to = caller->fd, .kind = cargo::welcome});
}

// --- readiness

// The end of the stream is something to read, too: the 0 bytes that tell it. So is the error of a
// socket that is not connected.
bool simulated_network::can_read(const endpoint& at) const {
    if (at.state == standing::fresh) return true;
    return !at.inbox.empty() || at.peer_closed || !at.knocking.empty();
}

// A refused connection counts as writable, so that whoever waits for it learns the refusal.
bool simulated_network::can_write(const endpoint& at) const {
    if (at.state == standing::refused) return true;
    if (at.state != standing::connected) return false;
    const std::size_t filled = at.peer != nullptr ? at.peer->under_way : at.lost;
    return at.peer_closed || filled < weather_.buffer;
}

io_result simulated_network::watch(int fd, bool to_read, bool to_write) {
    endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    at->watch_read = to_read;
    at->watch_write = to_write;
    if (to_read || to_write) {
        watched_.insert(fd);
    } else {
        watched_.erase(fd);
    }
    return io_result::done();
}

// By number, so that the order does not depend on how the table is built.
void simulated_network::report(std::vector<readiness>& ready) const {
    for (const int fd : watched_) {
        const endpoint& at = *endpoints_.at(fd);
        const bool read = at.watch_read && can_read(at);
        const bool write = at.watch_write && can_write(at);
        if (read || write) ready.push_back({fd, read, write});
    }
}

bool simulated_network::anyone_ready() const {
    return std::any_of(watched_.begin(), watched_.end(), [this](int fd) {
        const endpoint& at = *endpoints_.at(fd);
        return (at.watch_read && can_read(at)) || (at.watch_write && can_write(at));
    });
}

bool simulated_network::may_report(std::size_t watched) const {
    return watched > 0 && (!under_way_.empty() || anyone_ready());
}

// Sleeping is jumping: to the next packet or to the limit, whichever comes first (rule R12).
void simulated_network::poll(std::optional<duration> limit, std::vector<readiness>& ready) {
    deliver_due();
    const bool may_wait = !limit || *limit > duration::zero();
    if (may_wait && !anyone_ready()) {
        moment until = limit ? time_.now() + *limit : moment::max();
        if (!under_way_.empty()) until = std::min(until, under_way_.begin()->first);
        if (until != moment::max()) time_.jump_to(until);
        deliver_due();
    }
    report(ready);
}

}  // namespace giambio
