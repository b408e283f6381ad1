// The query language, asked of a trace that lacks lines.
//
// Not here: what each word answers (query_test.cpp).
// Internal to tests/query/.
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"
#include "tracer/model/query.hpp"

#include <string>
#include <vector>

using giambio::trace::bad_query;
using giambio::trace::questions;
using giambio::trace::recording;

TEST_CASE("a task whose spawn is missing can be asked about by its number") {
    model_tests::trace_maker trace;
    trace.add("run_begin", 0).add("switch_in", 7).time(2'000'000);
    trace.add("park", 7, R"("on":"timer","timer":1,"chain":[])").time(5'000'000);
    trace.add("run_end", 0, R"("outcome":"value")");
    const recording of = trace.read();
    questions about(of);
    CHECK(about.ask("time(7, parked)").text == "3.000 ms");
    CHECK(about.ask("state(7, end)").text == "parked");
    CHECK(about.ask("max(steps(7))").text == "2.000 ms");
    CHECK_THROWS_AS(about.ask("state(8, end)"), bad_query);
}

TEST_CASE("a number that no task has is noted, as a name is") {
    model_tests::trace_maker trace;
    const recording of = trace.add("spawn", 0, R"("child":1,"name":"main")").read();
    questions about(of);
    using notes = std::vector<std::string>;
    CHECK(about.ask("never(exit by 8)").notes == notes{"column 15: no task of this trace is 8."});
    CHECK(about.ask("time(8, parked)").notes == notes{"column 6: no task of this trace is 8."});
    CHECK(about.ask("never(exit by 1)").notes.empty());
    CHECK(about.ask("count(spawn by 0)").notes.empty());
}
