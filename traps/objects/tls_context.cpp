// Loads certificates and keys, and sets OpenSSL to what tls_context.hpp promises.
//
// Not here: what a single connection sets, its host for instance (tls_machine.cpp).
// Internal to traps/objects/.
#include "traps/objects/tls_context.hpp"

#include "traps/errors.hpp"
#include "traps/objects/tls_setup.hpp"
#include "traps/objects/tls_words.hpp"

#include <openssl/err.h>

namespace giambio {

namespace {

// OpenSSL's name for a version.
int openssl_number(tls_version version) {
    return version == tls_version::tls_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

std::string written_for_alpn(const std::vector<std::string>& protocols) {
    std::string written;
    for (const std::string& each : protocols) {
        if (each.empty() || each.size() > 255) {
            throw misuse("the name of an application protocol has 1 to 255 bytes, like http/1.1");
        }
        written += static_cast<char>(each.size());
        written += each;
    }
    return written;
}

// Without it OpenSSL would ask for the password on the terminal, and the loop would stand still.
int no_password(char*, int, int, void*) {
    return -1;
}

// Called during a server's handshake when the client offers protocols. Both lists are written as
// ALPN writes them. When they have nothing in common, to go on would mean to guess what the client
// speaks, so it is told no.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned int offered_size, void* ours) {
    const auto& wanted = *static_cast<const std::string*>(ours);
    unsigned char* found = nullptr;
    const int result =
        SSL_select_next_proto(&found, size, reinterpret_cast<const unsigned char*>(wanted.data()),
                              static_cast<unsigned int>(wanted.size()), offered, offered_size);
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Who we are: our certificate, those between it and an authority, and the key that proves it.
void load_identity(SSL_CTX* context, const std::string& certificates, const std::string& key) {
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, certificates.c_str()) != 1) {
        throw bad_file("certificates", certificates);
    }
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
        throw bad_file("private key", key);
    }
    // Otherwise it would be noticed only in a handshake, and by the other side.
    if (SSL_CTX_check_private_key(context) != 1) throw bad_file("private key", key);
}

// What clients and servers have in common.
std::shared_ptr<tls_setup> begun(bool server, tls_version lowest, tls_version highest) {
    if (lowest > highest) throw misuse("the lowest version of TLS is above the highest");
    auto made = std::make_shared<tls_setup>();
    made->server = server;
    made->context = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    if (made->context == nullptr) throw std::bad_alloc();
    SSL_CTX_set_min_proto_version(made->context, openssl_number(lowest));
    SSL_CTX_set_max_proto_version(made->context, openssl_number(highest));
    // Renegotiation would make a read wait for a write and the other way round; TLS 1.3 has none.
    SSL_CTX_set_options(made->context,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
    // No sessions: a ticket would be bytes that nobody asked for, which lie unread where a client
    // only sends, and turn the close of its socket into a reset.
    SSL_CTX_set_session_cache_mode(made->context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(made->context, 0);
    // A connection that is silent keeps no buffers of 16 kilobytes.
    SSL_CTX_set_mode(made->context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_default_passwd_cb(made->context, no_password);
    return made;
}

// Whose signatures count. A file of one's own replaces the system's authorities, all of them.
void trust(SSL_CTX* context, const std::string& authorities) {
    ERR_clear_error();
    if (authorities.empty()) {
        if (SSL_CTX_set_default_verify_paths(context) != 1) {
            throw bad_file("authorities of the system", X509_get_default_cert_file());
        }
    } else if (SSL_CTX_load_verify_file(context, authorities.c_str()) != 1) {
        throw bad_file("authorities", authorities);
    }
}

}  // namespace

tls_context::tls_context(std::shared_ptr<const tls_setup> made) : setup_(std::move(made)) {}

tls_context tls_context::client(const tls_client_options& options) {
    const std::shared_ptr<tls_setup> made = begun(false, options.lowest, options.highest);
    made->allow_truncation = options.allow_truncation;
    made->check_certificate = !options.insecure_accept_any_certificate;
    // OpenSSL checks the host as a part of the certificate.
    made->check_host = made->check_certificate && !options.insecure_accept_any_host;
    made->protocols = written_for_alpn(options.protocols);
    if (made->check_certificate) trust(made->context, options.authorities);
    if (options.certificates.empty() != options.key.empty()) {
        throw misuse("a client that proves who it is needs both, its certificates and its key");
    }
    if (!options.key.empty()) load_identity(made->context, options.certificates, options.key);
    return tls_context(made);
}

tls_context tls_context::server(const tls_server_options& options) {
    const std::shared_ptr<tls_setup> made = begun(true, options.lowest, options.highest);
    made->allow_truncation = options.allow_truncation;
    made->check_host = false;  // a client has no host
    made->check_certificate = !options.client_authorities.empty();
    made->protocols = written_for_alpn(options.protocols);
    load_identity(made->context, options.certificates, options.key);
    if (made->check_certificate) {
        trust(made->context, options.client_authorities);
        // Clients choose one of several certificates by the names that the server says it trusts.
        SSL_CTX_set_client_CA_list(made->context,
                                   SSL_load_client_CA_file(options.client_authorities.c_str()));
    }
    if (!made->protocols.empty()) {
        SSL_CTX_set_alpn_select_cb(made->context, choose_protocol, &made->protocols);
    }
    return tls_context(made);
}

bool tls_context::is_server() const {
    return setup_->server;
}

}  // namespace giambio
