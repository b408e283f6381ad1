// Channels with two sides that are closed one by one, and broadcasts.
//
// Not here: queues (queues_test.cpp), channels over sockets.
#include "tests/catch.hpp"
#include "tests/run_simulated.hpp"

#include <giambio.hpp>

#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

// What came of a wait, as a word.
coroutine<std::string> outcome_of(coroutine<void> attempt) {
    try {
        co_await std::move(attempt);
    } catch (const end_of_channel&) {
        co_return "end";
    } catch (const broken_channel&) {
        co_return "broken";
    } catch (const resource_closed&) {
        co_return "closed";
    }
    co_return "done";
}

coroutine<void> receive_one(channel_receiver<int>& from) {
    co_await from.receive();
}

coroutine<void> send_one(channel_sender<int>& into) {
    co_await into.send(1);
}

// What passes through one channel, and the dice.
struct market {
    explicit market(std::uint64_t seed) : dice(seed) {}
    duration draw_time() { return duration(1 + dice() % 4); }
    std::mt19937_64 dice;
    std::vector<int> sent, received;
};

coroutine<> send_noted(market& in, channel_sender<int>& into, int item) {
    co_await into.send(item);
    in.sent.push_back(item);
}

coroutine<> send_many(market& in, channel_sender<int> into, int first) {
    for (int i = 0; i < 20; ++i) {
        co_await skip_after(in.draw_time(), send_noted(in, into, first + i));
        if (in.dice() % 3 == 0) co_await giambio::sleep(in.draw_time());
    }
}

coroutine<bool> receive_noted(market& in, channel_receiver<int>& from) {
    const auto item = co_await from.next();
    if (item) in.received.push_back(*item);
    co_return item.has_value();
}

coroutine<> receive_many(market& in, channel_receiver<int> from) {
    while (true) {
        const auto more = co_await skip_after(in.draw_time(), receive_noted(in, from));
        if (more && !*more) break;
        if (in.dice() % 3 == 0) co_await giambio::sleep(in.draw_time());
    }
}

}  // namespace

TEST_CASE("scenario 83: closed with items left: the reader drains, then learns the end") {
    words told;
    run_simulated([&]() -> coroutine<> {
        auto [sender, receiver] = make_channel<int>(10);
        auto write = [](channel_sender<int> into) -> coroutine<> {
            for (int i = 1; i <= 3; ++i) co_await into.send(i);
            into.close();
            CHECK(into.closed());
            CHECK_THROWS_AS(into.try_send(4), resource_closed);
        };
        co_await write(std::move(sender));
        while (const std::optional<int> item = co_await receiver.next()) {
            told.push_back(std::to_string(*item));
        }
        const std::string after = co_await outcome_of(receive_one(receiver));
        told.push_back(after);
    });
    CHECK(told == words{"1", "2", "3", "end"});
}

TEST_CASE("scenario 86: closing an end wakes who waits through it, with resource_closed") {
    run_simulated([]() -> coroutine<> {
        auto [sender, receiver] = make_channel<int>(0);
        auto other_sender = sender.clone();
        auto other_receiver = receiver.clone();
        const task<std::string> receiving = spawn(outcome_of(receive_one(receiver)));
        const task<std::string> receiving_too = spawn(outcome_of(receive_one(other_receiver)));
        co_await yield();
        receiver.close();
        const auto answer_1 = co_await receiving.join();
        CHECK(answer_1 == "closed");
        CHECK(!receiving_too.ended());
        co_await other_sender.send(1);
        const auto answer_2 = co_await receiving_too.join();
        CHECK(answer_2 == "done");

        const task<std::string> sending = spawn(outcome_of(send_one(sender)));
        const task<std::string> sending_too = spawn(outcome_of(send_one(other_sender)));
        co_await yield();
        sender.close();
        const auto answer_3 = co_await sending.join();
        CHECK(answer_3 == "closed");
        CHECK(!sending_too.ended());
        co_await other_receiver.receive();
        const auto answer_4 = co_await sending_too.join();
        CHECK(answer_4 == "done");
    });
}

TEST_CASE("scenario 86: when the last end of one side goes, the other side learns it") {
    run_simulated([]() -> coroutine<> {
        {
            auto [sender, receiver] = make_channel<int>(0);
            const task<std::string> first = spawn(outcome_of(receive_one(receiver)));
            co_await yield();
            auto clone = sender.clone();
            sender.close();
            co_await yield();
            CHECK(!first.ended());  // one sender is left
            clone.close();
            const auto answer_5 = co_await first.join();
            CHECK(answer_5 == "end");
            CHECK_THROWS_AS(receiver.try_receive(), end_of_channel);
        }
        {
            auto [sender, receiver] = make_channel<int>(0);
            const task<std::string> first = spawn(outcome_of(send_one(sender)));
            co_await yield();
            auto clone = receiver.clone();
            receiver.close();
            co_await yield();
            CHECK(!first.ended());
            clone.close();
            const auto answer_6 = co_await first.join();
            CHECK(answer_6 == "broken");
            CHECK_THROWS_AS(sender.try_send(1), broken_channel);
            const std::string later = co_await outcome_of(send_one(sender));
            CHECK(later == "broken");
        }
    });
}

TEST_CASE("scenario 86: an end that is closed before its wait begins is closed for it") {
    run_simulated([]() -> coroutine<> {
        auto [sender, receiver] = make_channel<int>(5);
        auto other_sender = sender.clone();
        auto other_receiver = receiver.clone();
        const task<std::string> sending = spawn(outcome_of(sender.send(1)));
        auto receive = [](coroutine<int> attempt) -> coroutine<> { co_await std::move(attempt); };
        const task<std::string> receiving = spawn(outcome_of(receive(receiver.receive())));
        sender.close();
        receiver.close();
        const auto of_sender = co_await sending.join();
        const auto of_receiver = co_await receiving.join();
        CHECK(of_sender == "closed");
        CHECK(of_receiver == "closed");
        CHECK(!other_receiver.try_receive().has_value());
        CHECK(other_sender.try_send(2));
    });
}

