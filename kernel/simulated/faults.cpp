// What goes wrong: cuts, hosts that are gone, connections that break. See network.hpp.
//
// The script's incidents arrive here from the calendar, like packets. Chance that concerns a single
// send or datagram is drawn where it is sent (streams.cpp, datagrams.cpp).
// Kept true: a stream's bytes are held back or gone with the connection, never lost alone.
// Internal to kernel/simulated/.
#include "kernel/simulated/network.hpp"

#include <algorithm>
#include <cerrno>

namespace giambio {

// --- what becomes of a packet

// One machine is never cut off from itself, unless the whole world is one machine.
bool simulated_network::is_cut(int one, int other) const {
    if (one == other && !world_.hosts.empty()) return false;
    return std::any_of(cuts_.begin(), cuts_.end(), [&](const incident& each) {
        return (is_called(one, each.host) && is_called(other, each.other)) ||
               (is_called(other, each.host) && is_called(one, each.other));
    });
}

// A host stays off while any incident that switched it off is not taken back.
bool simulated_network::is_off(int host) const {
    return std::any_of(off_.begin(), off_.end(),
                       [&](const std::string& name) { return is_called(host, name); });
}

// Is this the end of the packet's way, for now or for ever? Whoever waits for an answer loses
// patience some day.
bool simulated_network::stops(packet& sent) {
    if (sent.local) return false;
    const bool off = is_off(sent.from_host) || is_off(sent.to_host);
    if (!off && !is_cut(sent.from_host, sent.to_host)) return is_for_the_forgotten(sent);
    if (sent.kind == cargo::datagram) return true;
    endpoint* sender = find(sent.from);
    endpoint* receiver = find(sent.to);
    if (sender != nullptr && sent.kind == cargo::knock) {
        refuse_when_patience_ends(*sender);
    } else if (sender != nullptr) {
        wait_for_an_echo(*sender);
    }
    // It waits for this answer, and for no other.
    const bool connects = receiver != nullptr && receiver->state == standing::connecting;
    if (connects) refuse_when_patience_ends(*receiver);
    if (off) {
        if (sender != nullptr) sender->unheard = true;
        // The news is lost that its peer has closed.
        if (receiver != nullptr && sent.kind == cargo::departure) receiver->peer_vanished = true;
    } else {
        held_.push_back(std::move(sent));
    }
    return true;
}

// Harmless when the connection stands before: a refusal is only for one who still connects.
void simulated_network::refuse_when_patience_ends(endpoint& caller) {
    post_at(later(time_.now(), world_.connect_patience),
            {.kind = cargo::refusal, .to = caller.fd, .local = true, .code = ETIMEDOUT});
}

// Once at a time: the patience counts from the first packet that was stopped.
void simulated_network::wait_for_an_echo(endpoint& sender) {
    if (sender.impatient) return;
    sender.impatient = true;
    post_at(later(time_.now(), world_.send_patience),
            {.kind = cargo::impatience, .to = sender.fd, .local = true});
}

// The other end is gone, and could not say so. Bytes get no answer while nothing gets through;
// afterwards the host answers that it knows of no connection, unless the news that the other end
// has closed is under way.
void simulated_network::call_into_the_void(endpoint& sender) {
    const int there = host_of(sender.peer_name);
    const bool cut = is_cut(sender.host, there);
    if (is_off(there) || cut) wait_for_an_echo(sender);
    if (!sender.peer_vanished) {
        // Like all bytes behind a cut; when it is mended they reach nobody.
        if (cut) held_.push_back({.from = sender.fd, .from_host = sender.host, .to_host = there});
    } else if (is_off(there) || cut) {
        sender.unheard = true;
    } else {
        post(sender, sender, {.kind = cargo::reset, .code = ECONNRESET});
    }
}

// A host that was switched off and on again knows nothing of the connection, and says so. What was
// sent from there while it was off gets nowhere, even if it would arrive only now.
bool simulated_network::is_for_the_forgotten(const packet& sent) {
    const endpoint* to = find(sent.to);
    endpoint* sender = find(sent.from);
    if (sender != nullptr && sender->forgotten) return true;
    if (to == nullptr || !to->forgotten) return false;
    if (sender != nullptr) post(*sender, *sender, {.kind = cargo::reset, .code = ECONNRESET});
    return true;
}

void simulated_network::lose_patience(endpoint& sender) {
    sender.impatient = false;
    const bool waits = std::any_of(held_.begin(), held_.end(),
                                   [&](const packet& each) { return each.from == sender.fd; });
    if (waits || sender.unheard) give_up(sender, ETIMEDOUT);
}

// What it has sent and could not deliver, it sends no more. The other side still stands, and does
// not know: its connection is half open.
void simulated_network::give_up(endpoint& at, int code) {
    std::erase_if(held_, [&](const packet& each) { return each.from == at.fd; });
    endpoint* peer = at.peer;
    break_end(at, code);
    if (peer == nullptr) return;
    peer->peer_vanished = true;
    ask_when_silent(*peer);
}

// --- keep-alive: who waits for bytes asks now and then whether the other side is still there

// Can nothing come any more, although the connection stands?
bool simulated_network::is_silent(const endpoint& at) const {
    const bool stands = at.state == standing::connected && !at.local_only && !at.peer_gone &&
                        at.broken == 0 && !at.was_broken && !at.forgotten;
    const bool nobody = at.peer != nullptr ? at.peer->forgotten : at.peer_vanished;
    return stands && (nobody || is_severed(at));
}

bool simulated_network::is_severed(const endpoint& at) const {
    const int there = host_of(at.peer_name);
    return is_off(there) || is_cut(at.host, there);
}

// Once at a time, as with an echo. While the other side is heard of, asking changes nothing, so
// nobody does. (A run could otherwise never end in a deadlock.)
void simulated_network::ask_when_silent(endpoint& at) {
    const bool asks = at.options[static_cast<std::size_t>(socket_option::keep_alive)] != 0;
    if (!asks || at.asking || at.type != socket_type::stream || !is_silent(at)) return;
    at.asking = true;
    post_at(later(time_.now(), world_.keep_alive_patience),
            {.kind = cargo::question, .to = at.fd, .local = true});
}

// A host that can be reached answers that it knows of no such connection.
void simulated_network::hear_no_answer(endpoint& at) {
    at.asking = false;
    if (is_silent(at)) give_up(at, is_severed(at) ? ETIMEDOUT : ECONNRESET);
}

// --- breaking

// One end learns that there is no connection any more. What it had not received is gone.
void simulated_network::break_end(endpoint& at, int code) {
    if (at.peer != nullptr) at.peer->peer = nullptr;
    at.peer = nullptr;
    at.inbox.clear();
    at.under_way = 0;
    if (at.state == standing::connecting) at.state = standing::refused;
    at.broken = code;
}

// Both ends learn it at the same moment, as when somebody in the middle breaks the connection.
void simulated_network::snap(endpoint& at, int code) {
    endpoint* peer = at.peer;
    break_end(at, code);
    if (peer != nullptr) break_end(*peer, code);
}

// Each incident is good for one connection, the next one that reaches the host.
bool simulated_network::take_abort(int host) {
    const auto found = std::find_if(aborts_.begin(), aborts_.end(),
                                    [&](const std::string& name) { return is_called(host, name); });
    if (found == aborts_.end()) return false;
    aborts_.erase(found);
    return true;
}

// --- the script

// The words of the script, one case each.
void simulated_network::happen(const incident& what) {
    switch (what.what) {
        case fault::cut:
            cuts_.push_back(what);
            break;
        case fault::mend:
            mend(what);
            break;
        case fault::switch_off:
            switch_off(what);
            break;
        case fault::switch_on:
            switch_on(what);
            break;
        case fault::reset:
            reset_between(what);
            break;
        case fault::abort_accept:
            aborts_.push_back(what.host);
            break;
        case fault::limit_descriptors:
            world_.descriptors = what.limit;
            break;
    }
    for (auto& [fd, each] : endpoints_) ask_when_silent(*each);
}

// What was held back arrives now, in its order; behind another cut it is held back again. It must
// arrive at once: a packet that was sent later and arrives a moment from now would overtake it.
void simulated_network::mend(const incident& what) {
    std::erase_if(cuts_, [&](const incident& each) {
        return (each.host == what.host && each.other == what.other) ||
               (each.host == what.other && each.other == what.host);
    });
    std::deque<packet> held;
    held.swap(held_);
    for (packet& each : held) deliver(std::move(each));
}

// Its connections are not closed: the other sides go on as if nothing had happened, until they send
// something, or ask whether it is still there.
void simulated_network::switch_off(const incident& what) {
    off_.push_back(what.host);
    for (auto& [fd, each] : endpoints_) {
        const bool connected = each->state == standing::connected && !each->local_only;
        if (!connected || !is_called(each->host, what.host)) continue;
        each->forgotten = true;
    }
}

// Whoever on that host still has a socket of before finds that its connection is gone.
void simulated_network::switch_on(const incident& what) {
    std::erase(off_, what.host);
    for (auto& [fd, each] : endpoints_) {
        if (!each->forgotten || is_off(each->host) || !is_called(each->host, what.host)) continue;
        each->inbox.clear();
        each->broken = ECONNRESET;
    }
}

// Both directions are meant, whichever host the script names first. Pipes and Unix sockets have no
// network that could break.
void simulated_network::reset_between(const incident& what) {
    for (auto& [fd, each] : endpoints_) {
        if (each->local_only || each->type != socket_type::stream || each->peer == nullptr)
            continue;
        if (is_called(each->host, what.host) && is_called(each->peer->host, what.other)) {
            snap(*each, ECONNRESET);
        }
    }
}

}  // namespace giambio
