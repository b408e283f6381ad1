// A program to look at through the monitor: one task waits for a lock, one sleeps, one hogs the
// loop when it is told to by a file, until that file is gone. It ends when another file says so.
// Where there is a file "crowd", 50,000 more sleep.
//
// monitor_test.py starts it, with the folder for its files as its argument.
#include <giambio.hpp>

#include <filesystem>
#include <string>

using namespace giambio;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

coroutine<> waits_for(lock& key) {
    co_await key.acquire();
}

coroutine<> holds(lock& key) {
    const auto held = co_await key.hold();
    co_await giambio::sleep(1h);
}

coroutine<> hogs_when_told(fs::path folder) {
    while (!fs::exists(folder / "end")) {
        while (fs::exists(folder / "hog")) {
        }
        co_await giambio::sleep(2ms);
    }
}

coroutine<> sleeps() {
    co_await giambio::sleep(1h);
}

coroutine<> program(fs::path folder) {
    const int crowd = fs::exists(folder / "crowd") ? 50'000 : 0;
    for (int i = 0; i < crowd; ++i) spawn_daemon(sleeps(), "one of many");
    lock key;
    const task<> holder = spawn(holds(key), "holder");
    const task<> waiter = spawn(waits_for(key), "waiter");
    const task<> hog = spawn(hogs_when_told(folder), "hog\nwith two lines");
    co_await hog.join();
    co_await waiter.cancel_and_wait();
    co_await holder.cancel_and_wait();
}

int main(int, char** arguments) {
    async_scheduler{}.start(program(arguments[1]));
}
