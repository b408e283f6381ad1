// What a tls_context holds: OpenSSL's context, and the options that OpenSSL does not keep.
//
// tls_context.cpp fills it, tls_machine.cpp makes connections from it.
// Kept true: a machine holds the setup, so OpenSSL's pointers into it stay good.
// Internal to traps/objects/.
#pragma once

#include <openssl/ssl.h>

#include <string>

namespace giambio {

struct tls_setup {
    tls_setup() = default;
    tls_setup(const tls_setup&) = delete;
    tls_setup& operator=(const tls_setup&) = delete;
    ~tls_setup() { SSL_CTX_free(context); }

    SSL_CTX* context = nullptr;  // owned; connections count as its owners too
    bool server = false;
    bool check_certificate = true;
    bool check_host = true;
    bool allow_truncation = false;
    std::string protocols;  // as ALPN writes them: each with its length in front
};

}  // namespace giambio
