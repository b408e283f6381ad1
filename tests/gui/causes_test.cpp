// Arrows: causes, effects, and the chain around a trace event.
//
// Not here: where they are drawn (timeline_test.cpp).
// Internal to tests/gui/.
#include "gui/model/causes.hpp"
#include "tests/catch.hpp"
#include "tests/gui/sample.hpp"

using namespace gui_tests;

TEST_CASE("causes and effects are each other's reverse") {
    const trace::recording of = sample();
    const gui::causes why(of);
    for (std::size_t i = 0; i < of.events.size(); ++i) {
        std::vector<std::uint64_t> seqs;
        for (const std::size_t effect : why.effects_of(i)) {
            CHECK(why.cause_of(effect) == i);
            seqs.push_back(of.events[effect].seq);
        }
        CHECK(seqs == of.effects_of(of.events[i].seq));
    }
}

TEST_CASE("the chain goes back as far as it is asked to, and forward by one") {
    const trace::recording of = sample();
    const gui::causes why(of);
    const std::vector<gui::arrow> arrows = why.arrows_of(at(73), 3);
    REQUIRE(arrows.size() == 5);
    CHECK((arrows[0].from == at(71) && arrows[0].to == at(73) && arrows[0].distance == 1));
    CHECK((arrows[1].from == at(70) && arrows[1].to == at(71) && arrows[1].distance == 2));
    CHECK((arrows[2].from == at(69) && arrows[2].to == at(70) && arrows[2].distance == 3));
    CHECK((arrows[3].effect && arrows[3].to == at(77)));
    CHECK((arrows[4].effect && arrows[4].to == at(78)));
    CHECK(why.arrows_of(at(1), 3).size() == 1);
    CHECK_FALSE(why.cause_of(at(1)));
}

TEST_CASE("a cause whose line was skipped has no arrow") {
    const trace::recording of = trace::read_text(
        R"({"giambio_trace":1,"minor":0,"clock":"real","driver":"epoll","seed":0,"budget":64,)"
        R"("program":"p","argv":["p"]})"
        "\n"
        R"({"seq":1,"t":0,"turn":0,"kind":"run_begin","task":0,"cause":0,"at":0})"
        "\n"
        R"({"seq":9,"t":0,"turn":0,"kind":"signal","task":0,"cause":5,"at":0,"signo":2})"
        "\n",
        "made");
    REQUIRE(of.events.size() == 2);
    const gui::causes why(of);
    CHECK_FALSE(why.cause_of(1));
    CHECK(why.arrows_of(1).empty());
}
