// Who may read or write now, and the poll that makes time pass. See network.hpp.
//
// Kept true: what is ready is what an operation would be answered for, be it with an error.
// Internal to kernel/simulated/.
#include "kernel/simulated/network.hpp"

#include <algorithm>

namespace giambio {

// The end of the stream is something to read, too: the 0 bytes that tell it. So is an error.
bool simulated_network::can_read(const endpoint& at) const {
    if (at.broken != 0 || !at.inbox.empty()) return true;
    if (at.type == socket_type::datagram) return false;
    if (at.state == standing::fresh || !at.can_receive) return true;
    return at.peer_ended || at.was_broken || !at.knocking.empty();
}

// A refused connection counts as writable, so that whoever waits for it learns the refusal.
bool simulated_network::can_write(const endpoint& at) const {
    if (at.broken != 0 || at.state == standing::refused) return true;
    if (at.type == socket_type::datagram) {
        const auto full = endpoints_.find(at.wants_room_of);
        if (full == endpoints_.end()) return true;
        return full->second->under_way + at.wants_room <= full->second->buffer;
    }
    if (at.state == standing::fresh) return true;  // it answers that it is not connected
    if (at.state != standing::connected) return false;
    return at.was_broken || at.ended || at.peer_gone || room_for(at) > 0;
}

// Kept apart from the table, because most endpoints are not watched most of the time.
io_result simulated_network::watch(int fd, bool to_read, bool to_write) {
    endpoint* at = find(fd);
    if (at == nullptr) return io_result::failed(EBADF);
    const bool was_watched = at->watch_read || at->watch_write;
    at->watch_read = to_read;
    at->watch_write = to_write;
    if (to_read || to_write) {
        watched_.insert(fd);
    } else {
        watched_.erase(fd);
    }
    return io_result::done(was_watched ? 0 : 1);
}

// Only what somebody asked for.
bool simulated_network::is_ready(int fd) const {
    const endpoint& at = *endpoints_.at(fd);
    return (at.watch_read && can_read(at)) || (at.watch_write && can_write(at));
}

bool simulated_network::anyone_ready() const {
    return std::any_of(watched_.begin(), watched_.end(), [this](int fd) { return is_ready(fd); });
}

// A packet that reaches nobody who waits counts too: the loop comes round and asks again.
bool simulated_network::may_report(std::size_t watched) const {
    return watched > 0 && (!under_way_.empty() || anyone_ready());
}

// Sleeping is jumping: to the next packet or to the limit, whichever comes first (rule R12). The
// ready ones are told by number, so that the order does not depend on how the table is built.
void simulated_network::poll(std::optional<duration> limit, std::vector<readiness>& ready) {
    deliver_due();
    const bool may_wait = !limit || *limit > duration::zero();
    if (may_wait && !anyone_ready()) {
        moment until = limit ? later(time_.now(), *limit) : moment::max();
        if (!under_way_.empty()) until = std::min(until, under_way_.begin()->first);
        if (limit || !under_way_.empty()) time_.jump_to(until);
        deliver_due();
    }
    for (const int fd : watched_) {
        const endpoint& at = *endpoints_.at(fd);
        if (is_ready(fd)) {
            ready.push_back({fd, at.watch_read && can_read(at), at.watch_write && can_write(at)});
        }
    }
}

}  // namespace giambio
