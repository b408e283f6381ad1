// Colours: every text has enough contrast to what it is written on, in both themes.
//
// Not here: which pane uses which colour.
// Internal to tests/gui/.
#include "gui/model/palette.hpp"
#include "tests/catch.hpp"

using namespace giambio::gui;

namespace {

constexpr double enough = 4.5;  // as WCAG asks for text

bool same(const color& one, const color& other) {
    return one.red == other.red && one.green == other.green && one.blue == other.blue;
}

}  // namespace

TEST_CASE("contrast is what WCAG says it is") {
    CHECK(contrast({0, 0, 0}, {255, 255, 255}) == Catch::Approx(21));
    CHECK(contrast({255, 255, 255}, {255, 255, 255}) == Catch::Approx(1));
    CHECK(contrast({118, 118, 118}, {255, 255, 255}) == Catch::Approx(4.54).margin(0.01));
}

TEST_CASE("texts can be read on everything that they are written on") {
    for (const theme which : {theme::light, theme::dark}) {
        const palette& from = palette_of(which);
        for (const color& plate : {from.window, from.card, from.sunken, from.current, from.changed})
            for (const color& ink : {from.text, from.dim}) CHECK(contrast(ink, plate) >= enough);
        for (const color& plate : {from.card, from.sunken, from.current})
            for (const color& ink : {from.keyword, from.literal, from.comment, from.accent})
                CHECK(contrast(ink, plate) >= enough);
        CHECK(contrast(from.on_accent, from.accent) >= enough);
        CHECK(contrast(from.warning, from.window) >= enough);
        CHECK(contrast(from.warning, from.card) >= enough);
        CHECK(contrast(from.cause, from.card) >= 3);  // a line, not a text
        CHECK(contrast(from.effect, from.card) >= 3);
    }
}

TEST_CASE("the letter of every look can be read on its colour, also where it is hatched") {
    for (const theme which : {theme::light, theme::dark})
        for (int i = 0; i <= static_cast<int>(last_look); ++i) {
            const auto each = static_cast<look>(i);
            const palette& from = palette_of(which);
            CHECK(contrast(ink_of(from, each), fill_color(from, each)) >= enough);
        }
}

TEST_CASE("states of tasks have hues of their own") {
    const palette& from = palette_of(theme::light);
    for (int i = 0; i < static_cast<int>(look::ended); ++i)
        for (int j = 0; j < i; ++j)
            CHECK_FALSE(
                same(hue_of(from, static_cast<look>(i)), hue_of(from, static_cast<look>(j))));
}
