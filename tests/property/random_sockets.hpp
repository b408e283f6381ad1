// Random actions with sockets: datagrams, pairs, pipes, half-closes; and the faults of the worlds
// in which they happen.
//
// Part of random_program.hpp, which draws these among its other actions.
#pragma once

#include <giambio.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace random_program {

struct world;
int draw(world& in, int below);
giambio::duration draw_time(world& in);

struct sockets {
    giambio::udp_socket ear;
    giambio::socket_ends pair;
    giambio::opened_pipe pipe;
};

inline const giambio::address ear_address("127.0.0.1", 9);

inline void open_sockets(sockets& made) {
    made.ear.bind(ear_address);
    made.ear.set_option(giambio::socket_option::receive_buffer, 40);
    made.pair = giambio::socket_pair();
    made.pair.first.set_option(giambio::socket_option::receive_buffer, 8);
    made.pipe = giambio::open_pipe();
}

inline giambio::coroutine<> half_close(world& in) {
    giambio::async_socket socket;
    co_await socket.connect(giambio::address("127.0.0.1", 7));
    co_await socket.send_all("abc");
    socket.shut_down_sending();
    while (!(co_await socket.receive(2)).empty()) {
        if (draw(in, 6) == 0) co_return;
    }
}

inline giambio::coroutine<> datagrams(world& in, sockets& shared) {
    if (draw(in, 2) == 0) {
        giambio::udp_socket mouth;
        for (int left = draw(in, 4); left >= 0; --left) {
            co_await mouth.send_to(std::string(static_cast<std::size_t>(draw(in, 30)), 'x'),
                                   ear_address);
        }
    } else {
        co_await shared.ear.receive_from(10);
    }
}

// Both ends are everybody's, so many are told that they are busy.
inline giambio::coroutine<> use_pair(world& in, sockets& shared) {
    giambio::async_socket& end = draw(in, 2) == 0 ? shared.pair.first : shared.pair.second;
    const int what = draw(in, 12);
    std::size_t sent = 0;
    if (what == 0) {
        end.shut_down_sending();
    } else if (what == 1) {
        end.close();
    } else if (what < 7) {
        co_await giambio::skip_after(draw_time(in), end.send_all("0123456789", sent));
    } else {
        co_await giambio::skip_after(draw_time(in), end.receive(4));
    }
}

inline giambio::coroutine<> use_pipe(world& in, sockets& shared) {
    const int what = draw(in, 20);
    if (what == 0) {
        shared.pipe.reader.close();
    } else if (what == 1) {
        shared.pipe.writer.close();
    } else if (what < 11) {
        co_await shared.pipe.writer.send_all("abcd");
    } else {
        co_await shared.pipe.reader.receive(3);
    }
}

inline giambio::coroutine<> use_sockets(world& in, sockets& shared) {
    switch (draw(in, 4)) {
        case 0:
            co_await half_close(in);
            break;
        case 1:
            co_await datagrams(in, shared);
            break;
        case 2:
            co_await use_pair(in, shared);
            break;
        default:
            co_await use_pipe(in, shared);
            break;
    }
}

// Every third world is bad, in a way of its own.
inline giambio::simulated random_world(std::uint64_t seed) {
    using namespace std::chrono_literals;
    giambio::simulated made{.seed = seed, .latency = 1ms, .max_chunk = 3};
    if (seed % 3 != 0) return made;
    made.jitter = 2ms;
    made.lost = made.doubled = made.overtaken = 100;
    made.reset = made.aborted = 50;
    made.connect_patience = 8ms;
    made.send_patience = 6ms;
    const auto kind = static_cast<giambio::fault>(seed / 3 % 7);
    made.script.push_back({.at = 3ms, .what = kind, .limit = 12});
    if (kind == giambio::fault::cut)
        made.script.push_back({.at = 7ms, .what = giambio::fault::mend});
    if (kind == giambio::fault::switch_off) {
        made.script.push_back({.at = 6ms, .what = giambio::fault::switch_on});
    }
    return made;
}

}  // namespace random_program
