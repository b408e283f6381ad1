// The epoll driver, on sockets of this machine.
//
// Every server listens on port 0, so that tests can run beside each other. Not here: what depends
// on exact times; that is tried on the simulated network (network_test.cpp).
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"
#include "tests/kernel/sockets.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;

namespace {

// The errno of the error that ends a body, 0 when there is none.
template <awaitable A>
coroutine<int> errno_of(A body) {
    try {
        co_await std::move(body);
    } catch (const io_error& failure) {
        co_return failure.code();
    }
    co_return 0;
}

// Closing it sends a reset, not a farewell.
void make_rude(const async_socket& socket) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

TEST_CASE("R3: bytes that nobody waits for do not keep the loop spinning") {
    auto ignore = [](async_socket& server) -> coroutine<> {
        auto [peer, name] = co_await server.accept();
        const std::string first = co_await peer.receive(1);  // now the loop listens to it
        CHECK(first == "a");
        co_await giambio::sleep(50ms);  // the rest is there all the time
    };
    auto program = [&]() -> coroutine<> {
        async_socket server = listening(0);
        task ignoring = spawn(ignore(server));
        async_socket client = co_await connected(server.local_address());
        co_await client.send_all("abc");
        co_await ignoring.join();
    };
    recorder heard;
    async_scheduler scheduler;
    scheduler.observe(heard);
    scheduler.start(program());
    CHECK(heard.totals.turns < 20);
}

TEST_CASE("R11: the trace is safe before the loop sleeps, and not in each turn of a busy one") {
    struct : observer {
        void begin(const run_facts&) override {}
        void watch(const record_batch& batch) override { last = batch.records.back().kind; }
        void settle() override {
            CHECK(last == happening::io_wait);
            ++settled;
        }
        void end(const run_totals& all) override { turns = all.turns; }
        happening last = happening::run_begin;
        unsigned settled = 0;
        unsigned turns = 0;
    } heard;
    // Two balls that fly to and fro: in each poll both have come.
    auto play = [](async_socket mine, bool serves) -> coroutine<> {
        for (int round = 0; round < 200; ++round) {
            if (serves || round > 0) co_await mine.send_all("o");
            const std::string got = co_await mine.receive(1);
            if (got.empty()) co_return;  // the other one has played its last ball
            CHECK(got == "o");
        }
    };
    auto program = [&]() -> coroutine<> {
        std::vector<task<>> players;
        for (int court = 0; court < 2; ++court) {
            auto [one, other] = socket_pair();
            players.push_back(spawn(play(std::move(one), true)));
            players.push_back(spawn(play(std::move(other), false)));
        }
        for (const task<>& each : players) co_await each.join();
        co_await giambio::sleep(1ms);
    };
    async_scheduler scheduler;
    scheduler.observe(heard);
    scheduler.start(program());
    CHECK(heard.turns > 200);
    CHECK(heard.settled > 0);
    CHECK(heard.settled < heard.turns / 10);
}

TEST_CASE("R14: a SIGINT that a busy loop's look before the sleep takes in is not slept over") {
    std::signal(SIGINT, SIG_DFL);  // the test program has a handler of its own
    // Presses Ctrl-C between the loop's decision to sleep and its look.
    struct : observer {
        void begin(const run_facts&) override {}
        void watch(const record_batch& batch) override {
            const record& told = batch.records.back();
            if (told.kind == happening::io_done) found = told.a;
            if (told.kind != happening::io_wait || found < 2 || pressed) return;
            pressed = true;
            raise(SIGINT);
        }
        void settle() override {}
        void end(const run_totals&) override {}
        std::int64_t found = 0;
        bool pressed = false;
    } pressing;
    auto take_one = [](async_socket mine) -> coroutine<> {
        co_await mine.receive(1);
        co_await mine.receive(1);  // which never comes
    };
    auto program = [&]() -> coroutine<> {
        auto [left, other_left] = socket_pair();
        auto [right, other_right] = socket_pair();
        spawn(take_one(std::move(other_left)));
        spawn(take_one(std::move(other_right)));
        co_await yield();
        co_await left.send_all("o");
        co_await right.send_all("o");
        co_await giambio::sleep(1h);
    };
    async_scheduler scheduler;
    scheduler.observe(pressing, true);
    CHECK_THROWS_AS(scheduler.start(program()), keyboard_interrupt);
    CHECK(pressing.pressed);
}

TEST_CASE("scenario 89: one task reads a socket while another writes it") {
    auto read = [](async_socket& from) -> coroutine<std::string> {
        co_return co_await receive_all(from);
    };
    auto take_and_answer = [](async_socket& server, std::size_t size) -> coroutine<> {
        auto [peer, name] = co_await server.accept();
        std::size_t got = 0;
        while (got < size) got += (co_await peer.receive(65536)).size();
        co_await peer.send_all("got it all");
    };
    auto program = [&]() -> coroutine<std::string> {
        async_socket server = listening(0);
        const std::string sent(4'000'000, 'x');
        spawn(take_and_answer(server, sent.size()));
        async_socket client = co_await connected(server.local_address());
        task reading = spawn(read(client));
        co_await yield();  // it waits already
        co_await client.send_all(sent);
        co_return co_await reading.join();
    };
    CHECK(async_scheduler{}.start(program()) == "got it all");
}

TEST_CASE("scenario 89: a cancelled writer leaves the reader working") {
    auto flood = [](async_socket& to) -> coroutine<> {
        co_await to.send_all(std::string(50'000'000, 'x'));
    };
    auto read = [](async_socket& from) -> coroutine<std::string> {
        co_return co_await from.receive(100);
    };
    auto program = [&]() -> coroutine<std::string> {
        async_socket server = listening(0);
        async_socket client = co_await connected(server.local_address());
        auto [peer, name] = co_await server.accept();
        task reading = spawn(read(client));
        const bool in_time = co_await skip_after(20ms, flood(client));
        CHECK(!in_time);
        co_await peer.send_all("still there?");
        co_return co_await reading.join();
    };
    CHECK(async_scheduler{}.start(program()) == "still there?");
}

TEST_CASE("R4: a crowd that knocks together is let in with few polls") {
    constexpr int crowd = 50;
    auto knock = [](address to) -> coroutine<> { co_await connected(to); };
    auto program = [&]() -> coroutine<> {
        async_socket server = listening(0, 128);
        std::vector<task<>> knocking;
        for (int i = 0; i < crowd; ++i) knocking.push_back(spawn(knock(server.local_address())));
        for (const task<>& each : knocking) co_await each.join();
        for (int i = 0; i < crowd; ++i) co_await server.accept();
    };
    recorder heard;
    async_scheduler scheduler;
    scheduler.observe(heard);
    scheduler.start(program());
    std::size_t waited = 0;
    for (const record& each : heard.of(happening::reply)) {
        if (std::string(each.word) == "accept" && !each.flag) ++waited;
    }
    CHECK(waited <= 2);  // where one knocks there are often more: the next is taken at once
}

TEST_CASE("an answer tells a number where it has one, and none of the answer before") {
    auto program = []() -> coroutine<> {
        auto [one, other] = socket_pair();
        for (const std::string text : {"hello", "hi"}) {  // the second counts from nothing again
            co_await one.send_all(text);
            co_await yield();
            co_await other.receive(10);
            co_await giambio::sleep(1us);
        }
        co_await one.send_all("");
    };
    recorder heard;
    async_scheduler scheduler;
    scheduler.observe(heard);
    scheduler.start(program());
    std::vector<std::string> told;
    for (const record& each : heard.of(happening::reply)) {
        told.push_back(std::string(each.word) + " " + std::to_string(each.a));
    }
    CHECK(told == std::vector<std::string>{"send_all 5", "yield 0", "receive 5", "sleep 0",
                                           "send_all 2", "yield 0", "receive 2", "sleep 0",
                                           "send_all 0"});
}

TEST_CASE("a reset by the other side is an io_error, and so is sending after it") {
    auto program = []() -> coroutine<> {
        async_socket server = listening(0);
        async_socket client = co_await connected(server.local_address());
        auto [peer, name] = co_await server.accept();
        make_rude(client);
        client.close();
        auto receive = [](async_socket& from) -> coroutine<> { co_await from.receive(10); };
        const int reading = co_await errno_of(receive(peer));
        CHECK(reading == ECONNRESET);
        const int writing = co_await errno_of(peer.send_all("anybody there?"));
        CHECK(writing == EPIPE);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("nobody listens: connecting is an io_error, and the socket can be used again") {
    auto program = []() -> coroutine<> {
        async_socket server = listening(0);
        const address there = server.local_address();
        server.close();
        async_socket client;
        const int code = co_await errno_of(client.connect(there));
        CHECK(code == ECONNREFUSED);
        async_socket again = listening(0);
        co_await client.connect(again.local_address());
        CHECK(client.number() >= 0);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("a port that is taken is an io_error that says what to do") {
    auto program = []() -> coroutine<> {
        async_socket first = listening(0);
        const std::uint16_t port = first.local_address().port;
        CHECK_THROWS_WITH(listening(port),
                          Catch::Matchers::ContainsSubstring("choose another port"));
        co_return;
    };
    async_scheduler{}.start(program());
}

TEST_CASE("a thousand connections in one process are all answered") {
    raise_descriptor_limit(2100);
    constexpr int crowd = 1000;
    auto serve = [](async_socket& server) -> coroutine<> {
        for (int i = 0; i < crowd; ++i) {
            auto [peer, name] = co_await server.accept();
            spawn(echo(std::move(peer)));
        }
    };
    auto ask = [](address to, event<>& all_are_in, int& answered) -> coroutine<> {
        async_socket client = co_await connected(to);
        co_await all_are_in.wait();
        co_await client.send_all("ping");
        const std::string got = co_await client.receive(100);
        if (got == "ping") ++answered;
    };
    auto program = [&](int& answered) -> coroutine<> {
        async_socket server = listening(0, 1024);
        event<> all_are_in;
        std::vector<task<>> asking;
        for (int i = 0; i < crowd; ++i) {
            asking.push_back(spawn(ask(server.local_address(), all_are_in, answered)));
        }
        co_await spawn(serve(server)).join();
        all_are_in.trigger();
        for (const task<>& each : asking) co_await each.join();
    };
    int answered = 0;
    async_scheduler{}.start(program(answered));
    CHECK(answered == crowd);
}

// Of a connection the system tells each change once; nothing may wait for one that is over.

namespace {

coroutine<> expect(async_socket& from, std::string wanted) {
    const std::string got = co_await with_timeout(10s, from.receive(100));
    CHECK(got == wanted);
}

}  // namespace

TEST_CASE("the last bytes and the end, come together, are two answers") {
    auto program = []() -> coroutine<> {
        socket_ends ends = socket_pair();
        co_await ends.first.send_all("bye");
        ends.first.close();
        co_await expect(ends.second, "bye");
        co_await expect(ends.second, "");
        co_await expect(ends.second, "");
    };
    async_scheduler{}.start(program());
}

TEST_CASE("a connection that was reset answers each time") {
    auto program = []() -> coroutine<> {
        async_socket server = listening(0);
        async_socket client = co_await connected(server.local_address());
        auto [peer, name] = co_await server.accept();
        make_rude(client);
        client.close();
        auto receive = [](async_socket& from) -> coroutine<> {
            co_await with_timeout(10s, from.receive(10));
        };
        const int code = co_await errno_of(receive(peer));
        CHECK(code == ECONNRESET);
        co_await expect(peer, "");
    };
    async_scheduler{}.start(program());
}

TEST_CASE("whoever waits for readiness of a connection again, without reading, is answered again") {
    auto program = []() -> coroutine<> {
        socket_ends ends = socket_pair();
        co_await ends.first.send_all("0123456789");
        for (int i = 0; i < 3; ++i) co_await with_timeout(10s, readable(ends.second.number()));
        std::array<char, 4> some{};
        REQUIRE(::read(ends.second.number(), some.data(), some.size()) == 4);
        co_await expect(ends.second, "456789");
        co_await ends.first.send_all("more");
        co_await expect(ends.second, "more");
    };
    async_scheduler{}.start(program());
}

TEST_CASE("a message that comes while nobody reads waits for the next reader") {
    auto program = []() -> coroutine<> {
        socket_ends ends = socket_pair();
        for (const std::string word : {"one", "two", "three"}) {
            co_await ends.first.send_all(word);
            co_await giambio::sleep(1ms);  // the loop looks meanwhile, and finds nobody
            co_await expect(ends.second, word);
        }
        // A reader that gives up leaves everything to the next.
        CHECK_THROWS_AS(co_await with_timeout(1ms, ends.second.receive(100)), too_slow);
        co_await ends.first.send_all("four");
        co_await expect(ends.second, "four");
    };
    async_scheduler{}.start(program());
}
