// Reads the command line with CLI11 and makes room for ten thousand descriptors.
//
// Called by program.cpp. Not here: the server.
// Kept true: a message names the port or the limit, and what to do about it.
// Internal to this lesson.
#include "lessons/06-echo-server/command.hpp"

#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace echo {
namespace {

// Ten thousand clients, and what the program itself keeps open.
constexpr std::size_t wanted_descriptors = 10'100;

void make_room() {
    try {
        giambio::raise_descriptor_limit(wanted_descriptors);
    } catch (const giambio::io_error& refused) {
        fmt::print(stderr, "echo-server: fewer than 10000 clients will fit: {}\n", refused.what());
    }
}

}  // namespace

command read_command(int argc, char** argv) {
    command asked;
    CLI::App app("An echo server: one handler, one task for each client.", "echo-server");
    app.add_option("port", asked.port, "where to listen (25000; 0: any free port)")
        ->type_name("PORT")
        ->check(CLI::Range(0, 65535).description("a port is a number from 0 to 65535"));
    CLI::Option* simulated = app.add_flag("--simulated", asked.simulated,
                                          "three clients on a simulated network, then the end");
    app.add_option("--seed", asked.seed, "of the simulated network")->needs(simulated);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& wrong) {
        std::exit(app.exit(wrong) == 0 ? 0 : 2);
    }
    if (!asked.simulated) make_room();
    return asked;
}

int explain(const giambio::io_error& failure, const command& asked) {
    if (failure.code() == EADDRINUSE) {
        fmt::print(stderr,
                   "echo-server: port {0} is in use by another program; end that one, or name "
                   "another port: echo-server {1}\n",
                   asked.port, asked.port == 65535 ? 25000 : asked.port + 1);
    } else if (failure.code() == EACCES) {
        fmt::print(stderr, "echo-server: port {} needs root's rights; use one above 1023\n",
                   asked.port);
    } else if (failure.code() == EMFILE || failure.code() == ENFILE) {
        fmt::print(stderr,
                   "echo-server: no descriptor is left for another client ({}); raise the limit: "
                   "ulimit -n, or 'nofile' in /etc/security/limits.conf\n",
                   failure.what());
    } else {
        fmt::print(stderr, "echo-server: {}\n", failure.what());
    }
    return 1;
}

}  // namespace echo
