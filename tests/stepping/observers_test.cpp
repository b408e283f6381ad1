// Observers: what they are told, in which order, and that they may come, go and fail.
//
// Not here: the fields of each record (tests/tracer/), the golden story of two sleepers
// (golden_test.py).
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"

#include <giambio.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using kinds = std::vector<happening>;

namespace {

kinds kinds_of(const recorder& told) {
    kinds all;
    for (const record& each : told.records) all.push_back(each.kind);
    return all;
}

void append(kinds& to, const kinds& more) {
    to.insert(to.end(), more.begin(), more.end());
}

coroutine<> yields(int times) {
    while (times-- > 0) co_await yield();
}

coroutine<> checks(int times) {
    while (times-- > 0) co_await checkpoint();
}

coroutine<> sleeps(duration length) {
    co_await giambio::sleep(length);
}

coroutine<> waits(event<>& happens) {
    co_await happens.wait();
}

// Its time limit ends it.
coroutine<> is_late() {
    bool late = false;
    try {
        auto too_long = sleeps(1h);
        co_await with_timeout(1500ms, std::move(too_long));
    } catch (const too_slow&) {
        late = true;
    }
    CHECK(late);
}

// Seven tasks that wait for different things. In the third turn, when all of them have begun, the
// main task wants one of them to stop and does something of the test's; then it makes one more.
coroutine<> wait_in_many_ways(std::function<void()> then) {
    event<> happens;
    spawn(waits(happens));
    spawn(sleeps(1s));
    spawn(yields(9));
    spawn(is_late());
    const task<> stopped = spawn(sleeps(1h));
    const task<> sleeping = spawn(sleeps(2s));
    co_await yield();
    co_await yield();
    stopped.cancel();
    then();
    spawn(yields(1));
    co_await wait_all_blocked();
    happens.trigger();
    co_await sleeping.join();
}

// The numbers that it was told of what had happened before it was told anything.
std::vector<std::uint64_t> numbers_of_before(const recorder& told) {
    const std::uint64_t first = told.records.at(0).seq;
    std::vector<std::uint64_t> found;
    for (const record& each : told.records) {
        if (each.cause != 0 && each.cause < first) found.push_back(each.cause);
        const auto trap = static_cast<std::uint64_t>(each.b);
        if (each.kind == happening::reply && trap != 0 && trap < first) found.push_back(trap);
    }
    return found;
}

// Does something when it has been told for the n-th time.
class acting : public observer {
public:
    acting(int when, std::function<void()> act) : when_(when), act_(std::move(act)) {}
    void begin(const run_facts&) override {}
    void watch(const record_batch&) override {
        if (++told == when_) act_();
    }
    void settle() override {}
    void end(const run_totals&) override { ended = true; }

    int told = 0;
    bool ended = false;

private:
    int when_;
    std::function<void()> act_;
};

// Says something about each batch in which such a thing is told.
class commenting : public observer {
public:
    explicit commenting(happening topic) : topic_(topic) {}
    void begin(const run_facts&) override {}
    void watch(const record_batch& batch) override {
        for (const record& each : batch.records) {
            if (each.kind != topic_) continue;
            mark("I heard it");
            return;
        }
    }
    void settle() override {}
    void end(const run_totals&) override {}

private:
    happening topic_;
};

// Keeps how many marks it had been told each time when the loop was about to sleep.
class settling : public observer {
public:
    void begin(const run_facts&) override {}
    void watch(const record_batch& batch) override {
        for (const record& each : batch.records) marks += each.kind == happening::mark;
    }
    void settle() override { safe.push_back(marks); }
    void end(const run_totals&) override {}

    int marks = 0;
    std::vector<int> safe;
};

}  // namespace

TEST_CASE("scenario 104: the exact order of what is told of five checkpoints") {
    recorder told;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(told);
    scheduler.start(checks(5));
    using enum happening;
    kinds expected{run_begin, spawn, io_wait, io_done, batch, switch_in};
    // A checkpoint is answered at once, so all five are one step.
    for (int i = 0; i < 5; ++i) append(expected, {trap, reply});
    append(expected, {exit, switch_out, run_end});
    CHECK(kinds_of(told) == expected);
}

