// Who begins to watch in the middle of a run: what it is told of the past leads into what follows.
//
// Not here: the state that is rebuilt from it (tests/stepping/monitor_test.py).
#include "kernel/kernel.hpp"
#include "kernel/simulated/network.hpp"
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"

#include <giambio.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

coroutine<> sleeps(duration length) {
    co_await giambio::sleep(length);
}

coroutine<> yields(int times) {
    while (times-- > 0) co_await yield();
}

// After two turns one sleeps, one is ready, and main sleeps until a time limit ends that.
coroutine<> three_kinds() {
    spawn(sleeps(1s));
    spawn(yields(2));
    co_await skip_after(2s, sleeps(1h));
}

// Runs the main task; the recorder comes after the second turn.
void run_and_watch_late(recorder& late, coroutine<> main) {
    virtual_clock time;
    simulated_network io(time, {});
    kernel loop({.time = time,
                 .io = io,
                 .posts = std::make_shared<post_box>(),
                 .board = std::make_shared<watch_board>(),
                 .watchers = {}});
    set_door(&loop, 1);
    loop.begin(loop.spawn(as_newcomer(std::move(main), "main"), {}));
    loop.turn(true);
    loop.turn(true);
    CHECK(loop.add_late_observer(late));
    while (loop.anyone_alive() && loop.turn(true)) {
    }
    CHECK(loop.end() == nullptr);
    set_door(nullptr, 0);
}

class fails_to_begin final : public observer {
public:
    void begin(const run_facts&) override { throw std::runtime_error("no room"); }
    void watch(const record_batch&) override { told = true; }
    void settle() override { told = true; }
    void end(const run_totals&) override { told = true; }

    bool told = false;
};

// Brings another one when it is told of a mark.
class brings_another final : public observer {
public:
    explicit brings_another(std::function<void()> bring) : bring_(std::move(bring)) {}
    void begin(const run_facts&) override {}
    void watch(const record_batch& batch) override {
        for (const record& each : batch.records) {
            if (each.kind == happening::mark) bring_();
        }
    }
    void settle() override {}
    void end(const run_totals&) override { ended = true; }

    bool ended = false;

private:
    std::function<void()> bring_;
};

const record& told_as(const recorder& late, std::uint64_t number) {
    const auto found = std::find_if(late.records.begin(), late.records.end(),
                                    [&](const record& each) { return each.seq == number; });
    REQUIRE(found != late.records.end());
    return *found;
}

}  // namespace

TEST_CASE("a timer that fires names its timer_set, also to who came while it ran") {
    recorder late;
    run_and_watch_late(late, three_kinds());
    const std::vector<record> fired = late.of(happening::timer_fire);
    REQUIRE(fired.size() == 2);
    for (const record& each : fired) {
        const record& set = told_as(late, each.cause);
        CHECK(set.kind == happening::timer_set);
        CHECK(set.id == each.id);
    }
}

TEST_CASE("who comes late is told that the loop sleeps because of a timer_set") {
    recorder late;
    run_and_watch_late(late, three_kinds());
    for (const record& each : late.of(happening::io_wait)) {
        if (std::string_view(each.word) != "timer") continue;
        CHECK(told_as(late, each.cause).kind == happening::timer_set);
    }
}

TEST_CASE("each step that is told late ends with a park, and each wake has a cause") {
    recorder late;
    run_and_watch_late(late, three_kinds());
    const std::vector<record> ended = late.of(happening::switch_out);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(told_as(late, ended.at(i).cause).kind == happening::park);
    }
    const std::vector<record> woken = late.of(happening::wake);
    REQUIRE(woken.size() == 3);
    CHECK(told_as(late, woken.at(0).cause).kind == happening::park);  // was ready, in the prologue
    CHECK(told_as(late, woken.at(1).cause).kind == happening::timer_fire);
}

TEST_CASE("scenario 104: who fails at the beginning is removed, also when it comes late") {
    fails_to_begin early, late, brought;
    async_scheduler scheduler{simulated{}};
    brings_another brings([&] { scheduler.observe(brought); });
    recorder told;
    scheduler.observe(early);
    scheduler.observe(brings, true);
    scheduler.observe(told);
    auto program = [&]() -> coroutine<> {
        scheduler.observe(late);
        mark("now");
        co_await yield();
    };
    scheduler.start(program());
    CHECK(!early.told);
    CHECK(!late.told);
    CHECK(!brought.told);
    CHECK(brings.ended);
    CHECK(told.records.back().kind == happening::run_end);
}
