// TLS is a stream of bytes like any other: what is built on streams works over it.
//
// Not here: what only TLS can do (handshake_test.cpp, hostile_test.cpp).
#include "tests/streams/conformance.hpp"
#include "tests/tls/pair.hpp"

using namespace tls_test;

namespace {

// Says goodbye, waits for the other side's, and closes.
struct say_goodbye {
    template <class Stream>
    coroutine<> operator()(Stream& ended) const {
        co_await ended.shut_down(goodbye::say_and_go);
        ended.close();
    }
};

template <class Inner>
coroutine<> hold_to_the_rules(Inner client_wire, Inner server_wire) {
    const tls_context server = serving();
    const tls_context client = trusting();
    tls_stream one(std::move(client_wire), client, "good.example");
    tls_stream other(std::move(server_wire), server);
    co_await with_pool([&](pool& p) -> coroutine<> {
        p.spawn(one.handshake());
        p.spawn(other.handshake());
        co_return;
    });
    co_await streams_tests::conforms(one, other, say_goodbye{});
}

}  // namespace

TEST_CASE("row 111: TLS over a pair in memory is a stream of bytes, byte by byte too") {
    for (const std::size_t at_once : {1U, 1000U}) {
        auto program = [&]() -> coroutine<> {
            auto [one, other] = stream_pair(300, at_once);
            co_await hold_to_the_rules(std::move(one), std::move(other));
        };
        async_scheduler{simulated{}}.start(program());
    }
}

TEST_CASE("row 111: TLS over sockets is a stream of bytes") {
    auto program = []() -> coroutine<> {
        auto [one, other] = socket_pair();
        co_await hold_to_the_rules(std::move(one), std::move(other));
    };
    async_scheduler{}.start(program());
}

TEST_CASE("scenario 94: lines over TLS") {
    auto program = []() -> coroutine<> {
        auto [one, other] = stream_pair(300, 5);
        const tls_context server = serving();
        const tls_context client = trusting();
        tls_stream mine(std::move(one), client, "good.example");
        auto answer = [](tls_stream<memory_stream> wire) -> coroutine<> {
            buffered_stream lines(std::move(wire));
            while (const auto line = co_await lines.read_line()) {
                const std::string told = "got " + *line + "\n";
                co_await lines.write(told);
            }
            co_await lines.stream().shut_down(goodbye::say_and_go);
        };
        const auto answering = spawn(answer(tls_stream(std::move(other), server)));
        co_await mine.send_all("one\ntwo\nthree");
        co_await mine.shut_down(goodbye::say_and_go);
        const std::string all = co_await streams_tests::receive_everything(mine);
        CHECK(all == "got one\ngot two\ngot three\n");
        co_await answering.join();
    };
    async_scheduler{simulated{}}.start(program());
}
