// Names and errors that a program wrote over several lines, in the panes that have one for each.
//
// Not here: sentences (tests/model/words_test.cpp), names that are too long (tests/window/).
// Internal to tests/gui/.
#include "gui/model/event_list.hpp"
#include "tests/catch.hpp"
#include "tests/gui/sample.hpp"
#include "tests/model/make_trace.hpp"

using namespace gui_tests;

namespace {

// #1 waits for the end of #2, which has failed; both have names of two lines.
gui::study two_lines() {
    model_tests::trace_maker made;
    made.add("spawn", 0, R"("child":1,"name":"fry\ncook")")
        .add("spawn", 1, R"("child":2,"name":"tab\tbell\u0007")")
        .add("park", 1, R"("on":"task","target":2)")
        .add("spawn", 0, R"("child":3,"name":"pan\npot")")
        .add("timer_set", 3, R"("timer":1,"due":500,"what":"sleep","owner":3)")
        .add("exit", 2, R"("outcome":"error","error":"burnt:\n  the roast")");
    gui::study of(made.read(), std::nullopt);
    of.perform(gui::command::to_end);
    return of;
}

}  // namespace

TEST_CASE("in every pane a name is on one line, with its control characters written out") {
    const gui::study of = two_lines();
    CHECK(of.all().rows[1].name == R"(#1 fry\ncook)");
    CHECK(of.all().words.back() == R"(end of #2 tab\tbell\x07)");
    CHECK(gui::event_row_at(of.of(), of.why(), 1, 0).who == R"(#1 fry\ncook)");
    const gui::kernel_rows& rows = of.kernel();
    REQUIRE(rows.ready.size() == 1);
    CHECK(rows.ready[0].text == R"(#3 pan\npot)");
    REQUIRE(rows.timers.size() == 1);
    CHECK(rows.timers[0].what == R"(sleep of #3 pan\npot)");
    REQUIRE(rows.tasks.size() == 3);
    CHECK(rows.tasks[0].name == R"(#1 fry\ncook)");
    CHECK(rows.tasks[0].doing == R"(waits for end of #2 tab\tbell\x07)");
    CHECK(rows.tasks[2].doing == R"(failed: burnt:\n  the roast)");
}
