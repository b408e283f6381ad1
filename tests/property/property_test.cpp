// The promise of the trace: from its text alone the kernel's state can be rebuilt, at every trace
// event.
//
// Each random program runs with an observer that keeps, for every record, its line of text and the
// kernel's own snapshot. Afterwards the text is read as a file would be, and the rebuilt state is
// compared with the snapshots one by one.
#include "kernel/kernel.hpp"
#include "kernel/simulated/network.hpp"
#include "tests/catch.hpp"
#include "tests/property/random_program.hpp"
#include "tracer/lines.hpp"
#include "tracer/model/reader.hpp"
#include "tracer/model/state.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <sstream>
#include <utility>

namespace {

class keeper final : public giambio::observer {
public:
    using looker = std::function<giambio::snapshot()>;
    explicit keeper(looker look) : look_(std::move(look)) {}
    void begin(const giambio::run_facts& facts) override { lines_.header(facts, text); }
    void watch(const giambio::record_batch& batch) override {
        lines_.batch(batch, text);
        snapshots.push_back(look_());
    }
    void settle() override {}
    void end(const giambio::run_totals& totals) override { lines_.footer(totals, text); }

    std::string text;
    std::vector<giambio::snapshot> snapshots;

private:
    looker look_;
    giambio::line_maker lines_;
};

// Both sides as the same plain text, so that a difference can be read in the report.
std::string told_by(const giambio::snapshot& kernel) {
    std::ostringstream out;
    out << "turn " << kernel.turn << " running " << kernel.running << "\nready";
    for (const auto id : kernel.ready) out << ' ' << id;
    for (const auto& each : kernel.timers) {
        out << "\ntimer " << each.id << " due " << each.due << " owner " << each.owner << " scope "
            << each.scope;
    }
    for (const auto& each : kernel.scopes) {
        out << "\nscope " << each.id << " of " << each.task << " due " << each.due << " pool "
            << each.pool << (each.shielded ? " shield" : "")
            << (each.cancelled ? " cancelled" : "");
    }
    for (const auto& each : kernel.tasks) {
        out << "\ntask " << each.id << ' ' << each.name << " of " << each.parent << " in "
            << each.pool << (each.daemon ? " daemon" : "")
            << (each.cancel_requested ? " cancelled" : "") << " state "
            << static_cast<int>(each.state) << " waits " << static_cast<int>(each.waits) << ' '
            << each.wait_id << ' ' << each.wait_fd << (each.wait_write ? " w" : "");
    }
    for (const auto& [object, line] : kernel.lines) {
        out << "\nobject " << object << ':';
        for (const auto id : line) out << ' ' << id;
    }
    for (const auto& each : kernel.descriptors) {
        out << "\nfd " << each.fd << ' ' << (each.watched_read ? "r" : "")
            << (each.watched_write ? "w" : "") << " reader " << each.reader << " writer "
            << each.writer;
    }
    return out.str();
}

std::string told_by(const giambio::trace::recording& of, const giambio::trace::state& rebuilt) {
    using giambio::trace::wait_kind;
    std::ostringstream out;
    out << "turn " << rebuilt.turn << " running " << rebuilt.running << "\nready";
    for (const auto id : rebuilt.ready) out << ' ' << id;
    for (const auto& each : rebuilt.timers_in_order()) {
        out << "\ntimer " << each.id << " due " << each.due << " owner " << each.owner << " scope "
            << each.scope;
    }
    for (const auto* each : rebuilt.scopes.in_order()) {
        out << "\nscope " << each->id << " of " << each->task << " due " << each->due << " pool "
            << each->pool << (each->shielded ? " shield" : "")
            << (each->cancelled ? " cancelled" : "");
    }
    for (const auto* each : rebuilt.tasks.in_order()) {
        const bool on_fd = each->waits == wait_kind::fd;
        out << "\ntask " << each->id << ' ' << of.name_of(each->id) << " of " << each->parent
            << " in " << each->pool << (each->daemon ? " daemon" : "")
            << (each->cancel_requested ? " cancelled" : "") << " state "
            << static_cast<int>(each->state) << " waits " << static_cast<int>(each->waits) << ' '
            << (on_fd ? 0 : each->wait_id) << ' ' << each->wait_fd()
            << (each->wait_write ? " w" : "");
    }
    for (const auto* each : rebuilt.objects.in_order()) {
        const auto waiting = rebuilt.waiters(each->id);
        if (waiting.empty()) continue;
        out << "\nobject " << each->id << ':';
        for (const auto waiter : waiting) out << ' ' << waiter;
    }
    for (const auto* each : rebuilt.fds.in_order()) {
        if (!each->watched() && each->waiting == 0) continue;
        const auto readers = rebuilt.readers(each->fd());
        const auto writers = rebuilt.writers(each->fd());
        out << "\nfd " << each->id << ' ' << each->mode() << " reader "
            << (readers.empty() ? 0 : readers.front()) << " writer "
            << (writers.empty() ? 0 : writers.front());
    }
    return out.str();
}

// Nobody is woken or cancelled without a reason that stands in the trace.
bool names_a_cause(giambio::trace::kind which) {
    return which == giambio::trace::kind::wake || which == giambio::trace::kind::cancel_request;
}

struct outcome {
    std::string text;
    std::size_t records = 0;
    std::string ended;
};

// Compares after every trace event, from this one on; returns how many there were.
std::size_t compare_all(const keeper& kept, std::uint64_t seed, std::size_t from = 0) {
    const auto recording = giambio::trace::read_text(kept.text, "random");
    REQUIRE(recording.complaints.empty());
    REQUIRE(recording.events.size() == kept.snapshots.size());
    giambio::trace::state rebuilt;
    for (std::size_t i = 0; i < recording.events.size(); ++i) {
        const auto event = recording.events[i];
        const std::string problem = rebuilt.apply(recording, event);
        if (i < from && problem.empty()) continue;
        const std::string mine = told_by(recording, rebuilt);
        const std::string theirs = told_by(kept.snapshots[i]);
        const bool causeless = event.cause == 0 && names_a_cause(event.kind);
        if (!problem.empty() || mine != theirs || event.cause >= event.seq || causeless) {
            INFO("seed " << seed << ", seq " << event.seq << ", "
                         << giambio::trace::word_of(event.kind) << ": " << problem);
            CHECK(mine == theirs);
            CHECK(problem.empty());
            REQUIRE(event.cause < event.seq);
            REQUIRE((event.cause != 0 || !names_a_cause(event.kind)));
            FAIL("the trace does not tell what the kernel did");
        }
    }
    return recording.events.size();
}

// Runs the program of one seed and compares.
outcome compare(std::uint64_t seed) {
    random_program::world world(seed);
    giambio::async_scheduler scheduler{random_program::random_world(seed)};
    scheduler.set_budget(1 + static_cast<int>(seed % 5));
    scheduler.set_warnings(false);  // random programs are full of mistakes
    if (seed % 7 == 0) scheduler.set_shuffle(seed);
    keeper kept([&] { return scheduler.look(); });
    scheduler.observe(kept, true);
    outcome result;
    try {
        scheduler.start(random_program::main_task(world));
        result.ended = "value";
    } catch (const giambio::deadlock&) {
        result.ended = "deadlock";
    } catch (const std::exception&) {
        result.ended = "error";
    }
    world.tasks.clear();
    result.text = kept.text;
    result.records = compare_all(kept, seed);
    return result;
}

// The same for a trace that begins in the middle of the run: from the end of what it tells of the
// past. False: the run was over before.
bool compare_late(std::uint64_t seed) {
    random_program::world world(seed);
    giambio::virtual_clock time;
    giambio::simulated_network io(time, random_program::random_world(seed));
    giambio::kernel loop({.time = time,
                          .io = io,
                          .posts = std::make_shared<giambio::post_box>(),
                          .board = std::make_shared<giambio::watch_board>(),
                          .watchers = {},
                          .tape_capacity = 1,
                          .budget = 1 + static_cast<int>(seed % 5),
                          .warnings = false,
                          .shuffle = seed % 7 == 0 ? seed : 0});
    keeper kept([&] { return loop.look(); });
    giambio::set_door(&loop, giambio::next_run_number());
    loop.begin(loop.spawn(giambio::as_newcomer(random_program::main_task(world), "main"), {}));
    std::uint64_t turns = seed * 7919 % 40;
    while (turns > 0 && loop.turn(true)) --turns;
    const bool came = turns == 0 && loop.add_late_observer(kept);
    const std::size_t told = kept.snapshots.size();
    while (loop.anyone_alive() && loop.turn(true)) {
    }
    loop.end();
    world.tasks.clear();
    giambio::set_door(nullptr, 0);
    if (came) compare_all(kept, seed, told);
    return came;
}

}  // namespace

