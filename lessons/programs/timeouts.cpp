// Time limits: one that throws, one that goes on silently, one on an event.
//
// On the virtual clock.
// Public: a program to read, run and change.
#include <giambio.hpp>

using giambio::coroutine;
using giambio::pool;
using std::chrono::seconds;

void tell(std::string_view what) {
    fmt::print("{:5.2f} s  {}\n", std::chrono::duration<double>(giambio::now()).count(), what);
}

coroutine<> child(int length) {
    co_await giambio::sleep(seconds(length));
    tell("the child of " + std::to_string(length) + " seconds ends");
}

coroutine<> two_children() {
    co_await giambio::with_pool([](pool& both) -> coroutine<> {
        both.spawn(child(7));
        both.spawn(child(15));
        co_return;
    });
}

coroutine<> raising() {
    try {
        co_await giambio::with_timeout(seconds(12), two_children());
    } catch (const giambio::too_slow& late) {
        tell(std::string("too slow: ") + late.what());
    }
}

coroutine<> silent() {
    const bool ended = co_await giambio::skip_after(seconds(10), two_children());
    tell(ended ? "in time" : "timed out, and went on");
}

coroutine<> wait_for(giambio::event<bool>& happens) {
    co_await happens.wait();
}

coroutine<> on_an_event() {
    giambio::event<bool> never;
    const bool happened = co_await giambio::skip_after(seconds(5), wait_for(never));
    tell(happened ? "it happened" : "it did not happen");
}

int main() {
    giambio::async_scheduler{giambio::simulated{}}.start(raising());
    giambio::async_scheduler{giambio::simulated{}}.start(silent());
    giambio::async_scheduler{giambio::simulated{}}.start(on_an_event());
}
