// The echo server's command line, and its last words when the system refuses something.
//
// Called by the main function of program.cpp. Not here: the server.
// Internal to this lesson.
#pragma once

#include <giambio.hpp>

#include <cstdint>

namespace echo {

struct command {
    std::uint16_t port = 25000;
    bool simulated = false;
    std::uint64_t seed = 0;
};

// Ends the program for --help (exit code 0) and for a command line that is wrong (2).
command read_command(int argc, char** argv);

// Says on standard error what failed and what to do; returns the exit code.
int explain(const giambio::io_error& failure, const command& asked);

}  // namespace echo
