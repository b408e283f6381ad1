// Traces of two processes made into one: arrows, clocks, numbers, and a state that holds.
//
// Not here: real processes (merge_real_test.py).
// Internal to tests/diff/.
#include "tracer/model/merge.hpp"
#include "tests/catch.hpp"
#include "tests/model/make_trace.hpp"

#include <limits>
#include <set>
#include <string>
#include <vector>

namespace {

using giambio::trace::event;
using giambio::trace::key;
using giambio::trace::kind;
using giambio::trace::merge;
using giambio::trace::merged;
using giambio::trace::recording;
using model_tests::trace_maker;

constexpr long long ms = 1'000'000;

void begin(trace_maker& trace) {
    trace.add("run_begin", 0);
    trace.add("spawn", 0, R"("child":1,"name":"main")");
    trace.add("io_wait", 0, R"("timeout":0,"reason":"ready","watched":0)");
    trace.add("io_done", 0, R"("ready":0)");
    trace.add("batch", 0, R"("size":1)");
    trace.add("switch_in", 1);
}

void end(trace_maker& trace) {
    trace.add("exit", 1, R"("outcome":"value")");
    trace.add("switch_out", 1, R"("how":"exit")");
    trace.add("run_end", 0, R"("outcome":"value")");
}

// Accepts one connection at `accepted`, gets ten bytes in two pieces, sends three.
recording server(long long accepted) {
    trace_maker trace;
    begin(trace);
    trace.add("io", 1, R"("op":"open","fd":3)");
    trace.add("io", 1, R"("op":"bind","fd":3,"address":"0.0.0.0:25000")");
    trace.add("object_new", 1, R"("object":1,"type":"lock")");
    trace.time(accepted);
    trace.add("fd_ready", 0, R"("fd":3,"mode":"r")");
    trace.add("io", 1, R"("op":"accept","fd":3,"value":4,"address":"10.0.0.9:40001")");
    trace.add("io", 1, R"("op":"receive","fd":4,"bytes":4)");
    trace.add("io", 1, R"("op":"receive","fd":4,"bytes":6)");
    trace.add("io", 1, R"("op":"send","fd":4,"bytes":3)");
    trace.add("io", 1, R"("op":"receive","fd":4,"bytes":0)");
    end(trace);
    return trace.read();
}

// Connects, sends seven bytes and three, gets three, closes. `local`: the key, or nothing.
recording client(const std::string& local) {
    trace_maker trace;
    begin(trace);
    trace.add("io", 1, R"("op":"open","fd":3)");
    trace.time(2 * ms);
    trace.add("io", 1, R"("op":"connect","fd":3,"would_block":true)");
    trace.add("io", 1, R"("op":"connect","fd":3,"address":"10.0.0.1:25000")" + local);
    trace.add("io", 1, R"("op":"send","fd":3,"bytes":7)");
    trace.add("io", 1, R"("op":"send","fd":3,"bytes":3)");
    trace.add("io", 1, R"("op":"close","fd":3)");
    trace.time(20 * ms);
    end(trace);
    return trace.read();
}

const std::string local = R"(,"local":"10.0.0.9:40001")";

struct both {
    merged made;
    recording read;
};

both merge_two(const recording& a, const recording& b) {
    const recording* const processes[] = {&a, &b};
    std::string text;
    const merged made = merge(processes, [&](std::string_view more) { text += more; });
    return {made, giambio::trace::read_text(text, "merged.json")};
}

// The operation of the trace event with this seq, "send 7".
std::string at(const recording& of, std::int64_t seq) {
    const event that = of.events[of.index_of(static_cast<std::uint64_t>(seq))];
    return std::string(of.text(that, key::op)) + " " +
           std::to_string(of.number(that, key::bytes).value_or(-1));
}

// "accept -1 from connect -1" for every arrow.
std::vector<std::string> arrows(const recording& of) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < of.events.size(); ++i) {
        const event that = of.events[i];
        const auto from = of.number(that, key::from);
        if (!from) continue;
        REQUIRE(*from < static_cast<std::int64_t>(that.seq));
        all.push_back(at(of, static_cast<std::int64_t>(that.seq)) + " from " + at(of, *from));
    }
    return all;
}

// One trace event at each of two sites, whose numbers lie as far apart as a reader allows.
recording with_a_gap(const std::string& function) {
    trace_maker trace;
    trace.add("run_begin", 0);
    trace.line(R"({"source":1,"file":"program.cpp","text":null})");
    trace.line(R"({"site":1,"source":1,"line":7,"column":1,"function":")" + function + R"("})");
    trace.add("mark", 0, R"("text":"first")", "1");
    trace.time(ms);
    trace.line(R"({"site":65537,"source":1,"line":8,"column":1,"function":")" + function + R"("})");
    trace.add("mark", 0, R"("text":"second")", "65537");
    return trace.read();
}

}  // namespace

TEST_CASE("a merged trace has arrows from each send to the receive that needed it") {
    const both got = merge_two(server(30 * ms), client(local));
    CHECK(got.made.connections == 1);
    CHECK(got.read.complaints.empty());
    CHECK(arrows(got.read) ==
          std::vector<std::string>{" -1 from connect -1", "accept -1 from connect -1",
                                   "receive 4 from send 7", "receive 6 from send 7",
                                   "receive 0 from close -1"});
}

TEST_CASE("sites of a trace that lacks many of them are numbered anew") {
    const recording a = with_a_gap("a");
    const recording b = with_a_gap("b");
    REQUIRE(a.complaints.empty());
    const both got = merge_two(a, b);
    CHECK(got.read.complaints.empty());
    CHECK(got.read.sites.size() == 4);
    std::string told;
    for (const event& each : got.read.events)
        if (const auto* site = got.read.site_of(each.at))
            told += site->function + std::to_string(site->line) + " ";
    CHECK(told == "a7 b7 a8 b8 ");
}

