// Things that end before, or live longer than, those who use them: objects, sockets, results, runs.
//
// Programs like these are wrong, or unlucky; they must end with an error that helps, not with an
// abort. Not here: how runs end that do nothing wrong (ending_test.cpp).
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"

#include <array>
#include <csignal>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;
using Catch::Matchers::ContainsSubstring;

namespace {

coroutine<> take_from(queue<int>& items, words& told) {
    try {
        co_await items.get();
    } catch (const std::exception& error) {
        told.push_back(error.what());
        throw;
    }
}

}  // namespace

TEST_CASE("R14: Ctrl-C ends a program whose main task owns what its children wait on") {
    std::signal(SIGINT, SIG_DFL);  // the test program has a handler, which we would leave alone
    words told;
    auto program = [](words& into) -> coroutine<> {
        queue<int> items;
        spawn(take_from(items, into));
        co_await yield();
        raise(SIGINT);
        co_await giambio::sleep(1h);
    };
    CHECK_THROWS_AS(async_scheduler{simulated{}}.start(program(told)), keyboard_interrupt);
    REQUIRE(told.size() == 1);
    CHECK_THAT(told[0], ContainsSubstring("let objects live longer than the tasks that use them"));
}

TEST_CASE("R16: a failure of main reaches start although children wait on main's objects") {
    words told;
    auto program = [](words& into) -> coroutine<> {
        queue<int> items;
        spawn(take_from(items, into));
        co_await yield();
        throw std::out_of_range("mine");
    };
    try {
        async_scheduler{simulated{}}.start(program(told));
        FAIL("both have failed");
    } catch (const error_group& both) {  // main, and the child that lost what it waited on
        REQUIRE(both.errors().size() == 2);
        CHECK(both.errors()[0].task == "#1 main");
        CHECK(both.contains<std::out_of_range>());
        CHECK(both.contains<misuse>());
    }
    CHECK(told.size() == 1);
}

TEST_CASE("a task whose object is gone gets misuse, and start throws it when nobody else does") {
    auto acquire = [](lock& wanted) -> coroutine<> { co_await wanted.acquire(); };
    auto program = [&]() -> coroutine<> {
        lock wanted;
        co_await wanted.acquire();
        spawn(acquire(wanted));
        co_await yield();
    };
    CHECK_THROWS_AS(async_scheduler{simulated{}}.start(program()), misuse);
}

TEST_CASE("R8: an object may go as soon as its waiters are awake, before they have run") {
    words told;
    auto wait = [](event<>& happens, words& into) -> coroutine<> {
        try {
            co_await happens.wait();
        } catch (const cancelled& why) {
            into.push_back(why.reason());
        }
    };
    auto program = [&](words& into) -> coroutine<> {
        auto happens = std::make_unique<event<>>();
        task waiter = spawn(wait(*happens, into));
        co_await yield();
        waiter.cancel("no longer");
        happens.reset();  // nobody waits on it any more
        co_await waiter.join();
    };
    recorder heard;  // the reply is told when the waiter runs: it must not look at the event
    async_scheduler scheduler{simulated{}};
    scheduler.observe(heard);
    scheduler.start(program(told));
    CHECK(told == words{"no longer"});
    CHECK(heard.of(happening::object_end).size() == 1);
}

TEST_CASE("R17: an object that lives longer than a run is numbered anew by the next") {
    lock kept;
    auto program = [&]() -> coroutine<> {
        lock other;
        co_await other.acquire();
        co_await kept.acquire();
        kept.release();
        other.release();
    };
    recorder heard;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(heard);
    for (int run = 1; run <= 2; ++run) {
        scheduler.start(program());
        const auto made = heard.of(happening::object_new);
        REQUIRE(made.size() == 2);
        CHECK(made[0].id == 1);
        CHECK(made[1].id == 2);
        CHECK(heard.of(happening::object_end).size() == 1);
    }
}

