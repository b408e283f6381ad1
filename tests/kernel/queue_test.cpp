// A queue against a model: whoever puts, gets, gives up and tries, in any order.
//
// Not here: the scenarios of one queue, told step by step (objects_test.cpp).
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

struct market {
    explicit market(std::uint64_t seed, std::size_t capacity) : dice(seed), items(capacity) {}
    std::mt19937_64 dice;
    queue<int> items;
    std::size_t most = 0;
    std::vector<int> brought, taken;
};

coroutine<> bring(market& in, int item) {
    co_await in.items.put(item);
    in.brought.push_back(item);
    in.most = std::max(in.most, in.items.size());
}

coroutine<> take(market& in) {
    in.taken.push_back(co_await in.items.get());
}

coroutine<> trade(market& in, int first) {
    for (int item = first; item < first + 20; ++item) {
        const bool patient = in.dice() % 3 != 0;
        const duration limit = patient ? 1h : duration(in.dice() % 3);
        if (in.dice() % 2 == 0) {
            co_await skip_after(limit, bring(in, item));
        } else {
            co_await skip_after(limit, take(in));
        }
        if (in.dice() % 4 == 0) co_await giambio::sleep(duration(in.dice() % 3));
    }
}

}  // namespace

TEST_CASE("R6: a queue keeps within its capacity, loses nothing and doubles nothing") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        market in(seed, 1 + seed % 3);
        auto program = [&]() -> coroutine<> {
            std::vector<task<>> traders;
            for (int i = 0; i < 6; ++i) traders.push_back(spawn(trade(in, 100 * i)));
            for (const task<>& each : traders) co_await each.join();
            while (const std::optional<int> left = in.items.try_get()) in.taken.push_back(*left);
        };
        async_scheduler{simulated{}}.start(program());
        std::sort(in.brought.begin(), in.brought.end());
        std::sort(in.taken.begin(), in.taken.end());
        INFO("seed " << seed);
        REQUIRE(in.taken == in.brought);
        REQUIRE(in.most <= 1 + seed % 3);
    }
}
