// The makes of queues: what comes out first, what is handed over, what is counted.
//
// Not here: the first-in-first-out queue step by step (tests/kernel/objects_test.cpp) and against a
// model (tests/kernel/queue_test.cpp).
#include "tests/catch.hpp"
#include "tests/run_simulated.hpp"

#include <giambio.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

// Whether the call is told that it was a mistake.
coroutine<bool> is_misuse(coroutine<> call) {
    try {
        co_await std::move(call);
    } catch (const misuse&) {
        co_return true;
    }
    co_return false;
}

struct job {
    int urgency = 0;
    std::string name;
    bool operator<(const job& other) const { return urgency < other.urgency; }
};

}  // namespace

TEST_CASE("scenario 82: a queue of two holds two at most, and the producer ends first") {
    words told;
    run_simulated([&]() -> coroutine<> {
        queue<int> items(2);
        constexpr int end_mark = -1;
        auto produce = [&]() -> coroutine<> {
            for (int i = 0; i < 5; ++i) co_await items.put(i);
            co_await items.put(end_mark);
            told.push_back("producer ended");
        };
        auto consume = [&]() -> coroutine<> {
            while (true) {
                const int item = co_await items.get();
                if (item == end_mark) break;
                told.push_back(std::to_string(item));
                co_await giambio::sleep(1s);
            }
            told.push_back("consumer ended");
        };
        co_await with_pool([&](pool& p) -> coroutine<> {
            p.spawn(produce());
            p.spawn(consume());
            co_return;
        });
        CHECK(items.statistics().most == 2);
        CHECK(items.statistics().put == 6);
    });
    CHECK(told == words{"0", "1", "2", "3", "producer ended", "4", "consumer ended"});
}

TEST_CASE("scenario 84: a getter or putter that is cancelled leaves the queue as it was") {
    run_simulated([]() -> coroutine<> {
        queue<int> items(1);
        auto get = [&]() -> coroutine<int> { co_return co_await items.get(); };
        auto put = [&](int item) -> coroutine<> { co_await items.put(item); };
        const auto nothing_came = co_await skip_after(1s, get());
        CHECK(!nothing_came);
        const task<int> next_getter = spawn(get());
        co_await yield();
        co_await items.put(7);
        const auto answer_1 = co_await next_getter.join();
        CHECK(answer_1 == 7);

        co_await items.put(1);
        const bool had_room = co_await skip_after(1s, put(2));
        CHECK(!had_room);
        CHECK(items.size() == 1);
        const int first = co_await items.get();
        CHECK(first == 1);
        CHECK(items.empty());
    });
}

TEST_CASE("2G-46: an item that is put while somebody waits is not stolen") {
    words told;
    run_simulated([&]() -> coroutine<> {
        queue<int> items;
        auto patient = [&]() -> coroutine<> {
            const int item = co_await items.get();
            told.push_back("patient " + std::to_string(item));
        };
        const task<> waiting = spawn(patient());
        co_await yield();
        co_await items.put(1);
        CHECK(!items.try_get().has_value());  // it is the other's already
        auto thief = [&]() -> coroutine<> {
            const int item = co_await items.get();
            told.push_back("thief " + std::to_string(item));
        };
        const task<> stealing = spawn(thief());
        co_await yield();
        co_await items.put(2);
        co_await stealing.join();
    });
    CHECK(told == words{"patient 1", "thief 2"});
}

TEST_CASE("2G-47: a getter cancelled after its item was handed over keeps it") {
    run_simulated([]() -> coroutine<> {
        queue<int> items;
        int got = 0;
        auto getter = [&]() -> coroutine<> {
            got = co_await items.get();
            co_await giambio::sleep(1s);
        };
        const task<> waiting = spawn(getter());
        co_await yield();
        co_await items.put(5);
        co_await waiting.cancel_and_wait();
        CHECK(got == 5);
        CHECK(waiting.was_cancelled());
        CHECK(items.empty());
    });
}

TEST_CASE("row 92: last in first out, and best first with equals in their order") {
    run_simulated([]() -> coroutine<> {
        lifo_queue<int> stack;
        for (int i = 1; i <= 3; ++i) co_await stack.put(i);
        std::vector<int> popped;
        while (const auto item = stack.try_get()) popped.push_back(*item);
        CHECK(popped == std::vector<int>{3, 2, 1});

        priority_queue<job> jobs;
        for (const job& each : {job{2, "b"}, job{1, "a"}, job{2, "c"}, job{0, "z"}, job{2, "d"}}) {
            co_await jobs.put(each);
        }
        std::string order;
        while (const auto item = jobs.try_get()) order += item->name;
        CHECK(order == "zabcd");
    });
}

TEST_CASE("2G-46: the other makes hand over to who waits, too") {
    run_simulated([]() -> coroutine<> {
        priority_queue<int> items(1);
        std::vector<int> got;
        auto getter = [&]() -> coroutine<> { got.push_back(co_await items.get()); };
        auto putter = [&](int item) -> coroutine<> { co_await items.put(item); };
        co_await with_pool([&](pool& p) -> coroutine<> {
            p.spawn(getter());
            p.spawn(getter());
            co_await yield();
            for (const int item : {3, 1, 2}) p.spawn(putter(item));
            co_await yield();
        });
        CHECK(got == std::vector<int>{3, 1});
        CHECK(items.try_get() == 2);
    });
}

