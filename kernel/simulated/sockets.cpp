// Sockets that are entries of a table: opening, naming and closing them. See network.hpp.
//
// Not here: what goes from one to the other (streams.cpp, datagrams.cpp, delivery.cpp).
// Internal to kernel/simulated/.
#include "kernel/simulated/network.hpp"

#include <algorithm>
#include <cerrno>

namespace giambio {

namespace {

// Options are kept by their enumerator. Most are only remembered; the receive buffer, keep_alive,
// broadcast and v6_only change what happens.
int& option_of(endpoint& at, socket_option option) {
    return at.options[static_cast<std::size_t>(option)];
}

// A real system refuses what makes no sense for the kind of socket, so this one does too; a program
// that is wrong there shall not find out only on the machine.
bool has_option(const endpoint& at, socket_option option) {
    if (at.is_pipe) return false;
    if (option == socket_option::no_delay) return !at.local_only && at.type == socket_type::stream;
    if (option == socket_option::v6_only) return at.local.is_v6();
    return true;
}

// The ports that are given away.
constexpr std::uint16_t first_given_port = 40'001;
constexpr std::uint16_t last_given_port = 65'535;

}  // namespace

// The script is a part of the calendar: what it tells happens between two packets.
simulated_network::simulated_network(virtual_clock& time, const simulated& world)
    : time_(time), world_(world), dice_(world.seed) {
    for (std::size_t i = 0; i < world_.script.size(); ++i) {
        post_at(world_.script[i].at,
                {.kind = cargo::incident, .local = true, .code = static_cast<int>(i)});
    }
}

// Descriptors are numbers here as they are on a machine; one that nobody has gives null.
endpoint* simulated_network::find(int fd) {
    const auto found = endpoints_.find(fd);
    return found == endpoints_.end() ? nullptr : found->second.get();
}

// A number is never used again, unlike on a machine: a packet that is still under way to a closed
// socket must not reach another one. After: it is not yet the program's; see `counted`.
endpoint& simulated_network::make(address_family family, socket_type type) {
    const int fd = ++last_fd_;
    auto& made = endpoints_[fd] = std::make_unique<endpoint>();
    made->fd = fd;
    made->type = type;
    made->local.family = family;
    made->local_only = family == address_family::local;
    made->buffer = world_.buffer;
    const bool is_tcp = !made->local_only && type == socket_type::stream;
    option_of(*made, socket_option::no_delay) = is_tcp ? 1 : 0;
    option_of(*made, socket_option::reuse_address) = is_tcp ? 1 : 0;
    option_of(*made, socket_option::send_buffer) = static_cast<int>(world_.buffer);
    option_of(*made, socket_option::receive_buffer) = static_cast<int>(world_.buffer);
    return *made;
}

// The limit counts what the program has. Connections that nobody has accepted yet are the
// network's own.
bool simulated_network::is_full(std::size_t more) const {
    return world_.descriptors > 0 && descriptors_ + more > world_.descriptors;
}

io_result simulated_network::open(address_family family, socket_type type) {
    if (is_full(1)) return io_result::failed(EMFILE);
    endpoint& made = make(family, type);
    made.counted = true;
    ++descriptors_;
    return io_result::done(made.fd);
}

// Connected from the start: there is no network in between that could refuse.
void simulated_network::pair_up(endpoint& one, endpoint& other) {
    one.peer = &other;
    other.peer = &one;
    one.state = other.state = standing::connected;
    one.counted = other.counted = true;
    descriptors_ += 2;
}

io_result simulated_network::open_pair(socket_type type, std::array<int, 2>& ends) {
    if (is_full(2)) return io_result::failed(EMFILE);
    endpoint& one = make(address_family::local, type);
    endpoint& other = make(address_family::local, type);
    one.peer_name.family = other.peer_name.family = address_family::local;
    pair_up(one, other);
    ends = {one.fd, other.fd};
    return io_result::done();
}

// A pipe is a pair of which each end can do half.
io_result simulated_network::open_pipe(std::array<int, 2>& ends) {
    const io_result opened = open_pair(socket_type::stream, ends);
    if (opened.status != io_status::done) return opened;
    endpoint& reader = *find(ends[0]);
    endpoint& writer = *find(ends[1]);
    reader.is_pipe = writer.is_pipe = true;
    reader.can_send = false;
    writer.can_receive = false;
    return opened;
}

// Nothing can be made elsewhere: there is no other world whose descriptors these could be.
io_result simulated_network::adopt(int fd) {
    return find(fd) != nullptr ? io_result::done() : io_result::failed(EBADF);
}

// Is somebody there already? Streams may share an address until one of them listens.
bool simulated_network::is_taken(const endpoint& by, const address& where) const {
    return std::any_of(endpoints_.begin(), endpoints_.end(), [&](const auto& entry) {
        const endpoint& each = *entry.second;
        if (&each == &by || !each.is_bound || each.local.family != where.family) return false;
        if (where.is_local()) return each.local == where;
        const bool same_port = each.local.port == where.port && each.type == by.type;
        const address nowhere;
        const bool overlap = world_.hosts.empty() || each.local.ip == where.ip ||
                             each.local.ip == nowhere.ip || where.ip == nowhere.ip;
        const bool in_use = each.type == socket_type::datagram || each.state == standing::listening;
        return same_port && overlap && in_use && each.host == host_of(where);
    });
}

// The next port, of those that a machine gives away, that no socket of this sort is bound to. 0:
// there is none. Clients are not bound; when there are very many, some have the same port.
std::uint16_t simulated_network::free_port(socket_type type) {
    const auto is_bound = [&](const auto& entry) {
        const endpoint& each = *entry.second;
        const bool alike = each.is_bound && each.type == type && !each.local_only;
        return alike && each.local.port == last_port_;
    };
    for (int tried = last_given_port - first_given_port; tried >= 0; --tried) {
        if (last_port_ == last_given_port) last_port_ = first_given_port - 1;
        ++last_port_;
        if (std::none_of(endpoints_.begin(), endpoints_.end(), is_bound)) return last_port_;
    }
    return 0;
}

// A socket without a port gets one when it needs it. False: there is none.
bool simulated_network::take_port(endpoint& at) {
    if (!at.is_bound) at.local.port = free_port(at.type);
    return at.local.port != 0;
}

// Port 0 means any free one, as on a machine.
io_result simulated_network::bind(int fd, const address& where) {
    endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    const bool has_address = at->is_bound || at->local.port != 0;
    if (at->is_pipe || has_address || where.family != at->local.family)
        return io_result::failed(EINVAL);
    const int host = host_of(where);
    if (host < 0) return io_result::failed(EADDRNOTAVAIL);
    if ((where.is_local() || where.port != 0) && is_taken(*at, where)) {
        return io_result::failed(EADDRINUSE);
    }
    const bool any_port = !where.is_local() && where.port == 0;
    const std::uint16_t given = any_port ? free_port(at->type) : where.port;
    if (any_port && given == 0) return io_result::failed(EADDRINUSE);
    at->local = where;
    at->local.port = given;
    at->host = host;
    at->is_bound = true;
    return io_result::done();
}

// A stream that is connected, or listens already, cannot begin to. One that was not bound gets a
// port; only one of those that share an address may listen.
io_result simulated_network::listen(int fd, int backlog) {
    endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    if (at->type != socket_type::stream || at->is_pipe) return io_result::failed(EOPNOTSUPP);
    const bool is_nowhere = at->local.is_local() && !at->is_bound;
    if (at->state != standing::fresh || is_nowhere) return io_result::failed(EINVAL);
    if (!at->local.is_local() && !take_port(*at)) return io_result::failed(EADDRINUSE);
    if (is_taken(*at, at->local)) return io_result::failed(EADDRINUSE);
    at->is_bound = true;
    at->state = standing::listening;
    at->backlog = static_cast<std::size_t>(std::max(backlog, 1));
    return io_result::done();
}

io_result simulated_network::local_address(int fd, address& out) {
    const endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    if (at->is_pipe) return io_result::failed(ENOTSOCK);
    out = at->local;
    return io_result::done();
}

// Known while connected, even after the other side has gone; that is what a log line needs.
io_result simulated_network::peer_address(int fd, address& out) {
    const endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    if (at->is_pipe) return io_result::failed(ENOTSOCK);
    if (at->state != standing::connected) return io_result::failed(ENOTCONN);
    out = at->peer_name;
    return io_result::done();
}

// Everything that was sent before comes first, and then the farewell.
io_result simulated_network::shut_down_sending(int fd) {
    endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    if (at->is_pipe) return io_result::failed(ENOTSOCK);
    if (at->state != standing::connected) return io_result::failed(ENOTCONN);
    if (!at->ended && at->peer != nullptr) post(*at, *at->peer, {.kind = cargo::farewell});
    at->ended = true;
    return io_result::done();
}

// A buffer that becomes smaller loses nothing: what is under way already arrives, and the sender
// waits until there is room again.
io_result simulated_network::set_option(int fd, socket_option option, int value) {
    endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    if (!has_option(*at, option)) return io_result::failed(at->is_pipe ? ENOTSOCK : EOPNOTSUPP);
    option_of(*at, option) = value;
    if (option == socket_option::receive_buffer) {
        at->buffer = static_cast<std::size_t>(std::max(value, 1));
    }
    ask_when_silent(*at);
    return io_result::done();
}

io_result simulated_network::option(int fd, socket_option option) {
    endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    if (!has_option(*at, option)) return io_result::failed(at->is_pipe ? ENOTSOCK : EOPNOTSUPP);
    return io_result::done(option_of(*at, option));
}

// What nobody has read is lost, and its sender is told so; also whoever was never accepted. (The
// writer of a pipe learns it when it writes again.)
int simulated_network::parting_word_of(const endpoint& closing) const {
    const bool is_stream = closing.type == socket_type::stream && !closing.is_pipe;
    return is_stream && (!closing.inbox.empty() || !closing.counted) ? ECONNRESET : 0;
}

// The other side learns it later, when the news arrives behind the bytes that are under way. A host
// that is switched off tells nobody.
void simulated_network::close(int fd) {
    endpoint* at = find(fd);
    if (at == nullptr) return;
    if (at->peer != nullptr) {
        at->peer->peer_vanished = at->forgotten;
        if (!at->forgotten)
            post(*at, *at->peer, {.kind = cargo::departure, .code = parting_word_of(*at)});
        at->peer->peer = nullptr;
    }
    if (at->counted) --descriptors_;
    // Whoever knocked and was never let in learns that nobody is at home any more.
    const std::deque<int> knocking = at->knocking;
    watched_.erase(fd);
    endpoints_.erase(fd);
    for (const int waiting : knocking) close(waiting);
}

}  // namespace giambio
