// Random programs: tasks that do whatever traps and objects allow, drawn from a seed.
//
// The property test runs thousands of them under the virtual clock. They share a lock, a queue, an
// event and a server on the simulated network; many end in a deadlock or an error, which is
// welcome.
// Not here: what must hold of them (property_test.cpp).
// Kept true: the same seed gives the same program and the same run.
#pragma once

#include "tests/property/random_families.hpp"
#include "tests/property/random_sockets.hpp"
#include "tests/property/random_sync.hpp"

#include <giambio.hpp>

#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace random_program {

using namespace std::chrono_literals;
using giambio::coroutine;

struct world {
    explicit world(std::uint64_t seed) : dice(seed) {}
    int draw(int below) { return static_cast<int>(dice() % static_cast<unsigned>(below)); }
    giambio::duration draw_time() { return std::chrono::milliseconds(draw(5)); }

    std::mt19937_64 dice;
    std::vector<giambio::task<int>> tasks;
    giambio::lock lock;
    giambio::queue<int> queue{2};
    giambio::event<int> event;
    sync_objects objects;
    giambio::async_socket listener;
    sockets shared;
    int left = 60;  // how many actions all tasks may do together
};

inline int draw(world& in, int below) {
    return in.draw(below);
}
inline giambio::duration draw_time(world& in) {
    return in.draw_time();
}
inline void remember(world& in, const giambio::task<int>& made) {
    in.tasks.push_back(made);
}

inline coroutine<> serve_one(world& in) {
    auto [connection, peer] = co_await in.listener.accept();
    while (true) {
        const std::string got =
            co_await connection.receive(static_cast<std::size_t>(in.draw(4) + 1));
        if (got.empty()) co_return;
        if (in.draw(6) == 0) co_return;
        co_await connection.send_all(got);
    }
}

inline coroutine<> be_client(world& in) {
    giambio::async_socket socket;
    co_await socket.connect(
        giambio::address("127.0.0.1", static_cast<std::uint16_t>(7 + in.draw(8) / 7)));
    for (int round = in.draw(3); round >= 0; --round) {
        co_await socket.send_all("abcdef");
        co_await socket.receive(3);
    }
}

inline coroutine<> hold_lock(world& in) {
    const auto held = co_await in.lock.hold();
    co_await giambio::sleep(in.draw_time());
}

// One action of the sort that may block. Long because it is a table.
inline coroutine<> act(world& in, int depth) {
    switch (in.draw(28)) {
        case 0:
            co_await giambio::yield();
            break;
        case 1:
            co_await giambio::checkpoint();
            break;
        case 2:
        case 3:
            co_await giambio::sleep(in.draw_time());
            break;
        case 4:
            giambio::busy(in.draw_time());
            break;
        case 5:
        case 6:
            if (depth < 3) in.tasks.push_back(giambio::spawn(worker(in, depth + 1)));
            break;
        case 7: {
            const giambio::task<int> joined = in.tasks[in.dice() % in.tasks.size()];
            co_await joined.join();
            break;
        }
        case 8:
            in.tasks[in.dice() % in.tasks.size()].cancel("by chance");
            break;
        case 9:
            co_await hold_lock(in);
            break;
        case 10:
            co_await in.queue.put(1);
            break;
        case 11:
            co_await in.queue.get();
            break;
        case 12:
            if (!in.event.is_set() && in.draw(3) == 0) in.event.trigger(7);
            break;
        case 13:
            co_await giambio::skip_after(in.draw_time(), in.event.wait());
            break;
        case 14:
            co_await giambio::with_timeout(in.draw_time(), worker(in, depth + 1));
            break;
        case 15:
            co_await giambio::skip_after(5ms, serve_one(in));
            break;
        case 16:
            if (depth < 3) co_await open_pool(in, depth);
            break;
        case 17:
            co_await enter_scope(in);
            break;
        case 18:
            if (depth < 2) giambio::spawn_daemon(worker(in, 3));
            break;
        case 19:
            co_await shield_something(in, depth);
            break;
        case 24:
        case 25:
        case 26:
            co_await use_sockets(in, in.shared);
            break;
        case 20:
        case 21:
        case 22:
        case 23:
            co_await synchronise(in, in.objects);
            break;
        default:
            co_await be_client(in);
            break;
    }
}

inline coroutine<int> worker(world& in, int depth) {
    for (int actions = 1 + in.draw(6); actions > 0 && in.left > 0; --actions) {
        --in.left;
        try {
            co_await act(in, depth);
        } catch (const std::exception& expected) {
            // Most errors are looked at and forgotten; some end the task, and so the run.
            if (in.draw(4) == 0) throw;
        }
        if (in.draw(40) == 0) in.listener.close();
    }
    co_return depth;
}

inline coroutine<> main_task(world& in) {
    giambio::tcp_socket socket;
    socket.bind(giambio::address("", 7));
    socket.listen(3);
    in.listener = giambio::wrap_socket(std::move(socket));
    open_sockets(in.shared);
    for (int first = 0; first < 4; ++first) in.tasks.push_back(giambio::spawn(worker(in, 1)));
    co_await worker(in, 0);
}

}  // namespace random_program