// How many programs; under the sanitizers, where one takes ten times as long, ctest asks for fewer.
// A longer soak: GIAMBIO_PROGRAMS=1000000 build/release/bin/property_tests
int program_count() {
    if (const char* wanted = std::getenv("GIAMBIO_PROGRAMS"))
        return std::max(30, std::atoi(wanted));
    return 10'000;
}

TEST_CASE("the state rebuilt from the trace equals the kernel's own at every trace event") {
    const int programs = program_count();
    std::size_t records = 0;
    int deadlocks = 0, errors = 0, values = 0;
    for (std::uint64_t seed = 1; seed <= static_cast<std::uint64_t>(programs); ++seed) {
        const outcome result = compare(seed);
        records += result.records;
        deadlocks += result.ended == "deadlock";
        errors += result.ended == "error";
        values += result.ended == "value";
    }
    // The programs must be of all sorts, or the comparison proves little.
    CHECK(deadlocks > programs / 30);
    CHECK(errors > programs / 30);
    CHECK(values > programs / 30);
    CHECK(records > 100 * static_cast<std::size_t>(programs));
}

TEST_CASE("a trace that begins in the middle of a run tells the state from there on") {
    const int programs = program_count() / 5;
    int compared = 0;
    for (std::uint64_t seed = 1; seed <= static_cast<std::uint64_t>(programs); ++seed)
        compared += compare_late(seed);
    CHECK(compared > programs / 4);  // of the others the run ends before
}

TEST_CASE("R17: two runs of one seed give the same trace, byte for byte") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        REQUIRE(compare(seed).text == compare(seed).text);
    }
}
