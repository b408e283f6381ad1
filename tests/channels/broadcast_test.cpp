// Broadcasts under stress: several readers, cancelled waits, owners that go first, random programs.
//
// Not here: what each kind of subscriber gets (channels_test.cpp).
#include "tests/catch.hpp"
#include "tests/run_simulated.hpp"

#include <giambio.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

// The same as a test sees it: cancelling must not lose what next() would have taken.
coroutine<std::optional<int>> take_one(broadcast<int>::subscription& from) {
    co_return co_await from.next();
}

coroutine<> send_one(broadcast<int>& through, int item) {
    co_await through.send(item);
}

coroutine<std::string> outcome_of_send(coroutine<void> attempt) {
    try {
        co_await std::move(attempt);
    } catch (const resource_closed&) {
        co_return "closed";
    }
    co_return "done";
}

// Reads to the end, slowly and giving up now and then. `most` is what was stored at once.
coroutine<> listen(broadcast<int>::subscription mine, std::vector<int>& into, std::size_t& most,
                   std::mt19937_64& dice) {
    auto one = [&]() -> coroutine<bool> {
        const auto item = co_await mine.next();
        if (item) into.push_back(*item);
        co_return item.has_value();
    };
    while (true) {
        most = std::max(most, mine.stored());
        const auto more = co_await skip_after(duration(1 + dice() % 3), one());
        if (more && !*more) break;
        if (dice() % 2 == 0) co_await giambio::sleep(duration(dice() % 4));
    }
}

}  // namespace

TEST_CASE("R6: of two readers of one subscription nobody steals") {
    words told;
    run_simulated([&]() -> coroutine<> {
        broadcast<int> news;
        auto mine = news.subscribe();
        auto read = [&](std::string name) -> coroutine<> {
            const auto item = co_await mine.next();
            told.push_back(name + (item ? std::to_string(*item) : " end"));
        };
        const task<> patient = spawn(read("patient "));
        co_await yield();
        co_await news.send(1);
        const task<> hasty = spawn(read("hasty "));
        auto read_at_once = [&]() -> coroutine<> { co_await read("at once "); };
        const task<> last = spawn(read_at_once());
        co_await yield();
        co_await news.send(2);
        co_await hasty.join();
        news.close();
        co_await last.join();
    });
    CHECK(told == words{"patient 1", "hasty 2", "at once  end"});
}

TEST_CASE("R6: an item of a broadcast belongs to the reader that it woke") {
    words told;
    run_simulated([&]() -> coroutine<> {
        broadcast<int> news;
        auto mine = news.subscribe();
        auto read = [&]() -> coroutine<> {
            const auto item = co_await mine.next();
            told.push_back("patient " + std::to_string(*item));
        };
        const task<> patient = spawn(read());
        co_await yield();
        news.try_send(1);
        const auto second = co_await skip_after(1s, take_one(mine));  // this task runs first
        CHECK(!second.has_value());
        CHECK(patient.ended());
    });
    CHECK(told == words{"patient 1"});
}

TEST_CASE(
    "2G-48: a broadcast's cancelled send reaches nobody, and a cancelled read takes nothing") {
    run_simulated([]() -> coroutine<> {
        broadcast<int> news;
        auto mine = news.subscribe({.capacity = 1});
        const auto nothing = co_await skip_after(1s, take_one(mine));
        CHECK(!nothing.has_value());
        co_await news.send(1);
        const bool sent = co_await skip_after(1s, send_one(news, 2));
        CHECK(!sent);
        const auto first = co_await mine.next();
        CHECK(first == 1);
        CHECK(mine.stored() == 0);
        CHECK(news.try_send(3));  // the line of senders is empty again
        const auto third = co_await mine.next();
        CHECK(third == 3);
    });
}

