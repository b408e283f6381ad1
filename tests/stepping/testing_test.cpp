// What helps a program's own tests: a forced interleaving, and calls that trap or do not.
//
// Not here: the virtual clock, waiting until all are blocked, the shuffle (tests/pools/).
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <optional>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

// What the call throws, or "ended".
template <class T>
coroutine<std::string> complaint_of(coroutine<T> call) {
    try {
        co_await call;
    } catch (const std::exception& error) {
        co_return error.what();
    }
    co_return "ended";
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

coroutine<int> at_once() {
    co_return 7;
}

coroutine<int> after_a_checkpoint() {
    co_await checkpoint();
    co_return 8;
}

coroutine<> fails_at_once() {
    throw std::out_of_range("mine");
    co_return;
}

}  // namespace

TEST_CASE("scenario 108: a sequencer forces an interleaving, whatever the order of the tasks") {
    for (const std::uint64_t seed : {0U, 1U, 2U, 3U}) {
        words told;
        sequencer steps;
        auto even = [&]() -> coroutine<> {
            for (const std::size_t place : {std::size_t{0}, std::size_t{2}, std::size_t{4}}) {
                co_await steps.turn(place);
                told.push_back("even " + std::to_string(place));
            }
        };
        auto odd = [&]() -> coroutine<> {
            for (const std::size_t place : {std::size_t{1}, std::size_t{3}, std::size_t{5}}) {
                const auto mine = co_await steps.turn(place);
                co_await giambio::sleep(1s);
                told.push_back("odd " + std::to_string(place));
            }
        };
        auto program = [&]() -> coroutine<> {
            const task<> first = spawn(odd());
            const task<> second = spawn(even());
            co_await first.join();
            co_await second.join();
        };
        async_scheduler scheduler{simulated{}};
        scheduler.set_shuffle(seed);
        scheduler.start(program());
        CHECK(told == words{"even 0", "odd 1", "even 2", "odd 3", "even 4", "odd 5"});
        CHECK(steps.next() == 6);
    }
}

TEST_CASE("scenario 108: a place is one task's, once") {
    std::string what;
    auto program = [&]() -> coroutine<> {
        sequencer steps;
        co_await steps.turn(0);
        what = co_await complaint_of(steps.turn(0));
        co_await steps.turn(1);
    };
    async_scheduler{simulated{}}.start(program());
    CHECK(says(what, "place 0 of the sequence was taken already"));
}

TEST_CASE("scenario 108: a task that is stopped before its place breaks the sequence") {
    words told;
    auto program = [&]() -> coroutine<> {
        sequencer steps;
        auto comes = [&](std::size_t place) -> coroutine<> {
            told.push_back(co_await complaint_of(steps.turn(place)));
        };
        const task<> later = spawn(comes(3));
        const task<> stopped = spawn(comes(2));
        co_await wait_all_blocked();
        co_await stopped.cancel_and_wait("enough");
        co_await later.join();
        co_await comes(1);
        CHECK(steps.is_broken());
    };
    async_scheduler{simulated{}}.start(program());
    REQUIRE(told.size() == 2);
    CHECK(says(told[0], "the sequence is broken"));
    CHECK(says(told[1], "the sequence is broken"));
}

TEST_CASE("scenario 108: tasks that are stopped together break the sequence for the others") {
    words told;
    auto program = [&]() -> coroutine<> {
        sequencer steps;
        auto comes = [&](std::size_t place) -> coroutine<> {
            told.push_back(co_await complaint_of(steps.turn(place)));
        };
        const task<> first = spawn(comes(1));
        const task<> second = spawn(comes(2));
        const task<> third = spawn(comes(3));
        co_await wait_all_blocked();
        first.cancel();
        second.cancel();
        co_await third.join();
        CHECK(first.was_cancelled());
        CHECK(second.was_cancelled());
        CHECK(steps.is_broken());
    };
    async_scheduler{simulated{}}.start(program());
    REQUIRE(told.size() == 1);
    CHECK(says(told[0], "the sequence is broken"));
}

TEST_CASE("scenario 108: a task that is stopped in the block before its place never has it") {
    words told;
    auto program = [&]() -> coroutine<> {
        sequencer steps;
        auto comes = [&](std::size_t place) -> coroutine<> {
            told.push_back(co_await complaint_of(steps.turn(place)));
        };
        const task<> stopped = spawn(comes(1));
        const task<> later = spawn(comes(2));
        co_await wait_all_blocked();
        {
            const auto mine = co_await steps.turn(0);
            stopped.cancel();
        }
        CHECK(steps.next() == 1);
        co_await later.join();
        CHECK(stopped.was_cancelled());
    };
    async_scheduler{simulated{}}.start(program());
    REQUIRE(told.size() == 1);
    CHECK(says(told[0], "the sequence is broken"));
}

TEST_CASE("a sequencer that goes away leaves nobody waiting") {
    std::string what;
    auto program = [&]() -> coroutine<> {
        std::optional<sequencer> steps;
        steps.emplace();
        auto comes = [&]() -> coroutine<> { what = co_await complaint_of(steps->turn(5)); };
        const task<> waits = spawn(comes());
        co_await wait_all_blocked();
        const auto mine = co_await steps->turn(0);
        steps.reset();
        co_await waits.join();
    };
    async_scheduler{simulated{}}.start(program());
    CHECK(says(what, "this task waited on is gone"));
}

TEST_CASE("R4: a turn that has come is had, also by a task that is cancelled then") {
    words told;
    auto program = [&]() -> coroutine<> {
        sequencer steps;
        auto comes = [&](std::size_t place) -> coroutine<> {
            const auto mine = co_await steps.turn(place);
            told.push_back(std::to_string(place));
            co_await checkpoint();
            told.push_back("never");
        };
        const task<> second = spawn(comes(1));
        const task<> third = spawn([](sequencer& in, words& into) -> coroutine<> {
            co_await in.turn(2);
            into.push_back("2");
        }(steps, told));
        co_await wait_all_blocked();
        co_await steps.turn(0);
        second.cancel();
        co_await third.join();
    };
    async_scheduler{simulated{}}.start(program());
    CHECK(told == words{"1", "2"});
}

TEST_CASE("assert_traps: a call that does not trap is found out") {
    words told;
    int value = 0;
    auto program = [&]() -> coroutine<> {
        value = co_await assert_traps(after_a_checkpoint());
        told.push_back(co_await complaint_of(assert_traps(at_once())));
        told.push_back(co_await complaint_of(assert_traps(fails_at_once())));
        value += co_await assert_no_traps(at_once());
        told.push_back(co_await complaint_of(assert_no_traps(after_a_checkpoint())));
        told.push_back(co_await complaint_of(assert_no_traps(fails_at_once())));
    };
    async_scheduler{simulated{}}.start(program());
    CHECK(value == 15);
    REQUIRE(told.size() == 4);
    CHECK(says(told[0], "at_once did not trap"));
    CHECK(says(told[1], "fails_at_once did not trap"));
    CHECK(says(told[2], "after_a_checkpoint trapped 1 time, and was not to"));
    CHECK(told[3] == "mine");
}

TEST_CASE("R5: what objects offer to await traps even when it need not wait") {
    auto program = []() -> coroutine<> {
        lock key;
        co_await assert_traps(key.acquire());
        key.release();
        event<> done;
        done.trigger();
        co_await assert_traps(done.wait());
        sequencer steps;
        co_await assert_traps([](sequencer& in) -> coroutine<> { co_await in.turn(0); }(steps));
    };
    async_scheduler{simulated{}}.start(program());
}
