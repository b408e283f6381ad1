// Walking along a lesson's steps, by keys, by clicks and by the playhead.
//
// Not here: reading lessons (tests/lessons/).
// Internal to tests/gui/.
#include "gui/model/lesson_pane.hpp"
#include "tests/catch.hpp"
#include "tests/gui/sample.hpp"

using namespace gui_tests;

namespace {

// A heading, three steps of which the second looks back, and prose between.
trace::lesson_text text() {
    trace::lesson_text made;
    made.title = "A lesson";
    made.paragraphs = {{"", "heading", 1, "A lesson", 0},
                       {"spawn", "paragraph", 0, "It is spawned.", 14},
                       {"", "paragraph", 0, "Prose.", 0},
                       {"begin", "paragraph", 0, "The run began.", 1},
                       {"park", "paragraph", 0, "It waits.", 38}};
    return made;
}

// A step, a question, the step and the prose that answer it, and a question at the end.
trace::lesson_text asking() {
    trace::lesson_text made;
    made.paragraphs = {{"spawn", "paragraph", 0, "It is spawned.", 14},
                       {"", "paragraph", 0, "Before you step on: what now?", 0},
                       {"park", "paragraph", 0, "It waits.", 38},
                       {"", "paragraph", 0, "Before you step on: and then?", 0},
                       {"", "paragraph", 0, "Nothing.", 0}};
    return made;
}

}  // namespace

TEST_CASE("steps are the bound paragraphs, in the order of the text") {
    gui::lesson_pane lesson(text());
    CHECK(lesson.steps() == 3);
    CHECK(lesson.step() == 0);
    CHECK_FALSE(lesson.paragraph());
    CHECK(lesson.previous() == 0);
    CHECK(lesson.next() == 14);
    CHECK(lesson.paragraph() == 1);
    CHECK(lesson.next() == 1);
    CHECK(lesson.next() == 38);
    CHECK(lesson.next() == 0);
    CHECK(lesson.step() == 3);
    CHECK(lesson.previous() == 1);
    CHECK(lesson.choose(9) == 0);
    CHECK(lesson.step() == 2);
}

TEST_CASE("a click on a bound paragraph chooses its step, on prose nothing") {
    gui::lesson_pane lesson(text());
    CHECK(lesson.choose_paragraph(4) == 38);
    CHECK(lesson.step() == 3);
    CHECK(lesson.choose_paragraph(2) == 0);
    CHECK(lesson.step() == 3);
}

TEST_CASE("the playhead chooses the step that it comes to, and else leaves it alone") {
    gui::lesson_pane lesson(text());
    lesson.playhead_moved(38);
    CHECK(lesson.step() == 3);
    lesson.playhead_moved(39);
    CHECK(lesson.step() == 3);
    CHECK_FALSE(lesson.is_at(39));
    CHECK(lesson.is_at(38));
}

TEST_CASE("what answers a question is hidden until the reader goes on from the question") {
    gui::lesson_pane lesson(asking());
    CHECK(lesson.shown() == 2);
    CHECK(lesson.next() == 14);
    CHECK_FALSE(lesson.asks());
    CHECK(lesson.next() == 0);  // it stops at the question first
    CHECK(lesson.asks());
    CHECK(lesson.shown() == 2);
    CHECK(lesson.next() == 38);
    CHECK_FALSE(lesson.asks());
    CHECK(lesson.shown() == 4);
    CHECK(lesson.next() == 0);
    CHECK(lesson.next() == 0);  // only prose is left to show
    CHECK_FALSE(lesson.asks());
    CHECK(lesson.shown() == 5);
    CHECK_FALSE(lesson.hides_answer());
    CHECK(lesson.previous() == 14);
    CHECK(lesson.shown() == 5);
}

TEST_CASE("a click on the question and a chosen step show the answer, the playhead does not") {
    gui::lesson_pane lesson(asking());
    lesson.playhead_moved(38);
    CHECK(lesson.step() == 0);
    CHECK(lesson.shown() == 2);
    CHECK(lesson.answer() == 38);
    CHECK(lesson.shown() == 4);
    gui::lesson_pane chosen(asking());
    CHECK(chosen.choose(2) == 38);
    CHECK(chosen.shown() == 4);
}

TEST_CASE("from a question one step back is the step before it") {
    gui::lesson_pane lesson(asking());
    lesson.choose(1);
    lesson.next();
    REQUIRE(lesson.asks());
    CHECK(lesson.previous() == 14);
    CHECK_FALSE(lesson.asks());
    CHECK(lesson.step() == 1);
}

TEST_CASE("in the study, steps and the playhead move together") {
    gui::study of = sample_study();
    of.open_lesson(text());
    of.perform(gui::command::lesson_next);
    CHECK(of.play().seq() == 14);
    of.choose_paragraph(4);
    CHECK(of.play().seq() == 38);
    of.perform(gui::command::lesson_previous);
    CHECK(of.play().seq() == 1);
    of.go_to(at(14));
    CHECK(of.lesson().step() == 1);
}

TEST_CASE("after another run the lesson stands where it stood, and its step is where it is now") {
    gui::study of = sample_study();
    of.open_lesson(asking());
    of.choose_step(2);
    trace::lesson_text moved = asking();
    moved.paragraphs[2].seq = 40;
    of.read_again(sample());
    of.read_lesson_again(moved);
    CHECK(of.lesson().step() == 2);
    CHECK(of.lesson().shown() == 4);
    CHECK(of.play().seq() == 40);
    moved.paragraphs[2].seq = 0;  // this run has no such trace event
    of.read_again(sample());
    of.read_lesson_again(moved);
    CHECK(of.lesson().step() == 1);
}

TEST_CASE("no lesson is a lesson without steps") {
    gui::lesson_pane none;
    CHECK_FALSE(none.is_open());
    CHECK(none.next() == 0);
    CHECK(none.previous() == 0);
}

TEST_CASE("a lesson opens on the axis of events, unless the user wished for the other") {
    gui::study real(crowd(3).read(), std::nullopt);
    CHECK(real.on().kind() == gui::axis_kind::time);
    real.open_lesson(text());
    CHECK(real.on().kind() == gui::axis_kind::events);
    gui::study wished(crowd(3).read(), gui::axis_kind::time);
    wished.open_lesson(text());
    CHECK(wished.on().kind() == gui::axis_kind::time);
}

TEST_CASE("whatever the user goes to stays there, also while it plays") {
    gui::study of = sample_study();
    of.open_lesson(text());
    const auto plays_after = [&](const auto& verb) {
        of.go_to(at(75));
        of.perform(gui::command::play_or_pause);
        REQUIRE(of.play().playing());
        verb();
        return of.play().playing();
    };
    CHECK_FALSE(plays_after([&] { of.perform(gui::command::to_cause); }));
    CHECK_FALSE(plays_after([&] { of.perform(gui::command::to_effect); }));
    CHECK_FALSE(plays_after([&] { of.perform(gui::command::lesson_next); }));
    CHECK_FALSE(plays_after([&] { of.choose_paragraph(1); }));
    CHECK_FALSE(plays_after([&] { of.go_to(at(20)); }));
    CHECK(plays_after([&] { of.perform(gui::command::zoom_in); }));
}
