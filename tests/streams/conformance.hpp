// What every byte stream must do, whatever carries it: used for sockets, pairs and TLS.
//
// Not here: what only one kind can do.
#pragma once

#include "tests/catch.hpp"

#include <giambio.hpp>

#include <string>

namespace streams_tests {

template <giambio::byte_stream Stream>
giambio::coroutine<> send_and_close(Stream& into, std::string bytes) {
    co_await into.send_all(bytes);
    into.close();
}

template <giambio::byte_stream Stream>
giambio::coroutine<std::string> receive_everything(Stream& from) {
    std::string all;
    while (true) {
        const std::string came = co_await from.receive(1000);
        if (came.empty()) break;
        all += came;
    }
    co_return all;
}

// Both ends of one fresh connection.
template <giambio::byte_stream One, giambio::byte_stream Other>
giambio::coroutine<> conforms(One& one, Other& other) {
    // Bytes cross in both directions at once, in order and whole.
    std::string there, back;
    for (int i = 0; i < 40'000; ++i) there += static_cast<char>(i * 7);
    for (int i = 0; i < 30'000; ++i) back += static_cast<char>(i * 11);
    auto send = [](auto& into, const std::string& bytes) -> giambio::coroutine<> {
        co_await into.send_all(bytes);
    };
    auto receive = [](auto& from, std::size_t size) -> giambio::coroutine<std::string> {
        std::string all;
        while (all.size() < size) {
            const std::string came = co_await from.receive(size - all.size());
            if (came.empty()) break;
            all += came;
        }
        co_return all;
    };
    std::string came_there, came_back;
    co_await giambio::with_pool([&](giambio::pool& p) -> giambio::coroutine<> {
        const auto first = p.spawn(receive(other, there.size()));
        const auto second = p.spawn(receive(one, back.size()));
        p.spawn(send(one, there));
        p.spawn(send(other, back));
        came_there = co_await first.join();
        came_back = co_await second.join();
    });
    CHECK(came_there == there);
    CHECK(came_back == back);

    // A receive that is given up takes nothing away.
    auto take = [](auto& from) -> giambio::coroutine<std::string> {
        co_return co_await from.receive(10);
    };
    const auto too_early = co_await giambio::skip_after(std::chrono::milliseconds(5), take(other));
    CHECK(!too_early.has_value());
    co_await one.send_all("late");
    std::string late;
    while (late.size() < 4) late += co_await other.receive(10);
    CHECK(late == "late");

    // The end comes after everything that was sent, again and again.
    co_await one.send_all("the end");
    one.close();
    const std::string rest = co_await receive_everything(other);
    CHECK(rest == "the end");
    const std::string still = co_await other.receive(10);
    CHECK(still.empty());

    // An end that is closed is no use any more.
    bool refused = false;
    try {
        co_await one.receive(1);
    } catch (const giambio::resource_closed&) {
        refused = true;
    }
    CHECK(refused);
    other.close();
}

}  // namespace streams_tests
