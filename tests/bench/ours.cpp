// The cases on our own kernel, as a program would write them.
//
// bench_kernel.py starts it as `bench-ours CASE COUNT`. The trace is off, recorded to memory
// (GIAMBIO_BENCH_TRACE=memory), or written to the file that GIAMBIO_TRACE names. The same cases,
// for comparison, are in minimal.cpp and asio.cpp. Not here: the echo server (echo_ours.cpp).
// Internal to tests/bench/.
#include "tests/bench/measure.hpp"
#include "tests/bench/to_memory.hpp"

#include <giambio.hpp>

#include <random>
#include <utility>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

coroutine<> yielder(std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) co_await yield();
}

// The main task is one of the tasks, and the one that looks at the clock.
coroutine<> switching(std::size_t tasks) {
    const std::size_t rounds = bench::rounds_of(tasks);
    for (std::size_t i = 1; i < tasks; ++i) spawn(yielder(bench::all_rounds_of(tasks)), "y");
    co_await yielder(bench::rounds_before);
    const double begin = bench::processor_ns();
    co_await yielder(rounds);
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(rounds * tasks),
                rounds * tasks);
}

coroutine<int> child() {
    co_return 1;
}

coroutine<> spawn_and_join(std::size_t count) {
    std::size_t sum = 0;
    const double begin = bench::processor_ns();
    for (std::size_t i = 0; i < count; ++i) {
        const task<int> one = spawn(child(), "c");
        sum += static_cast<std::size_t>(co_await one.join());
    }
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count), sum);
}

coroutine<> waits_for(event<>& gate) {
    co_await gate.wait();
}

coroutine<> sleeps() {
    co_await giambio::sleep(1h);
}

// Memory of parked tasks: what the process has grown by.
coroutine<> parked_on_event(std::size_t count) {
    event<> gate;
    const double before = bench::resident_bytes();
    for (std::size_t i = 0; i < count; ++i) spawn(waits_for(gate), "w");
    co_await yield();
    co_await yield();
    bench::tell((bench::resident_bytes() - before) / static_cast<double>(count), count);
    gate.trigger();
}

coroutine<> asleep(std::size_t count) {
    const double before = bench::resident_bytes();
    for (std::size_t i = 0; i < count; ++i) spawn(sleeps(), "s");
    co_await yield();
    co_await yield();
    bench::tell((bench::resident_bytes() - before) / static_cast<double>(count), count);
    std::_Exit(std::fflush(stdout));  // ending them is another case
}

// What a task takes beside its coroutine: all coroutines are there before the first task is.
template <coroutine<> (*make)(event<>&)>
coroutine<> beside_the_coroutine(std::size_t count) {
    event<> never;
    std::vector<coroutine<>> made;
    made.reserve(count);
    for (std::size_t i = 0; i < count; ++i) made.push_back(make(never));
    const double before = bench::resident_bytes();
    for (coroutine<>& each : made) spawn(std::move(each), "b");
    co_await yield();
    co_await yield();
    bench::tell((bench::resident_bytes() - before) / static_cast<double>(count), count);
    std::_Exit(std::fflush(stdout));
}

coroutine<> sleeps_anyway(event<>&) {
    co_await giambio::sleep(1h);
}

// Those who have not ended yet.
struct sleepers {
    std::size_t left;
    event<> all_ended{};
};

coroutine<> sleeps_for(duration length, sleepers& all) {
    co_await giambio::sleep(length);
    if (--all.left == 0) all.all_ended.trigger();
}

coroutine<> random_sleeps(std::size_t count) {
    std::mt19937 draw(1);
    sleepers all{count};
    const double begin = bench::processor_ns();
    for (std::size_t i = 0; i < count; ++i)
        spawn(sleeps_for(std::chrono::nanoseconds(draw() % 1'000'000'000), all), "s");
    co_await all.all_ended.wait();
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count), count);
}

// A deadline that is set and never met, one after the other.
coroutine<> deadlines(std::size_t count) {
    const double begin = bench::processor_ns();
    for (std::size_t i = 0; i < count; ++i) {
        auto quick = yielder(0);
        co_await with_timeout(1h, std::move(quick));
    }
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count), count);
}

