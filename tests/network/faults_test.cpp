// Everything that can go wrong in a simulated world, by script and by chance.
//
// Not here: hosts that answer slowly or never (hosts_test.cpp).
#include "tests/network/two_hosts.hpp"

using namespace giambio;
using namespace std::chrono_literals;
using namespace network_tests;

namespace {

// Numbers datagrams and returns those that arrive, as they arrive.
coroutine<std::vector<int>> numbered_datagrams(int how_many) {
    udp_socket ear, mouth;
    ear.bind(address("127.0.0.1", 9));
    for (int i = 0; i < how_many; ++i) {
        co_await mouth.send_to(std::to_string(i), address("127.0.0.1", 9));
        co_await giambio::sleep(1ms);
    }
    std::vector<int> arrived;
    while (true) {
        const auto got = co_await skip_after(1s, ear.receive_from());
        if (!got) co_return arrived;
        arrived.push_back(std::stoi(got->bytes));
    }
}

}  // namespace

TEST_CASE("datagrams are lost, doubled and overtaken by the seed, and alike in every run") {
    auto run = [](const simulated& world) {
        return async_scheduler{world}.start(numbered_datagrams(100));
    };
    const auto calm = run({});
    CHECK(calm.size() == 100);
    CHECK(std::is_sorted(calm.begin(), calm.end()));
    const auto lost = run({.seed = 1, .lost = 300});
    CHECK(lost.size() < 90);
    CHECK(lost.size() > 50);
    CHECK(std::is_sorted(lost.begin(), lost.end()));
    const auto doubled = run({.seed = 1, .doubled = 300});
    CHECK(doubled.size() > 110);
    const auto overtaken = run({.seed = 1, .overtaken = 300});
    CHECK(overtaken.size() == 100);
    CHECK(!std::is_sorted(overtaken.begin(), overtaken.end()));
    const simulated bad{.seed = 2, .lost = 100, .doubled = 100, .overtaken = 100};
    CHECK(run(bad) == run(bad));
    simulated other = bad;
    other.seed = 3;
    CHECK(run(bad) != run(other));
}

