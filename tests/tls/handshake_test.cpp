// Two sides that mean well: bytes arrive, whatever the network does to them.
#include "tests/catch.hpp"
#include "tests/streams/conformance.hpp"
#include "tests/tls/pair.hpp"

#include <vector>

using namespace tls_test;

TEST_CASE("tls: the handshake comes by itself, and bytes arrive in any pieces") {
    for (std::size_t chunk = 1; chunk <= 7; ++chunk) {
        std::string got;
        auto serve = [](async_socket socket) -> coroutine<> {
            tls_stream secure(std::move(socket), serving());
            co_await echo(std::move(secure));
        };
        auto call = [&](async_socket socket) -> coroutine<> {
            tls_stream secure(std::move(socket), trusting(), "good.example");
            CHECK(!secure.is_established());
            CHECK(secure.protocol().empty());
            co_await secure.send_all("hello");
            CHECK(secure.is_established());
            got = co_await secure.receive(100);
            co_await secure.shut_down();
            CHECK(!secure.is_broken());
        };
        meet(serve, call, {.seed = chunk, .jitter = 3ms, .max_chunk = chunk});
        CHECK(got == "hello");
    }
}

TEST_CASE("tls: both sides know version, cipher and whom the other's certificate names") {
    auto serve = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), serving());
        co_await secure.handshake();
        co_await secure.handshake();  // a second one does nothing
        CHECK(secure.protocol() == "TLSv1.3");
        CHECK(secure.peer_subject().empty());
        co_await secure.shut_down();
    };
    auto call = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), trusting(), "good.example");
        co_await secure.handshake();
        CHECK(secure.protocol() == "TLSv1.3");
        CHECK_THAT(secure.cipher(), Catch::Matchers::StartsWith("TLS_"));
        CHECK(secure.peer_subject() == "CN=good");
        CHECK(secure.alpn().empty());
        co_await secure.shut_down();
    };
    meet(serve, call);
}

TEST_CASE("tls: TLS 1.2 works when one side speaks nothing newer") {
    const tls_context old = tls_context::server(
        {.certificates = pem("good"), .key = key("good"), .highest = tls_version::tls_1_2});
    auto serve = [&](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), old);
        co_await echo(std::move(secure));
    };
    auto call = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), trusting(), "good.example");
        co_await secure.send_all("old");
        const std::string got = co_await secure.receive(100);
        CHECK(got == "old");
        CHECK(secure.protocol() == "TLSv1.2");
        co_await secure.shut_down();
    };
    meet(serve, call);
}

TEST_CASE("tls: a megabyte goes both ways at once, by two tasks on each side") {
    const std::string much = [] {
        std::string made;
        for (int i = 0; made.size() < 1'000'000; ++i) made += std::to_string(i * 7919) + ' ';
        return made;
    }();
    auto exchange = [&](tls_stream<>& secure) -> coroutine<> {
        auto send = [](tls_stream<>& on, const std::string& all) -> coroutine<> {
            co_await on.send_all(all);
            co_await on.shut_down(goodbye::say_and_go);
        };
        task sending = spawn(send(secure, much));
        const std::string got = co_await read_all(secure, 5000);
        CHECK((got == much));
        co_await sending.join();
    };
    auto serve = [&](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), serving());
        co_await exchange(secure);
    };
    auto call = [&](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), trusting(), "good.example");
        co_await exchange(secure);
    };
    meet(serve, call, {.seed = 3, .jitter = 2ms, .buffer = 9000});
}

TEST_CASE("tls: ALPN takes the first of the server's list that the client offers") {
    const tls_context server = tls_context::server(
        {.certificates = pem("good"), .key = key("good"), .protocols = {"h2", "http/1.1"}});
    const tls_context client =
        tls_context::client({.authorities = pem("ca"), .protocols = {"http/1.1", "h2"}});
    auto agree = [](tls_stream<>& secure) -> coroutine<> {
        co_await secure.handshake();
        CHECK(secure.alpn() == "h2");
        co_await secure.shut_down();
    };
    auto serve = [&](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), server);
        co_await agree(secure);
    };
    auto call = [&](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), client, "good.example");
        co_await agree(secure);
    };
    meet(serve, call);
}

TEST_CASE("tls: one stream inside another, as through a proxy") {
    auto serve = [](async_socket socket) -> coroutine<> {
        tls_stream outer(std::move(socket), serving());
        tls_stream<tls_stream<>> inner(std::move(outer), serving("wild"));
        const std::string got = co_await inner.receive(100);
        co_await inner.send_all("twice " + got);
        co_await inner.shut_down();
    };
    auto call = [](async_socket socket) -> coroutine<> {
        tls_stream outer(std::move(socket), trusting(), "good.example");
        tls_stream<tls_stream<>> inner(std::move(outer), trusting(), "a.wild.example");
        co_await inner.send_all("wrapped");
        const std::string got = co_await inner.receive(100);
        CHECK(got == "twice wrapped");
        CHECK(inner.peer_subject() == "CN=wild");
        CHECK(inner.inner().peer_subject() == "CN=good");
        co_await inner.shut_down();
    };
    meet(serve, call);
}

TEST_CASE("tls: plain words first, TLS afterwards on the same socket (start_tls)") {
    auto serve = [](async_socket socket) -> coroutine<> {
        const std::string asked = co_await socket.receive(8);
        CHECK(asked == "STARTTLS");
        co_await socket.send_all("ok");
        tls_stream secure(std::move(socket), serving());
        co_await echo(std::move(secure));
    };
    auto call = [](async_socket socket) -> coroutine<> {
        co_await socket.send_all("STARTTLS");
        const std::string answer = co_await socket.receive(2);
        CHECK(answer == "ok");
        tls_stream secure(std::move(socket), trusting(), "good.example");
        co_await secure.send_all("secret");
        const std::string got = co_await secure.receive(100);
        CHECK(got == "secret");
        co_await secure.shut_down();
    };
    meet(serve, call, {});
}

TEST_CASE("tls: nothing is sent unasked: who never reads leaves no bytes behind") {
    auto serve = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), serving());
        co_await secure.handshake();
        // Session tickets would lie unread in the client's socket here.
        const std::string got = co_await secure.receive(10);
        CHECK(got == "only me");
        secure.close();
    };
    auto call = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), trusting(), "good.example");
        co_await secure.send_all("only me");
        const std::string rest = co_await secure.inner().receive(100);
        CHECK(rest.empty());
    };
    meet(serve, call, {});
}

TEST_CASE("tls: a TLS stream does what every byte stream must do") {
    static_assert(byte_stream<tls_stream<>>);
    static_assert(byte_stream<tls_stream<memory_stream>>);
    // To close without a goodbye is an end for every stream, but for TLS only when it is allowed.
    const tls_context server = tls_context::server(
        {.certificates = pem("good"), .key = key("good"), .allow_truncation = true});
    const tls_context client =
        tls_context::client({.authorities = pem("ca"), .allow_truncation = true});
    for (const std::size_t arrives : {std::size_t{1}, std::size_t{100}, std::string::npos}) {
        for (const bool server_first : {false, true}) {
            auto program = [&]() -> coroutine<> {
                auto [here, there] = stream_pair(20'000, arrives);
                tls_stream<memory_stream> one(std::move(here), server_first ? server : client,
                                              server_first ? "" : "good.example");
                tls_stream<memory_stream> other(std::move(there), server_first ? client : server,
                                                server_first ? "good.example" : "");
                co_await streams_tests::conforms(one, other);
            };
            async_scheduler{simulated{}}.start(with_timeout(1h, program()));
        }
    }
}
