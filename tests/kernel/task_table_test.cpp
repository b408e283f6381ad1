// The table of tasks alone: records that come back, numbers, and records that outlive the table.
//
// Not here: what a run does with it (owners_test.cpp).
#include "tests/catch.hpp"

#include "kernel/task_table.hpp"

#include <memory>
#include <random>
#include <set>
#include <vector>

using namespace giambio;

namespace {

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
            REQUIRE(made.nap == timer_id::none);
            REQUIRE(made.ahead == nullptr);
            REQUIRE(made.behind == nullptr);
            made.id = task_id{++last};
            made.nap = timer_id{last};
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
