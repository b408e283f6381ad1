// Cancels that somebody fires and forgets, the reasons that they carry, and time that jumps.
//
// Not here: scopes and pools one by one (tests/pools).
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

std::string told_by(const cancelled& why) {
    const std::string source = why.source() == cancel_source::by_request  ? "explicit"
                               : why.source() == cancel_source::deadline  ? "deadline"
                               : why.source() == cancel_source::failure   ? "failure"
                               : why.source() == cancel_source::body      ? "body"
                               : why.source() == cancel_source::interrupt ? "interrupt"
                                                                          : "shutdown";
    return source + " by #" + std::to_string(number_of(why.requester())) + ": " + why.reason();
}

// Sleeps until it is cancelled, and notes why.
coroutine<> note_why(words& told) {
    try {
        co_await giambio::sleep(1h);
    } catch (const cancelled& why) {
        told.push_back(told_by(why));
        throw;
    }
}

coroutine<> fail_soon() {
    co_await giambio::sleep(1s);
    throw std::runtime_error("no");
}

// Runs a pool that fails, and forgets its error.
template <class Body>
coroutine<> fail_in_pool(Body body) {
    try {
        co_await with_pool(body);
    } catch (const error_group&) {
    }
}

template <class Program>
void run_simulated(Program program) {
    async_scheduler{simulated{}}.start(program());
}

}  // namespace

TEST_CASE("scenario 43: whoever fires a cancel and forgets it is not delayed by the clean-up") {
    run_simulated([]() -> coroutine<> {
        event<> cleaned;
        bool ended_well = false;
        auto target = [&]() -> coroutine<> {
            try {
                co_await giambio::sleep(1h);
            } catch (const cancelled&) {
                ended_well = true;
            }
            co_await shielded(cleaned.wait());
        };
        const task<> working = spawn(target());
        co_await giambio::sleep(1s);
        working.cancel();
        CHECK(now() == moment(1s));
        co_await giambio::sleep(1s);
        CHECK(ended_well);
        CHECK(!working.ended());  // it waits for the second event, and we do not
        cleaned.trigger();
        co_await working.wait();
        CHECK(now() == moment(2s));
    });
}

TEST_CASE("scenario 55: a cancel tells its source, its author and its reason") {
    words told;
    run_simulated([&]() -> coroutine<> {
        const task<> one = spawn(note_why(told));
        co_await yield();
        co_await one.cancel_and_wait("not needed");
        co_await skip_after(1s, note_why(told));
        auto sibling_fails = [&](pool& p) -> coroutine<> {
            p.spawn(note_why(told));
            p.spawn(fail_soon(), "cook");
            co_return;
        };
        co_await fail_in_pool(sibling_fails);
        auto body_fails = [&](pool& p) -> coroutine<> {
            p.spawn(note_why(told));
            co_await fail_soon();
        };
        co_await fail_in_pool(body_fails);
    });
    CHECK(told == words{"explicit by #1: not needed", "deadline by #0: its time limit is over",
                        "failure by #4: #4 cook failed: no",
                        "body by #1: #1 main (the body) failed: no"});
}

TEST_CASE("scenario 55: the first reason stays") {
    words told;
    run_simulated([&]() -> coroutine<> {
        const task<> one = spawn(note_why(told));
        co_await yield();
        one.cancel("first");
        one.cancel("second");
        co_await one.wait();
    });
    CHECK(told == words{"explicit by #1: first"});
}

TEST_CASE("scenario 70: ten sleeps under the virtual clock are exact and take no time") {
    std::vector<int> woke;
    const auto began = std::chrono::steady_clock::now();
    run_simulated([&]() -> coroutine<> {
        auto nap = [&](int length) -> coroutine<> {
            co_await giambio::sleep(std::chrono::seconds(length));
            CHECK(now() == std::chrono::seconds(length));
            woke.push_back(length);
        };
        co_await with_pool([&](pool& p) -> coroutine<> {
            for (int i = 9; i >= 0; --i) p.spawn(nap(10 * i));
            co_return;
        });
        CHECK(now() == moment(90s));
    });
    CHECK(woke == std::vector<int>{0, 10, 20, 30, 40, 50, 60, 70, 80, 90});
    // Not a measurement: ninety seconds would be noticed on the slowest machine.
    CHECK(std::chrono::steady_clock::now() - began < 45s);
}
