// Moving the playhead: by trace event, by task, by turn, to ends and moments, and playing.
//
// Not here: what the panes show afterwards (study_test.cpp).
// Internal to tests/gui/.
#include "gui/model/playback.hpp"
#include "tests/catch.hpp"
#include "tests/gui/sample.hpp"

using namespace gui_tests;
using gui::playback;

TEST_CASE("the playhead stays on trace events") {
    const trace::recording of = sample();
    playback play(of);
    CHECK(play.seq() == 1);
    play.back();
    CHECK(play.seq() == 1);
    play.to_end();
    CHECK(play.seq() == 177);
    play.forward();
    CHECK(play.seq() == 177);
    play.go_to_seq(44);
    CHECK(play.seq() == 44);
    play.go_to_time(2'500'000);
    CHECK(play.seq() == 100);
}

TEST_CASE("a turn back undoes a turn forward, at every turn") {
    const trace::recording of = sample();
    playback play(of);
    std::vector<std::uint64_t> stops{play.seq()};
    while (play.seq() != 177) {
        play.forward_turn();
        stops.push_back(play.seq());
    }
    CHECK(stops == std::vector<std::uint64_t>{1, 3, 19, 44, 69, 91, 100, 122, 133, 158, 166, 177});
    stops.pop_back();  // the end of the run is not the beginning of a turn
    while (!stops.empty()) {
        play.back_turn();
        CHECK(play.seq() == stops.back());
        stops.pop_back();
    }
}

TEST_CASE("a step by task meets what the task does and what is done to it") {
    const trace::recording of = sample();
    playback play(of);
    std::vector<std::uint64_t> met;
    for (int i = 0; i < 40; ++i) {
        const std::uint64_t before = play.seq();
        play.forward_task(4);
        if (play.seq() == before) break;
        met.push_back(play.seq());
    }
    CHECK(met ==
          std::vector<std::uint64_t>{14, 34, 35, 36, 37, 38, 39, 75, 85, 86, 87, 88, 89, 90});
    for (std::size_t i = met.size() - 1; i-- > 0;) {
        play.back_task(4);
        CHECK(play.seq() == met[i]);
    }
    CHECK(gui::touches(of, of.events[at(153)], 2));        // it is cancelled
    CHECK_FALSE(gui::touches(of, of.events[at(155)], 2));  // somebody waits for its end
}

TEST_CASE("playing goes as fast as it is told, and stops at the end") {
    const trace::recording of = sample();
    playback play(of);
    CHECK_FALSE(play.advance(10));
    play.play();
    play.set_speed(10);
    CHECK_FALSE(play.advance(10));
    CHECK_FALSE(play.advance(10.0625));
    CHECK(play.advance(10.125));
    CHECK(play.seq() == 2);
    for (int i = 1; i <= 64; ++i) play.advance(10.125 + i / 64.0);
    CHECK(play.seq() == 12);  // a second at ten a second
    play.advance(1000);
    CHECK(play.seq() == 177);
    CHECK_FALSE(play.playing());
    play.play();
    CHECK(play.seq() == 1);
}

TEST_CASE("playing begins when it is told to, not when the clock was looked at last") {
    const trace::recording of = sample();
    playback play(of);
    play.set_speed(10);
    play.play();
    play.advance(1);
    CHECK(play.advance(1.25));
    CHECK(play.seq() == 3);
    play.pause();
    play.play();
    CHECK_FALSE(play.advance(60));  // the user has read for a minute
    CHECK(play.seq() == 3);
    CHECK(play.advance(60.125));
    CHECK(play.seq() == 4);
}

TEST_CASE("an empty trace has a playhead that goes nowhere") {
    const trace::recording of;
    playback play(of);
    play.to_end();
    play.forward_turn();
    play.back_turn();
    play.play();
    CHECK(play.seq() == 0);
    CHECK_FALSE(play.playing());
}