TEST_CASE("scenario 86: an end's destructor closes it") {
    words told;
    run_simulated([&]() -> coroutine<> {
        auto [sender, receiver] = make_channel<int>(5);
        auto write = [](channel_sender<int> into) -> coroutine<> { co_await into.send(1); };
        spawn(write(std::move(sender)));
        while (const auto item = co_await receiver.next()) told.push_back(std::to_string(*item));
        told.push_back("end");
    });
    CHECK(told == words{"1", "end"});
}

TEST_CASE("2G-48: a send that is cancelled has sent nothing, and a receive has taken nothing") {
    run_simulated([]() -> coroutine<> {
        auto [sender, receiver] = make_channel<int>(0);
        const bool sent = co_await skip_after(1s, send_one(sender));
        CHECK(!sent);
        CHECK(!receiver.try_receive().has_value());
        const bool received = co_await skip_after(1s, receive_one(receiver));
        CHECK(!received);
        CHECK(!sender.try_send(1));  // nobody waits any more
        CHECK(sender.statistics().waiting_receivers == 0);
    });
}

TEST_CASE("a channel delivers each item once, whoever gives up in between") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        market in(seed);
        run_simulated([&]() -> coroutine<> {
            auto [sender, receiver] = make_channel<int>(seed % 3);
            co_await with_pool([&](pool& p) -> coroutine<> {
                for (int i = 0; i < 3; ++i) p.spawn(send_many(in, sender.clone(), 100 * i));
                for (int i = 0; i < 2; ++i) p.spawn(receive_many(in, receiver.clone()));
                sender.close();
                receiver.close();
                co_return;
            });
        });
        std::sort(in.sent.begin(), in.sent.end());
        std::sort(in.received.begin(), in.received.end());
        INFO("seed " << seed);
        REQUIRE(in.sent == in.received);
    }
}

TEST_CASE("a broadcast reaches all who have subscribed, from their subscription on") {
    words told;
    run_simulated([&]() -> coroutine<> {
        broadcast<int> news;
        co_await news.send(0);  // nobody listens: lost
        auto listen = [&](broadcast<int>::subscription mine, std::string name) -> coroutine<> {
            while (const auto item = co_await mine.next()) {
                told.push_back(name + std::to_string(*item));
            }
            told.push_back(name + " end");
        };
        co_await with_pool([&](pool& p) -> coroutine<> {
            p.spawn(listen(news.subscribe(), "a"));
            co_await news.send(1);
            p.spawn(listen(news.subscribe(), "b"));
            co_await news.send(2);
            CHECK(news.subscribers() == 2);
            news.close();
        });
        CHECK_THROWS_AS(news.try_send(3), resource_closed);
    });
    CHECK(told == words{"a1", "a2", "a end", "b2", "b end"});
}

TEST_CASE("a slow subscriber is waited for, loses the oldest, or is cut off, as it has chosen") {
    run_simulated([]() -> coroutine<> {
        broadcast<int> news;
        auto patient = news.subscribe({.capacity = 1});
        auto lossy = news.subscribe({.capacity = 2, .when_full = slow_subscriber::drops_oldest});
        auto brief = news.subscribe({.capacity = 1, .when_full = slow_subscriber::is_cut_off});
        co_await news.send(1);
        auto send_more = [&]() -> coroutine<> {
            co_await news.send(2);
            co_await news.send(3);
        };
        const task<> sending = spawn(send_more());
        co_await yield();
        CHECK(!news.try_send(9));
        CHECK(!sending.ended());  // the patient one is waited for
        const auto one = co_await patient.next();
        CHECK(one == 1);
        const auto two = co_await patient.next();
        CHECK(two == 2);
        co_await sending.join();
        CHECK(lossy.dropped() == 1);
        const auto after_loss = co_await lossy.next();
        CHECK(after_loss == 2);
        const auto before_cut = co_await brief.next();
        CHECK(before_cut == 1);
        const auto after_cut = co_await brief.next();
        CHECK(!after_cut.has_value());
    });
}

TEST_CASE("an end that is closed before the run, or between two of its turns, is closed in it") {
    auto wait_for_end = [](channel_receiver<int>& from) -> coroutine<std::string> {
        co_await giambio::sleep(1s);
        co_return co_await outcome_of(receive_one(from));
    };
    {
        auto [sender, receiver] = make_channel<int>(4);
        sender.close();
        CHECK(receiver.statistics().senders == 0);
        const std::string told = async_scheduler{simulated{}}.start(wait_for_end(receiver));
        CHECK(told == "end");
    }
    {
        auto [sender, receiver] = make_channel<int>(4);
        receiver.close();
        const std::string told = async_scheduler{simulated{}}.start(outcome_of(send_one(sender)));
        CHECK(told == "broken");
    }
    auto [sender, receiver] = make_channel<int>(4);
    async_scheduler stepped{simulated{}};
    const task<std::string> told = stepped.begin(wait_for_end(receiver));
    stepped.run_once();
    sender.close();
    stepped.finish();
    CHECK(told.result() == "end");
}

TEST_CASE("closing between two turns wakes nobody, but is no error where somebody waits") {
    auto [sender, receiver] = make_channel<int>(4);
    async_scheduler stepped{simulated{}};
    const task<std::string> told = stepped.begin(outcome_of(receive_one(receiver)));
    stepped.run_once();
    sender.close();
    CHECK(receiver.statistics().senders == 0);
    CHECK_THROWS_AS(stepped.finish(), deadlock);
}
