// What the monitor says of a report that is made by hand: of shapes that a run has seldom.
//
// Not here: the monitor of a running program (tests/stepping/monitor_test.py).
#include "tests/catch.hpp"

#include "kernel/face/monitor_text.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

using namespace giambio;

namespace {

snapshot::task_line spawned(std::uint32_t id, std::uint32_t parent, std::string name) {
    snapshot::task_line made;
    made.id = id;
    made.parent = parent;
    made.name = std::move(name);
    return made;
}

}  // namespace

TEST_CASE("the tree tells each task behind the one that spawned it, the older one first") {
    loop_report told;
    told.state.tasks = {spawned(1, 0, "main"), spawned(3, 1, "a"), spawned(4, 1, "b"),
                        spawned(6, 3, "of a"), spawned(7, 5, "lost")};
    CHECK(monitor_text::tree(told) ==
          "#1 main: ready\n"
          "  #3 a: ready\n"
          "    #6 of a: ready\n"
          "  #4 b: ready\n"
          "#7 lost: ready (spawned by #5, which has ended)\n");
}

// With a call for each, or with a search for each, this would not end.
TEST_CASE("the tree and the list of two hundred thousand tasks are told in time") {
    constexpr std::uint32_t many = 200'000;
    loop_report told;
    for (std::uint32_t id = 1; id <= many; ++id) {
        snapshot::task_line each = spawned(id, id - 1, "t");
        each.state = task_state::parked;
        each.waits = wait_kind::timer;
        each.wait_id = id;
        told.state.tasks.push_back(each);
        told.state.timers.push_back({id, 1'000'000'000, id, 0});
    }
    const auto lines = [](const std::string& text) {
        return std::count(text.begin(), text.end(), '\n');
    };
    CHECK(lines(monitor_text::tree(told)) == many);
    const std::string list = monitor_text::tasks(told);
    CHECK(lines(list) == many + 1);
    CHECK(list.find("sleep, 1.000 s left") != std::string::npos);
}
