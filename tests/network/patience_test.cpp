// Who waits for what a fault has stopped, and how long: connections, bytes and farewells.
//
// Not here: the faults themselves (faults_test.cpp).
#include "tests/network/two_hosts.hpp"

#include <algorithm>
#include <optional>

using namespace giambio;
using namespace std::chrono_literals;
using namespace network_tests;

TEST_CASE("whoever connects to a silent host loses patience, whatever goes wrong meanwhile") {
    auto program = []() -> coroutine<> {
        const int code = co_await programs::errno_of(connected(far));
        CHECK(code == ETIMEDOUT);
        CHECK(now() == moment(1ms + 10s));
    };
    for (const fault what : {fault::cut, fault::switch_off}) {
        const simulated world{
            .hosts = {{"here", {"10.0.0.1"}}, {"far", {"10.0.0.2"}, manner::silent}},
            .script = {{.at = 5s, .what = what, .host = "far"}},
            .connect_patience = 10s};
        async_scheduler{world}.start(program());
    }
}

TEST_CASE("an answer that is stopped on its way back: the one who connects loses patience") {
    auto program = [](bool somebody_listens) -> coroutine<> {
        std::optional<async_socket> server;
        if (somebody_listens) server = listening_at(far);
        const int code = co_await programs::errno_of(connected(far));
        CHECK(code == ETIMEDOUT);
        CHECK(now() == moment(200ms + 10s));
    };
    for (const fault what : {fault::cut, fault::switch_off}) {
        const simulated world{.latency = 100ms,
                              .hosts = two_hosts,
                              .script = {{.at = 150ms, .what = what, .host = "far"}},
                              .connect_patience = 10s};
        async_scheduler{world}.start(program(true));
        async_scheduler{world}.start(program(false));
    }
}

TEST_CASE("an answer that a cut holds back for a while still comes") {
    auto program = []() -> coroutine<> {
        async_socket server = listening_at(far);
        async_socket client = co_await connected(far);
        CHECK(now() == moment(5s));
        auto [peer, name] = co_await server.accept();
        co_await giambio::sleep(1min);  // the patience ends, and matters to nobody
        co_await client.send_all("hello");
        const std::string got = co_await peer.receive(10);
        CHECK(got == "hello");
    };
    const simulated world{.latency = 100ms,
                          .hosts = two_hosts,
                          .script = {{.at = 150ms, .what = fault::cut, .host = "far"},
                                     {.at = 5s, .what = fault::mend, .host = "far"}},
                          .connect_patience = 10s};
    async_scheduler{world}.start(program());
}

TEST_CASE("a sender whose peer has closed behind a cut loses patience") {
    auto program = []() -> coroutine<> {
        programs::connection between = co_await connect_far();
        co_await giambio::sleep(1s);
        between.theirs.close();  // nobody hears that
        co_await between.mine.send_all("anybody there?");
        const int code = co_await programs::errno_of(programs::receive_some(between.mine));
        CHECK(code == ETIMEDOUT);
        CHECK(now() > moment(31s));
    };
    const simulated world{
        .hosts = two_hosts, .script = {{.at = 500ms, .what = fault::cut}}, .send_patience = 30s};
    async_scheduler{world}.start(program());
}

TEST_CASE("when the cut is mended in time, the sender learns that its peer has closed") {
    auto program = []() -> coroutine<> {
        programs::connection between = co_await connect_far();
        co_await giambio::sleep(1s);
        between.theirs.close();
        co_await between.mine.send_all("anybody there?");
        const std::string end = co_await between.mine.receive(10);
        CHECK(end.empty());
        CHECK(now() == moment(5s));
        co_await giambio::sleep(1min);
        const int code = co_await programs::errno_of(between.mine.send_all("still?"));
        CHECK(code == EPIPE);
    };
    const simulated world{
        .hosts = two_hosts,
        .script = {{.at = 500ms, .what = fault::cut}, {.at = 5s, .what = fault::mend}},
        .send_patience = 30s};
    async_scheduler{world}.start(program());
}