TEST_CASE("scenario 104: five yields are six steps, each begun and ended") {
    recorder told;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(told);
    scheduler.start(yields(5));
    using enum happening;
    kinds expected{run_begin, spawn, io_wait, io_done, batch, switch_in};
    for (int i = 0; i < 5; ++i) {
        append(expected, {trap, switch_out, io_wait, io_done, batch, switch_in, reply});
    }
    append(expected, {exit, switch_out, run_end});
    CHECK(kinds_of(told) == expected);
}

TEST_CASE("scenario 104: an observer that fails is removed, the others are told on") {
    recorder before;
    recorder after;
    acting failing(3, [] { throw std::runtime_error("full"); });
    async_scheduler scheduler{simulated{}};
    scheduler.observe(before);
    scheduler.observe(failing, true);
    scheduler.observe(after);
    scheduler.start(yields(5));
    CHECK(failing.told == 3);
    CHECK(!failing.ended);
    CHECK(before.records.back().kind == happening::run_end);
    CHECK(kinds_of(before) == kinds_of(after));
    CHECK(before.totals.records == before.records.size());
}

TEST_CASE("row 148: observers are added and taken out while a run goes on") {
    recorder always;
    recorder for_a_while;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(always);
    auto program = [&]() -> coroutine<> {
        co_await yield();
        mark("before");
        scheduler.observe(for_a_while);
        mark("one");
        co_await yield();
        mark("two");
        scheduler.stop_observing(for_a_while);
        mark("after");
    };
    scheduler.start(program());
    using enum happening;
    CHECK(kinds_of(for_a_while) ==
          kinds{mark, trap, switch_out, io_wait, io_done, batch, switch_in, reply, mark});
    CHECK(for_a_while.texts.front() == "one");
    CHECK(for_a_while.texts.back() == "two");
    CHECK(for_a_while.totals.records == 0);
    CHECK(always.of(mark).size() == 4);
}

TEST_CASE("row 148: who comes when another has gone is told no number of that one's time") {
    recorder early;
    recorder late;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(early);
    const auto two_turns_of_the_early_one = [&] {
        scheduler.begin(wait_in_many_ways([] {}));
        scheduler.run_once();
        scheduler.run_once();
        scheduler.stop_observing(early);
    };
    SECTION("in the middle of a step") {
        scheduler.start(wait_in_many_ways([&] {
            scheduler.stop_observing(early);
            scheduler.observe(late);
        }));
    }
    SECTION("between two turns") {
        two_turns_of_the_early_one();
        scheduler.observe(late);
        scheduler.finish();
    }
    SECTION("after a turn that nobody watched") {
        two_turns_of_the_early_one();
        scheduler.run_once();
        scheduler.observe(late);
        scheduler.finish();
    }
    CHECK(late.records.front().seq == early.records.size() + 1);
    CHECK(late.of(happening::exit).size() == 8);
    const std::vector<std::uint64_t> none;
    CHECK(numbers_of_before(late) == none);
}

TEST_CASE("row 148: who comes after the main task's end is not told its number") {
    recorder early;
    recorder late;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(early);
    const auto program = []() -> coroutine<> {
        spawn(sleeps(1s));
        co_return;
    };
    scheduler.begin(program());
    scheduler.run_once();
    scheduler.stop_observing(early);
    scheduler.observe(late);
    scheduler.finish();
    CHECK(late.of(happening::run_end).size() == 1);
    CHECK(numbers_of_before(late).empty());
}

TEST_CASE("row 148: an observer takes itself out, and brings another, while it is told") {
    recorder successor;
    async_scheduler scheduler{simulated{}};
    acting relay(4, [&] {
        scheduler.stop_observing(relay);
        scheduler.observe(successor);
    });
    scheduler.observe(relay, true);
    scheduler.start(yields(1));
    CHECK(relay.told == 4);
    CHECK(!relay.ended);
    REQUIRE(!successor.records.empty());
    CHECK(successor.records.front().seq == 5);
    CHECK(successor.records.back().kind == happening::run_end);
}

