// What is under way, and what it does when it arrives. See network.hpp.
//
// Whoever sends posts a packet into the calendar; the poll delivers what is due.
// Not here: what stops a packet on its way (faults.cpp).
// Internal to kernel/simulated/.
#include "kernel/simulated/network.hpp"

#include <algorithm>
#include <cerrno>

namespace giambio {

// The remainder of the dice and not a library distribution: those differ between libraries, and a
// seed shall give the same run everywhere.
duration simulated_network::draw_latency() {
    if (world_.jitter <= duration::zero()) return world_.latency;
    const auto range = static_cast<std::uint64_t>(world_.jitter.count()) + 1;
    return world_.latency + duration(static_cast<std::int64_t>(dice_() % range));
}

// Programs that take one receive for one message find out here.
std::size_t simulated_network::draw_chunk(std::size_t left) {
    if (world_.max_chunk == 0) return left;
    return std::min(left, 1 + dice_() % world_.max_chunk);
}

// The dice are thrown only where the world has that chance, so a new sort of chance does not change
// the runs of worlds that do not have it.
bool simulated_network::draws(int in_a_thousand) {
    return in_a_thousand > 0 && dice_() % 1000 < static_cast<std::uint64_t>(in_a_thousand);
}

// Puts a packet into the calendar, behind the last one to the same endpoint: TCP keeps the order,
// however unequal the latencies are. On one machine it is there at once.
void simulated_network::post(endpoint& from, endpoint& to, packet sent) {
    sent.from = from.fd;
    sent.to = to.fd;
    sent.from_host = from.host;
    sent.to_host = to.host;
    sent.local = from.local_only;
    if (sent.local) {
        reach(to, sent);
        return;
    }
    to.last_arrival = std::max(to.last_arrival, later(time_.now(), draw_latency()));
    post_at(to.last_arrival, std::move(sent));
}

// Everything whose time has come reaches its endpoint.
void simulated_network::deliver_due() {
    while (!under_way_.empty() && under_way_.begin()->first <= time_.now()) {
        packet arrived = std::move(under_way_.begin()->second);
        under_way_.erase(under_way_.begin());
        deliver(std::move(arrived));
    }
}

// An incident concerns everybody. Anything else may be stopped on its way; what gets through goes
// to a place (a knock, a datagram) or to an endpoint, which may have been closed meanwhile.
void simulated_network::deliver(packet arrived) {
    if (arrived.kind == cargo::incident) {
        happen(world_.script[static_cast<std::size_t>(arrived.code)]);
    } else if (stops(arrived)) {
        return;
    } else if (arrived.kind == cargo::knock) {
        knock(arrived);
    } else if (arrived.kind == cargo::datagram) {
        deliver_datagram(arrived);
    } else if (endpoint* at = find(arrived.to)) {
        reach(*at, arrived);
    }
}

// Each sort of cargo changes the one endpoint and nothing else. What it cannot use any more is
// dropped: bytes for a broken connection, a welcome for one who has given up.
void simulated_network::reach(endpoint& at, packet& arrived) {
    switch (arrived.kind) {
        case cargo::bytes:
            if (at.broken == 0 && !at.was_broken)
                at.inbox.push_back({std::move(arrived.bytes), {}});
            break;
        case cargo::farewell:
            at.peer_ended = true;
            break;
        case cargo::departure:
            if (arrived.code != 0 && !at.peer_ended) at.broken = arrived.code;
            at.peer_ended = at.peer_gone = true;
            break;
        case cargo::welcome:
            if (at.state == standing::connecting) at.state = standing::connected;
            break;
        case cargo::refusal:
            if (at.state == standing::connecting) at.state = standing::refused;
            if (at.state == standing::refused || at.type == socket_type::datagram) {
                at.broken = arrived.code;
            }
            break;
        case cargo::reset:
            break_end(at, arrived.code);
            break;
        case cargo::impatience:
            lose_patience(at);
            break;
        case cargo::question:
            hear_no_answer(at);
            break;
        default:
            break;
    }
}

// Who listens there? An IPv6 socket that listens everywhere takes IPv4 too, unless it is told not
// to. Where the world has no hosts the port alone matters.
endpoint* simulated_network::listener_at(const address& where) {
    const address nowhere;
    for (auto& [fd, each] : endpoints_) {
        if (each->state != standing::listening) continue;
        if (where.is_local() || each->local.is_local()) {
            if (each->local == where) return each.get();
            continue;
        }
        const bool everywhere = each->local.ip == nowhere.ip;
        const bool only_v6 = each->options[static_cast<std::size_t>(socket_option::v6_only)] != 0;
        const bool takes_both = each->local.is_v6() && everywhere && !only_v6;
        const bool family = each->local.family == where.family || takes_both;
        const bool place = world_.hosts.empty() || (each->host == host_of(where) &&
                                                    (everywhere || each->local.ip == where.ip));
        if (family && place && each->local.port == where.port) return each.get();
    }
    return nullptr;
}

// The answer takes its time too, and may be stopped on the way back like any packet.
void simulated_network::refuse(endpoint& caller, int code, duration later_by) {
    packet answer{.kind = cargo::refusal, .to = caller.fd, .code = code};
    answer.from_host = host_of(caller.peer_name);
    answer.to_host = caller.host;
    answer.local = caller.local_only;
    post_at(later(time_.now(), later_by), std::move(answer));
}

// A connection reaches a host: it is let in or refused, and the caller learns it later.
void simulated_network::knock(const packet& arrived) {
    endpoint* caller = find(arrived.from);
    if (caller == nullptr || caller->state != standing::connecting) return;
    if (arrived.local) {
        endpoint* there = listener_at(arrived.target);
        const int nobody = arrived.target.is_abstract() ? ECONNREFUSED : ENOENT;
        if (there == nullptr) return refuse(*caller, nobody, {});
        if (there->knocking.size() >= there->backlog) return refuse(*caller, EAGAIN, {});
        return let_in(*caller, *there, {});
    }
    const simulated_host* host = entry_of(arrived.target);
    const manner how = host != nullptr ? host->to_strangers : manner::answers;
    const duration thinks = host != nullptr ? host->connect_delay : duration{};
    if (how == manner::silent) return refuse_when_patience_ends(*caller);
    endpoint* there = how == manner::answers ? listener_at(arrived.target) : nullptr;
    if (there == nullptr || there->knocking.size() >= there->backlog) {
        return refuse(*caller, ECONNREFUSED, draw_latency() + thinks);
    }
    let_in(*caller, *there, thinks);
}

// Both ends are made. The one who accepts finds its end in the line of the listening socket.
void simulated_network::let_in(endpoint& caller, endpoint& listening, duration thinks) {
    endpoint& answering = make(listening.local.family, socket_type::stream);
    answering.state = standing::connected;
    answering.host = listening.host;
    answering.local = caller.peer_name;
    answering.peer_name = caller.local;
    answering.buffer = listening.buffer;
    answering.options = listening.options;
    answering.peer = &caller;
    answering.aborted = draws(world_.aborted) || take_abort(listening.host);
    caller.peer = &answering;
    listening.knocking.push_back(answering.fd);
    if (thinks > duration::zero()) {
        caller.last_arrival = later(time_.now(), draw_latency() + thinks);
    }
    post(answering, caller, {.kind = cargo::welcome});
}

}  // namespace giambio
