// A peer: the cases on asio with C++20 coroutines, as its documentation writes them.
//
// Built when Debian's libasio-dev is there. The same cases on our kernel are in ours.cpp.
// Internal to tests/bench/.
#include "tests/bench/measure.hpp"

#include <asio.hpp>

#include <chrono>
#include <random>

namespace {

using asio::awaitable;
using asio::detached;
using asio::use_awaitable;

awaitable<void> yielder(std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) co_await asio::post(use_awaitable);
}

// The main coroutine is one of the tasks, and the one that looks at the clock.
awaitable<void> switcher(std::size_t tasks) {
    const std::size_t rounds = bench::rounds_of(tasks);
    const auto loop = co_await asio::this_coro::executor;
    for (std::size_t i = 1; i < tasks; ++i)
        asio::co_spawn(loop, yielder(bench::all_rounds_of(tasks)), detached);
    co_await yielder(bench::rounds_before);
    const double begin = bench::processor_ns();
    co_await yielder(rounds);
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(rounds * tasks),
                rounds * tasks);
}

void switching(std::size_t tasks) {
    asio::io_context loop(1);
    asio::co_spawn(loop, switcher(tasks), detached);
    loop.run();
}

awaitable<int> child() {
    co_return 1;
}

awaitable<void> spawner(std::size_t count) {
    int sum = 0;
    for (std::size_t i = 0; i < count; ++i)
        sum += co_await asio::co_spawn(co_await asio::this_coro::executor, child(), use_awaitable);
    if (static_cast<std::size_t>(sum) != count) std::abort();
}

void spawn_and_join(std::size_t count) {
    asio::io_context loop(1);
    asio::co_spawn(loop, spawner(count), detached);
    const double begin = bench::processor_ns();
    loop.run();
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count), count);
}

awaitable<void> sleeper(asio::steady_timer::duration length) {
    asio::steady_timer timer(co_await asio::this_coro::executor, length);
    co_await timer.async_wait(use_awaitable);
}

// Waiting on a timer that never comes due is asio's event, too.
awaitable<void> waiter(asio::steady_timer& gate) {
    co_await gate.async_wait(use_awaitable);
}

void parked(std::size_t count) {
    asio::io_context loop(1);
    asio::steady_timer gate(loop, std::chrono::hours(1));
    const double before = bench::resident_bytes();
    for (std::size_t i = 0; i < count; ++i) asio::co_spawn(loop, waiter(gate), detached);
    loop.poll();
    bench::tell((bench::resident_bytes() - before) / static_cast<double>(count), count);
    std::_Exit(std::fflush(stdout));
}

void asleep(std::size_t count) {
    asio::io_context loop(1);
    const double before = bench::resident_bytes();
    for (std::size_t i = 0; i < count; ++i)
        asio::co_spawn(loop, sleeper(std::chrono::hours(1)), detached);
    loop.poll();
    bench::tell((bench::resident_bytes() - before) / static_cast<double>(count), count);
    std::_Exit(std::fflush(stdout));
}

void random_sleeps(std::size_t count) {
    asio::io_context loop(1);
    std::mt19937 draw(1);
    const double begin = bench::processor_ns();
    for (std::size_t i = 0; i < count; ++i)
        asio::co_spawn(loop, sleeper(std::chrono::nanoseconds(draw() % 1'000'000'000)), detached);
    loop.run();
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count), count);
}

}  // namespace

int main(int argc, char** argv) {
    return bench::run_case(argc, argv,
                           {{"switch", switching},
                            {"spawn", spawn_and_join},
                            {"parked", parked},
                            {"asleep", asleep},
                            {"timers", random_sleeps}});
}
