// The worked example of FORMAT.md and a longer sample, read and replayed, cut and damaged.
//
// The example is taken out of the document itself, so that the document cannot drift away from the
// reader. The sample has an echo server and its client, a lock with a waiter, an event, a cancel
// and a deadline. Internal to tests/.
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"

#include <algorithm>
#include <string>

using namespace giambio::trace;
using Catch::Matchers::ContainsSubstring;
using model_tests::replay;
using model_tests::text_of_file;

namespace {

std::string worked_example() {
    const std::string document = text_of_file("tracer/FORMAT.md");
    const std::size_t chapter = document.find("## A worked example");
    REQUIRE(chapter != std::string::npos);
    const std::string fence = "```json\n";
    const std::size_t begin = document.find(fence, chapter) + fence.size();
    return document.substr(begin, document.find("```", begin) - begin);
}

std::string sample() {
    return text_of_file("tests/model/echo_sample.jsonl");
}

state state_after(const recording& of, std::uint64_t seq) {
    state now;
    for (const event& each : of.events)
        if (each.seq <= seq) now.apply(of, each);
    return now;
}

// How many lines of trace events are whole in the first `length` bytes.
std::size_t whole_events(const std::string& text, std::size_t length) {
    std::size_t count = 0;
    for (std::size_t start = 0; start < length;) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        if (end <= length && text.compare(start, 6, R"({"seq")") == 0) ++count;
        start = end + 1;
    }
    return count;
}

// However the file is cut, the lines that are whole are all there and nothing else is.
void check_cuts(const std::string& whole, std::size_t stride) {
    REQUIRE(whole.size() > 1000);
    for (std::size_t length = whole.find('\n') + 1; length < whole.size(); length += stride) {
        const recording cut = read_text(std::string_view(whole).substr(0, length), "cut");
        const bool at_line_end = whole[length - 1] == '\n' || whole[length] == '\n';
        const std::size_t line_start = whole.rfind('\n', length - 1) + 1;
        INFO("cut after byte " << length);
        REQUIRE(cut.events.size() == whole_events(whole, length));
        REQUIRE(cut.complaints.size() == (at_line_end ? 0U : 1U));
        if (!at_line_end) REQUIRE(cut.complaints[0].byte == line_start);
    }
}

}  // namespace

TEST_CASE("the worked example of FORMAT.md is read and replayed without a complaint") {
    const recording made = read_text(worked_example(), "FORMAT.md");
    REQUIRE(made.complaints.empty());
    REQUIRE(made.events.size() == 20);
    REQUIRE(made.end.has_value());
    CHECK(made.end->events == 20);
    std::string problems;
    const state last = replay(made, problems);
    CHECK(problems.empty());
    CHECK(last.phase == phase::over);
    CHECK(last.tasks.empty());
    CHECK(last.ended == 1);
}

TEST_CASE("the states of the worked example are those that the document tells") {
    const recording made = read_text(worked_example(), "FORMAT.md");
    CHECK(state_after(made, 2).ready == std::deque<std::uint32_t>{1});
    CHECK(state_after(made, 4).phase == phase::timers);
    CHECK(state_after(made, 6).running == 1);
    CHECK(state_after(made, 6).ready.empty());
    const state asleep = state_after(made, 11);
    CHECK(asleep.running == 0);
    CHECK(asleep.turn == 2);
    CHECK(asleep.phase == phase::poll);
    CHECK(asleep.timers.at(1).due == 5'000'000);
    CHECK(asleep.tasks.at(1).state == task_state::parked);
    CHECK(asleep.tasks.at(1).waits == wait_kind::timer);
    CHECK(asleep.tasks.at(1).wait_id == 1);
    CHECK(made.events.seq(asleep.tasks.at(1).since) == 9);
    CHECK(made.place(made.chain_of(made.events[asleep.tasks.at(1).parked]).at(0)) == "nap.cpp:5");
    CHECK(state_after(made, 13).timers.empty());
    CHECK(state_after(made, 14).ready == std::deque<std::uint32_t>{1});
    CHECK(state_after(made, 14).tasks.at(1).waits == wait_kind::nothing);
    CHECK(made.effects_of(13) == std::vector<std::uint64_t>{14});
    CHECK(made.effects_of(14) == std::vector<std::uint64_t>{16, 17});
}

