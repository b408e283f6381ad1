// Records as lines: every kind has its word, definitions come first, the order is exact.
//
// The words are those of tracer/model; FORMAT.md tells what they mean.
// Not here: files (writer_test.cpp).
#include "tests/catch.hpp"
#include "tests/text_keeper.hpp"
#include "tracer/model/reader.hpp"
#include "tracer/writer.hpp"

#include <giambio.hpp>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;
namespace fs = std::filesystem;

namespace {

coroutine<> forgotten() {
    co_return;
}

}  // namespace

TEST_CASE("every kind of record has a word that the model knows, in the same order") {
    line_maker lines;
    std::string text;
    lines.header({"virtual", "simulated", 0, 64}, text);
    std::vector<record> all;
    for (int kind = 0; kind <= static_cast<int>(happening::run_end); ++kind) {
        record each;
        each.kind = static_cast<happening>(kind);
        each.seq = all.size() + 1;
        each.word = "word";
        each.mode = "r";
        all.push_back(each);
    }
    lines.batch({all, {}, {}}, text);
    const trace::recording read = trace::read_text(text, "made");
    REQUIRE(read.events.size() == all.size());
    std::set<trace::kind> seen;
    for (const trace::event& each : read.events) {
        CHECK(each.kind != trace::kind::unknown);
        seen.insert(each.kind);
    }
    // The model knows one more: the writer says `lost` of itself, not the kernel.
    CHECK(seen.size() == all.size());
    CHECK(static_cast<std::size_t>(trace::last_kind) == all.size() + 1);
}

TEST_CASE("a source and a site are defined once, before the first line that uses them") {
    auto nap = []() -> coroutine<> { co_await giambio::sleep(1ms); };
    auto program = [&]() -> coroutine<> {
        for (int i = 0; i < 3; ++i) co_await spawn(nap()).join();
    };
    text_keeper kept;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(kept);
    scheduler.start(program());
    std::set<std::string> defined{"\"at\":0"};
    std::size_t from = 0;
    while (from < kept.text.size()) {
        const std::size_t to = kept.text.find('\n', from);
        const std::string line = kept.text.substr(from, to - from);
        from = to + 1;
        if (line.starts_with("{\"site\":")) {
            const std::string number = line.substr(8, line.find(',') - 8);
            CHECK(defined.insert("\"at\":" + number).second);
        } else if (line.starts_with("{\"seq\":")) {
            const std::size_t at = line.find("\"at\":");
            const std::size_t end = line.find_first_of(",}", at);
            CHECK(defined.contains(line.substr(at, end - at)));
        }
    }
    CHECK(defined.size() > 3);
}

TEST_CASE("scenario 104: five checkpoints make exactly these trace events") {
    auto program = []() -> coroutine<> {
        for (int i = 0; i < 5; ++i) co_await checkpoint();
    };
    text_keeper kept;
    async_scheduler scheduler{simulated{}};
    scheduler.set_budget(4);
    scheduler.observe(kept);
    scheduler.start(program());
    words kinds;
    for (const trace::event& each : trace::read_text(kept.text, "five").events) {
        kinds.emplace_back(trace::word_of(each.kind));
    }
    words expected{"run_begin", "spawn", "io_wait", "io_done", "batch", "switch_in"};
    for (int i = 0; i < 4; ++i) expected.insert(expected.end(), {"trap", "reply"});
    expected.insert(expected.end(), {"switch_out", "io_wait", "io_done", "batch", "switch_in"});
    expected.insert(expected.end(), {"trap", "reply", "exit", "switch_out", "run_end"});
    CHECK(kinds == expected);
}

TEST_CASE("a coroutine that was made and thrown away leaves a line that names it") {
    auto program = []() -> coroutine<> {
        { const coroutine<> never_awaited = forgotten(); }
        co_return;
    };
    text_keeper kept;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(kept);
    scheduler.start(program());
    const trace::recording read = trace::read_text(kept.text, "dropped");
    words dropped;
    for (const trace::event& each : read.events) {
        if (each.kind != trace::kind::coroutine_dropped) continue;
        dropped.emplace_back(read.text(each, trace::key::function));
    }
    REQUIRE(dropped.size() == 1);
    CHECK(dropped[0] == "forgotten");
}

TEST_CASE("GIAMBIO_TRACE: each run of a process gets a file of its own") {
    std::string name = (fs::temp_directory_path() / "giambio-lines-XXXXXX").string();
    const fs::path folder = mkdtemp(name.data());
    setenv("GIAMBIO_TRACE", (folder / "of-%p.jsonl").c_str(), 1);
    auto program = []() -> coroutine<> { co_await giambio::sleep(1ms); };
    async_scheduler scheduler{simulated{}};
    for (int run = 0; run < 3; ++run) scheduler.start(program());
    unsetenv("GIAMBIO_TRACE");
    std::set<std::string> files;
    for (const auto& each : fs::directory_iterator(folder)) {
        CHECK(trace::read_file(each.path().string()).end.has_value());
        files.insert(each.path().filename().string());
        CHECK(each.path().string().find('%') == std::string::npos);
    }
    CHECK(files.size() == 3);
    fs::remove_all(folder);
}

TEST_CASE("R17: two runs on the virtual clock give the same text, byte for byte") {
    auto chatter = [](async_socket& server) -> coroutine<> {
        auto [peer, name] = co_await server.accept();
        co_await peer.send_all("the same bytes");
    };
    auto program = [&]() -> coroutine<> {
        tcp_socket socket;
        socket.bind(address("", 7));
        socket.listen();
        async_socket server = wrap_socket(std::move(socket));
        spawn(chatter(server));
        async_socket client;
        co_await client.connect(address("127.0.0.1", 7));
        while (!(co_await client.receive(100)).empty()) co_await yield();
    };
    words texts;
    for (const std::uint64_t seed : {5U, 5U, 6U}) {
        text_keeper kept;
        async_scheduler scheduler{simulated{.seed = seed, .jitter = 3ms, .max_chunk = 4}};
        scheduler.observe(kept);
        scheduler.start(program());
        texts.push_back(kept.text);
    }
    CHECK(texts[0] == texts[1]);
    CHECK(texts[0] != texts[2]);
}
