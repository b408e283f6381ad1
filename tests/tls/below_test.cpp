// What the stream below does to TLS, and what a peer does that knows TLS better than is good.
#include "tests/catch.hpp"
#include "tests/tls/memory_end.hpp"
#include "tests/tls/pair.hpp"

#include <openssl/ssl.h>

#include <cerrno>

using namespace tls_test;
using Catch::Matchers::ContainsSubstring;

namespace {

// OpenSSL itself as one side, so that it can do what tls_stream never does.
class raw_side {
public:
    raw_side(memory_end wire, const SSL_METHOD* method) : wire_(std::move(wire)) {
        context_ = SSL_CTX_new(method);
        ssl = SSL_new(context_);
        SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    }
    raw_side(const raw_side&) = delete;
    raw_side& operator=(const raw_side&) = delete;
    ~raw_side() {
        SSL_free(ssl);
        SSL_CTX_free(context_);
    }

    coroutine<> push() {
        std::string bytes(BIO_ctrl_pending(SSL_get_wbio(ssl)), '\0');
        if (bytes.empty()) co_return;
        BIO_read(SSL_get_wbio(ssl), bytes.data(), static_cast<int>(bytes.size()));
        co_await wire_.send_all(bytes);
    }
    // Only the first of the records that are to go.
    coroutine<> push_one_record() {
        std::string record(5, '\0');
        BIO_read(SSL_get_wbio(ssl), record.data(), 5);
        const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(record[at]); };
        const int size = byte(3) * 256 + byte(4);
        record.resize(static_cast<std::size_t>(5 + size));
        BIO_read(SSL_get_wbio(ssl), record.data() + 5, size);
        co_await wire_.send_all(record);
    }
    coroutine<bool> pull() {
        const std::string bytes = co_await wire_.receive(20'000);
        if (!bytes.empty())
            BIO_write(SSL_get_rbio(ssl), bytes.data(), static_cast<int>(bytes.size()));
        co_return !bytes.empty();
    }
    coroutine<> handshake() {
        while (SSL_do_handshake(ssl) != 1) {
            co_await push();
            co_await pull();
        }
        co_await push();
    }
    coroutine<std::string> read() {
        std::string bytes(1000, '\0');
        while (true) {
            const int got = SSL_read(ssl, bytes.data(), 1000);
            if (got > 0) co_return bytes.substr(0, static_cast<std::size_t>(got));
            const bool more = co_await pull();
            if (!more) co_return std::string();
        }
    }

    SSL* ssl;

private:
    memory_end wire_;
    SSL_CTX* context_;
};

class raw_client : public raw_side {
public:
    raw_client(memory_end wire, int version) : raw_side(std::move(wire), TLS_client_method()) {
        SSL_set_max_proto_version(ssl, version);
        SSL_set_connect_state(ssl);
    }
};

// Its tickets for later connections are long, and it sends them only when it is told to.
class raw_server : public raw_side {
public:
    explicit raw_server(memory_end wire) : raw_side(std::move(wire), TLS_server_method()) {
        SSL_use_certificate_chain_file(ssl, pem("good").c_str());
        SSL_use_PrivateKey_file(ssl, key("good").c_str(), SSL_FILETYPE_PEM);
        SSL_set_num_tickets(ssl, 0);
        SSL_set_max_send_fragment(ssl, 512);
        const auto fill_ticket = [](SSL* of, void*) {
            const std::string much(1000, 'x');
            return SSL_SESSION_set1_ticket_appdata(SSL_get_session(of), much.data(), much.size());
        };
        SSL_CTX_set_session_ticket_cb(SSL_get_SSL_CTX(ssl), fill_ticket, nullptr, nullptr);
        SSL_set_accept_state(ssl);
    }
};

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

TEST_CASE("tls: who would send in the middle of a message of the other side's gets an error") {
    auto send_half_a_ticket = [](memory_end wire) -> coroutine<> {
        raw_server server(std::move(wire));
        co_await server.handshake();
        REQUIRE(SSL_new_session_ticket(server.ssl) == 1);
        SSL_do_handshake(server.ssl);
        co_await server.push_one_record();
        co_await server.pull();
    };
    std::optional<tls_error> seen;
    auto program = [&]() -> coroutine<> {
        const memory_pair wires;
        task other = spawn(send_half_a_ticket(wires.server()));
        {
            tls_stream<memory_end> secure(wires.client(), trusting(), "good.example");
            co_await secure.handshake();
            const auto nothing = co_await skip_after(1s, secure.receive(10));
            CHECK(!nothing);
            seen = co_await error_of(secure.send_all("word"));
            CHECK(secure.is_broken());
        }
        co_await other.join();
    };
    async_scheduler{simulated{}}.start(with_timeout(1h, program()));
    REQUIRE(seen);
    CHECK(seen->fault() == tls_fault::damaged);
    CHECK_THAT(seen->what(), ContainsSubstring("the server good.example stopped in the middle"));
}
