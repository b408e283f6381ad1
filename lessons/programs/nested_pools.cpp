// Pools inside pools: each block ends with the last of its children, and what comes after it always
// runs. Then the same with a child of the outer pool that fails: the handler runs at that moment.
//
// On the virtual clock, so that eight seconds take none and the times are exact.
// Public: a program to read, run and change.
#include <giambio.hpp>

#include <stdexcept>

using giambio::coroutine;
using giambio::pool;
using std::chrono::seconds;

void tell(std::string_view what) {
    fmt::print("{:5.2f} s  {}\n", std::chrono::duration<double>(giambio::now()).count(), what);
}

coroutine<> child(std::string name, seconds length) {
    tell(name + " begins");
    try {
        co_await giambio::sleep(length);
    } catch (const giambio::cancelled& why) {
        tell(name + " is cancelled: " + why.reason());
        throw;
    }
    tell(name + " ends");
}

coroutine<> failing_child(std::string name, seconds length) {
    co_await giambio::sleep(length);
    throw std::runtime_error(name + " has burnt the soup");
}

coroutine<> all_goes_well() {
    co_await giambio::with_pool([](pool& outer) -> coroutine<> {
        outer.spawn(child("outer 1", seconds(1)));
        outer.spawn(child("outer 2", seconds(2)));
        co_await giambio::with_pool([](pool& inner) -> coroutine<> {
            inner.spawn(child("inner 3", seconds(3)));
            inner.spawn(child("inner 4", seconds(4)));
            co_return;
        });
        tell("the inner pool has ended");
    });
    tell("the outer pool has ended");
}

coroutine<> one_fails() {
    try {
        co_await giambio::with_pool([](pool& outer) -> coroutine<> {
            outer.spawn(failing_child("cook", seconds(2)), "cook");
            co_await giambio::with_pool([](pool& inner) -> coroutine<> {
                inner.spawn(child("inner 4", seconds(4)));
                inner.spawn(child("inner 6", seconds(6)));
                co_return;
            });
            tell("never told");
        });
    } catch (const giambio::error_group& failed) {
        tell(std::string("caught: ") + failed.what());
    }
}

int main() {
    giambio::async_scheduler{giambio::simulated{}}.start(all_goes_well());
    giambio::async_scheduler{giambio::simulated{}}.start(one_fails());
}
