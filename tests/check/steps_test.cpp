// Who has the loop for too long, who suffers from it, and who asks again and again.
#include "tests/check/traced.hpp"

using namespace giambio;
using namespace std::chrono_literals;
using check_tests::checked;
using check_tests::words;

namespace {

coroutine<> hog(duration length) {
    co_await yield();
    busy(length);
    co_await yield();
}

coroutine<> short_steps(duration length, int times) {
    for (int i = 0; i < times; ++i) {
        busy(length);
        co_await yield();
    }
}

coroutine<> ticker(int times) {
    for (int i = 1; i <= times; ++i) co_await sleep_until(moment(i * 5ms));
}

template <class... Tasks>
coroutine<> all(Tasks... bodies) {
    const std::vector<task<>> tasks{spawn(std::move(bodies))...};
    for (const task<>& each : tasks) co_await each.join();
}

}  // namespace

TEST_CASE("long_step: a step of 40 ms is found, with the delay that it did to others") {
    const checked told = check_tests::run([] { return all(hog(40ms), short_steps(1ms, 3)); });
    CHECK(told.names() == words{"long_step"});
    CHECK(told.shown("long_step") == words{"switch_in 2", "switch_out 2"});
    CHECK(told.get("long_step").tasks == std::vector<std::uint32_t>{2});
    CHECK(told.says("long_step", "#2 hog kept the loop for 40.000 ms in one step"));
    CHECK(told.says("long_step", "delayed others by 40.000 ms in all: 1 ready task."));
}

TEST_CASE("long_step: who was woken in the step waited only for the rest of it") {
    const checked told = check_tests::run([]() -> coroutine<> {
        event<> begun;
        auto work = [&]() -> coroutine<> {
            busy(10ms);
            begun.trigger();
            busy(20ms);
            co_return;
        };
        const task<> worker = spawn(work(), "worker");
        co_await begun.wait();
    });
    CHECK(told.names() == words{"long_step"});
    CHECK(told.says("long_step", "by 20.000 ms in all: 1 ready task."));
}

TEST_CASE("long_step: the same work in many steps is no mistake") {
    const checked told = check_tests::run([] { return all(short_steps(4ms, 20), ticker(3)); });
    CHECK(told.names() == words{});
}

TEST_CASE("long_step: the same place is told once, with a count and the worst step") {
    const auto twice = []() -> coroutine<> {
        for (const int ms : {20, 50, 30}) {
            busy(ms * 1ms);
            co_await yield();
        }
    };
    const checked told = check_tests::run([&] { return all(twice()); });
    CHECK(told.names() == words{"long_step"});
    CHECK(told.get("long_step").count == 3);
    CHECK(told.get("long_step").seqs.size() == 4);
    CHECK(told.says("long_step", "50.000 ms"));
    CHECK(told.says("long_step", "Nobody was ready meanwhile."));
}

TEST_CASE("long_step: the limit can be moved") {
    giambio::trace::check_limits patient;
    patient.long_step = 50'000'000;
    CHECK(check_tests::run([] { return all(hog(40ms)); }, patient).names() == words{});
}

TEST_CASE("timer_late: a timer that came due inside a long step, and the step to blame") {
    const checked told = check_tests::run([] { return all(ticker(4), hog(33ms)); });
    CHECK(told.names() == words{"long_step", "timer_late"});
    CHECK(told.shown("timer_late") == words{"timer_set 2", "timer_fire 0", "switch_in 3"});
    CHECK(told.says("timer_late", "timer 1 of #2 ticker fired 28.000 ms late"));
    CHECK(told.says("timer_late", "that of #3 hog, 33.000 ms"));
    CHECK(told.says("long_step", "1 timer that came due"));
    CHECK(told.says("long_step", "by 28.000 ms in all"));
}

TEST_CASE("timer_late: a sleep that is shorter than another's short step is late by little") {
    CHECK(check_tests::run([] { return all(ticker(4), short_steps(7ms, 3)); }).names() == words{});
}

