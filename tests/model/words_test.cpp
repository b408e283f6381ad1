// The sentences: each kind has some, they say what the trace event says, and stay on one line.
//
// Internal to tests/.
#include "tracer/model/words.hpp"
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"
#include "tracer/model/history.hpp"

#include <string>

using namespace giambio::trace;
using model_tests::text_of_file;
using model_tests::trace_maker;

namespace {

recording sample() {
    return read_text(text_of_file("tests/model/echo_sample.jsonl"), "echo_sample.jsonl");
}

std::string sentence_at(const recording& of, std::uint64_t seq) {
    return sentence(of, of.events.at(of.index_of(seq)));
}

std::string change_at(const recording& of, std::uint64_t seq) {
    history past(of);
    const std::size_t index = of.index_of(seq);
    return change(of, of.events.at(index), past.at(index));
}

std::string situation_at(const recording& of, std::uint64_t seq, std::uint32_t task) {
    history past(of);
    return situation(of, past.at(of.index_of(seq)), task);
}

// The sentence of one trace event that is alone in its trace.
std::string alone(const std::string& kind, int task, const std::string& own) {
    const recording of = trace_maker().add(kind, task, own).read();
    REQUIRE(of.events.size() == 1);
    return sentence(of, of.events[0]);
}

}  // namespace

