// The limit: the cases on a loop of a few lines, with nothing that a kernel is for.
//
// A ready queue of coroutine handles, frames by malloc, no cancellation, no tasks to look at, no
// errors. Nobody could use it; nobody can be faster and still resume coroutines from a queue. The
// same cases on our kernel are in ours.cpp.
// Internal to tests/bench/.
#include "kernel/observer.hpp"
#include "tests/bench/measure.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <iterator>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace {

// A ring of handles; it grows, and never shrinks.
class ring {
public:
    void push(std::coroutine_handle<> next) {
        if (size_ == slots_.size()) grow();
        slots_[(first_ + size_++) & (slots_.size() - 1)] = next;
    }
    std::coroutine_handle<> pop() {
        const std::coroutine_handle<> next = slots_[first_];
        first_ = (first_ + 1) & (slots_.size() - 1);
        --size_;
        return next;
    }
    bool empty() const { return size_ == 0; }

private:
    void grow() {
        std::vector<std::coroutine_handle<>> larger(2 * slots_.size());
        for (std::size_t i = 0; i < size_; ++i)
            larger[i] = slots_[(first_ + i) & (slots_.size() - 1)];
        slots_ = std::move(larger);
        first_ = 0;
    }

    std::vector<std::coroutine_handle<>> slots_ = std::vector<std::coroutine_handle<>>(64);
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

ring ready;

void run() {
    while (!ready.empty()) ready.pop().resume();
}

// A coroutine that starts when it is resumed for the first time and frees itself at its end.
struct fire_and_forget {
    struct promise_type {
        std::coroutine_handle<> joiner;
        fire_and_forget get_return_object() {
            return {std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept {
            if (joiner) ready.push(joiner);
            return {};
        }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
    std::coroutine_handle<promise_type> self;
};

struct yield_now {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self) const { ready.push(self); }
    void await_resume() const noexcept {}
};

struct until_joined {
    fire_and_forget child;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self) const { child.self.promise().joiner = self; }
    void await_resume() const noexcept {}
};

struct park_in {
    std::vector<std::coroutine_handle<>>* line;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self) const { line->push_back(self); }
    void await_resume() const noexcept {}
};

// What a coroutine holds in its frame and touches at each step: nothing, or ...
struct nothing {
    void touch() {}
};

// ... so much that the frame is as large as a task of ours, record and frame together. Each step
// touches every cache line: what the memory alone takes when there are too many for the cache.
struct much {
    static constexpr std::size_t words_in_a_line = 8;
    volatile std::size_t held[31] = {};
    void touch() {
        for (std::size_t word = 0; word < std::size(held); word += words_in_a_line)
            held[word] = held[word] + 1;
    }
};

// ... or nothing, but each step is recorded: with the records of a switch, and once in each round
// those of a turn, as many and as large as the kernel's, and one look at the processor's counter.
// Nothing but numbers is in them; it is what recording alone takes.
struct recorded {
    static inline std::size_t tasks = 1;
    void touch() {
        static std::size_t left_in_turn = 1;
        if (--left_in_turn == 0) {
            left_in_turn = tasks;
            ++turn_;
            for (const auto kind : {happening::io_wait, happening::io_done, happening::batch})
                write(kind);
        }
        write(happening::switch_in);
        write(happening::reply);
        now_ = ticks();
        write(happening::trap);
        write(happening::switch_out);
    }

private:
    using happening = giambio::happening;
    static void write(happening kind) {
        static std::array<giambio::record, 128> records;
        records[seq_ % records.size()] = {
            .kind = kind, .turn = turn_, .seq = seq_, .t = now_, .cause = seq_ - 1};
        ++seq_;
        asm volatile("" : : "r"(records.data()) : "memory");  // somebody will read them
    }
    static std::int64_t ticks() {
#if defined(__x86_64__)
        return static_cast<std::int64_t>(__builtin_ia32_rdtsc());
#else
        return std::chrono::steady_clock::now().time_since_epoch().count();
#endif
    }
    static inline std::uint64_t seq_ = 1;
    static inline std::uint32_t turn_ = 0;
    static inline std::int64_t now_ = 0;
};

template <class Holding>
fire_and_forget yielder(std::size_t times) {
    Holding mine;
    for (std::size_t i = 0; i < times; ++i) {
        mine.touch();
        co_await yield_now{};
    }
}

// The main coroutine is one of the tasks, and the one that looks at the clock.
template <class Holding>
fire_and_forget switcher(std::size_t tasks) {
    Holding mine;
    const std::size_t rounds = bench::rounds_of(tasks);
    for (std::size_t i = 1; i < tasks; ++i)
        ready.push(yielder<Holding>(bench::all_rounds_of(tasks)).self);
    for (std::size_t i = 0; i < bench::rounds_before; ++i) co_await yield_now{};
    const double begin = bench::processor_ns();
    for (std::size_t i = 0; i < rounds; ++i) {
        mine.touch();
        co_await yield_now{};
    }
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(rounds * tasks),
                rounds * tasks);
}

