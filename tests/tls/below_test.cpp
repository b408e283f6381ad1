// What the stream below does to TLS, and what a peer does that knows TLS better than is good.
#include "tests/catch.hpp"
#include "tests/tls/memory_end.hpp"
#include "tests/tls/pair.hpp"
#include "tests/tls/raw_side.hpp"

#include <cerrno>

using namespace tls_test;

namespace {

// A stream below that fails after so many calls.
class failing_end {
public:
    failing_end(memory_end good, int receives, int sends)
        : good_(std::move(good)), receives_(receives), sends_(sends) {}
    coroutine<std::string> receive(std::size_t size) {
        if (receives_-- == 0) throw io_error(ECONNRESET, "the connection was reset");
        co_return co_await good_.receive(size);
    }
    coroutine<void> send_all(std::string_view bytes) {
        if (sends_-- == 0) throw io_error(EPIPE, "the other side is gone");
        co_await good_.send_all(bytes);
    }
    void close() { good_.close(); }

private:
    memory_end good_;
    int receives_;
    int sends_;
};

coroutine<> use(tls_stream<failing_end>& secure) {
    co_await secure.send_all("word");
    co_await secure.receive(10);
}

coroutine<> echo_quietly(memory_end wire) {
    tls_stream<memory_end> peer(std::move(wire), serving());
    auto serve = [](tls_stream<memory_end>& on) -> coroutine<> {
        while (true) {
            const std::string got = co_await on.receive(1000);
            if (got.empty()) co_return;
            co_await on.send_all(got);
        }
    };
    co_await error_of(serve(peer));  // its client is about to vanish
}

}  // namespace

TEST_CASE("tls: an error of the stream below comes through; a failed send breaks the stream") {
    for (int after = 0; after < 6; ++after) {
        for (const bool sending : {false, true}) {
            auto program = [&]() -> coroutine<> {
                const memory_pair wires;
                task other = spawn(echo_quietly(wires.server()));
                int code = 0;
                {
                    failing_end wire(wires.client(), sending ? -1 : after, sending ? after : -1);
                    tls_stream<failing_end> secure(std::move(wire), trusting(), "good.example");
                    try {
                        co_await use(secure);
                    } catch (const io_error& failure) {
                        code = failure.code();
                    }
                    CHECK(secure.is_broken() == (code == EPIPE));
                }
                co_await other.join();
                if (after == 0) CHECK(code == (sending ? EPIPE : ECONNRESET));
            };
            async_scheduler{simulated{}}.start(with_timeout(1h, program()));
        }
    }
}

TEST_CASE("tls: new keys at any time, and a flood of them costs no memory") {
    auto read_one = [](memory_end wire, std::string& got) -> coroutine<> {
        tls_stream<memory_end> peer(std::move(wire), serving());
        got = co_await peer.receive(100);
        co_await peer.send_all("heard");
    };
    for (const int updates : {1, 30, 3000}) {
        std::string got;
        auto program = [&]() -> coroutine<> {
            const memory_pair wires;
            task other = spawn(read_one(wires.server(), got));
            raw_client client(wires.client(), TLS1_3_VERSION);
            co_await client.handshake();
            for (int i = 0; i < updates; ++i) {
                REQUIRE(SSL_key_update(client.ssl, SSL_KEY_UPDATE_REQUESTED) == 1);
                SSL_do_handshake(client.ssl);
                co_await client.push();
            }
            SSL_write(client.ssl, "end", 3);
            co_await client.push();
            const std::string answer = co_await client.read();
            CHECK(answer == "heard");
            co_await other.join();
            CHECK(wires.to_client->passed < 200'000);
        };
        async_scheduler{simulated{}}.start(with_timeout(1h, program()));
        CHECK(got == "end");
    }
}

TEST_CASE("tls: a reader that must answer and a sender never mix their records") {
    const std::string much(300'000, 'x');
    auto receive_end = [](tls_stream<memory_end>& from) -> coroutine<> {
        const std::string got = co_await from.receive(100);
        CHECK(got == "end");
    };
    auto send_much = [&](memory_end wire) -> coroutine<> {
        tls_stream<memory_end> peer(std::move(wire), serving());
        co_await peer.handshake();
        task reading = spawn(receive_end(peer));
        co_await peer.send_all(much);
        co_await reading.join();
        co_await peer.shut_down(goodbye::say_and_go);
    };
    auto program = [&]() -> coroutine<> {
        const memory_pair wires;
        wires.to_client->piece = 100;
        task other = spawn(send_much(wires.server()));
        raw_client client(wires.client(), TLS1_3_VERSION);
        co_await client.handshake();
        std::string got = co_await client.read();  // it is sending now
        for (int i = 0; i < 400; ++i) {
            SSL_key_update(client.ssl, SSL_KEY_UPDATE_REQUESTED);
            SSL_do_handshake(client.ssl);
            co_await client.push();
        }
        SSL_write(client.ssl, "end", 3);
        co_await client.push();
        while (true) {
            const std::string more = co_await client.read();
            if (more.empty()) break;
            got += more;
        }
        CHECK((got == much));
        co_await other.join();
    };
    async_scheduler{simulated{}}.start(with_timeout(1h, program()));
}

TEST_CASE("tls: a client of TLS 1.2 that wants to negotiate again is refused") {
    auto read_all_of_it = [](memory_end wire, std::string& got) -> coroutine<> {
        tls_stream<memory_end> peer(std::move(wire), serving());
        try {
            got = co_await peer.receive(100);
        } catch (const tls_error&) {
            got = "refused";
        }
    };
    std::string got;
    auto program = [&]() -> coroutine<> {
        const memory_pair wires;
        task other = spawn(read_all_of_it(wires.server(), got));
        {
            raw_client client(wires.client(), TLS1_2_VERSION);
            co_await client.handshake();
            SSL_renegotiate(client.ssl);
            SSL_do_handshake(client.ssl);
            co_await client.push();
        }
        co_await other.join();
    };
    async_scheduler{simulated{}}.start(with_timeout(1h, program()));
    CHECK(got == "refused");
}
