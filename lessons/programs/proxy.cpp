// A two-way proxy: every connection to its port goes on to another host, and back.
//
// proxy PORT HOST HOST_PORT. Each connection has two pumps, one for each direction. When one side
// has nothing more to say, the other learns it (a half-close), and may still answer.
// Kept true: a connection that fails ends alone; when one pump fails, the other is cancelled.
// Public: a program to read, run and change.
#include <giambio.hpp>

#include <cstdlib>
#include <string>

using giambio::coroutine;
using giambio::pool;

coroutine<> pump(giambio::async_socket& from, giambio::async_socket& into) {
    while (true) {
        const std::string bytes = co_await from.receive(16384);
        if (bytes.empty()) break;
        co_await into.send_all(bytes);
    }
    into.shut_down_sending();
}

coroutine<> both_ways(giambio::async_socket& client, std::string host, std::uint16_t port) {
    giambio::async_socket server = co_await giambio::connect_to_host(host, port);
    auto pumps = [&](pool& two) -> coroutine<> {
        two.spawn(pump(client, server), "there");
        two.spawn(pump(server, client), "back");
        co_return;
    };
    co_await giambio::with_pool(pumps);
}

int main(int argc, char** argv) {
    if (argc != 4) {
        fmt::print(stderr, "usage: proxy PORT HOST HOST_PORT\n");
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    const std::string host = argv[2];
    const auto host_port = static_cast<std::uint16_t>(std::atoi(argv[3]));
    auto handler = [&](giambio::async_socket& client, giambio::address peer) -> coroutine<> {
        giambio::log("{} connects to {}", peer, host);
        co_await both_ways(client, host, host_port);
        giambio::log("{} is done", peer);
    };
    auto program = [&]() -> coroutine<> {
        giambio::tcp_socket socket;
        socket.bind(giambio::address("", port));
        socket.listen(1024);
        giambio::async_socket listener = giambio::wrap_socket(std::move(socket));
        giambio::log("the proxy serves at {}", listener.local_address());
        co_await giambio::serve(listener, handler,
                                {.on_failure = giambio::handler_failure::is_reported});
    };
    try {
        giambio::run(program());
    } catch (const giambio::keyboard_interrupt&) {
        fmt::print("Exiting...\n");
    } catch (const giambio::io_error& failure) {
        fmt::print(stderr, "proxy: {}\n", failure.what());
        return 1;
    }
}
