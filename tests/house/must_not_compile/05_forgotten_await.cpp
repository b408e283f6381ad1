// refused with: a coroutine does nothing until it is awaited or spawned
//
// Calling a coroutine makes a frame and runs nothing.
#include <giambio.hpp>

giambio::coroutine<> nap() {
    co_await giambio::sleep(std::chrono::seconds(2));
}

giambio::coroutine<> program() {
#ifdef FIXED
    co_await nap();
#else
    nap();
#endif
    co_return;
}
