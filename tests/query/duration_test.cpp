// Durations that are written with a point mean the very nanosecond that was meant.
//
// Not here: what else can be asked (query_test.cpp).
// Internal to tests/query/.
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"
#include "tracer/model/query.hpp"

#include <string>

namespace {

// So many nanoseconds with a point before the last `decimals` digits.
std::string written(long long nanoseconds, std::size_t decimals, const std::string& unit) {
    std::string digits = std::to_string(nanoseconds);
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    return digits.insert(digits.size() - decimals, ".") + unit;
}

}  // namespace

TEST_CASE("a time that is written in any unit is that of the trace event") {
    model_tests::trace_maker trace;
    for (long long t = 0; t < 300; ++t) trace.time(t * 1003).add("mark", 0, R"("text":"x")");
    const giambio::trace::recording of = trace.read();
    giambio::trace::questions asked(of);
    for (long long t = 1; t < 300; ++t) {
        for (const std::string& moment :
             {written(t * 1003, 3, "us"), written(t * 1003, 6, "ms"), written(t * 1003, 9, "s")}) {
            INFO(moment);
            CHECK(asked.ask("count(any where t == " + moment + ")").number == 1);
            CHECK(asked.ask("count(any to " + moment + ")").number == t + 1);
        }
    }
}

TEST_CASE("a part of a nanosecond stays one") {
    model_tests::trace_maker trace;
    trace.time(1).add("mark", 0, R"("text":"x")").time(2).add("mark", 0, R"("text":"x")");
    const giambio::trace::recording of = trace.read();
    CHECK(giambio::trace::questions(of).ask("count(any where t < 0.0015us)").number == 1);
    CHECK(giambio::trace::questions(of).ask("count(any where t < 1.5ns)").number == 1);
}