TEST_CASE("a farewell that dies with its host: who sends later loses patience, or is refused") {
    auto program = [](int told) -> coroutine<> {
        programs::connection between = co_await connect_far();
        co_await giambio::sleep_until(moment(999ms + 500us));
        between.theirs.close();  // under way when the host is switched off
        co_await giambio::sleep(5s);
        co_await between.mine.send_all("anybody there?");
        const int code = co_await programs::errno_of(programs::receive_some(between.mine));
        CHECK(code == told);
    };
    simulated world{.hosts = two_hosts,
                    .script = {{.at = 1s, .what = fault::switch_off, .host = "far"}},
                    .send_patience = 30s};
    async_scheduler{world}.start(program(ETIMEDOUT));
    world.script.push_back({.at = 2s, .what = fault::switch_on, .host = "far"});
    async_scheduler{world}.start(program(ECONNRESET));
}

namespace {

// A reader that asks now and then whether the other side is still there: what it is told, and when.
struct told_reader {
    int code = 0;
    moment at{};
};
coroutine<told_reader> reads_with_keep_alive(async_socket& from) {
    from.set_option(socket_option::keep_alive, 1);
    const int code = co_await programs::errno_of(programs::receive_some(from));
    co_return told_reader{code, now()};
}

}  // namespace

TEST_CASE("keep-alive ends a wait behind a cut, also when it is asked for only then") {
    for (const moment asked : {moment(500ms), moment(2s)}) {
        auto program = [&]() -> coroutine<> {
            programs::connection between = co_await connect_far();
            co_await giambio::sleep_until(asked);
            const told_reader told = co_await reads_with_keep_alive(between.mine);
            CHECK(told.code == ETIMEDOUT);
            CHECK(told.at == std::max(asked, moment(1s)) + 7'875s);
        };
        const simulated world{.hosts = two_hosts, .script = {{.at = 1s, .what = fault::cut}}};
        async_scheduler{world}.start(program());
    }
}

TEST_CASE("keep-alive does not mind a cut that is mended in time") {
    auto program = []() -> coroutine<> {
        programs::connection between = co_await connect_far();
        const task reading = spawn(reads_with_keep_alive(between.mine));
        co_await giambio::sleep(10h);
        co_await between.theirs.send_all("still here");
        const told_reader told = co_await reading.join();
        CHECK(told.code == 0);
    };
    const simulated world{
        .hosts = two_hosts,
        .script = {{.at = 1s, .what = fault::cut}, {.at = 1h, .what = fault::mend}}};
    async_scheduler{world}.start(program());
}

TEST_CASE("keep-alive learns from a host that is back that it knows of no connection") {
    for (const bool closed : {true, false}) {
        auto program = [&]() -> coroutine<> {
            programs::connection between = co_await connect_far();
            const task reading = spawn(reads_with_keep_alive(between.mine));
            co_await giambio::sleep(2s);
            if (closed) between.theirs.close();  // nobody hears that
            const told_reader told = co_await reading.join();
            CHECK(told.code == ECONNRESET);
            CHECK(told.at == moment(1s + 7'875s));
        };
        const simulated world{.hosts = two_hosts,
                              .script = {{.at = 1s, .what = fault::switch_off, .host = "far"},
                                         {.at = 3s, .what = fault::switch_on, .host = "far"}}};
        async_scheduler{world}.start(program());
    }
}

namespace {

// Behind a cut that lasts until its patience is over.
coroutine<> asks_in_vain(async_socket& mine) {
    co_await giambio::sleep(1s);
    co_await mine.send_all("anybody?");
    const int code = co_await programs::errno_of(programs::receive_some(mine));
    CHECK(code == ETIMEDOUT);
}

}  // namespace

TEST_CASE("what a sender has given up behind a cut does not arrive when it is mended") {
    auto program = []() -> coroutine<> {
        programs::connection between = co_await connect_far();
        co_await asks_in_vain(between.mine);
        const auto late = co_await skip_after(1h, between.theirs.receive(10));
        CHECK(!late);
    };
    const simulated world{
        .hosts = two_hosts,
        .script = {{.at = 500ms, .what = fault::cut}, {.at = 1min, .what = fault::mend}},
        .send_patience = 30s};
    async_scheduler{world}.start(program());
}

TEST_CASE("keep-alive ends a half-open connection, whose other side has lost patience") {
    auto program = []() -> coroutine<> {
        programs::connection between = co_await connect_far();
        co_await asks_in_vain(between.mine);
        const told_reader told = co_await reads_with_keep_alive(between.theirs);
        CHECK(told.code == ECONNRESET);
    };
    const simulated world{
        .hosts = two_hosts,
        .script = {{.at = 500ms, .what = fault::cut}, {.at = 1min, .what = fault::mend}},
        .send_patience = 30s};
    async_scheduler{world}.start(program());
}
