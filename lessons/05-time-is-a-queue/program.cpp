// Four sleepers go to bed at the same moment, each with an alarm of its own.
// Lesson 05 walks through a run of this.
// Public: a program to read, run and change.
#include <giambio.hpp>

#include <string>

using namespace std::chrono_literals;

giambio::coroutine<void> sleeper(std::string name, giambio::duration nap) {
    co_await giambio::sleep(nap);
    giambio::mark(name + " is up");
    fmt::print("{} is up after {} ms\n", name, giambio::now() / 1ms);
}

giambio::coroutine<void> bedroom() {
    giambio::task a = giambio::spawn(sleeper("a", 300ms), "a");
    giambio::task b = giambio::spawn(sleeper("b", 100ms), "b");
    giambio::task c = giambio::spawn(sleeper("c", 200ms), "c");
    giambio::task d = giambio::spawn(sleeper("d", 100ms), "d");
    co_await a.join();
    co_await b.join();
    co_await c.join();
    co_await d.join();
}

int main() {
    giambio::async_scheduler sched{giambio::simulated{}};
    sched.start(bedroom());
}
