// The simulated world as a program describes it: weather, hosts, and what goes wrong and when.
//
// Plain data, given to async_scheduler. Everything that is left to chance is drawn from the seed,
// so two runs of one world are the same; everything else happens at the moment that is written
// here. Not here: what becomes of it (network.hpp and the files beside it).
// Public.
#pragma once

#include "traps/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace giambio {

// What a host does with a stranger who wants a connection.
enum class manner : std::uint8_t {
    answers,  // lets it in where somebody listens, refuses it elsewhere
    refuses,  // whatever is asked for
    silent,   // nothing ever comes back, until the one who asks loses patience
};

// One machine, or one of its addresses: several entries may have the same name, and a look-up of
// the name finds the addresses of all of them, in this order.
struct simulated_host {
    std::string name;
    std::vector<std::string> addresses;  // in digits
    manner to_strangers = manner::answers;
    duration connect_delay{};  // its answer to a stranger takes so much longer
};

enum class fault : std::uint8_t {
    cut,                // nothing gets through between the two hosts; streams wait, datagrams die
    mend,               // it does again
    switch_off,         // the host is gone without a farewell, with all its connections
    switch_on,          // it is back, and knows nothing of them
    reset,              // every connection between the two hosts breaks
    abort_accept,       // the next connection to the host is gone before it is accepted
    limit_descriptors,  // from now on there are at most `limit`; 0: no limit
};

// Something that goes wrong, or is put right. An empty host means any host.
struct incident {
    moment at{};
    fault what = fault::cut;
    std::string host{};
    std::string other{};
    std::size_t limit = 0;
};

// The world for a run that shall be the same every time: virtual clock and simulated network.
struct simulated {
    std::uint64_t seed = 0;
    duration latency = std::chrono::milliseconds(1);  // of every packet, one way
    duration jitter{};                                // up to this much more, drawn for each packet
    std::size_t max_chunk = 0;   // a send is cut into packets of 1 to this many bytes; 0: it is not
    std::size_t buffer = 65536;  // bytes under way in one direction before a send must wait

    // Without hosts the whole network is one machine, whatever the addresses are. With hosts an
    // address belongs to one of them; loopback addresses and those of the host that is called
    // "here" are the program's own machine, where every socket is that is not bound elsewhere.
    std::vector<simulated_host> hosts{};
    std::map<std::string, std::vector<std::string>> names{};  // more names, for the same addresses
    duration look_up_delay{};  // how long it takes to learn the addresses of a name

    // How often it happens, in a thousand.
    int lost = 0;       // a datagram never arrives
    int doubled = 0;    // it arrives twice
    int overtaken = 0;  // it arrives after some that were sent later
    int reset = 0;      // a send finds its connection broken
    int aborted = 0;    // a connection is gone before it is accepted

    std::vector<incident> script{};
    std::size_t descriptors = 0;                                 // at most so many; 0: no limit
    duration connect_patience = std::chrono::seconds(127);       // with a host that is silent
    duration send_patience = std::chrono::seconds(924);          // with bytes that do not arrive
    duration keep_alive_patience = std::chrono::seconds(7'875);  // with a peer that is silent
};

}  // namespace giambio
