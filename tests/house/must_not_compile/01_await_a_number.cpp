// refused with: co_await takes a trap or a giambio::coroutine and nothing else
//
// Whatever is awaited may block, and only the kernel can make a task wait.
#include <giambio.hpp>

giambio::coroutine<> program() {
#ifdef FIXED
    co_await giambio::yield();
#else
    co_await 42;
#endif
}
