// The list of trace events, row by row, and how rows stand to the playhead.
//
// Not here: the sentences (tests/model/words_test.cpp).
// Internal to tests/gui/.
#include "gui/model/event_list.hpp"
#include "tests/catch.hpp"
#include "tests/gui/sample.hpp"

using namespace gui_tests;
using gui::relation;

TEST_CASE("a row has the trace event's number, time, turn, task and sentence") {
    const trace::recording of = sample();
    const gui::event_row row = gui::event_row_at(of, gui::causes(of), at(75), 0);
    CHECK(row.seq == "75");
    CHECK(row.time == "2.000 ms");
    CHECK(row.turn == "4");
    CHECK(row.who == "the loop");
    CHECK(row.kind == "wake");
    CHECK(row.sentence == "the loop wakes #4 cook: its time has come");
    CHECK_FALSE(row.begins_turn);
    CHECK(gui::event_row_at(of, gui::causes(of), at(69), 0).begins_turn);
}

TEST_CASE("cause and effects of the playhead's trace event are marked, and only they") {
    const trace::recording of = sample();
    const gui::causes why(of);
    std::string marked;
    for (std::size_t i = 0; i < of.events.size(); ++i) {
        const gui::event_row row = gui::event_row_at(of, why, i, at(75));
        if (row.relation == relation::cause) marked += "cause " + row.seq + " ";
        if (row.relation == relation::current) marked += "current " + row.seq + " ";
        if (row.relation == relation::effect) marked += "effect " + row.seq + " ";
    }
    CHECK(marked == "cause 74 current 75 effect 85 effect 86 ");
}
