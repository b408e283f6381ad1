// Finding trace events by their words: what has them, in which order they come, how one types.
//
// Not here: the keys (tests/window/).
// Internal to tests/gui/.
#include "gui/model/search.hpp"
#include "gui/model/study.hpp"
#include "tests/catch.hpp"
#include "tests/gui/sample.hpp"

using namespace gui_tests;
using gui::command;

namespace {

gui::search typed(std::string_view words) {
    gui::search made;
    made.open();
    for (const char each : words) made.type(static_cast<unsigned char>(each));
    return made;
}

}  // namespace

TEST_CASE("words are looked for in the kind, the task and the sentence of a trace event") {
    const trace::recording of = sample();  // 75: the loop wakes #4 cook: its time has come
    for (const char* words : {"wake", "the loop", "#4 cook", "TIME HAS", "cOOk: its"})
        CHECK(gui::has_words(of, at(75), words));
    CHECK_FALSE(gui::has_words(of, at(75), "serve"));
    CHECK(gui::has_words(of, at(37), "timer_set"));
}

TEST_CASE("next and previous are the nearest, and go on from the other end") {
    const trace::recording of = sample();
    gui::search line = typed("time has come");
    CHECK(line.next(of, 0) == at(75));
    const auto second = line.next(of, at(75));
    REQUIRE(second);
    CHECK(*second > at(75));
    CHECK(line.previous(of, *second) == at(75));
    CHECK(line.note().empty());
    CHECK(line.previous(of, at(75)) > at(75));
    CHECK(line.note() == "from the end again");
    CHECK(line.next(of, of.events.size() - 1) == at(75));
    CHECK(line.note() == "from the start again");
}

TEST_CASE("what is not there is said, and nothing is found by no words") {
    const trace::recording of = sample();
    gui::search line = typed("waiter");
    CHECK_FALSE(line.next(of, 0));
    CHECK(line.note() == "no trace event has it");
    line.erase();
    CHECK(line.note().empty());
    CHECK_FALSE(typed("").next(of, 0));
    CHECK_FALSE(typed("loop").next(trace::recording(), 0));
    CHECK_FALSE(typed("loop").previous(trace::recording(), 0));
}

TEST_CASE("what is typed is UTF-8, and is erased by characters") {
    gui::search line;
    for (const char32_t sign : U"a\u00e9\u20ac\U0001f373") line.type(sign);
    line.erase();  // the zero at the end of the literal
    CHECK(line.text() == "a\u00e9\u20ac\U0001f373");
    line.erase();
    line.erase();
    CHECK(line.text() == "a\u00e9");
    for (int i = 0; i < 3; ++i) line.erase();
    CHECK(line.text().empty());
}

TEST_CASE("in the study the playhead goes to what is found, also when the line is closed") {
    gui::study of = sample_study();
    of.perform(command::find);
    CHECK(of.find().is_open());
    for (const char each : std::string("time has")) of.type(static_cast<unsigned char>(each));
    CHECK(of.index() == 0);
    of.perform(command::find_next);
    CHECK(of.index() == at(75));
    of.select(2);
    of.perform(command::escape);
    CHECK_FALSE(of.find().is_open());
    CHECK(of.selected() == 2);
    of.perform(command::find_next);
    CHECK(of.index() > at(75));
    of.perform(command::find_previous);
    CHECK(of.index() == at(75));
    of.perform(command::find);
    CHECK(of.find().text().empty());
}
