// Two cooks, each with three dishes, and one loop. First they keep the loop until they have
// finished; then they hand it back after every dish. Lesson 03 walks through a run of this.
// Public: a program to read, run and change.
#include <giambio.hpp>

#include <string>

giambio::coroutine<void> serve(std::string dish) {
    giambio::mark(dish);
    fmt::print("{} ", dish);
    co_return;
}

giambio::coroutine<void> busy_cook(std::string name) {
    for (int dish = 0; dish < 3; ++dish) {
        co_await serve(name + std::to_string(dish));
    }
}

giambio::coroutine<void> polite_cook(std::string name) {
    for (int dish = 0; dish < 3; ++dish) {
        co_await serve(name + std::to_string(dish));
        co_await giambio::yield();
    }
}

giambio::coroutine<void> kitchen() {
    giambio::task a = giambio::spawn(busy_cook("a"), "busy a");
    giambio::task b = giambio::spawn(busy_cook("b"), "busy b");
    co_await a.join();
    co_await b.join();
    fmt::print("\n");
    giambio::task c = giambio::spawn(polite_cook("a"), "polite a");
    giambio::task d = giambio::spawn(polite_cook("b"), "polite b");
    co_await c.join();
    co_await d.join();
    fmt::print("\n");
}

int main() {
    giambio::async_scheduler sched{giambio::simulated{}};
    sched.start(kitchen());
}
