// What comes after its time: a change of a scope that was left, a handle of an earlier run,
// failures of many who were told to stop already.
//
// Not here: scopes while somebody is inside (scopes_test.cpp), the end of a run (ending_test.cpp).
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"

#include <optional>
#include <stdexcept>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

coroutine<> a_step() {
    co_await yield();
}

void change(scope& left) {
    left.move_deadline(now() + 1ms);
    left.shield(true);
    left.cancel("too late");
}

}  // namespace

TEST_CASE("R10: a scope that was left is changed by nothing, in its run and in the next") {
    scope left;
    auto first = [&]() -> coroutine<> {
        co_await left.run(a_step());
        change(left);
        co_await giambio::sleep(20ms);  // its deadline would come
    };
    auto second = [&]() -> coroutine<> {
        change(left);
        co_await giambio::sleep(20ms);
    };
    recorder told;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(told);
    scheduler.start(first());
    CHECK(told.of(happening::scope_change).empty());
    CHECK(told.of(happening::cancel_request).empty());
    scheduler.start(second());
    CHECK(told.of(happening::scope_change).empty());
    CHECK(told.of(happening::cancel_request).empty());
    CHECK(!left.deadline());
    CHECK(!left.cancel_requested());
}

TEST_CASE("R10: so is a pool, of which somebody has kept a handle") {
    auto program = []() -> coroutine<> {
        std::optional<pool> kept;
        auto body = [&](pool& tasks) -> coroutine<> {
            kept = tasks;
            tasks.spawn(a_step());
            co_return;
        };
        co_await with_pool(body);
        kept->move_deadline(now() + 1ms);
        kept->cancel("too late");
        co_await giambio::sleep(20ms);
        CHECK(now() == moment(20ms));
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("a handle that a later run lets go is no matter of that run") {
    std::vector<task<int>> kept;
    auto one = []() -> coroutine<int> { co_return 1; };
    auto first = [&]() -> coroutine<> {
        for (int i = 0; i < 5; ++i) kept.push_back(spawn(one()));
        co_return;
    };
    auto second = [&]() -> coroutine<> {
        kept.clear();
        co_return;
    };
    async_scheduler{simulated{}}.start(first());
    recorder told;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(told);
    scheduler.start(second());
    CHECK(told.of(happening::never_joined).empty());
}

// Each of them tells everybody to stop, who knows it already. In the square of their number this
// would take a minute.
TEST_CASE("R16: when many fail while they clean up, all failures are told, and soon") {
    constexpr int many = 20'000;
    auto fails_late = []() -> coroutine<> {
        try {
            co_await giambio::sleep(1h);
        } catch (const cancelled&) {
            throw std::runtime_error("cannot clean up");
        }
    };
    auto program = [&]() -> coroutine<> {
        for (int i = 0; i < many; ++i) spawn(fails_late());
        co_await yield();
        throw std::runtime_error("the first");
    };
    std::size_t failures = 0;
    try {
        async_scheduler{simulated{}}.start(program());
    } catch (const error_group& all) {
        failures = all.errors().size();
    }
    CHECK(failures == many + 1);
}
