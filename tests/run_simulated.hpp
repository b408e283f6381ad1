// Runs a program in a simulated world, as most tests do, or on the machine as well.
//
// Internal to tests/.
#pragma once

#include <giambio.hpp>

// Returns what the program returned.
template <class Program>
auto run_simulated(Program program) {
    return giambio::async_scheduler{giambio::simulated{}}.start(program());
}

// Runs a program on the machine's clock and network, and then in a simulated world.
template <class Program>
void run_in_both_worlds(Program program) {
    giambio::async_scheduler{}.start(program());
    run_simulated(program);
}
