// The sentences of tls_error: from OpenSSL's codes to what failed and what to do.
//
// tls_context.cpp and tls_machine.cpp call in, right after a call of OpenSSL has failed.
// Kept true: OpenSSL's queue of errors is read here only; whoever calls it has emptied it before.
// Internal to traps/objects/.
#pragma once

#include "traps/objects/tls_error.hpp"

#include <string>
#include <string_view>

namespace giambio {

// Whom a connection is with, and what was found wrong with the other side's certificate.
struct tls_suspect {
    bool is_server = true;  // the other side is the server
    std::string host;       // that the client wants; empty when it said none
    long verdict = 0;       // X509_V_ERR_...
    std::string subject;    // of the certificate that is wrong
    std::string from;       // its first and its last moment
    std::string until;
};

// "certificates 'site.pem'": why a file could not be used.
tls_error bad_file(const std::string& role, const std::string& path);

// Why the certificate was not accepted.
tls_error bad_certificate(const tls_suspect& who);

// Why a call of OpenSSL failed on a connection, from its queue of errors.
tls_error failed_call(const tls_suspect& who, bool in_handshake);

// The other side began with bytes that are no TLS.
tls_error not_tls(const tls_suspect& who, std::string_view first_bytes);

// Something was to be sent in the middle of a message about the connection itself.
tls_error unfinished_message(const tls_suspect& who);

// The bytes ended too early.
tls_error cut_short(const tls_suspect& who, bool in_handshake);

}  // namespace giambio