TEST_CASE("what an observer does while it is told comes after that, and nothing is lost") {
    recorder told;
    async_scheduler scheduler{simulated{}};
    // More than a batch has room for.
    acting talkative(2, [] {
        for (int i = 0; i < 200; ++i) mark("said " + std::to_string(i));
    });
    scheduler.observe(talkative);
    scheduler.observe(told);
    scheduler.start(yields(100));
    const std::vector<record> said = told.of(happening::mark);
    REQUIRE(said.size() == 200);
    for (std::size_t i = 0; i < told.records.size(); ++i) {
        CHECK(told.records[i].seq == i + 1);
        if (told.records[i].kind == happening::mark)
            CHECK(told.texts[i] == "said " + std::to_string(told.records[i].seq - said[0].seq));
    }
    CHECK(told.totals.records == told.records.size());
}

TEST_CASE("what an observer says of the last batch is told, too") {
    recorder told;
    commenting last_word(happening::run_end);
    async_scheduler scheduler{simulated{}};
    scheduler.observe(last_word);
    scheduler.observe(told);
    scheduler.start(yields(1));
    CHECK(told.records.back().kind == happening::mark);
    CHECK(told.totals.records == told.records.size());
}

TEST_CASE("R11: what an observer says before a sleep is told before the sleep") {
    settling told;
    commenting on_birth(happening::spawn);
    async_scheduler scheduler{simulated{}};
    scheduler.observe(on_birth);
    scheduler.observe(told);
    scheduler.start(sleeps(1s));
    CHECK(told.safe == std::vector<int>{1});
}

TEST_CASE("row 148: who goes has been told what others said of the last batch before") {
    recorder told;
    commenting on_birth(happening::spawn);
    async_scheduler scheduler{simulated{}};
    scheduler.observe(on_birth);
    scheduler.observe(told);
    auto program = [&]() -> coroutine<> {
        scheduler.stop_observing(told);
        co_return;
    };
    scheduler.start(program());
    CHECK(told.of(happening::mark).size() == 1);
}

TEST_CASE("row 148: an observer may speak also when the host lets another go, between two turns") {
    recorder told;
    commenting on_birth(happening::spawn);
    async_scheduler scheduler{simulated{}};
    scheduler.observe(on_birth);
    scheduler.observe(told);
    scheduler.begin(sleeps(1s));
    scheduler.stop_observing(told);
    CHECK(told.of(happening::mark).size() == 1);
    scheduler.finish();
}

TEST_CASE("an observer that speaks of its own words does not keep the run, nor do they count") {
    recorder told;
    commenting endless(happening::mark);
    async_scheduler scheduler{simulated{}};
    scheduler.observe(endless);
    scheduler.observe(told);
    auto program = []() -> coroutine<> {
        mark("a word");
        co_await giambio::sleep(1s);
    };
    scheduler.start(program());
    CHECK(told.of(happening::mark).size() >= 3);
    CHECK(told.totals.records == told.records.size());
}

TEST_CASE("row 148: who is added before the first task is told the beginning, once") {
    recorder told;
    async_scheduler scheduler{simulated{}};
    scheduler.create_task(yields(0));  // the run's kernel exists from here on
    scheduler.observe(told);
    scheduler.start(yields(0));
    CHECK(told.of(happening::run_begin).size() == 1);
    CHECK(told.records.front().kind == happening::run_begin);
}

TEST_CASE("2M-73: each step that begins ends, and each spawn has one exit, however it ends") {
    recorder told;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(told);
    auto fails = []() -> coroutine<> {
        co_await yield();
        throw std::runtime_error("broken");
    };
    auto program = [&]() -> coroutine<> {
        const task<> failing = spawn(fails());
        const task<> sleeping = spawn(sleeps(1h));
        spawn(yields(2));
        co_await failing.wait();
        co_await sleeping.cancel_and_wait();
    };
    scheduler.start(program());
    CHECK(told.of(happening::switch_in).size() == told.of(happening::switch_out).size());
    std::vector<std::string> outcomes;
    for (const record& each : told.of(happening::exit)) outcomes.push_back(each.word);
    std::sort(outcomes.begin(), outcomes.end());
    CHECK(outcomes == std::vector<std::string>{"cancelled", "error", "value", "value"});
    CHECK(told.of(happening::spawn).size() == 4);
}
