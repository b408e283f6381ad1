// The query language: what each word of it answers on a small trace, and what it refuses.
//
// Not here: the command and its examples (documented_test.py).
// Internal to tests/query/.
#include "tracer/model/query.hpp"
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace {

using giambio::trace::answer;
using giambio::trace::bad_query;
using giambio::trace::questions;
using giambio::trace::recording;

constexpr long long ms = 1'000'000;

// The first half: main spawns a cook and a waiter, and hands the loop back.
void begin_kitchen(model_tests::trace_maker& trace) {
    trace.line(R"({"source":1,"file":"food/cook.cpp","text":"one\nco_await nap();\n"})");
    trace.line(R"({"site":1,"source":1,"line":2,"column":1,"function":"cook"})");
    trace.add("run_begin", 0);                                               // 1
    trace.add("spawn", 0, R"("child":1,"name":"main")");                     // 2
    trace.add("io_wait", 0, R"("timeout":0,"reason":"ready","watched":0)");  // 3
    trace.add("io_done", 0, R"("ready":0)");                                 // 4
    trace.add("batch", 0, R"("size":1)");                                    // 5
    trace.add("switch_in", 1);                                               // 6
    trace.add("object_new", 1, R"("object":1,"type":"queue")");              // 7
    trace.add("spawn", 1, R"("child":2,"name":"cook")");                     // 8
    trace.add("spawn", 1, R"("child":3,"name":"waiter","daemon":true)");     // 9
    trace.time(2 * ms);
    trace.add("trap", 1, R"("trap":"yield")");       // 10
    trace.add("switch_out", 1, R"("how":"yield")");  // 11
}

// The cook sleeps, the waiter waits on a queue until main puts something into it.
recording kitchen() {
    model_tests::trace_maker trace;
    begin_kitchen(trace);
    trace.add("switch_in", 2);  // 12
    trace.time(5 * ms);
    trace.add("trap", 2, R"("trap":"sleep","ns":4000000,"due":9000000)", "1");         // 13
    trace.add("timer_set", 2, R"("timer":1,"due":9000000,"what":"sleep","owner":2)");  // 14
    trace.add("park", 2, R"("on":"timer","timer":1,"chain":[1])");                     // 15
    trace.add("switch_out", 2, R"("how":"park")");                                     // 16
    trace.add("switch_in", 3);                                                         // 17
    trace.add("trap", 3, R"("trap":"park","object":1)");                               // 18
    trace.add("park", 3, R"("on":"object","object":1,"chain":[])");                    // 19
    trace.add("switch_out", 3, R"("how":"park")");                                     // 20
    trace.add("switch_in", 1);                                                         // 21
    trace.add("object_op", 1, R"("object":1,"op":"put","holder":0,"length":1)");       // 22
    trace.add("object_op", 1, R"("object":1,"op":"put","holder":0,"length":3)");       // 23
    trace.add("wake", 1, R"("woken":3,"why":"object")");                               // 24
    trace.time(6 * ms);
    trace.add("io", 1, R"("op":"send","fd":4,"bytes":10)");              // 25
    trace.add("io", 1, R"("op":"send","fd":4,"error":"it is closed")");  // 26
    trace.add("exit", 1, R"("outcome":"value")");                        // 27
    trace.add("switch_out", 1, R"("how":"exit")");                       // 28
    trace.time(9 * ms);
    trace.add("io_wait", 0, R"("timeout":3000000,"reason":"timer","watched":0)");  // 29
    trace.add("timer_fire", 0, R"("timer":1,"late":0)");                           // 30
    trace.add("wake", 0, R"("woken":2,"why":"timer")");                            // 31
    trace.add("mark", 0, R"("text":"it's \"done\" # really")");                    // 32
    return trace.read();
}

std::string told(const std::string& expression) {
    const recording of = kitchen();
    return questions(of).ask(expression).text;
}

answer asked(const std::string& expression) {
    const recording of = kitchen();
    return questions(of).ask(expression);
}

struct refusal {
    std::size_t column = 0;
    std::string what;
};

refusal refused(const std::string& expression) {
    const recording of = kitchen();
    try {
        questions(of).ask(expression);
    } catch (const bad_query& fault) {
        return {fault.column(), fault.what()};
    }
    return {};
}

using Catch::Matchers::ContainsSubstring;

}  // namespace

TEST_CASE("selections are counted by kind, task, keys and moments") {
    CHECK(told("count(spawn)") == "3");
    CHECK(told("count(spawn | wake)") == "5");
    CHECK(told("count(any)") == "32");
    const recording later = model_tests::trace_maker().add("teleport", 0).add("vanish", 0).read();
    CHECK(questions(later).ask("count(any where kind == \"teleport\")").number == 1);
    CHECK(told("count(spawn by \"main\")") == "2");
    CHECK(told("count(trap by 'co*')") == "1");
    CHECK(told("count(trap by 2)") == "1");
    CHECK(told("count(spawn by \"the loop\")") == "1");
    CHECK(told("count(trap where task == \"cook\" and trap == \"sleep\")") == "1");
    CHECK(told("count(trap where trap == \"s*\" or trap == \"yield\")") == "2");
    CHECK(told("count(trap where not (trap == \"s*\"))") == "2");
    CHECK(told("count(wake where woken == \"cook\")") == "1");
    CHECK(told("count(wake where woken == 3)") == "1");
    CHECK(told("count(object_op where object == \"queue*\" and length > 1)") == "1");
    CHECK(told("count(spawn where daemon)") == "1");
    CHECK(told("count(spawn where not daemon)") == "2");
    CHECK(told("count(io where has(error))") == "1");
    CHECK(told("count(io where has(bytes))") == "1");
    CHECK(told("count(any where code == \"*nap*\")") == "1");
    CHECK(told("count(any where file == \"*cook.cpp\" and line == 2)") == "1");
    CHECK(told("count(trap where ns == 4ms)") == "1");
    CHECK(told("count(trap where due - ns == 5ms)") == "1");
    CHECK(told("count(mark where text == \"it's \\\"done\\\" # really\")") == "1");
}

TEST_CASE("moments bound a selection") {
    CHECK(told("count(any from 9ms)") == "4");
    CHECK(told("count(any after 6ms)") == "4");
    CHECK(told("count(any before 2ms)") == "9");
    CHECK(told("count(any to 2ms)") == "12");
    CHECK(told("count(any from seq:10 to seq:12)") == "3");
    CHECK(told("count(any after seq:10 before seq:12)") == "1");
    CHECK(told("count(any after first(exit))") == "5");
    CHECK(told("count(any from first(deadlock))") == "0");
    CHECK(told("count(any from seq:99)") == "0");
    CHECK(told("count(any to seq:99)") == "32");
    CHECK(told("count(any from end)") == "1");
}

TEST_CASE("one trace event is found, and has keys") {
    CHECK(asked("first(spawn by \"main\")").number == 8);
    CHECK(asked("last(wake)").number == 31);
    CHECK(asked("nth(spawn, 2)").number == 8);
    CHECK(told("nth(spawn, 4)") == "nothing");
    CHECK(told("first(wake).t") == "5.000 ms");
    CHECK(told("first(wake).woken") == "#3 waiter");
    CHECK(told("first(object_op).object") == "queue 1");
    CHECK(told("first(trap).trap") == "yield");
    CHECK(told("first(wake) < last(wake)") == "true");
    CHECK(told("last(wake).t - first(wake).t == 4ms") == "true");
    CHECK(told("first(deadlock).t < 5ms") == "false");
    CHECK(told("not first(deadlock).t >= 5ms") == "true");
    CHECK(told("exists(deadlock)") == "false");
    CHECK(told("exists(exit)") == "true");
}

TEST_CASE("never and always say which trace events speak against them") {
    CHECK(told("never(deadlock)") == "true");
    const answer never = asked("never(wake)");
    CHECK(never.failed());
    CHECK(never.seqs == std::vector<std::uint64_t>{24, 31});
    CHECK(told("always(io, op == \"send\")") == "true");
    const answer always = asked("always(object_op, length < 3)");
    CHECK(always.failed());
    CHECK(always.seqs == std::vector<std::uint64_t>{23});
    CHECK_THAT(always.because, ContainsSubstring("1 of 2"));
}

TEST_CASE("orders, alternation and causes") {
    CHECK(told("before(spawn, wake)") == "true");
    CHECK(told("before(wake, exit)") == "false");
    CHECK(told("before(spawn, deadlock)") == "false");
    CHECK(told("order(spawn, trap, wake, exit, wake)") == "true");
    const answer order = asked("order(exit, spawn)");
    CHECK(order.failed());
    CHECK_THAT(order.because, ContainsSubstring("no `spawn` after"));
    CHECK(told("alternate(switch_in, switch_out)") == "true");
    CHECK(told("alternate(switch_out, switch_in)") == "false");
    CHECK(asked("alternate(object_op, exit)").seqs == std::vector<std::uint64_t>{22, 23});
    CHECK(told("alternate(deadlock, exit)") == "false");
    CHECK(told("caused_by(wake, spawn)") == "true");
    CHECK(told("caused_by(spawn, wake)") == "false");
    CHECK(told("caused_by(deadlock, spawn)") == "false");
    CHECK(told("caused_by(exit, exit)") == "false");
    CHECK(told("woken_by(\"waiter\", \"main\")") == "true");
    CHECK(told("woken_by(\"cook\", \"main\")") == "false");
    CHECK(asked("woken_by(\"cook\", \"main\")").seqs == std::vector<std::uint64_t>{31});
    CHECK(told("woken_by(\"cook\", \"the loop\")") == "true");
}

TEST_CASE("series have maximum, minimum, sum, mean and the rest") {
    CHECK(told("max(steps(\"cook\"))") == "3.000 ms");
    CHECK(asked("max(steps(\"cook\"))").seqs == std::vector<std::uint64_t>{12, 15});
    CHECK(told("count(steps(\"main\"))") == "2");
    CHECK(told("sum(steps(\"main\"))") == "3.000 ms");
    CHECK(told("max(waits(\"cook\"))") == "4.000 ms");
    CHECK(told("max(delays(\"waiter\"))") == "5.000 ms");
    CHECK(told("max(lives(\"main\"))") == "6.000 ms");
    CHECK(told("count(turns())") == "2");
    CHECK(told("max(turns())") == "9.000 ms");
    CHECK(told("sum(bytes of io)") == "10");
    CHECK(told("mean(length of object_op)") == "2");
    CHECK(told("min(length of object_op)") == "1");
    CHECK(told("median(length of object_op)") == "1");
    CHECK(told("percentile(length of object_op, 99)") == "3");
    CHECK(told("max(ns of trap) / 1ms") == "4");
    CHECK(told("max(gaps(wake))") == "4.000 ms");
    CHECK(told("max(between(trap by \"cook\", wake where woken == \"cook\"))") == "4.000 ms");
    CHECK(told("count(between(switch_in, switch_out, same_task))") == "4");
    CHECK(told("max(between(switch_in, switch_out, same_task))") == "3.000 ms");
    CHECK(told("max(steps(\"nobody\"))") == "nothing");
    CHECK(told("max(steps(\"nobody\")) < 1ms") == "false");
    CHECK(told("sum(steps(\"nobody\")) == 0") == "true");
}

TEST_CASE("the state of a task at a moment, and peaks") {
    CHECK(told("state(\"cook\", 1ms) == ready") == "true");
    CHECK(told("state(\"cook\", 0ms)") == "ready");
    CHECK(told("state(\"cook\", seq:7) == unborn") == "true");
    CHECK(told("state(\"cook\", 8ms) == parked") == "true");
    CHECK(told("parked != state(\"cook\", 8ms)") == "false");
    CHECK(told("state(\"main\", end) == ended") == "true");
    CHECK(told("state(\"main\", first(wake)) == running") == "true");
    CHECK(told("waits_on(\"cook\", 8ms)") == "timer 1");
    CHECK(told("waits_on(\"waiter\", seq:20) == \"queue *\"") == "true");
    CHECK(told("waits_on(\"main\", 1ms)") == "nothing");
    CHECK(told("time(\"cook\", parked)") == "4.000 ms");
    CHECK(told("time(\"main\", ended)") == "3.000 ms");
    CHECK(told("peak(ready)") == "3");
    CHECK(told("peak(parked)") == "2");
    CHECK(told("peak(tasks)") == "3");
    CHECK(told("peak(length, \"queue 1\")") == "3");
    CHECK(told("peak(length, 2)") == "0");
    CHECK(told("peak(waiters, 1)") == "1");
    CHECK(asked("peak(length, \"queue*\")").seqs == std::vector<std::uint64_t>{23});
}

TEST_CASE("a percentile of which nobody knows which is nothing") {
    CHECK(told("percentile(steps(), 1 / 0)") == "nothing");
    CHECK(told("percentile(length of object_op, 1 / 0) == 1") == "false");
    const std::string large = "1000000000000000000";
    std::string endless = large;
    for (int i = 0; i < 300; ++i) endless += " * " + large;
    CHECK(told("percentile(length of object_op, " + endless + ")") == "3");
    CHECK(told("percentile(length of object_op, " + endless + " - " + endless + ")") == "nothing");
}

TEST_CASE("numbers, durations and logic") {
    CHECK(told("1 + 2 * 3 - 4 / 2") == "5");
    CHECK(told("(1 + 2) * 3") == "9");
    CHECK(told("1.5ms + 500us == 2ms") == "true");
    CHECK(told("-3ms < 0") == "true");
    CHECK(told("1 / 0") == "nothing");
    CHECK(told("10ms / 4") == "2.500 ms");
    CHECK(told("true and not false or false") == "true");
    CHECK(told("count(spawn) == 3 and count(wake) == 9") == "false");
    CHECK(asked("count(spawn) == 3 and count(wake) == 9").because == "count(wake) is 2");
    CHECK(asked("count(wake) == 9").seqs == std::vector<std::uint64_t>{24, 31});
    CHECK(asked("not count(wake) == 2").because == "count(wake) is 2");
}

TEST_CASE("what is wrong in an expression is told with its column and what was meant") {
    const auto check = [](const std::string& expression, std::size_t column,
                          const std::string& part) {
        INFO(expression);
        const refusal got = refused(expression);
        CHECK(got.column == column);
        CHECK_THAT(got.what, ContainsSubstring(part));
    };
    check("", 1, "empty");
    check("count(spwan)", 7, "did you mean \"spawn\"?");
    check("cuont(spawn)", 1, "did you mean \"count\"?");
    check("count(trap where tsak == 1)", 18, "did you mean \"task\"?");
    check("count(spawn) == 3 3", 19, "the end of the expression");
    check("count(spawn", 12, "the expression ends here");
    check("count(spawn) = 3", 14, "Write ==");
    check("count(spawn) && true", 14, "Write and");
    check("max(steps()) < 10", 16, "A duration has a unit");
    check("max(steps()) < 10m", 18, "no unit");
    check("steps()", 1, "ask for count, max");
    check("spawn", 1, "count(spawn)");
    check("first(spawn) < 3ms", 16, "write .t");
    check("first(spawn).tt", 14, "did you mean");
    check("state(\"cook\", 1ms) == praked", 23, "did you mean \"parked\"?");
    check("state(\"cok\", 1ms)", 7, "did you mean \"cook\"?");
    check("state(\"*\", 1ms)", 7, "write the number of one of them");
    check("count(trap where trap == sleep)", 26, "stands in quotes");
    check("count(trap where trap)", 18, "true or false");
    check("1 < 2 < 3", 7, "write \"and\"");
    check("peak(length)", 1, "needs an object");
    check("\"ä\" == 3", 8, "cannot be compared");
    check("count(mark where text == \"x", 26, "has no end");
    check("trap == \"x\"", 1, "no value by itself");
    check("has(error)", 1, "where");
    check("sum(op of io)", 5, "no series");
    check("$", 1, "no part of the language");
    check(std::string(70'000, ' '), 1, "longer");
    check("99999999999999999999999 == 1", 1, "too large");
}

TEST_CASE("deep nesting is refused with a sentence, long chains are not") {
    const std::string sentence = "nested more than 100 times";
    for (const std::string open : {"(", "-", "not ", "count(any where 1 == count(any where "}) {
        std::string deep;
        for (int i = 0; i < 1000; ++i) deep += open;
        CHECK_THAT(refused(deep + "1").what, ContainsSubstring(sentence));
    }
    std::string sums = "1";
    std::string ands = "true";
    for (int i = 0; i < 5000; ++i) sums += "+1", ands += " and true";
    CHECK(told(sums) == "5001");
    CHECK(told(ands) == "true");
}

TEST_CASE("a name that no task has is noted, because never would be true of it for ever") {
    const answer got = asked("never(trap by \"coko\")");
    CHECK(got.truth);
    REQUIRE(got.notes.size() == 1);
    CHECK_THAT(got.notes.front(),
               ContainsSubstring("column 15") && ContainsSubstring("did you mean \"cook\"?"));
    CHECK(asked("count(trap where task == \"cok\")").notes.size() == 1);
    CHECK(asked("count(object_op where object == \"lock*\")").notes.size() == 1);
    CHECK(asked("never(trap by \"co*\")").notes.empty());
}

TEST_CASE("the caret stands under the column, also behind wide characters") {
    const recording of = kitchen();
    const std::string expression = "count(mark where text == \"ä\") == spwan";
    try {
        questions(of).ask(expression);
        FAIL("it was not refused");
    } catch (const bad_query& fault) {
        CHECK(fault.column() == 34);
        CHECK_THAT(giambio::trace::with_caret(expression, fault),
                   ContainsSubstring("\n  " + expression + "\n  " + std::string(33, ' ') + "^\n"));
    }
}

TEST_CASE("an empty recording has an answer to everything") {
    const recording of = model_tests::trace_maker().read();
    questions empty(of);
    for (const char* each :
         {"count(any)", "first(any)", "max(steps())", "max(turns())", "peak(ready)",
          "peak(waiters, 1)", "peak(length, 1)", "caused_by(any, any)", "end",
          "count(any from 1ms to end)", "time(\"*\", parked)", "alternate(any, any)",
          "sum(gaps(any))", "count(between(any, any))", "woken_by(1, 2)", "nth(any, 1).t"}) {
        INFO(each);
        CHECK_NOTHROW(empty.ask(each));
    }
    CHECK_THROWS_AS(empty.ask("state(1, 1ms)"), bad_query);
}

TEST_CASE("a turn of a merged trace ends with the next of its own loop") {
    const std::string poll = R"("timeout":0,"reason":"ready","watched":0)";
    model_tests::merged_maker made;
    made.add(1, "run_begin", 0).add(2, "run_begin", 0).add(1, "io_wait", 0, poll);
    made.time(1 * ms).add(2, "io_wait", 0, poll);
    made.time(10 * ms).add(1, "io_wait", 0, poll);
    made.time(12 * ms).add(1, "run_end", 0, R"("outcome":"value")");
    made.time(14 * ms).add(2, "io_wait", 0, poll);
    made.time(17 * ms).add(2, "run_end", 0, R"("outcome":"value")");
    const recording of = made.read();
    questions trace(of);
    CHECK(trace.ask("count(turns())").text == "4");
    CHECK(trace.ask("max(turns())").text == "13.000 ms");
    CHECK(trace.ask("sum(turns())").text == "28.000 ms");
    CHECK(trace.ask("min(turns())").text == "2.000 ms");
}

TEST_CASE("whatever words stand in a row, it is an answer or a refusal with a column") {
    const std::vector<std::string> words{
        "count(",   "max(",   "first(", "state(",  "always(", "between(", "steps(",  "peak(",
        "(",        ")",      ")",      ",",       "any",     "spawn",    "trap",    "wake",
        "where",    "by",     "from",   "to",      "before",  "of",       "and",     "or",
        "not",      "==",     "<",      "+",       "/",       "-",        ".",       "|",
        "\"cook\"", "3",      "2ms",    "seq:9",   "end",     "task",     "t",       "object",
        "has(",     "parked", "ready",  "waiters", "value",   "nth(",     "median(", "gaps("};
    const recording of = kitchen();
    questions trace(of);
    std::minstd_rand draw(7);
    std::size_t answers = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string expression = draw() % 2 == 0 ? "count(any where " : "";
        for (std::uint64_t length = 1 + draw() % 9; length > 0; --length)
            expression += words[draw() % words.size()] + " ";
        if (expression.starts_with("count(any where")) expression += ")";
        INFO(expression);
        try {
            trace.ask(expression);
            ++answers;
        } catch (const bad_query& fault) {
            REQUIRE(fault.column() >= 1);
            REQUIRE(fault.column() <= expression.size() + 1);
        }
    }
    CHECK(answers > 50);
}
