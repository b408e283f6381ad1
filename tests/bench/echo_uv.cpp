// A peer: the echo server on libuv, with its callbacks.
//
// Built when Debian's libuv1-dev is there. A short message always fits into the socket's buffer, so
// it is written at once, the fastest way that libuv has. The same server on our kernel is
// echo_ours.cpp.
// Internal to tests/bench/.
#include "tests/bench/measure.hpp"

#include <netinet/in.h>
#include <uv.h>

#include <array>

namespace {

struct connection {
    uv_tcp_t socket{};
    std::array<char, 1024> room{};
};

connection* of(void* handle) {
    return static_cast<connection*>(static_cast<uv_handle_t*>(handle)->data);
}

void end(connection* one) {
    if (uv_is_closing(reinterpret_cast<uv_handle_t*>(&one->socket)) != 0) return;
    uv_close(reinterpret_cast<uv_handle_t*>(&one->socket),
             [](uv_handle_t* handle) { delete of(handle); });
}

void lend(uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
    *buffer = uv_buf_init(of(handle)->room.data(), 1024);
}

void received(uv_stream_t* stream, ssize_t got, const uv_buf_t* buffer) {
    connection* one = of(stream);
    if (got < 0) {
        end(one);
    } else if (got > 0) {
        const uv_buf_t answer = uv_buf_init(buffer->base, static_cast<unsigned>(got));
        if (uv_try_write(stream, &answer, 1) != got) end(one);
    }
}

void connected(uv_stream_t* listening, int status) {
    if (status < 0) return;
    auto* one = new connection;
    uv_tcp_init(listening->loop, &one->socket);
    one->socket.data = one;
    auto* stream = reinterpret_cast<uv_stream_t*>(&one->socket);
    if (uv_accept(listening, stream) == 0)
        uv_read_start(stream, lend, received);
    else
        end(one);
}

}  // namespace

int main() {
    uv_loop_t* loop = uv_default_loop();
    uv_tcp_t listening{};
    uv_tcp_init(loop, &listening);
    sockaddr_in where{};
    uv_ip4_addr("127.0.0.1", 0, &where);
    uv_tcp_bind(&listening, reinterpret_cast<const sockaddr*>(&where), 0);
    if (uv_listen(reinterpret_cast<uv_stream_t*>(&listening), 4096, connected) != 0) return 1;
    int length = sizeof where;
    uv_tcp_getsockname(&listening, reinterpret_cast<sockaddr*>(&where), &length);
    bench::tell_port(ntohs(where.sin_port));
    return uv_run(loop, UV_RUN_DEFAULT);
}
