// How a function in a thread ends: what it leaves behind, and what its task and its loop get.
//
// Not here: its way into a thread and through it (threads_test.cpp).
#include "tests/catch.hpp"

#include <giambio.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

template <class Program>
void run_in_both_worlds(Program program) {
    async_scheduler{}.start(program());
    async_scheduler{simulated{}}.start(program());
}

// Tells when it goes.
class tells_its_end {
public:
    explicit tells_its_end(std::promise<void>& gone) : gone_(&gone) {}
    tells_its_end(const tells_its_end&) = delete;
    tells_its_end& operator=(const tells_its_end&) = delete;
    ~tells_its_end() { gone_->set_value(); }

private:
    std::promise<void>* gone_;
};

}  // namespace

TEST_CASE("what a function in a thread has captured is gone when its task goes on") {
    run_in_both_worlds([]() -> coroutine<> {
        for (const bool fails : {false, true}) {
            std::promise<void> gone;
            auto work = [fails, kept = std::make_shared<tells_its_end>(gone)] {
                if (fails) throw std::out_of_range("in the thread");
            };
            auto call = [&]() -> coroutine<> {
                try {
                    co_await run_in_thread(std::move(work));
                } catch (const std::out_of_range&) {
                }
            };
            const task<> calling = spawn(call());
            co_await yield();
            // This keeps the loop, so the task that called cannot have gone on.
            CHECK(gone.get_future().wait_for(5s) == std::future_status::ready);
            co_await calling.join();
        }
    });
}
