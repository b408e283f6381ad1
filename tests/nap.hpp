// A task that sleeps and does nothing else.
//
// Internal to tests/.
#pragma once

#include <giambio.hpp>

inline giambio::coroutine<> nap(giambio::duration length) {
    co_await giambio::sleep(length);
}
