// The other side is broken, or means harm: each case is a clear error, and nobody waits for ever.
#include "tests/catch.hpp"
#include "tests/tls/memory_end.hpp"
#include "tests/tls/pair.hpp"

#include <vector>

using namespace tls_test;
using Catch::Matchers::ContainsSubstring;

namespace {

// What a handshake comes to when the other side sends these bytes and then waits, or closes.
std::optional<tls_error> against(const std::string& bytes, bool as_server, bool close_after) {
    std::optional<tls_error> seen;
    auto program = [&]() -> coroutine<> {
        const memory_pair wires;
        memory_end other = wires.server();
        co_await other.send_all(bytes);
        if (close_after) other.close();
        const tls_context context = as_server ? serving() : trusting();
        tls_stream<memory_end> secure(wires.client(), context, as_server ? "" : "good.example");
        seen = co_await error_of(secure.handshake());
        CHECK(secure.is_broken());
        const auto again = co_await error_of(secure.receive(10));
        REQUIRE(again);
        CHECK(std::string(again->what()) == seen->what());
    };
    async_scheduler{simulated{}}.start(with_timeout(1h, program()));
    REQUIRE(seen);
    return seen;
}

struct conversation {
    std::optional<tls_error> client;
    std::optional<tls_error> server;
    std::string got;        // by the server
    std::size_t handshake;  // bytes that the client sent, and the server
    std::size_t to_client;
};

coroutine<> call_over(tls_stream<memory_end>& secure) {
    co_await secure.send_all("hello");
    co_await secure.receive(10);
    co_await secure.shut_down(goodbye::say_and_go);
    co_await secure.receive(1);
}

coroutine<> answer_over(tls_stream<memory_end>& secure, std::string& got) {
    got = co_await secure.receive(10);
    co_await secure.send_all("welcome");
    co_await secure.receive(1);
    co_await secure.shut_down();
}

// A whole conversation, while `spoil` says what happens to the bytes on their way.
conversation converse(const tls_context& server, const tls_context& client,
                      const std::function<void(memory_pair&)>& spoil) {
    conversation seen{};
    auto serve = [&](memory_end wire) -> coroutine<> {
        tls_stream<memory_end> secure(std::move(wire), server);
        seen.server = co_await error_of(answer_over(secure, seen.got));
        CHECK(secure.is_broken() == seen.server.has_value());
    };
    auto program = [&]() -> coroutine<> {
        memory_pair wires;
        spoil(wires);
        task serving_task = spawn(serve(wires.server()));
        {
            tls_stream<memory_end> secure(wires.client(), client, "good.example");
            seen.client = co_await error_of(call_over(secure));
            CHECK(secure.is_broken() == seen.client.has_value());
        }
        co_await serving_task.join();
        seen.handshake = wires.to_server->passed;
        seen.to_client = wires.to_client->passed;
    };
    async_scheduler{simulated{}}.start(with_timeout(1h, program()));
    return seen;
}

}  // namespace

TEST_CASE("tls: who speaks no TLS is found out by the first byte, and quoted") {
    for (const bool as_server : {false, true}) {
        for (const std::string greeting :
             {"h", "hi\n", "220 mail.example ESMTP\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\x16\x01"}) {
            for (const bool close_after : {false, true}) {
                const auto seen = against(greeting, as_server, close_after);
                CHECK(seen->fault() == tls_fault::not_tls);
                CHECK_THAT(seen->what(), ContainsSubstring(escape(greeting).substr(0, 10)));
                CHECK_THAT(seen->what(), ContainsSubstring("does not speak TLS"));
            }
        }
    }
    CHECK_THAT(against("HTTP/1.1 400 Bad Request\r\n", false, true)->what(),
               ContainsSubstring("the server good.example"));
    CHECK_THAT(against("GET / HTTP/1.1\r\n", true, false)->what(), ContainsSubstring("the client"));
}

