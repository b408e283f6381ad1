// Standing in line, without a kernel: order, leaving from the middle, and against a slow model.
//
// Not here: who wakes whom (tests/kernel/).
#include "tests/catch.hpp"

#include "traps/frame.hpp"
#include "traps/line.hpp"

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

using namespace giambio;

namespace {

std::vector<const frame*> members_of(const line& of) {
    std::vector<const frame*> found;
    for (const frame* each = of.oldest(); each != nullptr; each = each->behind) {
        found.push_back(each);
    }
    return found;
}

}  // namespace

TEST_CASE("R2: who came first stands in front, and anybody may leave") {
    frame a, b, c;
    wait_list queue("queue", {});
    CHECK(queue.empty());
    for (frame* each : {&a, &b, &c}) queue.join_at_back(*each);
    CHECK(queue.size() == 3);
    CHECK(queue.oldest() == &a);
    queue.leave(b);
    CHECK(members_of(queue) == std::vector<const frame*>{&a, &c});
    CHECK(b.standing_in == nullptr);
    queue.join_at_back(b);
    CHECK(members_of(queue) == std::vector<const frame*>{&a, &c, &b});
    for (frame* each : {&b, &a, &c}) queue.leave(*each);  // the youngest, the oldest, the last
    CHECK(queue.empty());
}

TEST_CASE("R2: the oldest is taken, and those behind it keep their order") {
    frame a, b, c;
    line joiners;
    for (frame* each : {&a, &b}) joiners.join_at_back(*each);
    CHECK(&joiners.take_oldest() == &a);
    CHECK(a.ahead == nullptr);
    joiners.join_at_back(c);
    joiners.join_at_back(a);
    CHECK(members_of(joiners) == std::vector<const frame*>{&b, &c, &a});
    for (frame* each : {&b, &c, &a}) CHECK(&joiners.take_oldest() == each);
    CHECK(joiners.empty());
}

TEST_CASE("R4: two lines and a model agree, whoever joins and leaves") {
    std::mt19937 dice(11);
    std::vector<frame> tasks(20);
    wait_list here("here", {}), there("there", {});
    std::deque<const frame*> model_here, model_there;
    for (int step = 0; step < 10'000; ++step) {
        frame& who = tasks[dice() % tasks.size()];
        const bool is_here = who.standing_in == &here;
        std::deque<const frame*>& model = is_here ? model_here : model_there;
        if (who.standing_in != nullptr) {
            who.standing_in->leave(who);
            model.erase(std::find(model.begin(), model.end(), &who));
        } else if (dice() % 2 == 0) {
            here.join_at_back(who);
            model_here.push_back(&who);
        } else {
            there.join_at_back(who);
            model_there.push_back(&who);
        }
        REQUIRE(here.size() == model_here.size());
        REQUIRE(there.size() == model_there.size());
        REQUIRE(std::ranges::equal(members_of(here), model_here));
        REQUIRE(std::ranges::equal(members_of(there), model_there));
    }
    for (frame& each : tasks) {
        if (each.standing_in != nullptr) each.standing_in->leave(each);
    }
    CHECK((here.empty() && there.empty()));
}
