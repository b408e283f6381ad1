// A side of a TLS connection that knows TLS better than is good.
//
// Internal to tests/tls/.
#pragma once

#include "tests/tls/certificates.hpp"
#include "tests/tls/memory_end.hpp"

#include <openssl/ssl.h>

#include <giambio.hpp>
#include <string>
#include <utility>

namespace tls_test {

using giambio::coroutine;

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
    coroutine<> send_raw(std::string bytes) { co_await wire_.send_all(bytes); }
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
            const bool goodbye = (SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
            if (goodbye) co_return std::string();
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

}  // namespace tls_test
