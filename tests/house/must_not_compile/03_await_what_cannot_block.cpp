// refused with: what cannot block is a plain function and is called without co_await
//
// Spawning never waits, so it is no trap (rule R5).
#include <giambio.hpp>

giambio::coroutine<> child() {
    co_return;
}

giambio::coroutine<> program() {
#ifdef FIXED
    giambio::spawn(child());
    co_return;
#else
    co_await giambio::spawn(child());
#endif
}
