// All lines of a state at once are the lines that the state tells one by one, and so are the texts.
//
// Not here: what puts a task into a line (state_test.cpp).
// Internal to tests/.
#include "tracer/model/state_lines.hpp"
#include "tests/catch.hpp"
#include "tests/model/make_crowd.hpp"
#include "tracer/model/export_state.hpp"
#include "tracer/model/report.hpp"
#include "tracer/model/words.hpp"

#include <algorithm>
#include <string>

using namespace giambio::trace;
using Catch::Matchers::ContainsSubstring;

namespace {

struct many {
    recording of = model_tests::crowd(400).read();
    std::string problems;
    state now = model_tests::replay(of, problems);
    state_lines lines{now};
};

template <typename line>
std::size_t number_in(const line& of, std::uint32_t task) {
    const auto found = std::find(of.begin(), of.end(), task);
    return found == of.end() ? 0 : static_cast<std::size_t>(found - of.begin()) + 1;
}

std::string as_json(const std::vector<std::uint32_t>& ids) {
    std::string made;
    for (const std::uint32_t each : ids) made += (made.empty() ? "" : ",") + std::to_string(each);
    return "[" + made + "]";
}

}  // namespace

TEST_CASE("all lines at once are those that the state tells one by one") {
    const many is;
    REQUIRE(is.problems == "");
    for (const object_view* each : is.now.objects.in_order()) {
        CHECK(is.now.waiters(each->id).size() > 40);
        CHECK(is.lines.waiters(each->id) == is.now.waiters(each->id));
    }
    for (const fd_view* each : is.now.fds.in_order()) {
        CHECK(is.lines.readers(each->fd()) == is.now.readers(each->fd()));
        CHECK(is.lines.writers(each->fd()) == is.now.writers(each->fd()));
        CHECK(is.now.readers(each->fd()).size() > 4);
        CHECK(is.now.writers(each->fd()).size() > 4);
    }
    CHECK(is.lines.waiters(99).empty());
    CHECK(is.lines.readers(99).empty());
    CHECK(is.lines.readers(-1).empty());
}

TEST_CASE("every task has its place in its line and in the ready queue") {
    const many is;
    for (const task_view* each : is.now.tasks.in_order()) {
        const auto ready = is.lines.in_ready_queue(each->id);
        CHECK(ready.number == number_in(is.now.ready, each->id));
        CHECK(ready.of == is.now.ready.size());
        if (each->waits != wait_kind::object) continue;
        const auto line = is.now.waiters(each->wait_id);
        CHECK(is.lines.in_its_line(*each).number == number_in(line, each->id));
        CHECK(is.lines.in_its_line(*each).of == line.size());
    }
    CHECK(is.lines.in_its_line(task_view{.id = 1}).number == 0);
    CHECK(is.lines.in_ready_queue(99'999).number == 0);
}

TEST_CASE("a task among many has the same words as alone") {
    const many is;
    const std::string text = state_text(is.of, is.now);
    for (const task_view* each : is.now.tasks.in_order()) {
        const std::string alone = situation(is.of, is.now, each->id);
        CHECK(situation(is.of, is.now, is.lines, each->id) == alone);
        CHECK_THAT(text, ContainsSubstring("  " + alone + "\n"));
    }
    CHECK(situation(is.of, is.now, is.lines, 99) == situation(is.of, is.now, 99));
    CHECK_THAT(text, ContainsSubstring("waits for event 2 (position 3 of "));
}

TEST_CASE("the state as JSON has the lines of all objects and descriptors") {
    const many is;
    const std::string told = state_json(is.of, is.now);
    for (const object_view* each : is.now.objects.in_order())
        CHECK_THAT(told, ContainsSubstring(R"({"id":)" + std::to_string(each->id) +
                                           R"(,"holder":0,"length":0,"waiters":)" +
                                           as_json(is.now.waiters(each->id)) + "}"));
    for (const fd_view* each : is.now.fds.in_order())
        CHECK_THAT(told, ContainsSubstring(R"({"fd":)" + std::to_string(each->fd()) +
                                           R"(,"watched":"","readers":)" +
                                           as_json(is.now.readers(each->fd())) + R"(,"writers":)" +
                                           as_json(is.now.writers(each->fd())) + "}"));
}
