// The echo server: one handler, written as if it had one client, and run once for each.
//
// Started by `./giambio echo [PORT]`, by the demo and by lesson 06. Not here: the command line
// (command.cpp), the clients of --simulated (clients.cpp).
// Kept true: a client that fails, resets or is silent keeps nobody else from being served.
// Public: a program to read, run and change.
#include "lessons/06-echo-server/clients.hpp"
#include "lessons/06-echo-server/command.hpp"

#include <giambio.hpp>

#include <string>

giambio::coroutine<void> echo_handler(giambio::async_socket sock, giambio::address addr) {
    try {
        co_await sock.send_all("Welcome to the server pal!\n");
        while (true) {
            std::string data = co_await sock.receive(1000);
            if (data.empty()) break;
            giambio::log("Got: '{}' from {}", giambio::escape(data), addr);
            co_await sock.send_all("Got: " + data);
            giambio::log("Echoed back '{}' to {}", giambio::escape(data), addr);
        }
    } catch (const giambio::io_error& failure) {  // such as a client that reset the connection
        giambio::log("Lost {}: {}", addr, failure.what());
    }
    sock.close();
    giambio::log("Connection from {} closed", addr);
}

giambio::coroutine<void> server(giambio::async_scheduler& sched, giambio::address address) {
    giambio::tcp_socket sock;
    sock.bind(address);
    sock.listen(1024);  // with 5, as in 2020, a crowd loses some of its clients
    giambio::async_socket asock = sched.wrap_socket(std::move(sock));
    giambio::log("Echo server serving asynchronously at {}", asock.local_address());
    while (true) {
        auto [conn, addr] = co_await asock.accept();
        giambio::log("{} connected", addr);
        sched.create_task(echo_handler(std::move(conn), addr));
    }
}

int main(int argc, char** argv) {
    const echo::command asked = echo::read_command(argc, argv);
    try {
        if (asked.simulated) {
            giambio::async_scheduler sched{giambio::simulated{.seed = asked.seed}};
            sched.start(echo::with_clients(server(sched, {"", asked.port}), asked.port));
        } else {
            giambio::async_scheduler sched;
            sched.start(server(sched, {"", asked.port}));
        }
    } catch (const giambio::keyboard_interrupt&) {
        fmt::print("Exiting...\n");
    } catch (const giambio::io_error& failure) {
        return echo::explain(failure, asked);
    }
}
