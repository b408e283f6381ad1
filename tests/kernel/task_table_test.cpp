// The table of tasks alone: records that come back, numbers, and records that outlive the table.
//
// Not here: what a run does with it (owners_test.cpp).
#include "tests/catch.hpp"

#include "kernel/task_table.hpp"

#include <giambio.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <utility>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

// What `wipe` relies on, asked of each record that comes back in a run.
int came_back = 0;
void (*really_take_back)(frame& ended) noexcept = nullptr;
void look_and_take_back(frame& ended) noexcept {
    const auto& record = static_cast<task_record&>(ended);
    CHECK(record.ahead == nullptr);
    CHECK(record.behind == nullptr);
    CHECK(record.standing_in == nullptr);
    CHECK(record.older_sibling == nullptr);
    CHECK(record.younger_sibling == nullptr);
    CHECK(record.scope == nullptr);
    CHECK(record.nap == timer_id::none);
    CHECK(record.joiners.empty());
    CHECK(record.waits == wait_kind::nothing);
    CHECK(record.handles == 0);
    ++came_back;
    really_take_back(ended);
}

// Waits in every way that there is, in the middle of a scope and a pool; ends, or is stopped there.
coroutine<> waits(int how, lock& taken, async_socket& server) {
    scope around;
    co_await around.run([](int way, lock& mine, async_socket& from) -> coroutine<> {
        co_await with_pool([&](pool& children) -> coroutine<> {
            children.spawn(as_coroutine(giambio::sleep(1h)));
            if (way == 0) co_await giambio::sleep(1h);
            if (way == 1) co_await mine.acquire();
            if (way == 2) co_await from.accept();
            if (way == 3) co_await with_timeout(1h, as_coroutine(giambio::sleep(2h)));
            if (way == 4) co_await spawn(as_coroutine(giambio::sleep(1h))).join();
            children.cancel();
        });
    }(how, taken, server));
}

std::vector<std::uint32_t> ids_of(const std::vector<task_record*>& tasks) {
    std::vector<std::uint32_t> ids;
    for (const task_record* each : tasks) ids.push_back(number_of(each->id));
    return ids;
}

}  // namespace

TEST_CASE("a record is blank, stays where it is and has one number") {
    task_table table;
    std::mt19937 dice(5);
    std::vector<task_record*> taken;
    std::uint32_t last = 0;
    for (int step = 0; step < 5000; ++step) {
        if (taken.empty() || dice() % 3 != 0) {
            task_record& made = table.take();
            REQUIRE(made.id == task_id::none);
            REQUIRE(made.behind == nullptr);
            REQUIRE(made.traps + made.answered_at_once + made.led_here + made.trap == 0);
            REQUIRE_FALSE((made.ended || made.joined || made.shall_stop || made.owes_reply));
            REQUIRE(made.extras == nullptr);
            made.id = task_id{++last};
            made.traps = made.answered_at_once = last;
            made.led_here = made.trap = last;
            made.ended = made.joined = made.shall_stop = made.owes_reply = true;
            made.with_extras();
            taken.push_back(&made);
        } else {
            const std::size_t which = dice() % taken.size();
            task_table::give_back(*taken[which]);
            taken.erase(taken.begin() + static_cast<long>(which));
        }
    }
    std::set<std::uint32_t> numbers;
    for (task_record* each : taken) {
        REQUIRE(&table.at(task_table::number(*each)) == each);
        numbers.insert(task_table::number(*each));
    }
    CHECK(numbers.size() == taken.size());
    CHECK(taken.size() > 1000);  // so there is more than one slab
    for (task_record* each : taken) task_table::give_back(*each);
}

// It has no number yet, and so looks like a record that nobody has.
TEST_CASE("the handle of a task for a run that never began outlives the scheduler") {
    task<int> kept;
    {
        async_scheduler scheduler;
        kept = scheduler.create_task([]() -> coroutine<int> { co_return 1; }());
    }
    CHECK(kept.was_cancelled());
    const task<int> other = kept;
    CHECK(other.ended());
}

TEST_CASE("what each step touches never lies in two lines of the cache") {
    constexpr std::uintptr_t line = 64;
    task_table table;
    std::vector<task_record*> taken;
    for (int made = 0; made < 1000; ++made) {
        task_record& record = table.take();
        taken.push_back(&record);
        const auto first = reinterpret_cast<std::uintptr_t>(&record.innermost);
        for (const void* touched :
             {static_cast<const void*>(&record.asked), static_cast<const void*>(&record.refused),
              static_cast<const void*>(&record.id), static_cast<const void*>(&record.traps),
              static_cast<const void*>(&record.state)}) {
            REQUIRE(reinterpret_cast<std::uintptr_t>(touched) / line == first / line);
        }
    }
    for (task_record* each : taken) task_table::give_back(*each);
}

TEST_CASE("those who live are told by age, whichever records they have") {
    task_table table;
    task_record& first = table.take();
    task_record& second = table.take();
    task_record& third = table.take();
    first.id = task_id{1};
    second.id = task_id{2};
    third.id = task_id{3};
    third.ended = true;  // somebody holds a handle
    task_table::give_back(first);
    task_record& fourth = table.take();
    fourth.id = task_id{4};
    CHECK(&fourth == &first);  // the same record again
    CHECK(ids_of(table.living()) == std::vector<std::uint32_t>{2, 4});
    for (task_record* each : {&second, &third, &fourth}) task_table::give_back(*each);
    CHECK(table.living().empty());
}

TEST_CASE("a record may come back when the table is gone") {
    auto table = std::make_unique<task_table>();
    task_record& one = table->take();
    task_record& other = table->take();
    one.id = task_id{1};
    task_table::give_back(other);
    table.reset();
    CHECK(one.id == task_id{1});
    task_table::give_back(one);  // and its slab goes with it, as the address sanitizer sees
}

TEST_CASE("of a table with large pages that is gone, each record stays until it comes back") {
    auto table = std::make_unique<task_table>();
    std::vector<task_record*> taken;
    for (std::uint32_t made = 0; made < 40'000; ++made) {
        taken.push_back(&table->take());
        taken.back()->id = task_id{made + 1};
    }
    for (std::uint32_t made = 0; made < 40'000; ++made)
        REQUIRE(&table->at(task_table::number(*taken[made])) == taken[made]);
    table.reset();
    std::shuffle(taken.begin(), taken.end(), std::mt19937(3));
    std::uint64_t sum = 0;
    for (task_record* each : taken) {
        sum += number_of(each->id);
        task_table::give_back(*each);
    }
    CHECK(sum == 40'000ULL * 40'001 / 2);
}

TEST_CASE("a task puts back what it had before its record does, however it waits and ends") {
    struct : observer {
        void begin(const run_facts&) override {
            really_take_back = std::exchange(take_back, look_and_take_back);
        }
        void watch(const record_batch&) override {}
        void settle() override {}
        void end(const run_totals&) override {}
    } hooking;
    auto program = []() -> coroutine<> {
        lock taken;
        co_await taken.acquire();
        tcp_socket listener;
        listener.bind(address("127.0.0.1", 7));
        listener.listen();
        async_socket server = wrap_socket(std::move(listener));
        for (const bool stopped : {false, true}) {
            for (int how = 0; how < 6; ++how) {
                task one = spawn(waits(how, taken, server));
                co_await giambio::sleep(1ms);
                if (stopped || how < 5) one.cancel();
                co_await one.wait();
            }
        }
        taken.release();
    };
    came_back = 0;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(hooking);
    scheduler.start(program());
    CHECK(came_back > 24);
}