TEST_CASE("a datagram that finds no room is lost, and one that is too long is refused") {
    auto program = []() -> coroutine<> {
        udp_socket ear, mouth;
        ear.bind(address("127.0.0.1", 9));
        ear.set_option(socket_option::receive_buffer, 2'000);
        for (int i = 0; i < 5; ++i) {
            co_await mouth.send_to(std::string(900, 'x'), ear.local_address());
        }
        int arrived = 0;
        while (true) {
            const auto got = co_await skip_after(1s, ear.receive_from());
            if (!got) break;
            ++arrived;
        }
        CHECK(arrived == 2);
        const int code = co_await programs::errno_of(
            mouth.send_to(std::string(70'000, 'x'), ear.local_address()));
        CHECK(code == EMSGSIZE);
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("a connected datagram socket learns that nobody is there") {
    auto program = [](std::uint16_t port) -> coroutine<> {
        udp_socket mouth;
        co_await mouth.connect(address("127.0.0.1", port));
        co_await mouth.send("anybody?");
        auto listen = [](udp_socket& at) -> coroutine<> { co_await at.receive_from(); };
        const int code = co_await programs::errno_of(listen(mouth));
        CHECK(code == ECONNREFUSED);
    };
    async_scheduler{simulated{}}.start(program(9));
    async_scheduler{}.start(program(1));
}

TEST_CASE("a cut holds a stream back until it is mended, and in order") {
    auto count = [](async_socket& to) -> coroutine<> {
        for (char each = 'a'; each <= 'z'; ++each) {
            co_await to.send_all(std::string(1, each));
            co_await giambio::sleep(100ms);
        }
        to.shut_down_sending();
    };
    auto program = [&]() -> coroutine<> {
        programs::connection between = co_await connect_far();
        task counting = spawn(count(between.mine));
        std::string all;
        moment longest{}, last = now();
        while (true) {
            const std::string got = co_await between.theirs.receive(100);
            if (got.empty()) break;
            longest = std::max(longest, now() - last);
            last = now();
            all += got;
        }
        CHECK(all == "abcdefghijklmnopqrstuvwxyz");
        CHECK(longest > moment(900ms));
        co_await counting.join();
    };
    const simulated world{.latency = 5ms,
                          .jitter = 20ms,
                          .hosts = two_hosts,
                          .script = {{.at = 500ms, .what = fault::cut, .host = "far"},
                                     {.at = 1500ms, .what = fault::mend, .host = "far"}}};
    async_scheduler{world}.start(program());
}

TEST_CASE("datagrams and connections across a cut: the first die, the second lose patience") {
    auto program = []() -> coroutine<> {
        async_socket server = listening_at(far);
        udp_socket ear, mouth;
        ear.bind(far);
        co_await giambio::sleep(1s);
        co_await mouth.send_to("lost", far);
        const int code = co_await programs::errno_of(connected(far));
        CHECK(code == ETIMEDOUT);
        CHECK(now() == moment(1s + 1ms + 10s));
        co_await giambio::sleep(10s);  // mended
        co_await mouth.send_to("there", far);
        const datagram got = co_await ear.receive_from();
        CHECK(got.bytes == "there");
        const int later = co_await programs::errno_of(connected(far));
        CHECK(later == 0);
    };
    const simulated world{
        .hosts = two_hosts,
        .script = {{.at = 1s, .what = fault::cut, .host = "here", .other = "far"},
                   {.at = 20s, .what = fault::mend, .host = "far", .other = "here"}},
        .connect_patience = 10s};
    async_scheduler{world}.start(program());
}

TEST_CASE("a cut that is mended in time lets a connect through") {
    auto program = []() -> coroutine<> {
        async_socket server = listening_at(far);
        co_await giambio::sleep(1s);
        const int code = co_await programs::errno_of(connected(far));
        CHECK(code == 0);
        CHECK(now() >= moment(3s));
        CHECK(now() < moment(3s + 10ms));
    };
    const simulated world{.hosts = two_hosts,
                          .script = {{.at = 1s, .what = fault::cut, .host = "far"},
                                     {.at = 3s, .what = fault::mend, .host = "far"}}};
    async_scheduler{world}.start(program());
}

TEST_CASE("a sender behind a cut loses patience; its peer never learns (half open)") {
    auto program = []() -> coroutine<> {
        programs::connection between = co_await connect_far();
        co_await giambio::sleep(1s);
        co_await between.mine.send_all("into the cut");
        const int code = co_await programs::errno_of(programs::receive_some(between.mine));
        CHECK(code == ETIMEDOUT);
        CHECK(now() > moment(30s));
        const auto other = co_await skip_after(1h, between.theirs.receive(10));
        CHECK(!other);
    };
    const simulated world{
        .hosts = two_hosts, .script = {{.at = 500ms, .what = fault::cut}}, .send_patience = 30s};
    async_scheduler{world}.start(program());
}

TEST_CASE("a host is switched off without a farewell: its peer waits in vain, and then times out") {
    auto program = []() -> coroutine<> {
        programs::connection between = co_await connect_far();
        co_await giambio::sleep(2s);
        between.theirs.close();  // nobody hears that
        const auto silence = co_await skip_after(1h, between.mine.receive(10));
        CHECK(!silence);
        co_await between.mine.send_all("anybody there?");
        const int code = co_await programs::errno_of(programs::receive_some(between.mine));
        CHECK(code == ETIMEDOUT);
        const std::string end = co_await between.mine.receive(10);
        CHECK(end.empty());
    };
    const simulated world{.hosts = two_hosts,
                          .script = {{.at = 1s, .what = fault::switch_off, .host = "far"}}};
    async_scheduler{world}.start(program());
}

TEST_CASE("keep-alive finds out that a peer is gone") {
    auto program = []() -> coroutine<> {
        programs::connection between = co_await connect_far();
        between.mine.set_option(socket_option::keep_alive, 1);
        const int code = co_await programs::errno_of(programs::receive_some(between.mine));
        CHECK(code == ETIMEDOUT);
        CHECK(now() == moment(1s + 7'875s));
    };
    const simulated world{.hosts = two_hosts,
                          .script = {{.at = 1s, .what = fault::switch_off, .host = "far"}}};
    async_scheduler{world}.start(program());
}

TEST_CASE("a host that comes back knows nothing of old connections, and takes new ones") {
    auto program = []() -> coroutine<> {
        async_socket server = listening_at(far);
        async_socket client = co_await connected(far);
        auto [old, name] = co_await server.accept();
        co_await giambio::sleep(3s);
        co_await client.send_all("still there?");
        const int code = co_await programs::errno_of(programs::receive_some(client));
        CHECK(code == ECONNRESET);
        const int own = co_await programs::errno_of(programs::receive_some(old));
        CHECK(own == ECONNRESET);
        async_socket again = co_await connected(far);
        auto [fresh, other_name] = co_await server.accept();
        co_await again.send_all("hello");
        const std::string got = co_await fresh.receive(10);
        CHECK(got == "hello");
    };
    const simulated world{.hosts = two_hosts,
                          .script = {{.at = 1s, .what = fault::switch_off, .host = "far"},
                                     {.at = 2s, .what = fault::switch_on, .host = "far"}}};
    async_scheduler{world}.start(program());
}

// Or else a stream would have a hole: the second word died with the host.
TEST_CASE("what a host sends while it is off gets nowhere, also when it arrives after that") {
    auto say = [](async_socket& to) -> coroutine<> {
        for (const auto& [at, word] :
             {std::pair{500ms, "one"}, std::pair{1500ms, "two"}, std::pair{1995ms, "three"}}) {
            co_await giambio::sleep_until(moment(at));
            co_await to.send_all(word);
        }
    };
    auto program = [&]() -> coroutine<> {
        async_socket server = listening_at(far);
        async_socket client = co_await connected(far);
        auto [there, name] = co_await server.accept();
        task speaking = spawn(say(there));
        const std::string got = co_await client.receive(10);
        CHECK(got == "one");
        const bool more = co_await skip_after(10s, programs::receive_some(client));
        CHECK(!more);
        co_await client.send_all("still there?");
        const int code = co_await programs::errno_of(programs::receive_some(client));
        CHECK(code == ECONNRESET);
        co_await speaking.join();
    };
    const simulated world{.latency = 10ms,
                          .hosts = two_hosts,
                          .script = {{.at = 1s, .what = fault::switch_off, .host = "far"},
                                     {.at = 2s, .what = fault::switch_on, .host = "far"}}};
    async_scheduler{world}.start(program());
}

TEST_CASE("2H-53: a scripted reset wakes the reader and the writer of both sides") {
    auto flood = [](async_socket& to) -> coroutine<> {
        co_await to.send_all(std::string(1'000'000, 'x'));
    };
    auto program = [&]() -> coroutine<> {
        programs::connection between = co_await programs::connect_to_oneself();
        task reading = spawn(programs::errno_of(programs::receive_some(between.mine)));
        task writing = spawn(programs::errno_of(flood(between.mine)));
        task other = spawn(programs::errno_of(programs::receive_some(between.theirs)));
        const int far_side = co_await other.join();
        CHECK(far_side == 0);  // it had received something before
        const int reader = co_await reading.join();
        const int writer = co_await writing.join();
        CHECK(now() == moment(1s));
        CHECK(reader == ECONNRESET);
        CHECK(writer == EPIPE);
        const int late = co_await programs::errno_of(programs::receive_some(between.theirs));
        CHECK(late == ECONNRESET);
    };
    const simulated world{.script = {{.at = 1s, .what = fault::reset}}};
    async_scheduler{world}.start(program());
}

TEST_CASE("connections break by chance, alike in every run") {
    auto sends_until_it_breaks = []() -> coroutine<int> {
        programs::connection between = co_await programs::connect_to_oneself();
        for (int sent = 0;; ++sent) {
            const int code = co_await programs::errno_of(between.mine.send_all("x"));
            if (code == 0) continue;
            CHECK(code == ECONNRESET);
            co_return sent;
        }
    };
    const simulated world{.seed = 4, .reset = 20};
    const int first = async_scheduler{world}.start(sends_until_it_breaks());
    CHECK(first == async_scheduler{world}.start(sends_until_it_breaks()));
    CHECK(first > 0);
}

TEST_CASE("2H-57: a connection that is gone before it is accepted is passed over") {
    auto knock = [](address to) -> coroutine<int> {
        async_socket client = co_await connected(to);
        co_return co_await programs::errno_of(programs::receive_some(client));
    };
    auto serve_one = [](async_socket& server) -> coroutine<> {
        auto [peer, name] = co_await server.accept();
        co_await peer.send_all("welcome");
        co_await giambio::sleep(1s);
    };
    auto program = [&]() -> coroutine<> {
        async_socket server = listening(7);
        task serving = spawn(serve_one(server));
        task first = spawn(knock(home));
        co_await giambio::sleep(10ms);
        task second = spawn(knock(home));
        const int aborted = co_await first.join();
        const int served = co_await second.join();
        CHECK(aborted == ECONNRESET);
        CHECK(served == 0);
        co_await serving.join();
    };
    const simulated world{.script = {{.what = fault::abort_accept}}};
    async_scheduler{world}.start(program());
}

TEST_CASE("2H-57: with no descriptor left, accept is an io_error, and the connection waits") {
    auto program = []() -> coroutine<> {
        async_socket server = listening(7);
        async_socket client = co_await connected(home);
        const int full = co_await programs::errno_of(server.accept());
        CHECK(full == EMFILE);
        const int still_full = co_await programs::errno_of(server.accept());
        CHECK(still_full == EMFILE);
        CHECK_THROWS_AS(open_pipe(), io_error);
        CHECK_THROWS_AS(tcp_socket(address_family::ipv4), io_error);
        co_await giambio::sleep(1s);  // now there is room
        auto [peer, name] = co_await server.accept();
        CHECK(peer.number() > 0);
    };
    const simulated world{.script = {{.at = 1s, .what = fault::limit_descriptors, .limit = 4}},
                          .descriptors = 2};
    async_scheduler{world}.start(program());
}

TEST_CASE("2H-54: a connect that is cancelled half-way closes, simulated") {
    auto program = []() -> coroutine<> {
        async_socket server = listening(7);
        async_socket client;
        const bool done = co_await skip_after(1500us, client.connect(home));
        CHECK(!done);
        CHECK(client.number() == -1);
        auto [peer, name] = co_await server.accept();
        const std::string end = co_await peer.receive(10);
        CHECK(end.empty());  // the other side saw a connection come and go
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("a slow reader makes the sender wait: its buffer counts") {
    auto flood = [](async_socket& to, std::size_t& sent) -> coroutine<> {
        co_await to.send_all(std::string(100'000, 'x'), sent);
    };
    auto program = [&]() -> coroutine<> {
        programs::connection between = co_await programs::connect_to_oneself();
        between.theirs.set_option(socket_option::receive_buffer, 1'000);
        std::size_t sent = 0;
        task flooding = spawn(flood(between.mine, sent));
        co_await giambio::sleep(1s);
        CHECK(sent == 1'000);
        std::size_t got = 0;
        while (got < 100'000) {
            got += (co_await between.theirs.receive(500)).size();
            co_await giambio::sleep(10ms);
        }
        co_await flooding.join();
        CHECK(now() > moment(2s));
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("R13: behind a cut that is never mended a run ends in a deadlock, not in a hang") {
    auto program = []() -> coroutine<> {
        async_socket server = listening_at(far);
        async_socket client = co_await connected(far);
        auto [peer, name] = co_await server.accept();
        co_await giambio::sleep(1s);
        co_await client.receive(10);
    };
    const simulated world{.hosts = two_hosts, .script = {{.at = 500ms, .what = fault::cut}}};
    CHECK_THROWS_AS(async_scheduler{world}.start(program()), deadlock);
}
