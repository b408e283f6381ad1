// Chrome traces of other programs become traces that the model has no complaint about.
#include "tracer/model/import_chrome.hpp"

#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"

#include <random>
#include <string>

namespace {

using namespace giambio::trace;

struct imported {
    import_counts counts;
    std::string text;
    recording trace;
};

imported import_text(const std::string& chrome) {
    imported made;
    made.counts =
        import_chrome(chrome, "foreign", [&](std::string_view part) { made.text += part; });
    made.trace = read_text(made.text, "imported.jsonl");
    return made;
}

// Nothing is wrong with the lines, the states follow one another, and causes come before.
void check_sound(const imported& made) {
    CHECK(made.trace.complaints.empty());
    REQUIRE(made.trace.end.has_value());
    CHECK(made.trace.end->events == made.trace.events.size());
    std::string problems;
    const state last = model_tests::replay(made.trace, problems);
    CHECK(problems.empty());
    CHECK(last.running == 0);
    CHECK(last.ready.empty());
    CHECK(last.ended == made.counts.lanes);
    for (const event each : made.trace.events) REQUIRE(each.cause < each.seq);
}

std::size_t count_of(const recording& of, kind which) {
    std::size_t found = 0;
    for (const event each : of.events) found += each.kind == which ? 1U : 0U;
    return found;
}

event first(const recording& of, kind which, std::uint32_t task) {
    for (const event each : of.events)
        if (each.kind == which && each.task == task) return each;
    FAIL("there is no such trace event");
    return {};
}

// Entries of every phase on a few lanes, in no good order, with and without what they need.
std::string random_chrome(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto draw = [&](int below) { return static_cast<int>(random() % unsigned(below)); };
    const char phases[] = "BBBEEEXXXXiIstfCbeM?";
    std::string text = seed % 2 == 0 ? "[" : R"({"a":[{"ph":"X"}],"traceEvents":[)";
    const int entries = draw(60);
    for (int i = 0; i < entries; ++i) {
        text += i == 0 ? "" : ",";
        text += R"({"ph":")" + std::string(1, phases[draw(20)]) + R"(","pid":1,"tid":)" +
                std::to_string(draw(4)) + R"(,"name":"n)" + std::to_string(draw(3)) + R"(","id":)" +
                std::to_string(draw(5)) + R"(,"dur":)" + std::to_string(draw(9));
        if (draw(20) != 0) text += R"(,"ts":)" + std::to_string(1000 + draw(40)) + ".25";
        text += "}";
    }
    return text + (seed % 2 == 0 ? "]" : R"(],"b":[[]]})");
}

const char* const two_lanes = R"([
{"ph":"M","pid":1,"tid":1,"name":"thread_name","args":{"name":"main"}},
{"ph":"B","pid":1,"tid":1,"ts":1700000000000000.125,"name":"outer"},
{"ph":"B","pid":1,"tid":1,"ts":1700000000000001,"name":"inner"},
{"ph":"s","pid":1,"tid":1,"ts":1700000000000002,"name":"go","id":7},
{"ph":"E","pid":1,"tid":1,"ts":1700000000000003},
{"ph":"E","pid":1,"tid":1,"ts":1700000000000004},
{"ph":"X","pid":1,"tid":"2","ts":"1700000000000005","dur":1,"name":"before"},
{"ph":"f","pid":1,"tid":"2","ts":1700000000000007,"name":"go","id":7,"bp":"e"},
{"ph":"X","pid":1,"tid":"2","ts":1700000000000008,"dur":1.5,"name":"work"},
{"ph":"C","pid":1,"tid":1,"ts":1700000000000008,"name":"memory","args":{"v":1}}
])";

}  // namespace

TEST_CASE("lanes become tasks, slices steps, instants marks and arrows causes") {
    const imported made = import_text(two_lanes);
    check_sound(made);
    CHECK(made.trace.task_name(1) == "#1 main");
    CHECK(made.trace.task_name(2) == "#2 thread 1.2");
    CHECK(made.counts.steps == 3);
    CHECK(made.counts.nested == 1);
    CHECK(made.counts.arrows == 1);
    CHECK(made.counts.counters == 1);
    const event woken = first(made.trace, kind::wake, 1);
    CHECK(made.trace.number(woken, key::woken) == 2);
    CHECK(woken.t == 7875);  // nanoseconds of a time since 1970
    const event cause = made.trace.events[made.trace.index_of(woken.cause)];
    CHECK(cause.kind == kind::mark);
    CHECK(made.trace.text(cause, key::text) == "inner");
}

TEST_CASE("lanes that work at the same time take turns") {
    const imported made = import_text(
        R"([{"ph":"X","pid":1,"tid":1,"ts":0,"dur":10,"name":"a"},
            {"ph":"X","pid":1,"tid":2,"ts":5,"dur":10,"name":"b"}])");
    check_sound(made);
    CHECK(made.counts.interrupted == 2);
    CHECK(count_of(made.trace, kind::switch_in) == 4);
}

TEST_CASE("random entries make a sound trace") {
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        INFO("seed " << seed);
        const imported made = import_text(random_chrome(seed));
        check_sound(made);
        CHECK(made.counts.fault.empty());
    }
}

TEST_CASE("a trace that is cut at any byte is imported as far as it goes") {
    const std::string whole = two_lanes;
    std::size_t entries = 0;
    for (std::size_t size = 1; size < whole.size(); ++size) {
        const imported made = import_text(whole.substr(0, size));
        check_sound(made);
        CHECK(made.counts.is_cut);
        CHECK(made.counts.entries >= entries);
        entries = made.counts.entries;
    }
    CHECK(entries == 10);
}

TEST_CASE("what is wrong is told with its byte") {
    const imported made =
        import_text(R"([{"ph":"i","pid":1,"tid":1,"ts":1,"name":"a"}, nonsense])");
    check_sound(made);
    CHECK(made.counts.entries == 1);
    CHECK_FALSE(made.counts.is_cut);
    CHECK(made.counts.fault.find("wrong at byte 49") != std::string::npos);
    CHECK(import_text(R"([{"ph":"i","pid":1,"tid":1,"ts":1,"name":"a"},])").counts.is_cut);
    for (const char* other : {"", "{}", "7", R"({"traceEvents":{}})", "{\"giambio_trace\":1}\n{}"})
        CHECK_THROWS_AS(import_text(other), not_a_chrome_trace);
}

TEST_CASE("times that cannot be used are left out") {
    for (const char* time : {"-1e300", "1e18", "\"soon\"", "null", "9223372036854775807",
                             "-9223372036854775808", "true"}) {
        INFO(time);
        const imported made = import_text(
            std::string(R"([{"ph":"X","pid":1,"tid":1,"dur":1,"ts":)") + time + R"(,"name":"a"}])");
        check_sound(made);
        CHECK(made.counts.timeless == 1);
        CHECK(made.counts.steps == 0);
    }
    check_sound(import_text(R"([{"ph":"X","pid":1,"tid":1,"ts":-5.5,"dur":"2.5","name":"a"}])"));
    // No run of ours takes 60 years.
    const imported far = import_text(R"([{"ph":"i","pid":1,"tid":1,"ts":5,"name":"a"},)"
                                     R"({"ph":"i","pid":1,"tid":1,"ts":1.9e15,"name":"b"}])");
    check_sound(far);
    CHECK(far.counts.timeless == 1);
}
