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

template <class Stream>
giambio::coroutine<std::string> receive_so_many(Stream& from, std::size_t size) {
    std::string all;
    while (all.size() < size) {
        const std::string came = co_await from.receive(size - all.size());
        if (came.empty()) break;
        all += came;
    }
    co_return all;
}

template <class Stream>
giambio::coroutine<> send_string(Stream& into, const std::string& bytes) {
    co_await into.send_all(bytes);
}

inline std::string many_bytes(int count, int factor) {
    std::string bytes;
    for (int i = 0; i < count; ++i) bytes += static_cast<char>(i * factor);
    return bytes;
}

// Bytes cross in both directions at once, in order and whole.
template <class One, class Other>
giambio::coroutine<> crosses_both_ways(One& one, Other& other) {
    const std::string there = many_bytes(40'000, 7), back = many_bytes(30'000, 11);
    std::string came_there, came_back;
    co_await giambio::with_pool([&](giambio::pool& p) -> giambio::coroutine<> {
        const auto first = p.spawn(receive_so_many(other, there.size()));
        const auto second = p.spawn(receive_so_many(one, back.size()));
        p.spawn(send_string(one, there));
        p.spawn(send_string(other, back));
        came_there = co_await first.join();
        came_back = co_await second.join();
    });
    CHECK(came_there == there);
    CHECK(came_back == back);
}

// A receive that is given up takes nothing away.
template <class One, class Other>
giambio::coroutine<> survives_a_given_up_receive(One& one, Other& other) {
    const auto too_early =
        co_await giambio::skip_after(std::chrono::milliseconds(5), receive_so_many(other, 1));
    CHECK(!too_early.has_value());
    co_await one.send_all("late");
    const std::string late = co_await receive_so_many(other, 4);
    CHECK(late == "late");
}

// A task that shall stop receives and sends nothing, whatever is there.
template <class One, class Other>
giambio::coroutine<> obeys_before_it_acts(One& one, Other& other) {
    co_await one.send_all("kept");
    const auto zero = std::chrono::milliseconds(0);
    const std::string never = "never";
    const auto taken = co_await giambio::skip_after(zero, receive_so_many(other, 4));
    const bool sent = co_await giambio::skip_after(zero, send_string(other, never));
    CHECK(!taken.has_value());
    CHECK(!sent);
    const std::string kept = co_await receive_so_many(other, 4);
    CHECK(kept == "kept");
}

// Closes without more ado; TLS says goodbye before.
struct just_close {
    template <class Stream>
    giambio::coroutine<> operator()(Stream& ended) const {
        ended.close();
        co_return;
    }
};

// The other side is silent. A second task may not receive, and closing wakes the first.
template <giambio::byte_stream Stream>
giambio::coroutine<> refuses_a_second_reader_and_wakes_the_first(Stream& from) {
    int busy = 0, closed = 0;
    auto receive = [&]() -> giambio::coroutine<> {
        try {
            co_await from.receive(10);
        } catch (const giambio::resource_busy&) {
            ++busy;
        } catch (const giambio::resource_closed&) {
            ++closed;
        }
    };
    co_await giambio::with_pool([&](giambio::pool& p) -> giambio::coroutine<> {
        p.spawn(receive());
        p.spawn(receive());
        co_await giambio::sleep(std::chrono::milliseconds(5));
        CHECK(busy == 1);
        CHECK(closed == 0);
        from.close();
    });
    CHECK(busy == 1);
    CHECK(closed == 1);
}

// Both ends of one fresh connection.
template <giambio::byte_stream One, giambio::byte_stream Other, class End = just_close>
giambio::coroutine<> conforms(One& one, Other& other, End end = {}) {
    co_await crosses_both_ways(one, other);
    co_await survives_a_given_up_receive(one, other);
    co_await obeys_before_it_acts(one, other);
    // The end comes after everything that was sent, again and again.
    co_await one.send_all("the end");
    const auto ending = giambio::spawn(end(one));
    const std::string rest = co_await receive_everything(other);
    CHECK(rest == "the end");
    const std::string still = co_await other.receive(10);
    CHECK(still.empty());
    co_await ending.join();
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