TEST_CASE("row 93: who waits for all work goes on when the last item is done") {
    words told;
    run_simulated([&]() -> coroutine<> {
        queue<int> items;
        auto worker = [&]() -> coroutine<> {
            while (true) {
                const int item = co_await items.get();
                co_await giambio::sleep(1s);
                told.push_back("did " + std::to_string(item));
                items.task_done();
            }
        };
        const task<> working = spawn(worker());
        co_await items.wait_all_done();  // nothing to do: at once
        for (int i = 1; i <= 2; ++i) co_await items.put(i);
        co_await items.wait_all_done();
        told.push_back("all done");
        CHECK_THROWS_AS(items.task_done(), misuse);
        working.cancel();
    });
    CHECK(told == words{"did 1", "did 2", "all done"});
}

TEST_CASE("row 101: clearing a queue lets waiting putters in") {
    run_simulated([]() -> coroutine<> {
        queue<int> items(1);
        co_await items.put(1);
        auto put = [&]() -> coroutine<> { co_await items.put(2); };
        const task<> putting = spawn(put());
        co_await yield();
        CHECK(items.statistics().putters == 1);
        items.clear();
        co_await putting.join();
        CHECK(items.try_get() == 2);
    });
}

TEST_CASE("2G-49: room for none is an error that names the rendezvous") {
    run_simulated([]() -> coroutine<> {
        CHECK_THROWS_AS(queue<int>(0), misuse);
        co_return;
    });
}

TEST_CASE("row 91: at a rendezvous both sides wait for each other") {
    words told;
    run_simulated([&]() -> coroutine<> {
        rendezvous<int> corner;
        auto bring = [&](int item) -> coroutine<> {
            co_await corner.put(item);
            told.push_back("brought " + std::to_string(item));
        };
        CHECK(!corner.try_put(0));
        CHECK(!corner.try_get().has_value());
        co_await with_pool([&](pool& p) -> coroutine<> {
            p.spawn(bring(1));
            p.spawn(bring(2));
            co_await giambio::sleep(1s);
            CHECK(told.empty());
            const int first = co_await corner.get();
            CHECK(first == 1);
            co_await giambio::sleep(1s);
            CHECK(told == words{"brought 1"});
            const auto second = corner.try_get();
            CHECK(second == 2);
        });
        CHECK(corner.statistics().waiting_senders == 0);
    });
}

TEST_CASE("a putter that is cancelled at a rendezvous takes its item away again") {
    run_simulated([]() -> coroutine<> {
        rendezvous<int> corner;
        auto bring = [&]() -> coroutine<> { co_await corner.put(1); };
        const bool taken = co_await skip_after(1s, bring());
        CHECK(!taken);
        CHECK(!corner.try_get().has_value());
    });
}

TEST_CASE("R4: who was handed an item has it, also when the queue is gone before the task runs") {
    run_simulated([]() -> coroutine<> {
        const std::string item(100, 'x');
        auto items = std::make_unique<queue<std::string>>();
        auto get = [&]() -> coroutine<std::string> { co_return co_await items->get(); };
        const task<std::string> first = spawn(get());
        const task<std::string> second = spawn(get());
        co_await yield();
        CHECK(items->try_put(item + "1"));
        CHECK(items->try_put(item + "2"));
        items.reset();
        const std::string got_first = co_await first.join();
        const std::string got_second = co_await second.join();
        CHECK(got_first == item + "1");
        CHECK(got_second == item + "2");
    });
}

TEST_CASE("who waits at a queue that goes away, or has just been promised room there, is told so") {
    run_simulated([]() -> coroutine<> {
        auto items = std::make_unique<queue<int>>(1);
        CHECK(items->try_put(0));
        auto put = [&](int item) -> coroutine<> { co_await items->put(item); };
        const task<bool> promised = spawn(is_misuse(put(1)));
        const task<bool> waiting = spawn(is_misuse(put(2)));
        co_await yield();
        CHECK(items->try_get() == 0);
        items.reset();
        const bool first_is_told = co_await promised.join();
        const bool second_is_told = co_await waiting.join();
        CHECK(first_is_told);
        CHECK(second_is_told);
    });
}

TEST_CASE("a rendezvous that goes away leaves nobody waiting, and whom it served is served") {
    run_simulated([]() -> coroutine<> {
        const std::string item(100, 'x');
        std::string got;
        auto corner = std::make_unique<rendezvous<std::string>>();
        auto get = [&]() -> coroutine<> { got = co_await corner->get(); };
        auto put = [&]() -> coroutine<> { co_await corner->put(item); };
        const task<bool> served = spawn(is_misuse(get()));
        const task<bool> getting = spawn(is_misuse(get()));
        co_await yield();
        CHECK(corner->try_put(item));
        corner = std::make_unique<rendezvous<std::string>>();
        const bool first_is_told = co_await served.join();
        const bool second_is_told = co_await getting.join();
        CHECK(!first_is_told);
        CHECK(got == item);
        CHECK(second_is_told);

        const task<bool> putting = spawn(is_misuse(put()));
        const task<> unwanted = spawn(put());
        co_await yield();
        unwanted.cancel();
        corner.reset();
        const bool putter_is_told = co_await putting.join();
        CHECK(putter_is_told);
        co_await unwanted.wait();
        CHECK(unwanted.was_cancelled());
    });
}
