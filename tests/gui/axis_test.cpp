// The axis: zoom keeps what is under the mouse, ranges stay in the run, ticks are round.
//
// Not here: pixels of lanes (timeline_test.cpp).
// Internal to tests/gui/.
#include "gui/model/axis.hpp"
#include "tests/catch.hpp"
#include "tests/gui/sample.hpp"

using namespace gui_tests;
using gui::axis;
using gui::axis_kind;
using gui::range;

TEST_CASE("events are the first choice under the virtual clock, time under the real one") {
    CHECK(gui::best_axis(sample()) == axis_kind::events);
    CHECK(gui::best_axis(crowd(1).read()) == axis_kind::time);
}

TEST_CASE("every trace event has a place, and the place leads back to it") {
    const trace::recording of = sample();
    const axis events(of, axis_kind::events);
    for (std::size_t i = 0; i < of.events.size(); ++i) {
        CHECK(events.index_at(events.at(i)) == i);
        CHECK(events.index_at(events.at(i) + 0.9) == i);
    }
    const axis time(of, axis_kind::time);
    CHECK(time.index_at(time.at(at(50))) == at(69));  // the last of those at 1 ms
    CHECK(time.index_at(-5) == 0);
    CHECK(time.index_at(1e18) == at(177));
}

TEST_CASE("zooming at a place keeps the place where it is") {
    const trace::recording of = sample();
    for (const axis_kind kind : {axis_kind::events, axis_kind::time}) {
        const axis on(of, kind);
        range now = gui::whole_range(on);
        const double place = on.end() * 0.4;
        const double share = (place - now.from) / now.width();
        for (int i = 0; i < 6; ++i) {
            const range next = gui::zoomed(on, now, place, 0.8);
            CHECK(next.width() < now.width());
            CHECK((place - next.from) / next.width() == Catch::Approx(share));
            now = next;
        }
    }
}

TEST_CASE("zooming and panning stay inside the run and have a limit") {
    const trace::recording of = sample();
    const axis on(of, axis_kind::events);
    range now = gui::whole_range(on);
    CHECK(now.from <= 0);
    CHECK(now.to >= on.end());
    CHECK(gui::zoomed(on, now, 50, 100).width() <= on.end() * 1.1);
    for (int i = 0; i < 100; ++i) now = gui::zoomed(on, now, 50, 0.5);
    CHECK(now.width() == Catch::Approx(on.narrowest()));
    CHECK(gui::panned(on, now, -1e9).from > -on.end());
    const range last = gui::panned(on, now, 1e9);
    CHECK(last.to >= on.end());
    CHECK(last.to < on.end() + now.width());
}

TEST_CASE("revealing moves only what must move") {
    const trace::recording of = sample();
    const axis on(of, axis_kind::events);
    const range now{40, 80};
    CHECK(gui::revealing(on, now, 60).from == 40);
    const range right = gui::revealing(on, now, 100);
    CHECK(right.from < 100);
    CHECK(right.to > 100);
    CHECK(right.width() == Catch::Approx(40));
    CHECK(gui::revealing(on, now, 10).from < 10);
    const range around = gui::fitted(on, 50, 60);
    CHECK(around.from < 50);
    CHECK(around.to > 60);
}

TEST_CASE("ticks are round numbers with room for their text") {
    const trace::recording of = sample();
    const axis events(of, axis_kind::events);
    std::vector<std::string> texts;
    for (const gui::tick& each : gui::ticks(events, gui::whole_range(events), 600, 100))
        texts.push_back(each.text);
    CHECK(texts == std::vector<std::string>{"50", "100", "150"});
    const axis time(of, axis_kind::time);
    texts.clear();
    for (const gui::tick& each : gui::ticks(time, gui::whole_range(time), 600, 100))
        texts.push_back(each.text);
    CHECK(texts == std::vector<std::string>{"0 ms", "1 ms", "2 ms", "3 ms", "4 ms"});
    CHECK(time.label(1'500'000, 100'000, 4'000'000) == "1.5 ms");
    CHECK(time.label(2'000'000'000, 1e9, 3e9) == "2 s");
}

TEST_CASE("late in a long run, ticks that are close together are still told in seconds") {
    const trace::recording of = sample();
    const axis time(of, axis_kind::time);
    CHECK(time.label(12'345'600'000, 200'000, 12'346'000'000) == "12.3456 s");
    CHECK(time.label(1'250'000, 50'000, 1'300'000) == "1.25 ms");
    CHECK(time.label(0, 200'000, 1'200'000) == "0.0 ms");
}

TEST_CASE("a run without time and a run without trace events have an axis too") {
    const trace::recording none;
    const axis on(none, axis_kind::time);
    CHECK(on.end() > 0);
    CHECK(gui::whole_range(on).width() > 0);
    CHECK(gui::ticks(on, gui::whole_range(on), 600, 100).empty());
}
