// The exports and the viewer have the same colours and letters, although the exports may not know
// the viewer.
#include "tracer/model/export_colors.hpp"
#include "gui/model/palette.hpp"
#include "tests/catch.hpp"

namespace {

using giambio::gui::color;
using giambio::gui::look;
using giambio::gui::theme;
using giambio::trace::bar_look;

giambio::trace::rgb number(const color& of) {
    return static_cast<giambio::trace::rgb>(of.red << 16 | of.green << 8 | of.blue);
}

constexpr std::pair<look, bar_look> same[] = {
    {look::running, bar_look::running},
    {look::ready, bar_look::ready},
    {look::waits_timer, bar_look::waits_timer},
    {look::waits_fd, bar_look::waits_fd},
    {look::waits_object, bar_look::waits_object},
    {look::waits_task, bar_look::waits_task},
    {look::poll, bar_look::poll},
    {look::timers, bar_look::timers},
    {look::run, bar_look::run},
};

}  // namespace

TEST_CASE("the exports have the colours of the viewer") {
    for (const theme which : {theme::light, theme::dark}) {
        const auto& viewer = giambio::gui::palette_of(which);
        const auto& exported = giambio::trace::export_colors(which == theme::dark);
        CHECK(number(viewer.window) == exported.window);
        CHECK(number(viewer.card) == exported.card);
        CHECK(number(viewer.border) == exported.border);
        CHECK(number(viewer.sunken) == exported.sunken);
        CHECK(number(viewer.text) == exported.text);
        CHECK(number(viewer.dim) == exported.dim);
        CHECK(number(viewer.accent) == exported.accent);
        CHECK(number(viewer.on_accent) == exported.on_accent);
        CHECK(number(viewer.current) == exported.current);
        CHECK(number(viewer.changed) == exported.changed);
        CHECK(number(viewer.warning) == exported.warning);
        CHECK(number(viewer.cause) == exported.cause);
        CHECK(number(viewer.effect) == exported.effect);
        CHECK(number(viewer.playhead) == exported.playhead);
        CHECK(number(viewer.keyword) == exported.keyword);
        CHECK(number(viewer.literal) == exported.literal);
        CHECK(number(viewer.comment) == exported.comment);
        for (const auto& [viewed, drawn] : same) {
            CHECK(number(giambio::gui::fill_color(viewer, viewed)) ==
                  giambio::trace::fill_of(exported, drawn));
            CHECK(number(giambio::gui::ink_of(viewer, viewed)) ==
                  giambio::trace::ink_of(exported, drawn));
        }
    }
}

TEST_CASE("the exports have the letters of the viewer") {
    for (const auto& [viewed, drawn] : same)
        CHECK(giambio::gui::letter_of(viewed) == giambio::trace::letter_of(drawn));
}
