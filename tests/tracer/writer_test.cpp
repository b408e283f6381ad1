// The writer: what it puts into the file, when, and what happens when it cannot.
//
// Not here: what the reader makes of damaged files (tests/model/). Kept true: every test has a
// folder of its own, which is gone afterwards.
#include "tracer/writer.hpp"
#include "tests/catch.hpp"
#include "tests/tracer/own_folder.hpp"
#include "tracer/lines.hpp"
#include "tracer/model/reader.hpp"

#include <giambio.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

using namespace giambio;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

// A folder of its own for each test, gone afterwards.
// A trace that goes into a pipe, whose reader has gone.
struct pipe_that_nobody_reads {
    pipe_that_nobody_reads() { close(reader); }

    own_folder folder;
    std::string path = made_in(folder.path);
    int reader = open(path.c_str(), O_RDWR);
    trace_writer writer{path};

private:
    static std::string made_in(const fs::path& place) {
        const std::string made = (place / "pipe").string();
        mkfifo(made.c_str(), 0600);
        return made;
    }
};

// A little of everything: a lock, a queue, time limits, a cancel, sockets.
coroutine<> serve(async_scheduler& scheduler) {
    tcp_socket socket;
    socket.bind(address("", 7));
    socket.listen(2);
    async_socket server = scheduler.wrap_socket(std::move(socket));
    auto [peer, name] = co_await server.accept();
    const std::string got = co_await peer.receive(100);
    co_await peer.send_all("secret answer to " + got);
}

coroutine<> hold(lock& wanted) {
    const auto held = co_await wanted.hold();
    co_await giambio::sleep(3ms);
}

coroutine<> everything(async_scheduler& scheduler) {
    lock one;
    queue<int> items(1);
    task first = spawn(hold(one), "first");
    task second = spawn(hold(one), "second");
    co_await items.put(1);
    co_await items.get();
    co_await skip_after(1ms, first.join());
    second.cancel("not needed");
    spawn(serve(scheduler));
    async_socket client;
    co_await client.connect(address("127.0.0.1", 7));
    co_await client.send_all("hello");
    co_await client.receive(100);
    log("{} \"quoted\" \x01 and \xff", "text");
    co_await yield();
}

trace::recording record_everything(const fs::path& file) {
    trace_writer writer(file.string());
    async_scheduler scheduler{simulated{}};
    scheduler.observe(writer);
    scheduler.start(everything(scheduler));
    return trace::read_file(file.string());
}

// Runs that GIAMBIO_TRACE traces number their files.
fs::path only_file_in(const fs::path& folder) {
    return fs::directory_iterator(folder)->path();
}

}  // namespace

TEST_CASE("what is written can be read: no complaint, a footer, every kind known") {
    own_folder folder;
    record_everything(folder.path / "t.jsonl");
    const auto read = trace::read_file(only_file_in(folder.path).string());
    CHECK(read.complaints.empty());
    REQUIRE(read.end.has_value());
    CHECK(read.end->events == read.events.size());
    CHECK(read.header.clock == "virtual");
    std::set<trace::kind> seen;
    for (const trace::event& each : read.events) {
        CHECK(each.kind != trace::kind::unknown);
        seen.insert(each.kind);
    }
    CHECK(seen.size() > 25);
}

TEST_CASE("every cause is an earlier trace event; every trap has one reply; steps are balanced") {
    own_folder folder;
    record_everything(folder.path / "t.jsonl");
    const auto read = trace::read_file(only_file_in(folder.path).string());
    std::map<std::int64_t, int> replies;
    int traps = 0, ins = 0, outs = 0, spawns = 0, exits = 0;
    for (const trace::event& each : read.events) {
        CHECK(each.cause < each.seq);
        traps += each.kind == trace::kind::trap;
        ins += each.kind == trace::kind::switch_in;
        outs += each.kind == trace::kind::switch_out;
        spawns += each.kind == trace::kind::spawn;
        exits += each.kind == trace::kind::exit;
        if (each.kind == trace::kind::reply) ++replies[*read.number(each, trace::key::to)];
    }
    CHECK(static_cast<int>(replies.size()) == traps);
    for (const auto& [trap, count] : replies) CHECK(count == 1);
    CHECK(ins == outs);
    CHECK(spawns == 4);
    CHECK(exits == 4);
}

