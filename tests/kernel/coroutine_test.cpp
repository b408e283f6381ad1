// Coroutines: results, errors, nesting, and the stack that does not grow.
//
// Not here: tasks and their scheduling (order_test.cpp). Kept true: the tests of the stack run in
// every build, with sanitizers too, on a stack that would not bear what they test for.
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>

using namespace giambio;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

coroutine<> ends_at_once() {
    co_return;
}

coroutine<long> depth(long left) {
    if (left == 0) co_return 0;
    const long below = co_await depth(left - 1);
    co_return below + 1;
}

coroutine<long> fail_below(long left) {
    if (left == 0) throw std::domain_error("from the bottom");
    co_return co_await fail_below(left - 1);
}

// Runs a program on a thread with a stack of 256 KiB: what grows the native stack does not survive.
void run_on_a_small_stack(void (*program)()) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    pthread_t thread{};
    const auto begin = [](void* what) -> void* {
        reinterpret_cast<void (*)()>(what)();
        return nullptr;
    };
    REQUIRE(pthread_create(&thread, &attributes, begin, reinterpret_cast<void*>(program)) == 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
}

long answer_of_the_thread = 0;

}  // namespace

TEST_CASE("ten million awaits of children that finish at once do not grow the stack") {
    answer_of_the_thread = 0;
    run_on_a_small_stack([] {
        auto program = []() -> coroutine<long> {
            long done = 0;
            for (; done < 10'000'000; ++done) co_await ends_at_once();
            co_return done;
        };
        answer_of_the_thread = async_scheduler{simulated{}}.start(program());
    });
    CHECK(answer_of_the_thread == 10'000'000);
}

TEST_CASE("a million coroutines that await each other do not grow the stack") {
    answer_of_the_thread = 0;
    run_on_a_small_stack(
        [] { answer_of_the_thread = async_scheduler{simulated{}}.start(depth(1'000'000)); });
    CHECK(answer_of_the_thread == 1'000'000);
}

