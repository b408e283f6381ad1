// Spawns that are refused: the coroutine and its arguments are gone when the error arrives.
//
// Not here: what cannot be spawned by itself (coroutine_test.cpp).
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <sys/resource.h>

#include <memory>
#include <optional>

using namespace giambio;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

coroutine<> holds(std::shared_ptr<int>) {
    co_return;
}

}  // namespace

TEST_CASE("a spawn where no loop runs leaves nothing behind") {
    const auto held = std::make_shared<int>();
    CHECK_THROWS_AS(spawn(holds(held)), misuse);
    CHECK_THROWS_AS(spawn_daemon(holds(held)), misuse);
    CHECK(held.use_count() == 1);
}

TEST_CASE("nor does one into a pool, by a host between two turns") {
    const auto held = std::make_shared<int>();
    std::optional<pool> opened;
    auto program = [&]() -> coroutine<> {
        co_await with_pool([&](pool& here) -> coroutine<> {
            opened = here;
            co_await giambio::sleep(1s);
        });
    };
    async_scheduler scheduler{simulated{}};
    scheduler.begin(program());
    scheduler.run_once();
    CHECK_THROWS_AS(opened->spawn(holds(held)), misuse);
    CHECK(held.use_count() == 1);
    CHECK(opened->size() == 0);
    scheduler.finish();
}

TEST_CASE("nor does one for which there is no loop, because no descriptor is left") {
    const auto held = std::make_shared<int>();
    async_scheduler scheduler{simulated{}};
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    rlimit none = before;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_NOFILE, &none);
    CHECK_THROWS_AS(scheduler.create_task(holds(held)), io_error);
    CHECK_THROWS_AS(scheduler.begin(holds(held)), io_error);
    CHECK_THROWS_AS(scheduler.start(holds(held)), io_error);
    setrlimit(RLIMIT_NOFILE, &before);
    CHECK(held.use_count() == 1);
}

TEST_CASE("nor does one by somebody who is told that the run is over") {
    class spawns_too_late final : public observer {
    public:
        void begin(const run_facts&) override {}
        void watch(const record_batch&) override {}
        void settle() override {}
        void end(const run_totals&) override {
            CHECK_THROWS_WITH(spawn(holds(held)), ContainsSubstring("the run is over"));
        }
        const std::shared_ptr<int> held = std::make_shared<int>();
    } late;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(late);
    scheduler.start([]() -> coroutine<> { co_return; }());
    CHECK(late.held.use_count() == 1);
}
