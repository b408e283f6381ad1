// Makes a long trace for the benchmarks: an echo server and its clients in the simulated world.
//
// bench_reading.py starts it as `bench-long-trace CLIENTS ROUNDS FILE`; each round of each client
// makes about 22 trace events. The same numbers give the same file. Not here: anything that is
// measured.
// Internal to tests/bench/.
#include <giambio.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

using namespace giambio;

namespace {

constexpr std::uint16_t port = 7000;

coroutine<> answer(async_socket client) {
    for (;;) {
        const std::string message = co_await client.receive(1000);
        if (message.empty()) co_return;
        co_await client.send_all(message);
    }
}

coroutine<> serve_some(int clients) {
    tcp_socket raw;
    raw.bind(address("127.0.0.1", port));
    raw.listen(clients);
    async_socket listener = wrap_socket(std::move(raw));
    for (int i = 0; i < clients; ++i) {
        async_socket::accepted fresh = co_await listener.accept();
        spawn(answer(std::move(fresh.connection)), "answer");
    }
}

coroutine<> ask(int rounds) {
    async_socket server = wrap_socket(tcp_socket());
    co_await server.connect(address("127.0.0.1", port));
    for (int i = 0; i < rounds; ++i) {
        co_await server.send_all("hello");
        const std::string unused = co_await server.receive(1000);
    }
}

coroutine<> run_all(int clients, int rounds) {
    spawn(serve_some(clients), "serve");
    for (int i = 0; i < clients; ++i) spawn(ask(rounds), "ask");
    co_return;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "bench-long-trace: write CLIENTS ROUNDS FILE\n");
        return 2;
    }
    setenv("GIAMBIO_TRACE", argv[3], 1);
    async_scheduler scheduler{simulated{}};
    scheduler.start(run_all(std::atoi(argv[1]), std::atoi(argv[2])));
    return 0;
}
