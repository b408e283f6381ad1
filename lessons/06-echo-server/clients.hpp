// Three clients that follow a script: the same one on the simulated network and on real sockets.
//
// program.cpp runs them beside the server (--simulated); clients_main.cpp is the program
// `echo-clients`, which the demo runs against a real server. Not here: crowds (swarm.cpp).
// Kept true: an answer that is not exactly the expected one ends the program with an error.
// Internal to this lesson.
#pragma once

#include <giambio.hpp>

#include <cstdint>

namespace echo {

// Visits the server on this machine, from the first greeting to the last goodbye.
giambio::coroutine<void> three_clients(std::uint16_t port);

// Runs a server until the three clients have gone, then cancels it.
giambio::coroutine<void> with_clients(giambio::coroutine<void> server, std::uint16_t port);

}  // namespace echo