TEST_CASE("starved: ready for 150 ms behind many steps that are short enough by themselves") {
    const checked told = check_tests::run([]() -> coroutine<> {
        std::vector<task<>> tasks;
        for (int i = 0; i < 20; ++i) tasks.push_back(spawn(short_steps(9ms, 1), "worker"));
        tasks.push_back(spawn(ticker(1)));
        for (const task<>& each : tasks) co_await each.join();
    });
    CHECK(told.names() == words{"starved", "starved"});
    CHECK(told.says("starved", "while others ran for 180.000 ms in 21 steps"));
    CHECK(told.shown("starved")[0] == "spawn 1");
    CHECK(told.shown("starved")[1] == "switch_in 22");
}

TEST_CASE("starved: who waits long, but is not ready meanwhile, does not starve") {
    const checked told = check_tests::run([]() -> coroutine<> {
        const task<> slow = spawn(short_steps(9ms, 30), "worker");
        co_await sleep(250ms);
        co_await slow.join();
    });
    CHECK(told.names() == words{});
}

TEST_CASE("never_yields: a life of one long step, while somebody else was ready") {
    const auto selfish = []() -> coroutine<> {
        for (int i = 0; i < 15; ++i) busy(10ms);
        co_return;
    };
    const checked told = check_tests::run([&] { return all(selfish(), ticker(1)); });
    CHECK(told.names() == words{"never_yields", "long_step", "starved"});
    CHECK(told.shown("never_yields") == words{"switch_in 2", "switch_out 2"});
    CHECK(told.says("never_yields", "began and ended in one step of 150.000 ms"));
}

TEST_CASE("never_yields: alone, or with a yield now and then, is another matter") {
    const auto alone = []() -> coroutine<> {
        busy(150ms);
        co_return;
    };
    CHECK(check_tests::run(alone).names() == words{"long_step"});
    CHECK(check_tests::run([] { return all(hog(150ms), ticker(1)); }).names() ==
          words{"long_step", "timer_late"});
}

TEST_CASE("never_yields: a recording that ends inside a step that goes on and on") {
    const auto endless = []() -> coroutine<> {
        for (int i = 0; i < 100; ++i) {
            busy(10ms);
            mark("still at it");
        }
        co_return;
    };
    const std::string whole = check_tests::text_of_run([&] { return all(endless(), ticker(1)); });
    const std::string said = R"("text":"still at it")";
    const std::size_t last = whole.rfind(said);
    const checked told(whole.substr(0, whole.find('\n', last) + 1));
    CHECK(told.names() == words{"never_yields"});
    CHECK(told.shown("never_yields").front() == "switch_in 2");
    CHECK(told.says("never_yields", "when the recording ends"));
    // Cut where nobody has had the loop for long, it says nothing.
    CHECK(checked(whole.substr(0, whole.find('\n', whole.find(said)) + 1)).names() == words{});
}

TEST_CASE("self_wake: a task that polls instead of waiting") {
    const auto poll = [](const bool& done) -> coroutine<> {
        while (!done) co_await yield();
    };
    const checked told = check_tests::run([&]() -> coroutine<> {
        bool done = false;
        const task<> waiting = spawn(poll(done), "poller");
        co_await short_steps(1ms, 50);
        done = true;
        co_await waiting.join();
    });
    CHECK(told.names() == words{"self_wake"});
    CHECK(told.shown("self_wake") == words{"switch_in 2", "switch_out 2"});
    CHECK(told.says("self_wake", "#2 poller yielded in 50 steps in a row"));
}

TEST_CASE("self_wake: a task that does something before each yield, or yields a few times") {
    CHECK(check_tests::run([] { return all(short_steps(1ms, 100)); }).names() == words{});
    const auto says = []() -> coroutine<> {
        for (int i = 0; i < 100; ++i) {
            mark("dish");
            co_await yield();
        }
    };
    CHECK(check_tests::run([&] { return all(says(), says()); }).names() == words{});
    const auto polite = []() -> coroutine<> {
        for (int i = 0; i < 20; ++i) co_await yield();
    };
    CHECK(check_tests::run([&] { return all(polite()); }).names() == words{});
}
