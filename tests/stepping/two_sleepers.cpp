// Two children sleep 4 and 2 seconds on the virtual clock; the main task waits for both.
//
// golden_test.py holds its trace against two_sleepers.jsonl and two_sleepers.txt.
#include <giambio.hpp>

using namespace giambio;
using namespace std::chrono_literals;

coroutine<> child(duration length) {
    co_await giambio::sleep(length);
}

coroutine<> program() {
    const task<> slow = spawn(child(4s), "slow");
    const task<> quick = spawn(child(2s), "quick");
    co_await slow.join();
    co_await quick.join();
}

int main() {
    async_scheduler{simulated{}}.start(program());
}