TEST_CASE("an error that passes through a hundred thousand coroutines does not grow the stack") {
    answer_of_the_thread = 0;
    run_on_a_small_stack([] {
        auto program = []() -> coroutine<long> {
            try {
                co_return co_await fail_below(100'000);
            } catch (const std::domain_error&) {
                co_return 1;
            }
        };
        answer_of_the_thread = async_scheduler{simulated{}}.start(program());
    });
    CHECK(answer_of_the_thread == 1);
}

TEST_CASE("a result that can only be moved reaches the one who awaits") {
    auto make = []() -> coroutine<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
    auto program = [&]() -> coroutine<int> {
        const std::unique_ptr<int> got = co_await make();
        task making = spawn(make());
        const std::unique_ptr<int> joined = co_await making.join();
        co_return *got + *joined;
    };
    CHECK(async_scheduler{simulated{}}.start(program()) == 14);
}

TEST_CASE("an error passes through every coroutine that awaits, and destroys their locals") {
    auto inner = []() -> coroutine<> {
        co_await yield();
        throw std::domain_error("from inside");
    };
    auto outer = [&](std::shared_ptr<int> local) -> coroutine<> {
        const std::shared_ptr<int> copy = local;
        co_await inner();
    };
    const auto watched = std::make_shared<int>(1);
    auto program = [&]() -> coroutine<> {
        CHECK_THROWS_AS(co_await outer(watched), std::domain_error);
        CHECK(watched.use_count() == 1);
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("a coroutine can be awaited only once, and not after it was moved away") {
    auto program = []() -> coroutine<> {
        coroutine<> once = ends_at_once();
        co_await once;
        CHECK_THROWS_AS(co_await once, misuse);
        CHECK_THROWS_AS(spawn(std::move(once)), misuse);
        coroutine<> here = ends_at_once();
        coroutine<> there = std::move(here);
        CHECK_THROWS_AS(co_await here, misuse);
        co_await there;
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("a coroutine that was moved away says so, whatever it is given to") {
    auto program = []() -> coroutine<> {
        coroutine<> here = ends_at_once();
        coroutine<> there = std::move(here);
        const auto says_so = ContainsSubstring("this coroutine was moved away");
        CHECK_THROWS_WITH(spawn(std::move(here)), says_so);
        CHECK_THROWS_WITH(spawn_daemon(std::move(here)), says_so);
        CHECK_THROWS_WITH(here.standing_at(), says_so);
        auto into_pool = [&](pool& opened) -> coroutine<> {
            CHECK_THROWS_WITH(opened.spawn(std::move(here)), says_so);
            co_return;
        };
        co_await with_pool(into_pool);
        std::string told;
        try {
            co_await assert_traps(std::move(here));
        } catch (const misuse& error) {
            told = error.what();
        }
        CHECK_THAT(told, says_so);
        co_await there;
    };
    coroutine<> main = program();
    async_scheduler{simulated{}}.start(std::move(main));
    CHECK_THROWS_AS(async_scheduler{simulated{}}.start(std::move(main)), misuse);
}

TEST_CASE("a task is called like its function, unless it is given a name") {
    auto program = []() -> coroutine<> {
        CHECK(spawn(ends_at_once()).name() == "ends_at_once");
        CHECK(spawn(ends_at_once(), "otherwise").name() == "otherwise");
        co_return;
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("arguments of a task are destroyed when it ends, even if a handle is kept") {
    auto keep = [](std::shared_ptr<int>) -> coroutine<> { co_await yield(); };
    auto program = [&]() -> coroutine<> {
        const auto watched = std::make_shared<int>(1);
        task kept = spawn(keep(watched));
        CHECK(watched.use_count() == 2);
        co_await kept.join();
        CHECK(watched.use_count() == 1);
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("where one expression awaits twice, each co_await gets its own answer") {
    auto give = [](int value) -> coroutine<int> {
        co_await yield();
        co_return value;
    };
    auto minus = [](int left, int right) { return left - right; };
    auto program = [&]() -> coroutine<int> {
        const int product = co_await give(2) * co_await give(3);
        const int difference = minus(co_await give(50), co_await give(20));
        const int chosen = product > 5 ? co_await give(100) : co_await give(200);
        const bool both = co_await give(1) == 1 && co_await give(2) == 2;
        co_return product + difference + chosen + (both ? 1000 : 0);
    };
    CHECK(async_scheduler{simulated{}}.start(program()) == 1136);
}

TEST_CASE("what a co_await is given lives until it returns, and dies once") {
    auto length = [](const std::string& of) -> coroutine<std::size_t> {
        co_await yield();
        co_return of.size();
    };
    auto program = [&]() -> coroutine<std::size_t> {
        co_return co_await length(std::string(100, 'a')) + co_await length(std::string(50, 'b'));
    };
    CHECK(async_scheduler{simulated{}}.start(program()) == 150);
}

TEST_CASE("a coroutine that is never awaited does nothing, and its arguments are destroyed") {
    const auto watched = std::make_shared<int>(1);
    auto keep = [](std::shared_ptr<int> kept) -> coroutine<> {
        ++*kept;
        co_return;
    };
    auto program = [&]() -> coroutine<> {
        { const coroutine<> forgotten = keep(watched); }
        CHECK(watched.use_count() == 1);
        co_return;
    };
    async_scheduler{simulated{}}.start(program());
    CHECK(*watched == 1);
}

namespace {

// What a run writes on standard error.
template <class Program>
std::string said_by(Program program) {
    int ends[2] = {-1, -1};
    REQUIRE(pipe(ends) == 0);
    const int kept = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    async_scheduler{simulated{}}.start(program());
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(ends[1]);
    std::string said(1000, '\0');
    const ssize_t size = read(ends[0], said.data(), said.size());
    close(ends[0]);
    said.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return said;
}

coroutine<> cook() {
    co_return;
}

}  // namespace

TEST_CASE("people are told of a coroutine that is never awaited, unless an error came first") {
    const std::string forgotten = said_by([]() -> coroutine<> {
        { const coroutine<> never_awaited = cook(); }
        co_return;
    });
    CHECK_THAT(forgotten, ContainsSubstring("cook was called but never awaited"));
    const std::string burnt = said_by([]() -> coroutine<> {
        try {
            const coroutine<> later = cook();
            throw std::runtime_error("burnt");
        } catch (const std::runtime_error&) {
        }
        CHECK_THROWS_AS(async_scheduler{simulated{}}.start(cook()), misuse);
        co_return;
    });
    CHECK(burnt.empty());
}
