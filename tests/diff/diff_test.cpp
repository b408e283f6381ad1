// Two runs compared: the first different decision and what followed, on small traces.
//
// Not here: the command and its examples (tests/query/documented_test.py).
// Internal to tests/diff/.
#include "tracer/model/diff.hpp"
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"

#include <string>

namespace {

using giambio::trace::compare;
using giambio::trace::difference;
using giambio::trace::place_in_both;
using giambio::trace::recording;
using model_tests::trace_maker;

struct plan {
    bool extra_task = false;    // main spawns a guest before the cooks
    bool second_first = false;  // the second cook runs first
    long long nap = 5;          // of the second cook, in ms
    long long later = 0;        // the timers fire so much later
    bool cut = false;           // the file ends before the second cook naps
};

// Main spawns two cooks; each sleeps, and ends.
recording kitchen(const plan& wanted) {
    trace_maker trace;
    const auto spawn = [&](int id, const std::string& name) {
        trace.add("spawn", 1, R"("child":)" + std::to_string(id) + R"(,"name":")" + name + "\"");
    };
    trace.add("run_begin", 0);
    trace.add("spawn", 0, R"("child":1,"name":"main")");
    trace.add("switch_in", 1);
    int next = 2;
    if (wanted.extra_task) spawn(next++, "guest");
    const int first = next;
    spawn(first, "cook");
    spawn(first + 1, "cook");
    trace.add("exit", 1, R"("outcome":"value")");
    trace.add("switch_out", 1, R"("how":"exit")");
    for (int i = 0; i < 2; ++i) {
        const bool second = (i == 1) != wanted.second_first;
        const int cook = second ? first + 1 : first;
        const std::string ns = std::to_string((second ? wanted.nap : 5) * 1'000'000);
        if (wanted.cut && i == 1) return trace.read();
        const std::string timer = std::to_string(i + 1 + (wanted.extra_task ? 7 : 0));
        trace.add("switch_in", cook);
        trace.add("trap", cook, R"("trap":"sleep","ns":)" + ns + R"(,"due":)" + ns);
        trace.add("timer_set", cook,
                  R"("timer":)" + timer + R"(,"due":)" + ns + R"(,"what":"sleep","owner":)" +
                      std::to_string(cook));
        trace.add("park", cook, R"("on":"timer","timer":)" + timer + R"(,"chain":[])");
        trace.add("switch_out", cook, R"("how":"park")");
    }
    trace.time(5'000'000 + wanted.later);
    trace.add("io_wait", 0, R"("timeout":0,"reason":"timer","watched":0)");
    return trace.read();
}

difference between(const plan& a, const plan& b, bool ignore_times = false) {
    return compare(kitchen(a), kitchen(b), ignore_times);
}

}  // namespace

TEST_CASE("equal runs are equal") {
    const difference found = between({}, {});
    CHECK(found.equal());
    CHECK(found.histories.empty());
    CHECK(found.same_histories == 4);
}

TEST_CASE("another order of running is the first difference, and changes no task's history") {
    const difference found = between({}, {.second_first = true});
    REQUIRE(found.first);
    CHECK(found.first->a == 7);
    CHECK(found.first->b == 7);
    CHECK(found.decision == "Another task runs next.");
    CHECK(found.histories.empty());
    CHECK(found.only_in_a.empty());
}

TEST_CASE("one more task moves every number, and still the others have the same history") {
    const difference found = between({}, {.extra_task = true});
    REQUIRE(found.first);
    CHECK(found.first->a == 3);
    CHECK(found.decision == "Another task is spawned.");
    CHECK(found.only_in_a.empty());
    CHECK(found.only_in_b == std::vector<std::string>{"main/guest"});
    REQUIRE(found.histories.size() == 1);
    CHECK(found.histories[0].path == "main");
    CHECK(found.same_histories == 3);
}

TEST_CASE("one line changed: the task asks for something else") {
    const difference found = between({}, {.nap = 6}, true);
    REQUIRE(found.first);
    CHECK(found.decision == "The task asks for something else.");
    REQUIRE(found.histories.size() == 1);
    CHECK(found.histories[0].path == "main/cook[2]");
    CHECK(found.histories[0].first.a == found.first->a);
    CHECK_FALSE(found.histories[0].shorter);
}

TEST_CASE("a file that was cut ends, and the other goes on") {
    const difference found = between({.cut = true}, {});
    REQUIRE(found.first);
    CHECK(found.first->a == place_in_both::none);
    CHECK(found.first->b == 12);
    CHECK(found.decision == "A ends here, B goes on.");
    for (const auto& each : found.histories) CHECK(each.shorter);
    CHECK(between({}, {.cut = true}).decision == "B ends here, A goes on.");
}