template <class Holding>
void switching(std::size_t tasks) {
    ready.push(switcher<Holding>(tasks).self);
    run();
}

void switching_recorded(std::size_t tasks) {
    recorded::tasks = tasks;
    switching<recorded>(tasks);
}

fire_and_forget child() {
    co_return;
}

fire_and_forget spawner(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const fire_and_forget one = child();
        ready.push(one.self);
        co_await until_joined{one};
    }
}

void spawn_and_join(std::size_t count) {
    ready.push(spawner(count).self);
    const double begin = bench::processor_ns();
    run();
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count), count);
}

// A frame is made, resumed to its end and destroyed, and nothing else.
void bare_frame(std::size_t count) {
    const double begin = bench::processor_ns();
    for (std::size_t i = 0; i < count; ++i) child().self.resume();
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count), count);
}

fire_and_forget waiter(std::vector<std::coroutine_handle<>>& line) {
    co_await park_in{&line};
}

void parked(std::size_t count) {
    std::vector<std::coroutine_handle<>> line;
    line.reserve(count);
    const double before = bench::resident_bytes();
    for (std::size_t i = 0; i < count; ++i) waiter(line).self.resume();
    bench::tell((bench::resident_bytes() - before) / static_cast<double>(count), count);
    for (const auto each : line) each.resume();
}

using steady = std::chrono::steady_clock;
using alarm_clock = std::pair<steady::time_point, std::coroutine_handle<>>;
std::vector<alarm_clock> heap;

bool later(const alarm_clock& a, const alarm_clock& b) {
    return a.first > b.first;
}

struct sleep_for {
    std::chrono::nanoseconds length;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self) const {
        heap.emplace_back(steady::now() + length, self);
        std::push_heap(heap.begin(), heap.end(), later);
    }
    void await_resume() const noexcept {}
};

fire_and_forget sleeper(std::chrono::nanoseconds length) {
    co_await sleep_for{length};
}

void random_sleeps(std::size_t count) {
    std::mt19937 draw(1);
    const double begin = bench::processor_ns();
    for (std::size_t i = 0; i < count; ++i)
        ready.push(sleeper(std::chrono::nanoseconds(draw() % 1'000'000'000)).self);
    run();
    while (!heap.empty()) {
        const steady::time_point now = steady::now();
        while (!heap.empty() && heap.front().first <= now) {
            std::pop_heap(heap.begin(), heap.end(), later);
            ready.push(heap.back().second);
            heap.pop_back();
        }
        run();
        if (!heap.empty()) std::this_thread::sleep_until(heap.front().first);
    }
    bench::tell((bench::processor_ns() - begin) / static_cast<double>(count), count);
}

}  // namespace

int main(int argc, char** argv) {
    return bench::run_case(argc, argv,
                           {{"switch", switching<nothing>},
                            {"switch-large", switching<much>},
                            {"switch-recorded", switching_recorded},
                            {"spawn", spawn_and_join},
                            {"bare-frame", bare_frame},
                            {"parked", parked},
                            {"timers", random_sleeps}});
}
