// A rendezvous: an item goes from hand to hand, and both sides wait for each other.
//
// Not a queue of length zero: nothing is ever stored. Who puts waits until somebody has taken the
// item; who gets waits until somebody brings one. The oldest of each side meet (rule R6).
// Not here: the meeting itself (channel_core.hpp).
// Public.
#pragma once

#include "traps/objects/channel_core.hpp"

#include <optional>
#include <utility>

namespace giambio {

template <class T>
class rendezvous {
public:
    explicit rendezvous(site at = site::current()) : core_("rendezvous", 0, at) {
        core_.open_sender();
        core_.open_receiver();
    }

    coroutine<void> put(T item, site at = site::current()) {
        return core_.send(pass_, std::move(item), at);
    }
    coroutine<T> get(site at = site::current()) { return core_.receive(pass_, at); }

    // False, or nothing, when nobody waits on the other side.
    bool try_put(T item, site at = site::current()) { return core_.try_send(item, at); }
    std::optional<T> try_get(site at = site::current()) { return core_.try_receive(at); }

    channel_statistics statistics() const { return core_.statistics(); }

private:
    channel_core<T> core_;
    channel_pass pass_;  // never closed
};

}  // namespace giambio
