// Moments, sizes and tasks as they are written on the command line.
//
// Not here: the options' names (tests/window/picture_test.py).
// Internal to tests/gui/.
#include "gui/model/moment.hpp"
#include "tests/catch.hpp"
#include "tests/gui/sample.hpp"

using namespace gui_tests;
using gui::bad_argument;
using gui::read_moment;

TEST_CASE("a moment is a number or a time") {
    CHECK(read_moment("seq:120").seq == 120);
    CHECK_FALSE(read_moment("seq:120").is_time);
    CHECK(read_moment("12.5ms").t == 12'500'000);
    CHECK(read_moment("1.2s").t == 1'200'000'000);
    CHECK(read_moment("900us").t == 900'000);
    CHECK(read_moment("40ns").t == 40);
    CHECK(read_moment("0s").is_time);
}

TEST_CASE("what is no moment is refused with a sentence that shows one") {
    for (const char* wrong : {"", "12", "seq:", "seq:x", "seq:12x", "-3ms", "ms", "1.2 s", "1e400s",
                              "nan", "infs", "12,5ms", "seq:-4"}) {
        INFO(wrong);
        CHECK_THROWS_AS(read_moment(wrong), bad_argument);
    }
    try {
        read_moment("soon");
        FAIL("it was taken");
    } catch (const bad_argument& fault) {
        CHECK(std::string(fault.what()).find("\"soon\"") != std::string::npos);
        CHECK(std::string(fault.what()).find("seq:120") != std::string::npos);
    }
}

TEST_CASE("a moment leads to a trace event, also beyond the ends") {
    const trace::recording of = sample();
    CHECK(gui::index_of(of, read_moment("seq:44")) == at(44));
    CHECK(gui::index_of(of, read_moment("seq:9999")) == at(177));
    CHECK(gui::index_of(of, read_moment("2.5ms")) == at(100));
    CHECK(gui::index_of(of, read_moment("9s")) == at(177));
}

TEST_CASE("a size has two numbers, within reason") {
    CHECK(gui::read_size("1600x1000").width == 1600);
    CHECK(gui::read_size("1600x1000").height == 1000);
    for (const char* wrong : {"", "1600", "1600x", "x1000", "10x10", "1600x1000x2", "99999x1000",
                              "1600 x 1000", "-1600x1000"}) {
        INFO(wrong);
        CHECK_THROWS_AS(gui::read_size(wrong), bad_argument);
    }
}

TEST_CASE("a task is found by its number or its name") {
    const trace::recording of = sample();
    for (const char* text : {"2", "#2", "serve", "#2 serve"}) CHECK(gui::read_task(of, text) == 2);
    CHECK(gui::read_task(of, "cook") == 4);  // the first of that name
    CHECK_THROWS_WITH(gui::read_task(of, "waiter"),
                      Catch::Matchers::ContainsSubstring("#2 serve, #3 call"));
}
