// The ready queue alone, against a slow model: order, room that grows, one who goes first.
//
// Not here: who is ready, and why (order_test.cpp).
#include "tests/catch.hpp"

#include "kernel/ready_queue.hpp"
#include "kernel/task.hpp"

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

using namespace giambio;

TEST_CASE("R2: who was made ready first runs first, however many there are") {
    std::mt19937 dice(3);
    std::vector<task_record> tasks(1000);
    ready_queue queue;
    std::deque<task_record*> model;
    std::size_t most = 0;
    for (int step = 0; step < 20'000; ++step) {
        const bool grows = (step / 2000) % 2 == 0;
        if (model.empty() || dice() % 10 < (grows ? 7 : 3)) {
            task_record& any = tasks[dice() % tasks.size()];
            queue.make_room_for(model.size() + 1);
            queue.push_back(any);
            model.push_back(&any);
        } else if (dice() % 4 == 0) {  // as a shuffled run does: the others keep their order
            const std::size_t place = dice() % model.size();
            queue.bring_to_front(place);
            std::rotate(model.begin(), model.begin() + static_cast<long>(place),
                        model.begin() + static_cast<long>(place) + 1);
        } else {
            REQUIRE(&queue.pop_front() == model.front());
            model.pop_front();
        }
        most = std::max(most, model.size());
        REQUIRE(queue.size() == model.size());
        REQUIRE(queue.empty() == model.empty());
        for (std::size_t place = 0; place < std::min<std::size_t>(model.size(), 3); ++place) {
            REQUIRE(&queue.at(place) == model[place]);
        }
    }
    CHECK(most > 64);  // it has grown
}