TEST_CASE("the echo sample is read and replayed without a complaint") {
    const recording made = read_text(sample(), "echo_sample.jsonl");
    REQUIRE(made.complaints.empty());
    REQUIRE(made.events.size() == 177);
    std::string problems;
    const state last = replay(made, problems);
    CHECK(problems.empty());
    CHECK(last.ready.empty());
    CHECK(last.timers.empty());
    CHECK(last.fds.empty());
    CHECK(last.objects.empty());
    CHECK(last.scopes.empty());
    CHECK(made.tasks().size() == 5);
    CHECK(last.ended == 5);
    CHECK(made.outcome_of(2) == "cancelled");
    CHECK(made.outcome_of(3) == "value");
}

TEST_CASE("the states of the echo sample") {
    const recording made = read_text(sample(), "echo_sample.jsonl");
    CHECK(state_after(made, 15).ready == std::deque<std::uint32_t>{2, 3, 4, 5});
    const state waiting = state_after(made, 44);
    CHECK(waiting.fds.at(3).mode() == "r");
    CHECK(waiting.readers(3) == std::vector<std::uint32_t>{2});
    CHECK(waiting.fds.at(4).mode() == "w");
    CHECK(waiting.writers(4) == std::vector<std::uint32_t>{3});
    CHECK(waiting.objects.at(1).holder == 4);
    CHECK(waiting.waiters(1) == std::vector<std::uint32_t>{5});
    CHECK(waiting.waiters(2) == std::vector<std::uint32_t>{1});
    CHECK(state_after(made, 52).fds.at(4).mode().empty());
    const state handed = state_after(made, 87);
    CHECK(handed.objects.at(1).holder == 5);
    CHECK(handed.waiters(1) == std::vector<std::uint32_t>{5});
    CHECK(state_after(made, 88).waiters(1).empty());
    CHECK(state_after(made, 127).scopes.at(1).due == 4'000'000);
    const state late = state_after(made, 139);
    CHECK(late.scopes.at(1).cancelled);
    CHECK_FALSE(late.tasks.at(1).cancel_requested);
    CHECK(state_after(made, 141).ready == std::deque<std::uint32_t>{2, 1});
    CHECK(state_after(made, 152).scopes.empty());
    CHECK(state_after(made, 153).tasks.at(2).cancel_requested);
    CHECK(state_after(made, 156).tasks.at(1).waits == wait_kind::task);
    CHECK(state_after(made, 156).tasks.at(1).wait_id == 2);
}

TEST_CASE("every cause in the echo sample is an earlier trace event") {
    const recording made = read_text(sample(), "echo_sample.jsonl");
    REQUIRE(!made.events.empty());
    for (const event& each : made.events) {
        if (each.cause == 0) continue;
        CHECK(made.events[made.index_of(each.cause)].seq == each.cause);
        const auto effects = made.effects_of(each.cause);
        CHECK(std::find(effects.begin(), effects.end(), each.seq) != effects.end());
    }
}

TEST_CASE("a trace that was cut at any byte keeps all its whole lines") {
    check_cuts(worked_example(), 1);
    check_cuts(sample(), 53);
}

TEST_CASE("a cut last line is told as such") {
    const std::string whole = worked_example();
    const recording cut = read_text(whole.substr(0, whole.size() - 200), "cut");
    REQUIRE(cut.complaints.size() == 1);
    CHECK_THAT(cut.complaints[0].what, ContainsSubstring("was killed, or is still writing"));
}

TEST_CASE("no single damaged byte can crash the reader or the replay") {
    const std::string whole = worked_example();
    const std::size_t header_end = whole.find('\n') + 1;
    std::size_t damaged = 0;
    for (std::size_t place = header_end; place < whole.size(); ++place) {
        std::string text = whole;
        text[place] = text[place] == '9' ? '{' : '9';
        const recording made = read_text(text, "damaged");
        std::string problems;
        const state last = replay(made, problems);
        // The two invariants hold whatever the trace says.
        for (const std::uint32_t each : last.ready)
            if (std::count(last.ready.begin(), last.ready.end(), each) != 1 ||
                last.tasks.at(each).state != task_state::ready)
                FAIL("the ready queue is wrong, damaged at byte " << place);
        damaged += made.complaints.empty() && problems.empty() ? 0 : 1;
    }
    CHECK(damaged > 500);
}
