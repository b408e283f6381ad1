// Why a task of a merged trace did not run: only its own process can have kept it.
//
// Process A has the tasks 1 and 3, process B has 2. Internal to tests/.
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"
#include "tracer/model/critical_path.hpp"
#include "tracer/model/why_text.hpp"

using namespace giambio::trace;
using Catch::Matchers::ContainsSubstring;
using model_tests::merged_maker;

namespace {

constexpr long long ms = 1'000'000;

merged_maker beginning() {
    merged_maker made;
    made.add(1, "run_begin", 0).add(1, "spawn", 0, R"("child":1,"name":"A:main")");
    made.add(1, "spawn", 0, R"("child":3,"name":"A:cook")");
    made.add(2, "run_begin", 0).add(2, "spawn", 0, R"("child":2,"name":"B:main")");
    return made;
}

why_answer answer_at_end(const recording& of, std::uint32_t task) {
    const lanes all(of);
    history past(of);
    const std::size_t last = of.events.size() - 1;
    return why(of, all).at(task, last, past.at(last));
}

}  // namespace

TEST_CASE("steps of another process delay nobody here") {
    merged_maker made = beginning();
    made.time(1 * ms).add(1, "switch_in", 3);
    made.time(2 * ms).add(2, "switch_in", 2);
    made.time(3 * ms).add(2, "switch_out", 2, R"("how":"yield")");
    made.time(5 * ms).add(1, "switch_out", 3, R"("how":"yield")");
    made.time(9 * ms).add(1, "switch_in", 1);
    const recording of = made.read();
    const gap found = why(of, lanes(of)).before_step(1, of.events.size() - 1);
    CHECK(found.queue == 9 * ms);
    REQUIRE(found.in_queue.size() == 1);
    CHECK(found.in_queue[0].task == 3);
    CHECK(found.in_queue[0].inside == 4 * ms);
}

TEST_CASE("the poll of another process saw nothing for this one") {
    merged_maker made = beginning();
    made.add(1, "switch_in", 1).add(1, "park", 1, R"("on":"fd","fd":3,"mode":"r","chain":[])");
    made.add(1, "switch_out", 1, R"("how":"park")");
    const std::string waits = R"("timeout":-1,"reason":"idle","watched":1)";
    made.time(1 * ms).add(1, "io_wait", 0, waits);
    made.time(2 * ms).add(2, "io_wait", 0, waits);
    made.time(5 * ms).add(1, "io_done", 0, R"("ready":1)");
    made.time(6 * ms).add(2, "io_done", 0, R"("ready":0)");
    made.time(7 * ms).add(1, "wake", 0, R"("woken":1,"why":"fd")");
    made.add(1, "switch_in", 1);
    const recording of = made.read();
    const gap found = why(of, lanes(of)).before_step(1, of.events.size() - 1);
    CHECK(found.asked == 5 * ms);
    CHECK(found.loop == 2 * ms);
}

TEST_CASE("nobody of another process can end a wait on an object") {
    merged_maker made = beginning();
    made.add(1, "switch_in", 3).add(1, "exit", 3, R"("outcome":"value")");
    made.add(1, "switch_out", 3, R"("how":"exit")");
    made.add(1, "object_new", 0, R"("object":1,"type":"event")").add(1, "switch_in", 1);
    made.add(1, "park", 1, R"("on":"object","object":1,"chain":[])");
    made.add(1, "switch_out", 1, R"("how":"park")");
    CHECK(answer_at_end(made.read(), 1).nobody);
    made.add(2, "timer_set", 0, R"("timer":1,"due":5,"what":"sleep","owner":2)");
    made.add(2, "switch_in", 2).add(2, "park", 2, R"("on":"fd","fd":1003,"mode":"r")");
    CHECK(answer_at_end(made.read(), 1).nobody);
    made.add(1, "timer_set", 0, R"("timer":2,"due":5,"what":"deadline","owner":1)");
    CHECK_FALSE(answer_at_end(made.read(), 1).nobody);
}

TEST_CASE("in the queue, only those of the same process are ahead") {
    merged_maker made = beginning();
    made.add(1, "switch_in", 1).add(1, "switch_out", 1, R"("how":"yield")");
    made.add(2, "switch_in", 2);
    const recording of = made.read();
    history past(of);
    const std::size_t last = of.events.size() - 1;
    const std::string text = why_not_text(of, past.at(last), 3, answer_at_end(of, 3));
    CHECK_THAT(text, ContainsSubstring("stood in the ready queue\n"));
    CHECK_THAT(why_not_text(of, past.at(last), 1, answer_at_end(of, 1)),
               ContainsSubstring("stood in the ready queue behind 1 task\n"));
}

TEST_CASE("a critical path that ends in a loop ends in who ran there last") {
    merged_maker made = beginning();
    made.add(1, "switch_in", 1).time(4 * ms).add(1, "exit", 1, R"("outcome":"value")");
    made.add(1, "switch_out", 1, R"("how":"exit")").add(2, "switch_in", 2);
    made.time(5 * ms).add(1, "run_end", 0, R"("outcome":"value")");
    const recording of = made.read();
    const auto path = critical_path(of, lanes(of), 0, of.events.size() - 1);
    REQUIRE_FALSE(path.empty());
    CHECK(path.back().task != 2);
    CHECK(path.front().task == 1);
}