TEST_CASE("tls: garbage in the form of records is an error, whatever it says") {
    const std::string head("\x16\x03\x01", 3);
    const std::vector<std::string> all{
        head + std::string("\xff\xff", 2) + std::string(70000, 'x'),  // longer than any record
        head + std::string("\x00\x05", 2) + std::string("\x63\x00\x00\x01\x00", 5),
        head + std::string("\x00\x00", 2),
        std::string("\x17\x03\x03\x00\x05hello", 10),    // data before the handshake
        std::string("\x15\x03\x01\x00\x02\x02\x28", 7),  // an alert
        std::string("\x14\x03\x03\x00\x01\x01", 6),
        std::string("\x16\x03\x01\x00\x04\x01\xff\xff\xff", 9),  // a message of 16 megabytes
    };
    for (std::size_t i = 0; i < all.size(); ++i) {
        INFO(i);
        for (const bool as_server : {false, true}) {
            const auto seen = against(all[i], as_server, true);
            CHECK(!std::string(seen->what()).empty());
        }
    }
    const auto alert = against(all[4], false, true);
    CHECK(alert->fault() == tls_fault::refused);
    CHECK_THAT(alert->what(), ContainsSubstring("handshake failure"));
}

TEST_CASE("tls: who closes without a word is told from who speaks no TLS") {
    const auto silent = against("", false, true);
    CHECK(silent->fault() == tls_fault::cut_short);
    CHECK_THAT(silent->what(), ContainsSubstring("closed the connection half-way"));
    CHECK(against("\x16", true, true)->fault() == tls_fault::cut_short);
}

TEST_CASE("tls: a silent peer makes the handshake wait, and a time limit ends it") {
    for (const std::string begun : {"", "\x16", "\x16\x03\x01"}) {
        auto program = [&]() -> coroutine<> {
            const memory_pair wires;
            memory_end other = wires.server();
            co_await other.send_all(begun);
            tls_stream<memory_end> secure(wires.client(), serving());
            const bool ended = co_await skip_after(5s, secure.handshake());
            CHECK(!ended);
            CHECK(now() == 5s);
            CHECK(!secure.is_broken());  // it has only waited
        };
        async_scheduler{simulated{}}.start(program());
    }
}

TEST_CASE("tls: a connection cut after any number of bytes is an error on both sides") {
    for (const tls_version version : {tls_version::tls_1_2, tls_version::tls_1_3}) {
        const tls_context server = tls_context::server(
            {.certificates = pem("good"), .key = key("good"), .highest = version});
        const tls_context client = trusting();
        const conversation whole = converse(server, client, [](memory_pair&) {});
        REQUIRE(!whole.client);
        REQUIRE(!whole.server);
        for (std::size_t at = 0; at < whole.handshake; at += 11) {
            const conversation cut =
                converse(server, client, [&](memory_pair& wires) { wires.to_server->cut_at = at; });
            INFO("to the server, after " << at << " of " << whole.handshake);
            CHECK(cut.server);
            CHECK((cut.got.empty() || cut.got == "hello"));
        }
        for (std::size_t at = 0; at < whole.to_client; at += 11) {
            const conversation cut =
                converse(server, client, [&](memory_pair& wires) { wires.to_client->cut_at = at; });
            INFO("to the client, after " << at << " of " << whole.to_client);
            CHECK(cut.client);
        }
    }
}

TEST_CASE("tls: one changed byte is noticed: no wrong data, no waiting") {
    const tls_context server = serving();
    const tls_context client = trusting();
    const conversation whole = converse(server, client, [](memory_pair&) {});
    std::size_t noticed = 0;
    std::size_t tried = 0;
    for (std::size_t at = 0; at < whole.handshake; at += 5) {
        const conversation hit =
            converse(server, client, [&](memory_pair& wires) { wires.to_server->flip_at = at; });
        INFO("to the server, byte " << at);
        CHECK((hit.got.empty() || hit.got == "hello"));
        ++tried;
        if (hit.server || hit.client) ++noticed;
    }
    for (std::size_t at = 0; at < whole.to_client; at += 11) {
        const conversation hit =
            converse(server, client, [&](memory_pair& wires) { wires.to_client->flip_at = at; });
        INFO("to the client, byte " << at);
        CHECK((hit.got.empty() || hit.got == "hello"));
        ++tried;
        if (hit.server || hit.client) ++noticed;
    }
    // A few bytes mean nothing: versions in the heads of records, which nobody looks at.
    CHECK(noticed + 6 >= tried);
}

