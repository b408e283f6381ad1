// Lanes: order of the spawn tree, stretches with their looks, the loop's phases, letters.
//
// Not here: pixels (timeline_test.cpp).
// Internal to tests/gui/.
#include "gui/model/lanes.hpp"
#include "tests/catch.hpp"
#include "tests/gui/sample.hpp"

#include <set>

using namespace gui_tests;
using gui::look;

namespace {

std::string letters_of(const gui::lane& row) {
    std::string text;
    for (const gui::span& each : row.spans) text += gui::letter_of(each.look);
    return text;
}

}  // namespace

TEST_CASE("lanes are in the order of the spawn tree, the loop first") {
    const gui::lanes all = gui::make_lanes(sample());
    std::string order;
    for (const gui::lane& row : all.rows) order += row.name + "/" + std::to_string(row.depth) + " ";
    CHECK(order == "the loop/0 #1 run/0 #2 serve/1 #3 call/1 #4 cook/1 #5 cook/1 ");
    CHECK(all.row(4) == 4);
    CHECK(all.row(99) == 0);
}

TEST_CASE("a task's lane tells its whole life in letters") {
    const gui::lanes all = gui::make_lanes(sample());
    CHECK(letters_of(all.rows[all.row(1)]) == "qRoqRtqRjqR");
    CHECK(letters_of(all.rows[all.row(2)]) == "qRdqRdqRdqRdqR");
    CHECK(letters_of(all.rows[all.row(4)]) == "qRtqR");
    CHECK(letters_of(all.rows[all.row(5)]) == "qRoqRtqR");
    CHECK(all.rows[all.row(2)].outcome == "cancelled");
    CHECK(all.rows[all.row(4)].outcome == "value");
    CHECK(all.rows[all.row(4)].died == at(89));
    const gui::span* waits = all.rows[all.row(5)].at(at(50));
    REQUIRE(waits != nullptr);
    CHECK(all.words[waits->what] == "lock 1");
    CHECK(all.rows[all.row(4)].at(at(100)) == nullptr);
}

TEST_CASE("the loop's lane has its phases") {
    const gui::lanes all = gui::make_lanes(sample());
    CHECK(letters_of(all.rows[0]).substr(0, 9) == "PTUPTUPTU");
    CHECK(all.rows[0].at(at(44))->look == look::poll);
    CHECK(all.rows[0].at(at(46))->look == look::timers);
    CHECK(all.rows[0].at(at(60))->look == look::run);
    CHECK(all.rows[0].at(at(1)) == nullptr);
}

TEST_CASE("stretches are in order and do not overlap") {
    const gui::lanes all = gui::make_lanes(sample());
    for (const gui::lane& row : all.rows)
        for (std::size_t i = 0; i < row.spans.size(); ++i) {
            CHECK(row.spans[i].begin < row.spans[i].end);
            if (i > 0) CHECK(row.spans[i - 1].end <= row.spans[i].begin);
        }
}

TEST_CASE("the looks say what the rebuilt state says, at every trace event") {
    const trace::recording of = sample();
    const gui::lanes all = gui::make_lanes(of);
    trace::state now;
    for (std::size_t i = 0; i < of.events.size(); ++i) {
        now.apply(of, of.events[i]);
        for (const trace::task_view* task : now.tasks.in_order()) {
            const gui::span* stretch = all.rows[all.row(task->id)].at(i);
            CHECK((stretch != nullptr && stretch->look == gui::look_of(*task)));
        }
        for (const trace::life* task : of.tasks().in_order())
            if (task->ended <= i) CHECK(all.rows[all.row(task->id)].at(i) == nullptr);
    }
}

TEST_CASE("letters of tasks' looks are all different, and each look has a word") {
    std::set<char> letters;
    for (int i = 0; i <= static_cast<int>(gui::last_look); ++i) {
        letters.insert(gui::letter_of(static_cast<look>(i)));
        CHECK_FALSE(gui::word_of(static_cast<look>(i)).empty());
    }
    CHECK(letters.size() == static_cast<std::size_t>(gui::last_look) + 1);
}

TEST_CASE("logs and cancels are marked on the lane of who did them") {
    const gui::lanes all = gui::make_lanes(sample());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> marks;
    for (const gui::mark& each : all.marks) marks.emplace_back(each.index + 1, each.row);
    CHECK(marks ==
          std::vector<std::pair<std::uint32_t, std::uint32_t>>{{110, 3}, {139, 0}, {153, 1}});
}