TEST_CASE("a socket that lives longer than its run closes nobody else's descriptor") {
    async_socket kept;
    auto open = [](async_socket& into) -> coroutine<> {
        tcp_socket socket;
        socket.bind(address("", 7));
        into = wrap_socket(std::move(socket));
        co_return;
    };
    auto program = [&](async_socket& from_before) -> coroutine<> {
        async_socket mine;
        co_await open(mine);
        CHECK(mine.number() == 3);  // the same number again
        CHECK(from_before.number() == -1);
        from_before = async_socket();
        CHECK(mine.local_address().port == 7);  // still open
        co_return;
    };
    async_scheduler scheduler{simulated{}};
    scheduler.start(open(kept));
    scheduler.start(program(kept));
}

TEST_CASE("a result that cannot be kept is the task's error, not the loop's") {
    struct brittle {
        brittle() = default;
        brittle(brittle&& other) : moves(other.moves + 1) {
            if (moves > 1) throw std::length_error("it broke");
        }
        int moves = 0;
    };
    auto make = []() -> coroutine<brittle> {
        co_await yield();
        co_return brittle();
    };
    auto program = [&](bool& went_on) -> coroutine<> {
        task making = spawn(make());
        std::string error;
        try {
            co_await making.join();
        } catch (const std::length_error& broke) {
            error = broke.what();
        }
        CHECK(error == "it broke");
        went_on = true;
    };
    bool went_on = false;
    async_scheduler{simulated{}}.start(program(went_on));
    CHECK(went_on);
}

TEST_CASE("a task's handle outlives its run, and still tells the outcome") {
    std::optional<task<int>> kept;
    auto give = []() -> coroutine<int> { co_return 37; };
    auto program = [&]() -> coroutine<> {
        kept = spawn(give(), "giver");
        co_return;
    };
    async_scheduler scheduler{simulated{}};
    scheduler.start(program());
    CHECK(kept->ended());
    CHECK(kept->result() == 37);
    CHECK(kept->name() == "giver");
    auto join_again = [&]() -> coroutine<int> { co_return co_await kept->join(); };
    CHECK(scheduler.start(join_again()) == 37);
}

namespace {

// Counts how many of it there are. Of any size: its task keeps it in one place or the other.
template <std::size_t Size>
struct counted {
    static inline int alive = 0;
    explicit counted(char first) : letters{first} { ++alive; }
    counted(counted&& other) noexcept : letters(other.letters) { ++alive; }
    counted(const counted& other) : letters(other.letters) { ++alive; }
    ~counted() { --alive; }
    std::array<char, Size> letters;
};

template <std::size_t Size>
coroutine<counted<Size>> make_counted(char first) {
    co_await yield();
    co_return counted<Size>(first);
}

template <std::size_t Size>
coroutine<> keep_and_let_go() {
    task<counted<Size>> joined = spawn(make_counted<Size>('a'));
    const counted<Size> answer = co_await joined.join();
    CHECK(answer.letters[0] == 'a');
    CHECK(joined.result().letters[0] == 'a');  // again: each gets a copy
    CHECK(counted<Size>::alive == 2);          // with the answer
    task<counted<Size>> kept = joined;
    joined = spawn(make_counted<Size>('b'));
    CHECK(counted<Size>::alive == 2);
    kept = {};
    CHECK(counted<Size>::alive == 1);
    const counted<Size> other = co_await joined.join();
    CHECK(other.letters[0] == 'b');
}

}  // namespace

TEST_CASE("what a task returned lives as long as somebody can ask for it, whatever its size") {
    async_scheduler{simulated{}}.start(keep_and_let_go<1>());
    async_scheduler{simulated{}}.start(keep_and_let_go<8>());
    async_scheduler{simulated{}}.start(keep_and_let_go<9>());
    async_scheduler{simulated{}}.start(keep_and_let_go<1000>());
    CHECK(counted<1>::alive + counted<8>::alive + counted<9>::alive + counted<1000>::alive == 0);
}
