// In the middle of a message of the other side's TLS, such as a ticket, that has come by half.
#include "tests/catch.hpp"
#include "tests/tls/memory_end.hpp"
#include "tests/tls/pair.hpp"
#include "tests/tls/raw_side.hpp"

#include <openssl/err.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

using namespace tls_test;
using Catch::Matchers::ContainsSubstring;

namespace {

// After: half of a ticket has been there for a second.
coroutine<> send_half_a_ticket(raw_server& server) {
    co_await server.handshake();
    REQUIRE(SSL_new_session_ticket(server.ssl) == 1);
    SSL_do_handshake(server.ssl);
    co_await server.push_one_record();
    co_await giambio::sleep(1s);
}

// Sends half of a ticket at once and the rest after a second, unless it closes instead; then gives
// back what it gets, until the goodbye.
coroutine<> serve_after_half_a_ticket(memory_end wire, bool and_the_rest) {
    raw_server server(std::move(wire));
    co_await send_half_a_ticket(server);
    if (!and_the_rest) co_return;
    co_await server.push();
    while (true) {
        const std::string got = co_await server.read();
        if (got.empty()) break;
        SSL_write(server.ssl, got.data(), static_cast<int>(got.size()));
        co_await server.push();
    }
    SSL_shutdown(server.ssl);
    co_await server.push();
}

// Sends something else instead of the rest. True: the client has told that it was wrong.
coroutine<bool> send_half_a_ticket_and_garbage(memory_end wire) {
    raw_server server(std::move(wire));
    co_await send_half_a_ticket(server);
    co_await server.send_raw("\x17\x03\x03" + std::string("\0\x20", 2) + std::string(32, 'g'));
    co_await server.pull();
    char byte = 0;
    ERR_clear_error();
    SSL_read(server.ssl, &byte, 1);
    co_return ERR_GET_REASON(ERR_peek_error()) == SSL_R_SSLV3_ALERT_BAD_RECORD_MAC;
}

using client_of_half = std::function<coroutine<>(tls_stream<memory_end>&)>;

// Runs a client that has received that half.
void with_half_a_ticket(const client_of_half& use, bool and_the_rest,
                        const tls_context& context = trusting()) {
    auto program = [&]() -> coroutine<> {
        const memory_pair wires;
        task other = spawn(serve_after_half_a_ticket(wires.server(), and_the_rest));
        {
            tls_stream<memory_end> secure(wires.client(), context, "good.example");
            co_await secure.handshake();
            const auto nothing = co_await skip_after(500ms, secure.receive(10));
            CHECK(!nothing);
            co_await use(secure);
        }
        co_await other.join();
    };
    async_scheduler{simulated{}}.start(with_timeout(1h, program()));
}

coroutine<std::string> receive_word(tls_stream<memory_end>& from) {
    co_return co_await from.receive(10);
}

}  // namespace

TEST_CASE("tls: who sends in the middle of a message of the other side's waits for its rest") {
    with_half_a_ticket(
        [](tls_stream<memory_end>& secure) -> coroutine<> {
            co_await secure.send_all("word");
            CHECK(now() == 1s);
            const std::string got = co_await secure.receive(10);
            CHECK(got == "word");
            co_await secure.shut_down();
        },
        true);
}

TEST_CASE("tls: a sender that waits for the rest of a message shares the reading with a reader") {
    with_half_a_ticket(
        [](tls_stream<memory_end>& secure) -> coroutine<> {
            task reading = spawn(receive_word(secure));
            co_await yield();
            co_await secure.send_all("word");
            CHECK(now() == 1s);
            const std::string got = co_await reading.join();
            CHECK(got == "word");
            co_await secure.shut_down();
        },
        true);
    with_half_a_ticket(
        [](tls_stream<memory_end>& secure) -> coroutine<> {
            task sending = spawn(secure.send_all("word"));
            co_await yield();
            const std::string got = co_await secure.receive(10);
            CHECK(got == "word");
            co_await sending.join();
            co_await secure.shut_down();
        },
        true);
}

