// The timeline's layout: bars where they belong, culling, merging, arrows, picking.
//
// Not here: painting.
// Internal to tests/gui/.
#include "gui/model/timeline.hpp"
#include "tests/catch.hpp"
#include "tests/gui/sample.hpp"

#include <set>

using namespace gui_tests;
using gui::axis;
using gui::axis_kind;

namespace {

gui::frame wide_frame() {
    gui::frame in;
    in.x = 100;
    in.y = 50;
    in.width = 900;
    in.height = 400;
    in.names = 100;
    in.ruler = 20;
    in.lane = 30;
    return in;
}

// A trace with everything that a layout needs.
struct laid_out {
    explicit laid_out(trace::recording from, axis_kind kind = axis_kind::events)
        : of(std::move(from)), all(gui::make_lanes(of)), on(of, kind), seen(gui::whole_range(on)) {}

    gui::timeline_input input() const {
        return {of, all, on, seen, in, playhead, selected, arrows};
    }
    gui::timeline_layout layout() const { return gui::lay_out(input()); }

    trace::recording of;
    gui::lanes all;
    axis on;
    gui::range seen;
    gui::frame in = wide_frame();
    std::size_t playhead = 0;
    std::uint32_t selected = 0;
    std::vector<gui::arrow> arrows;
};

}  // namespace

TEST_CASE("every stretch of the sample is a bar in its lane, at its place") {
    laid_out of(sample());
    const gui::timeline_layout layout = of.layout();
    std::size_t spans = 0;
    for (const gui::lane& row : of.all.rows) spans += row.spans.size();
    CHECK(layout.bars.size() == spans);
    for (const gui::bar& each : layout.bars) {
        CHECK(each.x0 == Catch::Approx(gui::x_of(of.in, of.seen, of.on.at(each.begin))));
        CHECK(each.y0 >= of.in.lanes_y() + of.in.lane * static_cast<float>(each.row));
        CHECK(each.y1 <= of.in.lanes_y() + of.in.lane * static_cast<float>(each.row + 1));
    }
    CHECK(layout.labels.size() == 6);
    CHECK(layout.ends.size() == 5);
    CHECK(layout.content_height == 180);
}

TEST_CASE("a bar says as much as fits, at least its letter, or nothing") {
    laid_out of(sample());
    bool full = false;
    bool letter = false;
    bool nothing = false;
    for (const gui::bar& each : of.layout().bars) {
        const float room = (each.x1 - each.x0) / of.in.letter;
        CHECK(static_cast<float>(each.text.size()) <= std::max(room, 0.0F));
        full = full || each.text == "o  event 2";
        letter = letter || each.text == "q";
        nothing = nothing || each.text.empty();
    }
    CHECK(full);
    CHECK(letter);
    CHECK(nothing);
}

TEST_CASE("states differ in how they are filled, not only in colour") {
    CHECK(gui::fill_of(gui::look::running) == gui::fill::solid);
    CHECK(gui::fill_of(gui::look::ready) == gui::fill::hatched);
    CHECK(gui::fill_of(gui::look::waits_timer) == gui::fill::tinted);
}

TEST_CASE("what is out of sight is not laid out") {
    laid_out of(sample());
    of.seen = {100, 110};
    of.in.height = 110;  // three lanes: the loop's, which stays, and two of the others
    of.in.scroll = 60;
    for (const gui::bar& each : of.layout().bars) {
        CHECK(each.x0 >= of.in.lanes_x());
        CHECK(each.x1 <= of.in.right());
        CHECK((each.row == 0 || each.row == 3 || each.row == 4));
    }
    std::vector<std::pair<std::size_t, float>> labels;
    for (const gui::lane_label& each : of.layout().labels) labels.emplace_back(each.row, each.y0);
    CHECK(labels == std::vector<std::pair<std::size_t, float>>{{0, 70}, {3, 100}, {4, 130}});
    CHECK(gui::pick(of.input(), 500, 75)->row == 0);
    CHECK(gui::pick(of.input(), 500, 105)->row == 3);
}

