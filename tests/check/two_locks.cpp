// Two tasks, two locks, taken in opposite order: the example of tracer/INSTRUMENT.md.
//
// check_command_test.py holds its trace against two_locks.jsonl.
#include <giambio.hpp>

using namespace giambio;
using namespace std::chrono_literals;

coroutine<> transfer(lock& from, lock& to) {
    const auto giving = co_await from.hold();
    co_await giambio::sleep(1ms);
    const auto taking = co_await to.hold();
}

coroutine<> program() {
    lock a;
    lock b;
    const task<> ann = spawn(transfer(a, b), "ann");
    const task<> bob = spawn(transfer(b, a), "bob");
    co_await ann.join();
    co_await bob.join();
}

int main() {
    try {
        async_scheduler{simulated{}}.start(program());
    } catch (const deadlock&) {
        return 0;  // it is what this program is for
    }
    return 1;
}
