// Runs a program in a simulated world, as most tests do, and returns what it returned.
//
// Internal to tests/.
#pragma once

#include <giambio.hpp>

template <class Program>
auto run_simulated(Program program) {
    return giambio::async_scheduler{giambio::simulated{}}.start(program());
}