TEST_CASE("kinds of a later version are compared by their words") {
    const auto with = [](const char* kind) {
        return trace_maker().add("run_begin", 0).add(kind, 0, R"("text":"x")").read();
    };
    CHECK(compare(with("teleport"), with("teleport"), false).equal());
    CHECK_FALSE(compare(with("teleport"), with("vanish"), false).equal());
}

TEST_CASE("times are compared unless they are to be ignored") {
    const difference found = between({}, {.later = 10});
    REQUIRE(found.first);
    CHECK(found.only_time);
    CHECK(found.decision == "The same happens at another time.");
    CHECK_FALSE(found.first_but_times);
    CHECK(between({}, {.later = 10}, true).equal());
}

TEST_CASE("what differs after a difference in time alone is found as well") {
    const recording a = trace_maker()
                            .time(1)
                            .add("mark", 0, R"("text":"x")")
                            .add("mark", 0, R"("text":"y")")
                            .read();
    const recording b = trace_maker()
                            .time(2)
                            .add("mark", 0, R"("text":"x")")
                            .add("mark", 0, R"("text":"z")")
                            .read();
    const difference found = compare(a, b, false);
    REQUIRE(found.first);
    CHECK(found.first->a == 0);
    CHECK(found.only_time);
    REQUIRE(found.first_but_times);
    CHECK(found.first_but_times->a == 1);
}

TEST_CASE("descriptors are known by who opened them, clients without their port") {
    const auto run = [](int fd, const std::string& port) {
        const std::string number = std::to_string(fd);
        return trace_maker()
            .add("spawn", 0, R"("child":1,"name":"main")")
            .add("io", 1, R"("op":"open","fd":)" + number)
            .add("io", 1,
                 R"("op":"accept","fd":)" + number + R"(,"value":)" + std::to_string(fd + 1) +
                     R"(,"address":"127.0.0.1:)" + port + "\"")
            .add("io", 1, R"("op":"send","bytes":3,"fd":)" + std::to_string(fd + 1))
            .read();
    };
    CHECK(compare(run(3, "40001"), run(7, "51234"), false).equal());
    CHECK_FALSE(compare(run(3, "7"), run(3, "8"), false).equal());
}

TEST_CASE("the port that the system drew for this end of a connection means nothing") {
    const auto run = [](const std::string& local) {
        return trace_maker()
            .add("spawn", 0, R"("child":1,"name":"main")")
            .add("io", 1,
                 R"("op":"connect","fd":3,"address":"10.0.0.1:80","local":")" + local + "\"")
            .read();
    };
    CHECK(compare(run("10.0.0.9:40001"), run("10.0.0.9:51234"), false).equal());
    CHECK_FALSE(compare(run("10.0.0.9:40001"), run("10.0.0.8:40001"), false).equal());
}

TEST_CASE("which trace event of another process led here is another number in every run") {
    const auto run = [](const std::string& from) {
        model_tests::merged_maker made;
        made.add(1, "spawn", 0, R"("child":1,"name":"A:main")");
        made.add(1, "io", 1, R"("op":"send","fd":3,"bytes":2)");
        made.add(1, "io", 1, R"("op":"send","fd":3,"bytes":2)");
        made.add(2, "spawn", 0, R"("child":2,"name":"B:main")");
        made.add(2, "io", 2, R"("from":)" + from + R"(,"op":"receive","fd":1003,"bytes":2)");
        return made.read();
    };
    CHECK(compare(run("2"), run("3"), false).equal());
}

TEST_CASE("the same operation with another result is told so, and another seed is noted") {
    const auto run = [](const std::string& result) {
        return trace_maker()
            .add("spawn", 0, R"("child":1,"name":"main")")
            .add("io", 1, R"("op":"send","fd":3,)" + result)
            .read();
    };
    recording b = run(R"("error":"it is reset")");
    b.header.seed = 8;
    const difference found = compare(run(R"("bytes":5)"), b, false);
    CHECK(found.decision == "The same operation has another result.");
    CHECK(found.notes.front() == "the seed is 7 in A and 8 in B");
}

TEST_CASE("a recording without trace events is compared like any other") {
    const recording empty = trace_maker().read();
    CHECK(compare(empty, empty, false).equal());
    CHECK(compare(empty, kitchen({}), false).first->b == 0);
    CHECK_FALSE(giambio::trace::situation_in_short(kitchen({}), 8).empty());
}
