// Statistics of very long runs: sums too large for a number, times too wide for their column.
//
// Not here: what is summed up (tests/why/).
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"
#include "tracer/model/stats_text.hpp"

#include <limits>
#include <string>

using namespace giambio::trace;
using Catch::Matchers::ContainsSubstring;
using model_tests::trace_maker;

namespace {

// So many tasks wait for one event, each a year.
recording long_sleepers(int tasks) {
    constexpr long long year = 31'557'600'000'000'000;
    trace_maker made;
    made.add("object_new", 0, R"("object":1,"type":"event")");
    for (int i = 1; i <= tasks; ++i) {
        made.add("spawn", 0, "\"child\":" + std::to_string(i) + R"(,"name":"t")");
        made.add("switch_in", i).add("park", i, R"("on":"object","object":1,"chain":[])");
        made.add("switch_out", i, R"("how":"park")");
    }
    made.time(year);
    for (int i = 1; i <= tasks; ++i)
        made.add("wake", 0, "\"woken\":" + std::to_string(i) + R"(,"why":"object")");
    return made.read();
}

}  // namespace

TEST_CASE("a sum of times that no number can tell is the largest number") {
    const recording of = long_sleepers(300);
    const stats found = stats_of(of, lanes(of));
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    REQUIRE(found.objects.size() == 1);
    CHECK(found.objects[0].waited == most);
    REQUIRE(found.sites.size() == 1);
    CHECK(found.sites[0].in[static_cast<std::size_t>(task_state::parked)] == most);
    CHECK(found.sites[0].waits == 300);
}

TEST_CASE("a time that is too wide for its column has a blank before it") {
    const recording of = long_sleepers(2);
    CHECK_THAT(stats_text(of, stats_of(of, lanes(of)), 20),
               ContainsSubstring(" 63115200.000 s       2 31557600.000 s "));
}
