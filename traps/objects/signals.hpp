// Signals of the system, as something that a task can wait for.
//
//     signal_stream asked{SIGTERM, SIGHUP};
//     int signo = co_await asked.next();
//
// While a stream is open its signals do nothing but arrive there. One that comes again before it
// was taken counts once, as in the system itself. When the stream is closed the old handlers are
// back, and what nobody has taken is sent once more, to them. A stream may live longer than its run
// and be used in the next one.
// Not here: Ctrl-C where no stream asks for SIGINT (kernel/interrupt.hpp).
// Kept true: a signal goes to one stream of the process. The handler only notes and rings the
// loop's bell, whichever thread it runs in; nothing is thrown out of it.
// Public.
#pragma once

#include "traps/objects/descriptor.hpp"

#include <csignal>
#include <cstddef>
#include <initializer_list>
#include <memory>

namespace giambio {

class signal_stream {
public:
    // Throws resource_busy when another stream has one of these signals, and misuse for one that
    // cannot be waited for.
    signal_stream(std::initializer_list<int> wanted, site at = site::current());
    ~signal_stream();
    signal_stream(const signal_stream&) = delete;
    signal_stream& operator=(const signal_stream&) = delete;

    // Waits for a signal and returns its number; of several the one that came first. Throws
    // resource_busy while another task waits, and resource_closed when the stream is closed.
    coroutine<int> next(site at = site::current());
    // How many different signals are there for the taking.
    std::size_t pending() const;
    // Puts the old handlers back. The destructor does the same.
    void close(site at = site::current());

    class state;

private:
    std::shared_ptr<state> state_;
    one_at_a_time reading_;
};

}  // namespace giambio