TEST_CASE("the work follows the pixels, not the length of the run") {
    const laid_out few(crowd(400).read(), axis_kind::time);
    const laid_out many(crowd(40'000).read(), axis_kind::time);
    CHECK(many.layout().bars.size() <= 2 * 900);
    CHECK(few.layout().bars.size() <= 2 * 900);
    std::uint64_t counted = 0;
    float last = 0;
    for (const gui::bar& each : many.layout().bars) {
        counted += each.count;
        CHECK(each.x0 >= last - 0.01F);  // bars of one lane do not overlap
        last = each.x1;
    }
    CHECK(counted == many.all.rows[1].spans.size());
}

TEST_CASE("what is narrower than a pixel is painted as what it mostly is") {
    const auto looks = [](int runs, int is_ready) {
        const laid_out of(crowd(40'000, runs, is_ready).read(), axis_kind::time);
        std::set<gui::look> found;
        for (const gui::bar& each : of.layout().bars) found.insert(each.look);
        return found;
    };
    CHECK(looks(9'000, 1'000) == std::set{gui::look::running});
    CHECK(looks(1'000, 9'000) == std::set{gui::look::ready});
}

TEST_CASE("the playhead is as wide as its trace event on the axis of events") {
    laid_out steps(sample());
    steps.playhead = at(60);
    CHECK(steps.layout().playhead_x1 - steps.layout().playhead_x0 ==
          Catch::Approx(800 / steps.seen.width()));
    laid_out time(sample(), axis_kind::time);
    time.playhead = at(60);
    CHECK(time.layout().playhead_x1 == time.layout().playhead_x0);
}

TEST_CASE("arrows go from the cause's lane to the effect's") {
    laid_out of(sample());
    of.arrows = gui::causes(of.of).arrows_of(at(48), 1);
    const gui::timeline_layout layout = of.layout();
    REQUIRE(layout.arrows.size() == 3);  // fd_ready -> wake -> switch_in and reply
    CHECK_FALSE(layout.arrows[0].effect);
    CHECK(layout.arrows[1].effect);
    const auto middle = [&](float row) { return of.in.lanes_y() + of.in.lane * (row + 0.5F); };
    CHECK(layout.arrows[0].y0 == middle(0));
    CHECK(layout.arrows[0].y1 == middle(0));
    CHECK(layout.arrows[1].y1 == middle(2));
    CHECK(layout.arrows[1].x0 < layout.arrows[1].x1);
}

TEST_CASE("picking finds what was laid out") {
    laid_out of(sample());
    for (const gui::bar& each : of.layout().bars) {
        const auto found = gui::pick(of.input(), (each.x0 + each.x1) / 2, (each.y0 + each.y1) / 2);
        REQUIRE(found);
        CHECK(found->row == each.row);
        CHECK(found->index == each.begin);
    }
    CHECK_FALSE(gui::pick(of.input(), 50, 100));
    CHECK_FALSE(gui::pick(of.input(), 500, 60));   // the ruler
    CHECK_FALSE(gui::pick(of.input(), 500, 440));  // below the last lane
    const auto name = gui::pick(of.input(), 120, of.in.lanes_y() + 75);
    REQUIRE(name);
    CHECK(name->row == 2);
}

TEST_CASE("a mark is picked by its triangle, the stretch below it elsewhere") {
    laid_out of(sample());
    of.seen = {100, 160};
    const std::vector<gui::placed_mark> marks = of.layout().marks;
    REQUIRE_FALSE(marks.empty());
    for (const gui::placed_mark& each : marks) {
        const auto found = gui::pick(of.input(), each.x + 2, each.y);
        REQUIRE(found);
        CHECK(found->row == each.row);
        CHECK(found->index == each.index);
        const auto below = gui::pick(of.input(), each.x + 2, each.y + of.in.lane * 0.36F);
        REQUIRE(below);
        CHECK(below->index <= each.index);
        CHECK(of.all.rows[each.row].at(each.index)->begin == below->index);
    }
}

TEST_CASE("the label's look is that at the playhead, and the selected lane is told") {
    laid_out of(sample());
    of.selected = 4;
    of.playhead = at(38);
    gui::timeline_layout layout = of.layout();
    CHECK(layout.labels[4].look == gui::look::waits_timer);
    CHECK(layout.labels[4].selected);
    CHECK_FALSE(layout.labels[3].selected);
    of.playhead = at(100);
    CHECK(of.layout().labels[4].look == gui::look::ended);
    of.playhead = at(5);
    CHECK_FALSE(of.layout().labels[4].look);
}
