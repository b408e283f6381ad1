// The study: commands move one model, every pane follows, and the dump tells it.
//
// Not here: the panes' own rows, each of which has a test of its own.
// Internal to tests/gui/.
#include "gui/model/study.hpp"
#include "gui/model/dump.hpp"
#include "tests/catch.hpp"
#include "tests/gui/sample.hpp"

using namespace gui_tests;
using gui::command;

namespace {

gui::frame some_frame() {
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

}  // namespace

TEST_CASE("every pane follows the playhead") {
    gui::study of = sample_study();
    of.go_to(at(75));
    CHECK(of.sentence() == "the loop wakes #4 cook: its time has come");
    CHECK(of.change() ==
          "moved #4 cook from timer 1 to the back of the ready queue (position 2 of 2)");
    CHECK(of.kernel().ready.size() == 2);
    CHECK(of.source().line == 27);
    CHECK(of.timeline().playhead == at(75));
    CHECK(of.timeline().arrows.front().from == at(74));
}

TEST_CASE("commands and their opposites cancel out, from everywhere") {
    gui::study of = sample_study();
    for (std::size_t i = 1; i + 1 < 177; ++i) {
        of.go_to(i);
        of.perform(command::event_forward);
        of.perform(command::event_back);
        CHECK(of.index() == i);
    }
}

TEST_CASE("steps by task follow the selection, else the playhead's own task") {
    gui::study of = sample_study();
    of.go_to(at(34));
    CHECK(of.this_task() == 4);
    of.perform(command::task_forward);
    CHECK(of.play().seq() == 35);
    of.select(5);
    of.perform(command::task_forward);
    CHECK(of.play().seq() == 40);
    of.perform(command::escape);
    CHECK(of.selected() == 0);
    of.go_to(at(75));
    CHECK(of.this_task() == 4);  // the loop wakes it
}

TEST_CASE("cause and effect are one key away") {
    gui::study of = sample_study();
    of.go_to(at(75));
    of.perform(command::to_cause);
    CHECK(of.play().seq() == 74);
    of.perform(command::to_effect);
    CHECK(of.play().seq() == 75);
    of.perform(command::to_effect);
    CHECK(of.play().seq() == 85);
}

TEST_CASE("fit shows the stretch at the playhead, and once more everything") {
    gui::study of = sample_study();
    of.go_to(at(60));
    of.select(4);
    of.perform(command::fit);
    CHECK(of.seen().from > 0);
    CHECK(of.seen().from < static_cast<double>(at(38)));
    CHECK(of.seen().to > static_cast<double>(at(75)));
    CHECK(of.seen().to < 120);
    of.perform(command::fit);
    CHECK(of.seen().from <= 0);
    CHECK(of.seen().to >= 177);
    of.perform(command::fit);
    CHECK(of.seen().from > 0);
}

TEST_CASE("zoom is at the mouse when it is over the timeline, else at the playhead") {
    gui::study of = sample_study();
    of.go_to(at(60));
    const gui::range before = of.seen();
    of.perform(command::zoom_in, 150.0);
    const gui::range now = of.seen();
    CHECK((150 - now.from) / now.width() == Catch::Approx((150 - before.from) / before.width()));
    CHECK(now.width() < before.width());
    CHECK(of.play().seq() == 60);
}

TEST_CASE("the other axis shows the same trace events and the same playhead") {
    gui::study of = sample_study();
    of.go_to(at(60));
    of.perform(command::switch_axis);
    CHECK(of.on().kind() == gui::axis_kind::time);
    CHECK(of.play().seq() == 60);
    CHECK(of.seen().to >= 4'000'000);
    of.perform(command::switch_axis);
    CHECK(of.on().kind() == gui::axis_kind::events);
}

TEST_CASE("a click selects a lane's task and goes to the stretch's beginning") {
    gui::study of = sample_study();
    of.set_frame(some_frame());
    const float x = gui::x_of(of.in(), of.seen(), of.on().at(at(60)));
    of.click_timeline(x, of.in().lanes_y() + 30 * 4.5F);
    CHECK(of.selected() == 4);
    CHECK(of.play().seq() == 38);
    of.click_timeline(x, 5000);
    CHECK(of.selected() == 4);
    of.scrub(x);
    CHECK(of.play().seq() == 60);
}

TEST_CASE("the playhead's lane is brought into sight, and only then do lanes scroll") {
    gui::study of = sample_study();
    gui::frame in = some_frame();
    in.height = 80;  // two lanes, of which the first is the loop's
    of.set_frame(in);
    CHECK(of.in().scroll == 0);
    of.go_to(at(42));  // task 5 is the last lane
    CHECK(of.in().scroll == 120);
    of.go_to(at(44));  // the loop: nothing moves
    CHECK(of.in().scroll == 120);
    of.go_to(at(25));  // task 2, above
    CHECK(of.in().scroll == 30);
    of.go_to(at(42));
    of.scroll_lanes(1000);
    CHECK(of.in().scroll == 120);
    of.scroll_lanes(-1000);
    CHECK(of.in().scroll == 0);
}

TEST_CASE("scale and theme have their limits and their way back") {
    gui::study of = sample_study();
    for (int i = 0; i < 20; ++i) of.perform(command::scale_up);
    CHECK(of.scale() == gui::largest_scale);
    of.perform(command::scale_reset);
    CHECK(of.scale() == 1);
    of.perform(command::scale_down);
    CHECK(of.scale() == gui::smallest_scale);
    of.set_own_scale(1.5F);  // a fine screen
    of.perform(command::scale_reset);
    CHECK(of.scale() == 1.5F);
    of.perform(command::switch_theme);
    CHECK(of.theme() == gui::theme::dark);
    of.perform(command::help);
    CHECK(of.shows_help());
    of.select(2);
    of.perform(command::escape);
    CHECK_FALSE(of.shows_help());
    CHECK(of.selected() == 2);
}

TEST_CASE("of panes that share a region the last one called is in front") {
    gui::study of = sample_study();
    const gui::region shared{{}, {gui::pane::timeline, gui::pane::kernel, gui::pane::events}};
    CHECK(of.in_front(shared) == gui::pane::timeline);
    of.bring_to_front(gui::pane::events);
    CHECK(of.in_front(shared) == gui::pane::events);
    of.bring_to_front(gui::pane::kernel);
    CHECK(of.in_front(shared) == gui::pane::kernel);
}

TEST_CASE("a trace without trace events can be looked at") {
    gui::study of(trace::recording(), std::nullopt);
    of.set_frame(some_frame());
    for (int i = 0; i <= static_cast<int>(command::quit); ++i) of.perform(static_cast<command>(i));
    of.click_timeline(400, 200);
    of.scrub(400);
    CHECK(of.sentence() == "This trace has no trace events.");
    CHECK(gui::lay_out(of.timeline()).bars.empty());
}

TEST_CASE("a file that has grown is read again without losing the place") {
    gui::study of(crowd(3).read(), std::nullopt);
    of.set_frame(some_frame());
    of.go_to(4);
    of.select(1);
    of.perform(command::switch_theme);
    of.perform(command::fit);
    of.perform(command::fit);
    of.read_again(crowd(300).read());
    CHECK(of.of().events.size() == 602);
    CHECK(of.index() == 4);
    CHECK(of.selected() == 1);
    CHECK(of.theme() == gui::theme::dark);
    CHECK(of.seen().to >= of.on().end());
    CHECK(of.all().rows[1].spans.size() > 500);
    of.perform(command::to_end);
    CHECK(of.kernel().moment == "turn 0, 599.000 us");
}

TEST_CASE("of another, shorter run as much stays as there is") {
    gui::study of(crowd(300).read(), std::nullopt);
    of.set_frame(some_frame());
    of.perform(command::to_end);
    of.select(1);
    of.read_again(crowd(2).read());
    CHECK(of.play().seq() == 6);
    CHECK(of.selected() == 1);
    of.read_again(trace::recording());
    CHECK(of.index() == 0);
    CHECK(of.selected() == 0);
    CHECK(of.sentence() == "This trace has no trace events.");
    of.read_again(crowd(2).read());
    CHECK(of.play().seq() == 1);
}

TEST_CASE("the dump tells what is shown") {
    gui::study of = sample_study();
    of.go_to(at(75));
    const std::string text = gui::dump(of);
    for (const char* part :
         {R"("seq":75)", R"("events":177)", R"("axis":"events")", R"("theme":"light")",
          R"("ready":[2,4])", R"("lanes":6)", R"("phase":"timers")", R"("playing":false)",
          R"("sentence":"the loop wakes #4 cook: its time has come")"})
        CHECK_THAT(text, Catch::Matchers::ContainsSubstring(part));
}

TEST_CASE("a key that is held down goes on stepping, but switches once") {
    CHECK(gui::repeats(command::event_forward));
    CHECK(gui::repeats(command::zoom_in));
    CHECK(gui::repeats(command::scale_up));
    CHECK_FALSE(gui::repeats(command::play_or_pause));
    CHECK_FALSE(gui::repeats(command::switch_theme));
    CHECK_FALSE(gui::repeats(command::switch_axis));
    CHECK_FALSE(gui::repeats(command::help));
    CHECK_FALSE(gui::repeats(command::fit));
}

TEST_CASE("every key of the help has its words") {
    for (const gui::help_row& row : gui::help_rows()) CHECK_FALSE(row.what.empty());
    CHECK(gui::help_rows().size() > 25);
}
