// Which trace event of one process made another happen in another process: over sockets.
//
// merge.cpp asks. A client's socket and the server's are one connection when the address at which
// the client's ends is the one that the server has accepted; where the trace does not tell it, the
// first connection to an address is the first one that was accepted there. Bytes are counted, so
// that each receive knows the send that it had to wait for. Datagrams are not matched.
// Kept true: every arrow goes from one process to another, and to a receive or accept at most one.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace giambio::trace {

struct far_event {
    std::uint32_t process = 0;  // position in the list of recordings
    std::uint32_t index = 0;    // position in its events
};

struct arrow {
    far_event from;
    far_event to;
};

struct arrows {
    std::vector<arrow> all;
    std::size_t connections = 0;  // that were matched
    std::size_t unmatched = 0;    // of clients, to nobody in these traces
};

arrows arrows_between(std::span<const recording* const> processes);

}  // namespace giambio::trace
