// The queue of timers against a model that is slow and obviously right: a sorted set.
//
// Not here: what happens when a timer fires (order_test.cpp, answers_test.cpp).
#include "tests/catch.hpp"

#include "kernel/timer_queue.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

using namespace giambio;

namespace {

using model = std::set<std::pair<moment, timer_id>>;

struct is_in {
    const model* armed;
    bool operator()(const timer& each) const { return armed->contains({each.due, each.id}); }
};

// Does everything to both, and asks after each step whether they agree.
class compared {
public:
    explicit compared(std::uint32_t seed) : dice_(seed) {}

    bool empty() const { return armed_.empty(); }
    std::size_t size() const { return armed_.size(); }
    std::uint32_t roll(std::uint32_t sides) { return static_cast<std::uint32_t>(dice_() % sides); }

    void arm(moment due) {
        const timer made{due, timer_id{++last_}, 0};
        armed_.insert({made.due, made.id});
        due_of_[made.id] = made.due;
        queue_.arm(made);
        agree();
    }
    void disarm_any() {
        const auto from = due_of_.lower_bound(timer_id{roll(last_) + 1});
        disarm(from != due_of_.end() ? from->first : due_of_.begin()->first);
    }
    // As a limit does that was kept.
    void disarm_newest() { disarm(due_of_.rbegin()->first); }
    moment take() {
        const timer taken = queue_.take(is_armed_);
        REQUIRE(std::pair(taken.due, taken.id) == *armed_.begin());
        armed_.erase(armed_.begin());
        due_of_.erase(taken.id);
        agree();
        return taken.due;
    }
    // Everybody is there once, and beside them at most as many who were disarmed.
    void stored_are_armed() {
        model found;
        const std::vector<timer> all = queue_.all();
        for (const timer& each : all) {
            if (is_armed_(each)) REQUIRE(found.insert({each.due, each.id}).second);
        }
        REQUIRE(found == armed_);
        REQUIRE(all.size() <= 2 * armed_.size() + 1);
    }

private:
    void disarm(timer_id gone) {
        armed_.erase({due_of_.at(gone), gone});
        due_of_.erase(gone);
        queue_.disarm(gone, is_armed_);
        agree();
    }
    void agree() {
        REQUIRE(queue_.size() == armed_.size());
        REQUIRE(queue_.empty() == armed_.empty());
        if (armed_.empty()) return;
        REQUIRE(std::pair(queue_.earliest().due, queue_.earliest().id) == *armed_.begin());
    }