TEST_CASE("tls: when a reader or a sender that reads gives up, the other one goes on") {
    with_half_a_ticket(
        [](tls_stream<memory_end>& secure) -> coroutine<> {
            task reading = spawn(receive_word(secure));
            co_await yield();
            task sending = spawn(secure.send_all("word"));
            co_await yield();
            co_await reading.cancel_and_wait();
            co_await sending.join();
            CHECK(now() == 1s);
            const std::string got = co_await secure.receive(10);
            CHECK(got == "word");
            co_await secure.shut_down();
        },
        true);
    with_half_a_ticket(
        [](tls_stream<memory_end>& secure) -> coroutine<> {
            task sending = spawn(secure.send_all("lost"));
            co_await yield();
            task reading = spawn(receive_word(secure));
            co_await yield();
            co_await sending.cancel_and_wait();
            co_await secure.send_all("word");
            const std::string got = co_await reading.join();
            CHECK(got == "word");
            co_await secure.shut_down();
        },
        true);
}

TEST_CASE("tls: a goodbye in the middle of a message of the other side's waits for its rest") {
    for (const goodbye how : {goodbye::wait_for_answer, goodbye::say_and_go}) {
        with_half_a_ticket(
            [&](tls_stream<memory_end>& secure) -> coroutine<> {
                co_await secure.shut_down(how);
                const std::string end = co_await secure.receive(10);
                CHECK(end.empty());
            },
            true);
    }
}

TEST_CASE("tls: who waits for the rest of a message that never comes gets an error") {
    const tls_context lenient =
        tls_context::client({.authorities = pem("ca"), .allow_truncation = true});
    for (const bool strict : {true, false}) {
        with_half_a_ticket(
            [&](tls_stream<memory_end>& secure) -> coroutine<> {
                const auto seen = co_await error_of(secure.send_all("word"));
                CHECK(now() == 1s);
                CHECK(secure.is_broken());
                REQUIRE(seen);
                CHECK(seen->fault() == (strict ? tls_fault::cut_short : tls_fault::damaged));
                const char* said = strict ? "closed the connection" : "stopped in the middle";
                CHECK_THAT(seen->what(), ContainsSubstring(said));
            },
            false, strict ? trusting() : lenient);
    }
}

namespace {

// Runs a reader and a sender (null: none), both of which get garbage instead of the rest.
using sender_of_half = std::function<coroutine<>(tls_stream<memory_end>&)>;
void with_garbage(bool reads, bool reads_first, const sender_of_half& send) {
    auto program = [&]() -> coroutine<> {
        const memory_pair wires;
        task other = spawn(send_half_a_ticket_and_garbage(wires.server()));
        {
            tls_stream<memory_end> secure(wires.client(), trusting(), "good.example");
            co_await secure.handshake();
            co_await skip_after(500ms, secure.receive(10));
            std::vector<coroutine<std::optional<tls_error>>> users;
            if (reads && reads_first) users.push_back(error_of(secure.receive(10)));
            users.push_back(error_of(send(secure)));
            if (reads && !reads_first) users.push_back(error_of(secure.receive(10)));
            for (const auto& seen : co_await gather(std::move(users))) {
                REQUIRE(seen);
                CHECK(seen->fault() == tls_fault::damaged);
            }
            CHECK(now() == 1s);
        }
        const bool was_told = co_await other.join();
        CHECK(was_told);
    };
    async_scheduler{simulated{}}.start(with_timeout(1h, program()));
}

}  // namespace

TEST_CASE("tls: garbage instead of the rest of a message is told to the other side") {
    for (const bool reads : {false, true}) {
        for (const bool reads_first : {false, true}) {
            const auto send = [](tls_stream<memory_end>& secure) {
                return secure.send_all("word");
            };
            with_garbage(reads, reads_first, send);
            const auto end = [](tls_stream<memory_end>& secure) {
                return secure.shut_down(goodbye::say_and_go);
            };
            with_garbage(reads, reads_first, end);
        }
    }
}