TEST_CASE("tls: an end without a goodbye is an error, and the option accepts it") {
    auto serve = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), serving());
        co_await secure.send_all("half of it");
        secure.close();
    };
    auto strict = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), trusting(), "good.example");
        const std::string got = co_await secure.receive(100);
        CHECK(got == "half of it");
        const auto seen = co_await error_of(secure.receive(100));
        REQUIRE(seen);
        CHECK(seen->fault() == tls_fault::cut_short);
        CHECK_THAT(seen->what(), ContainsSubstring("bytes may be missing"));
        CHECK(secure.is_broken());
    };
    const tls_context lenient_context =
        tls_context::client({.authorities = pem("ca"), .allow_truncation = true});
    auto lenient = [&](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), lenient_context, "good.example");
        const std::string got = co_await read_all(secure);
        CHECK(got == "half of it");
        const std::string still = co_await secure.receive(1);
        CHECK(still.empty());
        CHECK(!secure.is_broken());
    };
    meet(serve, strict);
    meet(serve, lenient);
}

TEST_CASE("tls: plain bytes slipped in between are an error, and the stream stays broken") {
    auto serve = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), serving());
        co_await secure.send_all("true");
        co_await secure.inner().send_all("and this is what somebody else says");
        const auto seen = co_await error_of(secure.receive(10));
        REQUIRE(seen);  // the client's alert
        CHECK(seen->fault() == tls_fault::refused);
    };
    auto call = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), trusting(), "good.example");
        const std::string got = co_await secure.receive(100);
        CHECK(got == "true");
        const auto seen = co_await error_of(secure.receive(100));
        REQUIRE(seen);
        CHECK(seen->fault() == tls_fault::damaged);
        CHECK(secure.is_broken());
        const auto sent = co_await error_of(secure.send_all("x"));
        CHECK(sent);
        const auto goodbye = co_await error_of(secure.shut_down());
        CHECK(goodbye);
    };
    meet(serve, call);
}

namespace {

// What a reader sees, and how long it takes, when the other side sends what is no TLS and reads
// nothing. `fill` leaves no room on the wire to that side.
struct last_word {
    std::optional<tls_error> seen;
    duration taken{};
};
last_word damaged_when(std::function<coroutine<>(tls_stream<memory_stream>&)> fill) {
    last_word result;
    auto program = [&]() -> coroutine<> {
        secured_ends ends = co_await secured(1000);
        auto& peer = ends.peer;
        auto& secure = ends.secure;
        task filling = spawn(fill(secure));
        co_await wait_all_blocked();
        co_await peer.inner().send_all(std::string(100, 'g'));
        const moment before = now();
        result.seen = co_await error_of(secure.receive(10));
        result.taken = now() - before;
        CHECK(secure.is_broken());
        co_await filling.cancel_and_wait();
    };
    async_scheduler{simulated{}}.start(with_timeout(1h, program()));
    return result;
}

}  // namespace

TEST_CASE("tls: a damaged record is told at once, also while a sender waits on a full wire") {
    const last_word got = damaged_when([](tls_stream<memory_stream>& secure) -> coroutine<> {
        const std::string much(3000, 'x');
        co_await secure.send_all(much);
    });
    REQUIRE(got.seen);
    CHECK(got.seen->fault() == tls_fault::damaged);
    CHECK(got.taken == 0s);
}

TEST_CASE("tls: a damaged record is told in a second when the wire has no room for the alert") {
    const last_word got = damaged_when([](tls_stream<memory_stream>& secure) -> coroutine<> {
        co_await secure.inner().send_all(std::string(1000, 'x'));
    });
    REQUIRE(got.seen);
    CHECK(got.seen->fault() == tls_fault::damaged);
    CHECK(got.taken == 1s);
}