    std::mt19937 dice_;
    timer_queue queue_;
    model armed_;
    std::map<timer_id, moment> due_of_;  // the same ones, by their numbers
    is_in is_armed_{&armed_};
    std::uint32_t last_ = 0;
};

// Moments that are close together, or of any size, before the beginning of time and at its end.
moment any_moment(compared& both, std::uint32_t kind) {
    if (kind == 0) return moment(both.roll(20));
    if (kind == 1) return moment(both.roll(1'000'000'000));
    const std::uint64_t bits = (std::uint64_t{both.roll(1u << 31)} << 33) | both.roll(1u << 31);
    return moment(static_cast<std::int64_t>(bits) >> both.roll(64));
}

}  // namespace

TEST_CASE("R2: the earliest timer is in front, and of equal ones the first that was armed") {
    const auto kind = GENERATE(0u, 1u, 2u);
    compared both(7);
    bool grows = true;  // until many are far, then until few are left, and so on
    for (int step = 0; step < 120'000; ++step) {
        if (both.empty() || both.size() > 20'000) grows = both.empty();
        const std::uint32_t choice = both.roll(10);
        if (choice < (grows ? 7u : 2u) || both.empty()) {
            both.arm(any_moment(both, kind));
        } else if (choice < 8) {
            both.disarm_any();
        } else if (choice < 9) {
            both.disarm_newest();
        } else {
            both.take();
        }
    }
    both.stored_are_armed();
}

// Enough to be far, with a clock that moves on: each is armed for a moment that is still to come.
TEST_CASE("a crowd of timers fires in order, while others are armed and disarmed") {
    const auto kind = GENERATE(0u, 1u, 2u);
    compared both(8);
    moment now{};
    for (int crowd = 0; crowd < 3; ++crowd) {
        while (both.size() < 5000)
            both.arm(later(now, std::max(moment(0), any_moment(both, kind))));
        both.stored_are_armed();
        while (!both.empty()) {
            now = both.take();
            const std::uint32_t choice = both.roll(8);
            if (choice == 0) both.arm(later(now, moment(both.roll(1000))));
            if (choice == 1 && !both.empty()) both.disarm_any();
            if (choice == 2 && !both.empty()) both.disarm_newest();
        }
    }
}

// Each new one is the earliest, so it is near, whatever the horizon.
TEST_CASE("timers that are armed backwards fire in order") {
    compared both(9);
    for (int due = 10'000; due > -10'000; --due) both.arm(moment(due));
    both.stored_are_armed();
    while (!both.empty()) both.take();
}

TEST_CASE("those who have come near are told once, before they are taken") {
    constexpr std::uint32_t many = 20'000;
    timer_queue queue;
    const auto is_armed = [](const timer&) { return true; };
    for (std::uint32_t id = 1; id <= many; ++id) queue.arm({moment(id), timer_id{id}, id});
    std::set<std::uint32_t> told;
    std::size_t times = 0;
    for (std::uint32_t id = 1; id <= many; ++id) {
        REQUIRE(queue.take(is_armed).task == id);
        const auto near = queue.newly_near();
        REQUIRE(near.size() < 1000);
        times += near.empty() ? 0 : 1;
        for (const timer& each : near) told.insert(each.task);
        REQUIRE(queue.newly_near().empty());
        if (id > 1 && id < many) REQUIRE(told.contains(id + 1));
    }
    CHECK(times > many / 1000);
    CHECK(times < many / 100);
}

// Of a crowd that is due at one moment only some hundreds are told, and nobody is lost.
TEST_CASE("a crowd that is due at one moment fires in the order of its numbers") {
    timer_queue queue;
    const auto is_armed = [](const timer&) { return true; };
    queue.arm({moment(1), timer_id{1}, 1});
    for (std::uint32_t id = 2; id <= 50'000; ++id) queue.arm({moment(60), timer_id{id}, id});
    for (std::uint32_t id = 1; id <= 50'000; ++id) {
        REQUIRE(queue.take(is_armed).task == id);
        REQUIRE(queue.newly_near().size() < 1000);
    }
    CHECK(queue.empty());
}

// Neither a search nor something that stays behind, though many others are far.
TEST_CASE("a limit that is dropped as the latest goes at once, also from among the far ones") {
    timer_queue queue;
    std::set<timer_id> gone;
    const auto is_armed = [&](const timer& each) { return !gone.contains(each.id); };
    for (std::uint32_t id = 1; id <= 20'000; ++id) queue.arm({moment(id), timer_id{id}, id});
    for (std::uint32_t id = 20'001; id <= 20'100; ++id) {
        queue.arm({moment(1'000'000), timer_id{id}, id});
        gone.insert(timer_id{id});
        queue.disarm(timer_id{id}, is_armed);
    }
    CHECK(queue.size() == 20'000);
    CHECK(queue.all().size() == 20'000);
}

TEST_CASE("a timer that is disarmed can be armed again") {
    timer_queue queue;
    std::set<timer_id> armed{timer_id{1}, timer_id{2}};
    const auto is_armed = [&](const timer& each) { return armed.contains(each.id); };
    queue.arm({moment(2), timer_id{1}, 0});
    queue.arm({moment(1), timer_id{2}, 0});
    armed.erase(timer_id{2});
    queue.disarm(timer_id{2}, is_armed);
    CHECK(queue.earliest().id == timer_id{1});
    armed.insert(timer_id{3});
    queue.arm({moment(1), timer_id{3}, 0});
    CHECK(queue.earliest().id == timer_id{3});
    CHECK(queue.size() == 2);
}

TEST_CASE("timers that were disarmed do not stay for ever") {
    timer_queue queue;
    std::set<timer_id> armed;
    const auto is_armed = [&](const timer& each) { return armed.contains(each.id); };
    for (std::uint32_t id = 1; id <= 20'000; ++id) {
        armed.insert(timer_id{id});
        queue.arm({moment(20'000 - id), timer_id{id}, 0});  // the newest is always the earliest
    }
    for (std::uint32_t id = 1; id <= 19'990; ++id) {
        armed.erase(timer_id{id});
        queue.disarm(timer_id{id}, is_armed);
        if (id % 100 == 0) REQUIRE(queue.all().size() <= 2 * armed.size() + 1);
    }
    for (std::uint32_t id = 20'000; id > 19'990; --id) {
        const timer next = queue.take(is_armed);
        CHECK(next.id == timer_id{id});
        armed.erase(next.id);
    }
    CHECK(queue.empty());
}
