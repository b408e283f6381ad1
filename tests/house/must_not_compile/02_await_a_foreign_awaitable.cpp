// refused with: co_await takes a trap or a giambio::coroutine and nothing else
//
// An awaitable of another library would suspend the task behind the kernel's back, and nobody would
// ever resume it. Scenario 6: what no kernel knows is refused before it can run.
#include <coroutine>
#include <giambio.hpp>

giambio::coroutine<> program() {
#ifdef FIXED
    co_await giambio::checkpoint();
#else
    co_await std::suspend_always{};
#endif
}
