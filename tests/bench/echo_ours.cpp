// The echo server of the benchmark on our own kernel, as a program would write it.
//
// bench_echo.py starts it and sends it the load of echo_load.cpp. GIAMBIO_BENCH_TRACE=memory gives
// every record to an observer; GIAMBIO_TRACE=FILE writes the trace, as in any program. The same
// server on the peers: echo_epoll.cpp, echo_asio.cpp, echo_uv.cpp, echo_peers.py.
// Internal to tests/bench/.
#include "tests/bench/measure.hpp"
#include "tests/bench/to_memory.hpp"

#include <giambio.hpp>

#include <array>

using namespace giambio;

namespace {

coroutine<> echo(async_socket connection) {
    std::array<char, 1024> room{};
    try {
        while (true) {
            const std::size_t got = co_await connection.receive_into(room);
            if (got == 0) break;
            co_await connection.send_all({room.data(), got});
        }
    } catch (const io_error&) {  // the load resets its connections when it is done
        co_return;
    }
}

coroutine<> server() {
    tcp_socket opened;
    opened.bind({"127.0.0.1", 0});
    opened.listen(4096);
    async_socket listening = wrap_socket(std::move(opened));
    bench::tell_port(listening.local_address().port);
    while (true) {
        async_socket::accepted taken = co_await listening.accept();
        spawn(echo(std::move(taken.connection)), "echo");
    }
}

}  // namespace

int main() {
    bench::to_memory kept;
    async_scheduler scheduler;
    if (bench::is_traced_to_memory()) scheduler.observe(kept);
    scheduler.start(server());
    return 0;
}
