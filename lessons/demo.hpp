// The demo: the echo server on real sockets with three clients that follow a script.
//
// main.cpp calls run_demo; running.cpp borrows the run itself for lesson 06 on real sockets. The
// server and the clients are two processes, as in life. Not here: the server (06-echo-server/).
// Kept true: no process is left behind, whatever goes wrong.
// Internal to lessons/.
#pragma once

#include "lessons/catalogue.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace giambio::lessons {

// Runs the server, lets the clients talk to it, ends it as Ctrl-C does, and leaves its trace.
void run_echo_server(const std::vector<std::string>& server, const std::filesystem::path& trace,
                     bool quiet);

// The whole demo; returns the exit code. `windowless`: tell it here even if there is a display.
int run_demo(const lesson& echo, bool windowless);

}  // namespace giambio::lessons