TEST_CASE("a broadcast that goes first leaves nobody waiting") {
    run_simulated([]() -> coroutine<> {
        auto news = std::make_unique<broadcast<int>>();
        auto full =
            std::make_unique<broadcast<int>::subscription>(news->subscribe({.capacity = 1}));
        auto empty = std::make_unique<broadcast<int>::subscription>(news->subscribe());
        co_await news->send(1);
        co_await empty->next();
        const task<std::optional<int>> reading = spawn(empty->next());
        const task<std::string> first = spawn(outcome_of_send(news->send(2)));
        const task<std::string> second = spawn(outcome_of_send(news->send(3)));
        co_await yield();
        empty.reset();  // whose reader waits
        const auto none = co_await reading.join();
        CHECK(!none.has_value());
        news.reset();
        const auto of_first = co_await first.join();
        const auto of_second = co_await second.join();
        CHECK(of_first == "closed");
        CHECK(of_second == "closed");
        const auto kept = co_await full->next();
        CHECK(kept == 1);
        const auto after = co_await full->next();
        CHECK(!after.has_value());
    });
}

TEST_CASE("a subscriber that leaves lets the sender go on that waited for it") {
    run_simulated([]() -> coroutine<> {
        broadcast<int> news;
        auto slow = std::make_unique<broadcast<int>::subscription>(news.subscribe({.capacity = 1}));
        co_await news.send(1);
        const task<> sending = spawn(send_one(news, 2));
        co_await yield();
        CHECK(!sending.ended());
        slow.reset();
        co_await sending.join();
        CHECK(news.subscribers() == 0);
    });
}

TEST_CASE("a broadcast gives each subscriber all that was sent, in order, whoever gives up") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        std::mt19937_64 dice(seed);
        std::vector<int> sent;
        std::vector<std::vector<int>> got(3);
        std::size_t most = 0;
        run_simulated([&]() -> coroutine<> {
            broadcast<int> news;
            auto send_many = [&](int first) -> coroutine<> {
                auto one = [&](int item) -> coroutine<> {
                    co_await news.send(item);
                    sent.push_back(item);
                };
                for (int i = 0; i < 15; ++i) {
                    co_await skip_after(duration(1 + dice() % 4), one(first + i));
                }
            };
            co_await with_pool([&](pool& listeners) -> coroutine<> {
                for (auto& each : got)
                    listeners.spawn(listen(news.subscribe({.capacity = 2}), each, most, dice));
                co_await with_pool([&](pool& senders) -> coroutine<> {
                    senders.spawn(send_many(0));
                    senders.spawn(send_many(100));
                    co_return;
                });
                news.close();
            });
        });
        INFO("seed " << seed);
        REQUIRE(most <= 2);
        for (const auto& each : got) REQUIRE(each == sent);
    }
}

TEST_CASE(
    "a broadcast that is closed before the run, or between two of its turns, is closed in it") {
    auto wait_for_end = [](broadcast<int>::subscription& mine) -> coroutine<bool> {
        co_await giambio::sleep(1s);
        const std::optional<int> item = co_await mine.next();
        co_return !item;
    };
    {
        broadcast<int> news;
        auto mine = news.subscribe();
        news.close();
        CHECK_THROWS_AS(news.try_send(1), resource_closed);
        const bool ended = async_scheduler{simulated{}}.start(wait_for_end(mine));
        CHECK(ended);
    }
    broadcast<int> news;
    auto mine = news.subscribe();
    async_scheduler stepped{simulated{}};
    const task<bool> ended = stepped.begin(wait_for_end(mine));
    stepped.run_once();
    news.close();
    stepped.finish();
    CHECK(ended.result());
}

TEST_CASE("a subscription that was moved away says so") {
    run_simulated([]() -> coroutine<> {
        broadcast<int> news;
        auto first = news.subscribe();
        auto second = std::move(first);
        CHECK_THROWS_AS(first.next(), resource_closed);
        CHECK_THROWS_AS(first.stored(), resource_closed);
        co_await news.send(1);
        const std::optional<int> item = co_await second.next();
        CHECK(item == 1);
    });
}
