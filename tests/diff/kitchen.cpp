// A program whose runs diff_real_test.py compares: diff-kitchen SHUFFLE GUESTS NAP.
//
// Three cooks share one stove; SHUFFLE draws who runs first, GUESTS is how many more tasks there
// are before them, NAP how many milliseconds the last cook sleeps.
#include <giambio.hpp>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;

coroutine<> guest() {
    co_await giambio::sleep(1ms);
}

coroutine<> cook(lock& stove, duration nap) {
    co_await stove.acquire();
    co_await giambio::sleep(nap);
    stove.release();
}

coroutine<> kitchen(int guests, int nap) {
    lock stove;
    std::vector<task<>> all;
    for (int i = 0; i < guests; ++i) all.push_back(spawn(guest(), "guest"));
    for (int i = 0; i < 2; ++i) all.push_back(spawn(cook(stove, 2ms), "cook"));
    all.push_back(spawn(cook(stove, nap * 1ms), "cook"));
    for (const task<>& each : all) co_await each.join();
}

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    async_scheduler scheduler{simulated{}};
    scheduler.set_shuffle(std::strtoull(argv[1], nullptr, 10));
    scheduler.start(kitchen(std::atoi(argv[2]), std::atoi(argv[3])));
}