TEST_CASE("a length of time has three decimals and the unit that reads best") {
    CHECK(duration_text(0) == "0 ms");
    CHECK(duration_text(840) == "840 ns");
    CHECK(duration_text(999) == "999 ns");
    CHECK(duration_text(1'000) == "1.000 us");
    CHECK(duration_text(12'500'000) == "12.500 ms");
    CHECK(duration_text(999'999'499) == "999.999 ms");
    CHECK(duration_text(999'999'500) == "1.000 s");
    CHECK(duration_text(1'200'000'000) == "1.200 s");
    CHECK(duration_text(3'600'000'000'000) == "3600.000 s");
    CHECK(duration_text(-12'500'000) == "-12.500 ms");
    CHECK(duration_text(INT64_MIN) == "-9223372036.855 s");
    CHECK(duration_text(INT64_MAX) == "9223372036.855 s");
}

TEST_CASE("every kind has a sentence, even without its own keys") {
    for (int i = 0; i <= static_cast<int>(last_kind); ++i) {
        const std::string word(word_of(static_cast<kind>(i)));
        INFO(word);
        const std::string told = alone(word, 2, "");
        CHECK(told.size() > 8);
        CHECK(told.find('\n') == std::string::npos);
    }
}

TEST_CASE("an operation is told as its object understands it") {
    const auto told = [](const std::string& type, const std::string& own) {
        trace_maker made;
        made.add("spawn", 0, R"("child":2,"name":"cook")");
        made.add("object_new", 1, R"("object":1,"type":")" + type + R"(")");
        const recording of = made.add("object_op", 1, R"("object":1,)" + own).read();
        return sentence(of, of.events.back());
    };
    CHECK(told("lock", R"("op":"release","holder":2,"length":1)") ==
          "#1 releases lock 1 and hands it to #2 cook");
    CHECK(told("lock", R"("op":"release","holder":0,"length":0)") ==
          "#1 releases lock 1, which is free now");
    CHECK(told("semaphore", R"("op":"release","holder":0,"length":3)") ==
          "#1 releases semaphore 1, free permits now: 3");
    CHECK(told("condition", R"("op":"notify","holder":0,"length":2)") ==
          "#1 notifies condition 1, still waiting: 2");
    CHECK(told("barrier", R"("op":"open","holder":0,"length":2)") ==
          "#1 comes last and opens barrier 1");
    CHECK(told("barrier", R"("op":"paint","holder":0,"length":2)") ==
          R"(#1 does "paint" on barrier 1)");
}

TEST_CASE("a task that is moved to another line is told with both") {
    trace_maker made;
    made.add("run_begin", 0).add("spawn", 0, R"("child":1,"name":"main")");
    made.add("object_new", 0, R"("object":1,"type":"condition")");
    made.add("object_new", 0, R"("object":2,"type":"lock")");
    made.add("switch_in", 1).add("park", 1, R"("on":"object","object":1,"chain":[])");
    made.add("switch_out", 1, R"("how":"park")");
    made.add("move", 0, R"("target":1,"on":"object","object":2)");
    made.add("wake", 0, R"("woken":1,"why":"object")");
    const recording of = made.read();
    CHECK(sentence_at(of, 8) == "the loop moves #1 main into the line of lock 2");
    CHECK(change_at(of, 8) == "#1 main waits in the line of lock 2 now (position 1 of 1)");
    CHECK(change_at(of, 9) ==
          "moved #1 main from the line of lock 2 to the back of the ready queue (position 1 of 1)");
}

TEST_CASE("the sentences of the echo sample") {
    const recording of = sample();
    REQUIRE(of.events.size() == 177);
    CHECK(sentence_at(of, 1) == "the run begins on the virtual clock");
    CHECK(sentence_at(of, 2) == "the loop spawns #1 run (kitchen.cpp:46)");
    CHECK(sentence_at(of, 3) == "the loop does not wait: somebody is ready");
    CHECK(sentence_at(of, 16) == "#1 run asks to wait on event 2 (kitchen.cpp:40)");
    CHECK(sentence_at(of, 21) == "the loop now runs the 4 tasks that are ready, once each");
    CHECK(sentence_at(of, 44) ==
          "the loop waits for 2 descriptors or the timer due at 2.000 ms, at most 2.000 ms");
    CHECK(sentence_at(of, 47) ==
          "for #2 serve the kernel accepts a connection on descriptor 3: descriptor 5, from "
          "127.0.0.1:40001 (kitchen.cpp:7)");
    CHECK(sentence_at(of, 56) ==
          "#2 serve asks to receive up to 1000 bytes from descriptor 5 (kitchen.cpp:9)");
    CHECK(sentence_at(of, 74) == "timer 1 fires, on time");
    CHECK(sentence_at(of, 87) ==
          "#4 cook releases lock 1 and hands it to #5 cook (kitchen.cpp:28)");
    CHECK(sentence_at(of, 139) == "the loop cancels #1 run in scope 1: its time limit is over");
    CHECK(sentence_at(of, 144) ==
          "#2 serve has its answer: 0 bytes, which means that the other side has closed "
          "(kitchen.cpp:9)");
    CHECK(sentence_at(of, 163) == "#2 serve has ended because it was cancelled");
}

TEST_CASE("what the trace events of the echo sample changed, with positions") {
    const recording of = sample();
    CHECK(change_at(of, 13) == "put #3 call at the back of the ready queue (position 2 of 2)");
    CHECK(change_at(of, 21) == "these run now, in this order: #2 serve, #3 call, #4 cook, #5 cook");
    CHECK(change_at(of, 22) ==
          "moved #2 serve from the front of the ready queue to the processor, 3 tasks left in the "
          "queue");
    CHECK(change_at(of, 42) ==
          "parked #5 cook, which waits for lock 1 (position 1 of 1 in its line)");
    CHECK(change_at(of, 48) ==
          "moved #2 serve from descriptor 3 to the back of the ready queue (position 1 of 1)");
    CHECK(change_at(of, 75) ==
          "moved #4 cook from timer 1 to the back of the ready queue (position 2 of 2)");
    CHECK(change_at(of, 87) == "lock 1: #5 cook holds it, length 0, 1 waiter");
    CHECK(change_at(of, 88) ==
          "moved #5 cook from the line of lock 1 to the back of the ready queue (position 1 of 1)");
    CHECK(change_at(of, 130) == "added timer 4 (number 2 of 2 to fire)");
    CHECK(change_at(of, 153) == "#2 serve stops waiting next, and is told");
    CHECK(change_at(of, 164) ==
          "moved #1 run from its wait for the end of #2 serve to the back of the ready queue "
          "(position 1 of 1)");
    CHECK(change_at(of, 23).empty());
    CHECK(change_at(of, 110).empty());
}

TEST_CASE("what the tasks of the echo sample are doing") {
    const recording of = sample();
    CHECK(situation_at(of, 15, 4) ==
          "#4 cook is ready, position 3 of 4 in the ready queue, since 0 ms");
    CHECK(situation_at(of, 24, 2) ==
          "#2 serve runs, in its step number 1, since 0 ms (kitchen.cpp:7)");
    CHECK(situation_at(of, 69, 4) ==
          "#4 cook waits for timer 1, due in 1.000 ms, since 0 ms (kitchen.cpp:27)");
    CHECK(situation_at(of, 69, 5) ==
          "#5 cook waits for lock 1 (position 1 of 1 in its line, held by #4 cook), since 0 ms "
          "(kitchen.cpp:26)");
    CHECK(situation_at(of, 69, 2) ==
          "#2 serve waits until descriptor 5 can be read, since 1.000 ms (kitchen.cpp:9)");
    CHECK(situation_at(of, 157, 1) ==
          "#1 run waits for the end of #2 serve, since 4.000 ms (kitchen.cpp:43)");
    CHECK(situation_at(of, 157, 2) ==
          "#2 serve is ready, position 1 of 1 in the ready queue, since 4.000 ms, and is cancelled "
          "(kitchen.cpp:14)");
    CHECK(situation_at(of, 177, 3) == "#3 call has ended at 3.000 ms");
    CHECK(situation_at(of, 177, 2) == "#2 serve was cancelled and has ended at 4.000 ms");
    CHECK(situation_at(of, 1, 2) == "#2 serve does not exist at this moment");
}

TEST_CASE("sentences that the sample does not have") {
    CHECK(alone("io_wait", 0, R"("timeout":-1,"reason":"idle","watched":1)") ==
          "the loop waits for 1 descriptor, for as long as it takes");
    CHECK(alone("timer_fire", 0, R"("timer":3,"late":1500)") == "timer 3 fires, 1.500 us late");
    CHECK(alone("switch_out", 2, R"("how":"budget")") ==
          "#2 ends its step: it had 64 answers at once, so now the others run first");
    CHECK(alone("io", 2, R"("op":"receive","fd":4,"error":"Connection reset by peer")") ==
          "for #2 the kernel receives from descriptor 4: it fails with Connection reset by peer");
    CHECK(alone("io", 2, R"("op":"send","fd":4,"bytes":2,"payload":"hi")") ==
          "for #2 the kernel sends to descriptor 4: 2 bytes, \"hi\"");
    CHECK(alone("lost", 0, R"("events":1,"text":"disk full")") ==
          "1 trace event is missing here: disk full");
    CHECK(alone("run_end", 0, R"("outcome":"error","error":"no salt")") ==
          "the run has failed with the error: no salt");
    CHECK(alone("signal", 0, R"("signo":2)") == "the signal 2 arrives: Ctrl-C");
    CHECK(alone("cancel_request", 1, R"("target":2,"scope":0,"source":"interrupt","reason":"")") ==
          "#1 cancels #2 because of Ctrl-C");
    CHECK(alone("object_op", 1, R"("object":2,"op":"put","holder":0,"length":3)") ==
          "#1 puts an item into object 2, which now holds 3");
    CHECK(alone("later_kind", 1, "") ==
          "something of the kind \"later_kind\" happens, which this program does not know");
}

TEST_CASE("a sentence stays on one line whatever the program said") {
    CHECK(alone("log", 2, R"("text":"a\nb\tc\u0001\u007f\u001b[31m\u00e9")") ==
          "#2 logs: a\\nb\\tc\\x01\\x7f\\x1b[31m\u00e9");
    const recording of = trace_maker().add("spawn", 0, R"("child":1,"name":"x\ny")").read();
    CHECK(sentence(of, of.events[0]) == "the loop spawns #1 x\\ny");
}