TEST_CASE("no two processes of a merged trace have the same name") {
    recording traces[] = {server(0), server(0), server(0), server(0)};
    const char* const programs[] = {"a", "a", "a2", "a"};
    std::vector<const recording*> all;
    for (std::size_t i = 0; i < std::size(traces); ++i) {
        traces[i].header.program = programs[i];
        all.push_back(&traces[i]);
    }
    std::string text;
    merge(all, [&](std::string_view more) { text += more; });
    CHECK(giambio::trace::read_text(text, "merged.json").header.processes ==
          std::vector<std::string>{"a", "a2", "a22", "a3"});
}

TEST_CASE("a connection is found without the client's address too, by its port") {
    CHECK(merge_two(server(30 * ms), client("")).made.connections == 1);
    const both other = merge_two(server(30 * ms), client(R"(,"local":"10.0.0.9:55555")"));
    CHECK(other.made.connections == 0);
    REQUIRE_FALSE(other.made.notes.empty());
    CHECK_THAT(other.made.notes.front(), Catch::Matchers::ContainsSubstring("lead to nobody"));
}

TEST_CASE("clocks that disagree are moved, so that nothing is received before it was sent") {
    const both got = merge_two(server(1 * ms), client(local));
    CHECK(arrows(got.read).size() == 5);
    bool told = false;
    for (const std::string& note : got.made.notes)
        told |= note.find("was moved by 1.000 ms") != std::string::npos;
    CHECK(told);
    for (const std::string& note : merge_two(server(30 * ms), client(local)).made.notes)
        CHECK(note.find("was moved") == std::string::npos);
}

TEST_CASE("a clock that is wrong by half a century is not believed") {
    recording early = server(30 * ms);
    recording late = client(local);
    early.header.started_ns = 1;
    late.header.started_ns = 1'900'000'000'000'000'000;
    const both got = merge_two(early, late);
    CHECK(got.read.complaints.empty());
    REQUIRE_FALSE(got.made.notes.empty());
    CHECK_THAT(got.made.notes.front(), Catch::Matchers::ContainsSubstring("36 years"));
    late.header.started_ns = 0;
    late.header.started = "9999-12-31T23:59:59Z";
    CHECK(merge_two(early, late).read.complaints.empty());
}

TEST_CASE("the numbers of the processes do not meet, and the rebuilt state holds") {
    const both got = merge_two(server(1 * ms), client(local));
    std::string problems;
    model_tests::replay(got.read, problems);
    CHECK(problems.empty());
    CHECK(got.read.header.processes == std::vector<std::string>{"test", "test2"});
    CHECK(got.read.task_name(1) == "#1 test:main");
    CHECK(got.read.task_name(2) == "#2 test2:main");
    for (std::size_t i = 0; i < got.read.events.size(); ++i) {
        const event that = got.read.events[i];
        const auto fd = got.read.number(that, key::fd);
        if (fd && that.kind == kind::io) CHECK((that.task == 2) == (*fd >= 1000));
    }
}

TEST_CASE("what a trace does not tell the beginning of has numbers of its own, too") {
    trace_maker middle;
    begin(middle);
    middle.add("object_op", 1, R"("object":7,"op":"put","holder":0,"length":1)");
    middle.add("io", 1, R"("op":"pipe","fd":999,"value":1000)");
    end(middle);
    const recording first = middle.read();
    trace_maker second;
    begin(second);
    second.add("object_new", 1, R"("object":7,"type":"lock")");
    second.add("io", 1, R"("op":"open","fd":0)");
    end(second);
    const both got = merge_two(first, second.read());
    std::set<std::int64_t> objects, descriptors;
    for (const event that : got.read.events) {
        if (const auto object = got.read.number(that, key::object)) objects.insert(*object);
        for (const key which : {key::fd, key::value})
            if (const auto fd = got.read.number(that, which)) descriptors.insert(*fd);
    }
    CHECK(objects.size() == 2);
    CHECK(descriptors.size() == 3);
}

TEST_CASE("what is never due is never due in a merged trace either") {
    constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
    trace_maker sleeps;
    begin(sleeps);
    sleeps.add("timer_set", 1, R"("timer":1,"due":9223372036854775807,"what":"sleep","owner":1)");
    recording later = sleeps.read(), first = client(local);
    first.header.started_ns = 1;
    later.header.started_ns = 1 + ms;
    const both got = merge_two(first, later);
    for (const event that : got.read.events)
        if (that.kind == kind::timer_set) CHECK(got.read.number(that, key::due) == never);
}

TEST_CASE("causes stay those of the same process") {
    const recording alone = client(local);
    const both got = merge_two(server(1 * ms), alone);
    std::size_t next = 0;
    for (std::size_t i = 0; i < got.read.events.size(); ++i) {
        const event that = got.read.events[i];
        if (got.read.number(that, key::process) != 2) continue;
        const event before = alone.events[next++];
        CHECK(that.kind == before.kind);
        if (before.cause == 0) continue;
        const event cause = got.read.events[got.read.index_of(that.cause)];
        CHECK(got.read.number(cause, key::process) == 2);
        CHECK(cause.kind == alone.events[alone.index_of(before.cause)].kind);
    }
    CHECK(next == alone.events.size());
}

TEST_CASE("without any trace event there is still a merged trace") {
    const recording empty = trace_maker().read();
    const both got = merge_two(empty, server(1 * ms));
    CHECK(got.read.complaints.empty());
    CHECK(got.read.events.size() == server(1 * ms).events.size());
}
