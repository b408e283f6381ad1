// The program `echo-clients PORT`: the three clients of the script against a real server.
//
// Started by the demo and by the check of lesson 06. Not here: the script (clients.cpp).
// Internal to this lesson.
#include "lessons/06-echo-server/clients.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <exception>

int main(int argc, char** argv) {
    std::uint16_t port = 25000;
    CLI::App app("Three clients that follow a script, against an echo server here.",
                 "echo-clients");
    app.add_option("port", port, "where the server listens (25000)")->check(CLI::Range(1, 65535));
    try {
        app.parse(argc, argv);
        giambio::async_scheduler sched;
        sched.start(echo::three_clients(port));
        fmt::print("three clients, four answers, all as expected\n");
    } catch (const CLI::ParseError& wrong) {
        return app.exit(wrong) == 0 ? 0 : 2;
    } catch (const std::exception& wrong) {
        fmt::print(stderr, "echo-clients: {}\n", wrong.what());
        return 1;
    }
}
