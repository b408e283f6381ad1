// Traces of programs that are right: nothing is found in them.
//
// The lessons' golden traces, the samples of the other tests, and pieces of each: a recording may
// begin to be wrong only where the program is.
#include "tests/check/traced.hpp"
#include "tests/model/make_trace.hpp"

#include <array>

using namespace giambio::trace;
using check_tests::checked;
using check_tests::words;

TEST_CASE("the golden traces and the samples are clean, cut anywhere") {
    constexpr std::array files{
        "lessons/03-ready-queue/trace.jsonl", "lessons/05-time-is-a-queue/trace.jsonl",
        "lessons/06-echo-server/trace.jsonl", "tests/model/echo_sample.jsonl",
        "tests/stepping/two_sleepers.jsonl"};
    for (const char* file : files) {
        INFO(file);
        const std::string text = model_tests::text_of_file(file);
        REQUIRE(text.size() > 1000);
        CHECK(checked(text).names() == words{});
        for (std::size_t cut = text.size() / 10; cut < text.size(); cut += text.size() / 10)
            CHECK(checked(text.substr(0, text.find('\n', cut) + 1)).names() == words{});
    }
}

TEST_CASE("every rule has a name, a text, an advice and a lesson; names are found again") {
    REQUIRE(rules().size() == static_cast<std::size_t>(last_rule) + 1);
    for (std::size_t i = 0; i < rules().size(); ++i) {
        const rule& each = rules()[i];
        CHECK(each.id == static_cast<rule_id>(i));
        CHECK(each.meaning.size() > 40);
        CHECK(each.advice.size() > 20);
        CHECK(!each.lesson.empty());
        CHECK(rule_named(each.name) == &each);
    }
    CHECK(rule_named("no_such_rule") == nullptr);
}

TEST_CASE("a recording without trace events, and one of nonsense, are told without a crash") {
    CHECK(checked(model_tests::header_line).names() == words{});
    model_tests::trace_maker odd;
    odd.add("switch_out", 3, R"("how":"yield")").add("wake", 0, R"("woken":9,"why":"object")");
    odd.add("park", 4, R"("on":"object","object":0,"chain":[])");
    odd.add("park", 4, R"("on":"task","target":4,"chain":[])");
    odd.add("object_op", 4, R"("object":7,"op":"acquire","holder":4294967295,"length":-1)");
    odd.add("object_op", 4, R"("object":7,"op":"release","holder":0,"length":0)");
    odd.add("move", 4, R"("target":4,"on":"object","object":7)");
    odd.add("timer_fire", 0, R"("timer":1,"late":-5)").add("timer_drop", 0, R"("timer":1)");
    odd.add("cancel_deliver", 8, R"("scope":1,"source":"explicit","reason":"")");
    odd.add("scope_leave", 8, R"("scope":1,"outcome":"late")");
    odd.add("exit", 12, R"("outcome":"error","error":"x")").add("exit", 12, R"("outcome":"value")");
    odd.add("adopt", 1, R"("target":5,"pool":5)").add("object_end", 1, R"("object":7)");
    odd.add("deadlock", 0, R"("text":"")").add("run_end", 0, R"("outcome":"deadlock")");
    const checked told(odd.text());
    // Of all this only the task that waits for its own end makes sense.
    CHECK(told.names() == words{"deadlock_cycle"});
}

TEST_CASE("what follows a gap is not judged") {
    model_tests::trace_maker made;
    made.add("run_begin", 0).add("spawn", 0, R"("child":1,"name":"main")");
    made.add("lost", 0, R"("events":5,"text":"full")");
    made.add("switch_in", 1).time(50'000'000).add("switch_out", 1, R"("how":"yield")");
    CHECK(checked(made.text()).names() == words{});
}

TEST_CASE("a real machine that was busy makes timers late, and that is no mistake of the program") {
    const auto fired_late = [](long long late) {
        model_tests::trace_maker made;
        made.add("timer_set", 1, R"("timer":1,"due":0,"what":"sleep","owner":1)").time(late);
        made.add("timer_fire", 0, R"("timer":1,"late":)" + std::to_string(late));
        return checked(made.text());
    };
    CHECK(fired_late(50'000'000).names() == words{});
    CHECK(fired_late(200'000'000).names() == words{"timer_late"});
    CHECK(fired_late(200'000'000).says("timer_late", "No step of a task explains it."));
}

TEST_CASE("a chain of a hundred thousand joins, and a circle of them, are judged in no time") {
    model_tests::trace_maker made;
    constexpr int many = 100'000;
    for (int i = 1; i <= many; ++i)
        made.add("spawn", 0, "\"child\":" + std::to_string(i) + R"(,"name":"t")");
    for (int i = 1; i <= many; ++i)
        made.add("park", i, R"("on":"task","target":)" + std::to_string(i % many + 1));
    made.add("deadlock", 0, R"("text":"")");
    const checked told(made.text());
    CHECK(told.names() == words{"deadlock_cycle"});
    CHECK(told.get("deadlock_cycle").tasks.size() == 12);
}
