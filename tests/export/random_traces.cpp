// Writes the traces of random programs: random-traces FOLDER FIRST LAST, one file for each seed.
//
// The scripts of this folder start it, so that an export is tried on runs with everything in them:
// cancels, time limits, pools, sockets with faults, deadlocks. Not here: what is checked.
// Internal to tests/export/.
#include "tests/property/random_program.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

namespace {

void run_one(std::uint64_t seed) {
    random_program::world world(seed);
    giambio::async_scheduler scheduler{random_program::random_world(seed)};
    scheduler.set_budget(1 + static_cast<int>(seed % 5));
    scheduler.set_warnings(false);
    if (seed % 7 == 0) scheduler.set_shuffle(seed);
    try {
        scheduler.start(random_program::main_task(world));
    } catch (const std::exception&) {
        // Many of them are meant to fail; the trace tells how.
    }
    world.tasks.clear();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const std::string folder = argv[1];
    const std::uint64_t last = std::strtoull(argv[3], nullptr, 10);
    for (std::uint64_t seed = std::strtoull(argv[2], nullptr, 10); seed <= last; ++seed) {
        const std::string file = folder + "/random-" + std::to_string(seed) + ".jsonl";
        setenv("GIAMBIO_TRACE", file.c_str(), 1);
        run_one(seed);
    }
    return 0;
}
