// One side of one TLS connection, without a network: bytes in, bytes out, and what became of them.
//
// tls_session.cpp feeds it what came and sends what it has to say. OpenSSL works on two buffers in
// memory here and never sees a descriptor, so it cannot wait and the kernel never sees TLS.
// Not here: who waits for whom, tasks, cancellation (tls_session.cpp); sentences (tls_words.cpp).
// Kept true: the first failure stays; nothing is asked of OpenSSL after it.
// Internal to traps/objects/.
#pragma once

#include "traps/objects/tls_context.hpp"
#include "traps/objects/tls_error.hpp"
#include "traps/objects/tls_words.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ssl_st;
struct x509_store_ctx_st;

namespace giambio {

// What a step came to.
enum class tls_progress : std::uint8_t {
    done,
    needs_bytes,  // of the other side: feed it and try again
    ended,        // the other side has said goodbye
    failed,       // failure() tells why
};

class tls_machine {
public:
    // `host` is what a client wants to reach: a name or an IP address in digits.
    // Throws misuse when the context needs a host and there is none.
    tls_machine(const tls_context& context, const std::string& host);
    ~tls_machine();
    tls_machine(const tls_machine&) = delete;
    tls_machine& operator=(const tls_machine&) = delete;

    // Also what may come after it: a message for the machine itself, such as new keys. It needs
    // bytes while one has come by half.
    tls_progress handshake();
    // Deciphers at most `size` bytes, which is above 0. Gives none when it is not `done`.
    tls_progress read(std::string& bytes, std::size_t size);
    // Enciphers all of it, or fails. Before: `handshake` is done.
    tls_progress write(std::string_view bytes);
    // Ends this direction. Nothing can be written afterwards.
    tls_progress say_goodbye();

    // What came from the other side.
    void feed(std::string_view bytes);
    // Nothing more will come. It is a failure, unless the context allows it or `tolerated` is set.
    void feed_end(bool tolerated);

    // What the other side shall get, which may be an alert after a failure.
    std::size_t outgoing() const;
    std::string take_outgoing();

    // Would `read` give an answer, perhaps, without being fed?
    bool has_input() const;
    bool said_goodbye() const { return said_goodbye_; }
    bool established() const { return established_; }
    const std::optional<tls_error>& failure() const { return failure_; }
    // Breaks it from outside. An earlier failure stays.
    void fail(const tls_error& why);

    // About the connection that stands; empty before.
    std::string protocol() const;      // "TLSv1.3"
    std::string cipher() const;        // "TLS_AES_256_GCM_SHA384"
    std::string alpn() const;          // "h2"
    std::string peer_subject() const;  // "CN=good.example"

private:
    static int judge(int accepted, x509_store_ctx_st* chain);
    void expect_host(const std::string& host);
    tls_progress result_of(int returned);

    std::shared_ptr<const tls_setup> setup_;
    ssl_st* ssl_ = nullptr;  // it owns the two buffers
    tls_suspect other_;
    std::string first_bytes_;  // what the other side began with, until it is known to be TLS
    std::optional<tls_error> failure_;
    bool established_ = false;
    bool said_goodbye_ = false;
    bool ended_ = false;
};

}  // namespace giambio
