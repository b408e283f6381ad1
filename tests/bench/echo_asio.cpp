// A peer: the echo server on asio with C++20 coroutines, as its examples write it.
//
// Built when Debian's libasio-dev is there. The same server on our kernel is echo_ours.cpp.
// Internal to tests/bench/.
#include "tests/bench/measure.hpp"

#include <asio.hpp>

#include <array>
#include <utility>

namespace {

using asio::awaitable;
using asio::detached;
using asio::use_awaitable;
using asio::ip::tcp;

awaitable<void> echo(tcp::socket connection) {
    std::array<char, 1024> room;
    try {
        while (true) {
            const std::size_t got =
                co_await connection.async_read_some(asio::buffer(room), use_awaitable);
            co_await asio::async_write(connection, asio::buffer(room, got), use_awaitable);
        }
    } catch (const std::exception&) {  // the end of the connection is an error here, too
    }
}

awaitable<void> server() {
    auto executor = co_await asio::this_coro::executor;
    tcp::acceptor listening(executor);
    listening.open(tcp::v4());
    listening.bind({asio::ip::address_v4::loopback(), 0});
    listening.listen(4096);
    bench::tell_port(listening.local_endpoint().port());
    while (true) {
        tcp::socket connection = co_await listening.async_accept(use_awaitable);
        asio::co_spawn(executor, echo(std::move(connection)), detached);
    }
}

}  // namespace

int main() {
    asio::io_context loop(1);
    asio::co_spawn(loop, server(), detached);
    loop.run();
    return 0;
}