coroutine<> holds(lock& shared, std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) {
        co_await shared.acquire();
        co_await yield();  // the other one is in line now
        shared.release();
    }
}

coroutine<> lock_hand_over(std::size_t count) {
    lock shared;
    const double begin = bench::processor_ns();
    const task<> one = spawn(holds(shared, count / 2), "a");
    const task<> two = spawn(holds(shared, count / 2), "b");
    co_await one.join();
    co_await two.join();
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count), count);
}

coroutine<> puts(queue<int>& shared, std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) co_await shared.put(1);
}

coroutine<> queue_hand_over(std::size_t count) {
    queue<int> shared(1);
    const double begin = bench::processor_ns();
    const task<> giver = spawn(puts(shared, count), "giver");
    int sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += co_await shared.get();
    co_await giver.join();
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count),
                static_cast<std::size_t>(sum));
}

coroutine<> triggers(event<>*& awaited, std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) {
        while (awaited == nullptr) co_await yield();
        std::exchange(awaited, nullptr)->trigger();
    }
}

// One task makes an event and waits for it, the other triggers it.
coroutine<> event_hand_over(std::size_t count) {
    event<>* awaited = nullptr;
    const double begin = bench::processor_ns();
    const task<> other = spawn(triggers(awaited, count), "t");
    for (std::size_t i = 0; i < count; ++i) {
        event<> happens;
        awaited = &happens;
        co_await happens.wait();
    }
    co_await other.join();
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count), count);
}

coroutine<> waits_within_limit(event<>& gate) {
    co_await with_timeout(1h, gate.wait());
}

// Time limits that are all set before the first is dropped.
coroutine<> limits_dropped(std::size_t count) {
    event<> gate;
    const double begin = bench::processor_ns();
    for (std::size_t i = 0; i < count; ++i) spawn(waits_within_limit(gate), "w");
    co_await yield();
    co_await yield();
    gate.trigger();
    for (int turn = 0; turn < 3; ++turn) co_await yield();
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count), count);
}

coroutine<> cancelling(std::size_t count) {
    event<> never;
    double begin = 0;
    auto body = [&](pool& all) -> coroutine<> {
        for (std::size_t i = 0; i < count; ++i) all.spawn(waits_for(never), "w");
        co_await yield();
        co_await yield();
        begin = bench::processor_ns();
        all.cancel("enough");
    };
    co_await with_pool(body);
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count), count);
}

coroutine<> empty_program() {
    co_return;
}

template <coroutine<> (*program)(std::size_t)>
void run(std::size_t count) {
    bench::to_memory kept;
    async_scheduler scheduler;
    if (bench::is_traced_to_memory()) scheduler.observe(kept);
    scheduler.start(program(count));
}

void start_up(std::size_t count) {
    bench::to_memory kept;
    const double begin = bench::processor_ns();
    for (std::size_t i = 0; i < count; ++i) {
        async_scheduler scheduler;
        if (bench::is_traced_to_memory()) scheduler.observe(kept);
        scheduler.start(empty_program());
    }
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count), count);
}

}  // namespace

int main(int argc, char** argv) {
    return bench::run_case(argc, argv,
                           {{"switch", run<switching>},
                            {"spawn", run<spawn_and_join>},
                            {"parked", run<parked_on_event>},
                            {"asleep", run<asleep>},
                            {"parked-beside", run<beside_the_coroutine<waits_for>>},
                            {"asleep-beside", run<beside_the_coroutine<sleeps_anyway>>},
                            {"timers", run<random_sleeps>},
                            {"deadlines", run<deadlines>},
                            {"dropped", run<limits_dropped>},
                            {"lock", run<lock_hand_over>},
                            {"queue", run<queue_hand_over>},
                            {"event", run<event_hand_over>},
                            {"cancel", run<cancelling>},
                            {"start-up", start_up}});
}
