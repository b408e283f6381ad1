// The makes of queues against plain models, with what is put and got chosen at random.
//
// Not here: first in first out with tasks that wait and give up (tests/kernel/queue_test.cpp).
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

struct parcel {
    int weight = 0;
    int number = 0;
    bool operator<(const parcel& other) const { return weight < other.weight; }
};

// Which of the stored items comes out next, by the make's promise alone.
std::size_t last_one(const std::vector<parcel>& stored) {
    return stored.size() - 1;
}
std::size_t lightest_and_oldest(const std::vector<parcel>& stored) {
    return static_cast<std::size_t>(std::min_element(stored.begin(), stored.end()) -
                                    stored.begin());
}

template <class Queue>
void compare(std::uint64_t seed, std::size_t (*next)(const std::vector<parcel>&)) {
    constexpr std::size_t capacity = 6;
    auto program = [&]() -> coroutine<> {
        std::mt19937_64 dice(seed);
        Queue items(capacity);
        std::vector<parcel> model;
        for (int number = 0; number < 300; ++number) {
            const parcel made{static_cast<int>(dice() % 4), number};
            if (dice() % 2 == 0) {
                const bool fits = items.try_put(made);
                REQUIRE(fits == (model.size() < capacity));
                if (fits) model.push_back(made);
            } else {
                const std::optional<parcel> got = items.try_get();
                REQUIRE(got.has_value() == !model.empty());
                if (!got) continue;
                const auto expected = model.begin() + static_cast<std::ptrdiff_t>(next(model));
                REQUIRE(got->number == expected->number);
                model.erase(expected);
            }
            REQUIRE(items.size() == model.size());
        }
        CHECK(items.statistics().most <= capacity);
        co_return;
    };
    async_scheduler{simulated{}}.start(program());
}

// Tasks that put, get and give up: what was brought is what was taken.
template <class Queue>
void trade(std::uint64_t seed) {
    std::mt19937_64 dice(seed);
    std::vector<int> brought, taken;
    auto program = [&]() -> coroutine<> {
        Queue items(1 + seed % 3);
        auto bring = [&](int item) -> coroutine<> {
            co_await items.put(item);
            brought.push_back(item);
        };
        auto take = [&]() -> coroutine<> { taken.push_back(co_await items.get()); };
        auto trader = [&](int first) -> coroutine<> {
            for (int item = first; item < first + 20; ++item) {
                const duration limit(dice() % 4);
                if (dice() % 2 == 0) {
                    co_await skip_after(limit, bring(item));
                } else {
                    co_await skip_after(limit, take());
                }
            }
        };
        co_await with_pool([&](pool& p) -> coroutine<> {
            for (int i = 0; i < 5; ++i) p.spawn(trader(100 * i));
            co_return;
        });
        CHECK(items.statistics().most <= 1 + seed % 3);
        while (const std::optional<int> left = items.try_get()) taken.push_back(*left);
    };
    async_scheduler{simulated{}}.start(program());
    std::sort(brought.begin(), brought.end());
    std::sort(taken.begin(), taken.end());
    REQUIRE(brought == taken);
}

}  // namespace

TEST_CASE("row 92: each make gives out its items as a plain model does") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        INFO("seed " << seed);
        compare<lifo_queue<parcel>>(seed, last_one);
        compare<priority_queue<parcel>>(seed, lightest_and_oldest);
    }
}

TEST_CASE("R6: each make delivers every item once, whoever gives up in between") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        INFO("seed " << seed);
        trade<lifo_queue<int>>(seed);
        trade<priority_queue<int>>(seed);
    }
}

TEST_CASE("row 93: a wait for all work that is cancelled leaves the count alone") {
    auto program = []() -> coroutine<> {
        queue<int> items;
        co_await items.put(1);
        auto wait = [&]() -> coroutine<> { co_await items.wait_all_done(); };
        const bool done = co_await skip_after(1s, wait());
        CHECK(!done);
        CHECK(items.statistics().unfinished == 1);
        items.task_done();
        co_await items.wait_all_done();
    };
    async_scheduler{simulated{}}.start(program());
}