TEST_CASE("the source's text is in the trace, and no absolute path") {
    own_folder folder;
    record_everything(folder.path / "t.jsonl");
    const auto read = trace::read_file(only_file_in(folder.path).string());
    bool found = false;
    for (const trace::source_file& each : read.sources) {
        CHECK(each.file.front() != '/');
        REQUIRE(each.text.has_value());
        found = found || each.text->find("A little of everything") != std::string::npos;
    }
    CHECK(found);
}

TEST_CASE("payload is recorded only when it is asked for") {
    own_folder folder;
    record_everything(folder.path / "without.jsonl");
    CHECK_THAT(text_of(only_file_in(folder.path)), !ContainsSubstring("\"payload\""));
    setenv("GIAMBIO_TRACE_PAYLOAD", "6", 1);
    own_folder other;
    record_everything(other.path / "with.jsonl");
    unsetenv("GIAMBIO_TRACE_PAYLOAD");
    CHECK_THAT(text_of(only_file_in(other.path)), ContainsSubstring("\"payload\":\"secret\""));
}

TEST_CASE("R11: everything before a sleep is in the file when the loop sleeps") {
    own_folder folder;
    const std::string file = (folder.path / "t.jsonl").string();
    trace_writer writer(file);
    async_scheduler scheduler;
    scheduler.observe(writer);
    // The poll itself is what looks: a second thread would be a race, a killed child is not.
    const pid_t child = fork();
    if (child == 0) {
        auto program = []() -> coroutine<> {
            mark("before the sleep");
            spawn([]() -> coroutine<> {
                co_await giambio::sleep(1ms);
                mark("after the sleep");
                kill(getpid(), SIGKILL);
            }());
            co_await giambio::sleep(1h);
        };
        scheduler.start(program());
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    const auto read = trace::read_file(only_file_in(folder.path).string());
    CHECK(read.complaints.empty());
    CHECK_FALSE(read.end.has_value());
    REQUIRE_FALSE(read.events.empty());
    CHECK(read.events.back().kind == trace::kind::io_wait);
    CHECK_THAT(text_of(only_file_in(folder.path)), ContainsSubstring("before the sleep"));
}

TEST_CASE("a run that does not sleep is written in whole lines, up to the borders of blocks") {
    own_folder folder;
    const fs::path file = folder.path / "t.jsonl";
    constexpr std::uintmax_t block = 128 << 10;
    std::set<std::uintmax_t> sizes;
    auto program = [&]() -> coroutine<> {
        for (int round = 0; round < 10'000; ++round) {
            co_await yield();
            if (round % 50 == 0) sizes.insert(fs::file_size(file));
        }
    };
    trace_writer writer(file.string());
    async_scheduler scheduler{simulated{}};
    scheduler.observe(writer);
    scheduler.start(program());
    REQUIRE(sizes.size() > 10);
    const std::string text = text_of(file);
    for (const std::uintmax_t size : sizes) {
        if (size == 0) continue;
        CHECK(text[size - 1] == '\n');
        CHECK((block - size % block) % block < 300);  // less than a line
    }
    CHECK(trace::read_file(file.string()).end.has_value());
}

// How many bytes of the disk a file has beyond its end.
std::int64_t spare_room(const std::string& file) {
    struct stat seen {};
    REQUIRE(stat(file.c_str(), &seen) == 0);
    return seen.st_blocks * 512 - seen.st_size;
}

bool can_ask_for_room(const std::string& file) {
    const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    const bool can = fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 1 << 20) == 0;
    close(fd);
    return can;
}

