// Where panes stand: no overlap, nothing outside, every pane somewhere, at all sizes and scales.
//
// Not here: what is in a pane.
// Internal to tests/gui/.
#include "gui/model/arrangement.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <map>

using namespace giambio::gui;

namespace {

bool overlap(const rectangle& one, const rectangle& other) {
    return one.x < other.x + other.width && other.x < one.x + one.width &&
           one.y < other.y + other.height && other.y < one.y + one.height;
}

std::vector<rectangle> all_of(const arrangement& from) {
    std::vector<rectangle> made{from.transport, from.sentence, from.status};
    for (const region& each : from.regions) made.push_back(each.place);
    return made;
}

struct window {
    float width;
    float height;
};

}  // namespace

TEST_CASE("regions lie in the window, side by side, and each pane is in one of them") {
    for (const window size : {window{480, 360}, window{1280, 720}, window{1600, 1000},
                              window{1920, 1080}, window{3840, 2160}})
        for (const float scale : {1.0F, 1.25F, 1.5F, 2.0F, 3.0F})
            for (const bool lesson : {false, true}) {
                const arrangement made = arrange(size.width, size.height, scale, lesson);
                const std::vector<rectangle> places = all_of(made);
                for (std::size_t i = 0; i < places.size(); ++i) {
                    CHECK(places[i].x >= 0);
                    CHECK(places[i].x + places[i].width <= size.width + 1);
                    CHECK(places[i].y + places[i].height <= size.height + 1);
                    for (std::size_t j = 0; j < i; ++j) CHECK_FALSE(overlap(places[i], places[j]));
                }
                std::map<pane, int> count;
                for (const region& each : made.regions)
                    for (const pane which : each.panes) ++count[which];
                CHECK(count.size() == (lesson ? 5U : 4U));
                CHECK(std::all_of(count.begin(), count.end(),
                                  [](const auto& each) { return each.second == 1; }));
            }
}

TEST_CASE("with room every pane has a place of its own; without, they share") {
    CHECK(arrange(1280, 720, 1, true).regions.size() == 5);
    CHECK(arrange(1920, 1080, 1.5, true).regions.size() == 5);
    CHECK(arrange(1280, 720, 1.5, true).regions.size() == 2);
    CHECK(arrange(1920, 1080, 3, true).regions.size() == 1);
}

TEST_CASE("every pane is large enough to be of use at the usual sizes") {
    for (const region& each : arrange(1280, 720, 1, true).regions) {
        CHECK(each.place.width >= 300);
        CHECK(each.place.height >= 140);
    }
}