TEST_CASE("a long trace asks for room in advance, and gives back what it did not need") {
    own_folder folder;
    const std::string file = (folder.path / "long.jsonl").string();
    std::int64_t most = 0;
    {
        trace_writer writer(file);
        async_scheduler scheduler{simulated{}};
        scheduler.observe(writer);
        scheduler.start([](const std::string& path, std::int64_t& seen) -> coroutine<> {
            for (int round = 0; round < 20'000; ++round) {
                co_await yield();
                if (round % 500 == 0) seen = std::max(seen, spare_room(path));
            }
        }(file, most));
    }
    REQUIRE(fs::file_size(file) > 4 << 20);
    CHECK(spare_room(file) < 1 << 20);
    if (can_ask_for_room((folder.path / "other").string())) CHECK(most > 4 << 20);
    const auto read = trace::read_file(file);
    CHECK(read.complaints.empty());
    CHECK(read.end.has_value());
}

TEST_CASE("a full disk or a closed pipe ends the tracing, never the program") {
    auto program = []() -> coroutine<int> {
        for (int round = 0; round < 10'000; ++round) co_await yield();
        co_return 7;
    };
    SECTION("a full disk") {
        trace_writer writer("/dev/full");
        async_scheduler scheduler{simulated{}};
        scheduler.observe(writer);
        CHECK(scheduler.start(program()) == 7);
    }
    SECTION("a pipe that nobody reads any more") {
        pipe_that_nobody_reads pipe;
        async_scheduler scheduler{simulated{}};
        scheduler.observe(pipe.writer);
        CHECK(scheduler.start(program()) == 7);
    }
    SECTION("a folder that is not there") {
        trace_writer writer("/nowhere/at/all.jsonl");
        async_scheduler scheduler{simulated{}};
        scheduler.observe(writer);
        CHECK(scheduler.start(program()) == 7);
    }
}

TEST_CASE("a SIGPIPE that the program holds back is still there after a trace has broken") {
    sigset_t pipe_signal, before;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    const bool is_held = GENERATE(false, true);
    if (is_held) raise(SIGPIPE);
    pipe_that_nobody_reads pipe;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(pipe.writer);
    scheduler.start([]() -> coroutine<> { co_await yield(); }());
    CHECK_FALSE(pipe.writer.is_open());
    const timespec at_once{};
    const bool is_there = sigtimedwait(&pipe_signal, nullptr, &at_once) == SIGPIPE;
    CHECK(is_there == is_held);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST_CASE("scenario 104: an observer that fails is removed, the others and the run go on") {
    struct failing final : observer {
        void begin(const run_facts&) override {}
        void watch(const record_batch&) override { throw std::runtime_error("no more paper"); }
        void settle() override {}
        void end(const run_totals&) override {}
    } bad;
    own_folder folder;
    trace_writer writer((folder.path / "t.jsonl").string());
    async_scheduler scheduler{simulated{}};
    scheduler.observe(bad);
    scheduler.observe(writer);
    auto program = []() -> coroutine<int> {
        for (int round = 0; round < 1000; ++round) co_await yield();
        co_return 7;
    };
    CHECK(scheduler.start(program()) == 7);
    CHECK(trace::read_file(only_file_in(folder.path).string()).end.has_value());
}

TEST_CASE("GIAMBIO_TRACE traces a program without a change to it") {
    own_folder folder;
    setenv("GIAMBIO_TRACE", (folder.path / "named.jsonl").c_str(), 1);
    auto program = []() -> coroutine<> { co_await giambio::sleep(1ms); };
    async_scheduler{simulated{}}.start(program());
    unsetenv("GIAMBIO_TRACE");
    const auto read = trace::read_file(only_file_in(folder.path).string());
    CHECK(read.complaints.empty());
    CHECK(read.end.has_value());
}

TEST_CASE("every run has a file of its own, but for devices") {
    const std::string first = trace_file_of_next_run("folder.d/run.jsonl");
    const std::string second = trace_file_of_next_run("folder.d/run.jsonl");
    CHECK(first != second);
    CHECK_THAT(second, Catch::Matchers::StartsWith("folder.d/run."));
    CHECK(trace_file_of_next_run("/dev/null") == "/dev/null");
}

TEST_CASE("text of any bytes becomes a JSON string") {
    CHECK(json_string("plain") == "\"plain\"");
    CHECK(json_string("a\"b\\c\n\x01") == R"("a\"b\\c\n\u0001")");
    CHECK_THAT(json_string("\xff"), ContainsSubstring("\xef\xbf\xbd"));
}
