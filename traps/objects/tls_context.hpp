// What all TLS streams of one kind have in common: whom to trust, who we are, what to offer.
//
// Made once, by `tls_context::client` or `tls_context::server`, and given to every tls_stream;
// copies share what was loaded. Files are read here, and a bad one is a tls_error that names it.
// Make it in a statement of its own: GCC 12 destroys `{...}` inside a co_await expression twice.
// Not here: a connection (tls_stream.hpp).
// Kept true: without being told otherwise a client checks that the certificate is valid and belongs
// to the host that it wanted. No version below TLS 1.2 is ever spoken. Sessions are not resumed:
// every connection proves itself anew, and a server sends nothing that nobody asked for.
// Public.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace giambio {

struct tls_setup;

enum class tls_version : std::uint8_t { tls_1_2, tls_1_3 };

struct tls_client_options {
    // PEM file of the authorities to trust. Empty: those of the system.
    std::string authorities{};
    // Application protocols to offer (ALPN), the best first: {"h2", "http/1.1"}.
    std::vector<std::string> protocols{};
    // PEM files that prove who we are, for servers that ask. Empty: nothing.
    std::string certificates{};
    std::string key{};
    tls_version lowest = tls_version::tls_1_2;
    tls_version highest = tls_version::tls_1_3;
    // Some old servers end by closing the connection, without saying goodbye. Then nobody can tell
    // a whole answer from one that was cut on the way, unless the answer itself tells its length.
    bool allow_truncation = false;

    // The other side may be anybody: whoever sits in between reads and writes everything.
    bool insecure_accept_any_certificate = false;
    // The certificate must be valid, but may be that of any host.
    bool insecure_accept_any_host = false;
};

struct tls_server_options {
    std::string certificates{};  // PEM file: the server's own certificate first, then its chain
    std::string key{};           // PEM file of its private key, not encrypted
    // Application protocols that the server speaks (ALPN), the best first. A client that offers
    // only others is refused. Empty: no matter.
    std::vector<std::string> protocols{};
    // PEM file of the authorities whose certificates clients must show. Empty: nobody is asked.
    std::string client_authorities{};
    tls_version lowest = tls_version::tls_1_2;
    tls_version highest = tls_version::tls_1_3;
    bool allow_truncation = false;  // as for clients
};

class tls_context {
public:
    // Throws tls_error when a file cannot be used, misuse when an option makes no sense.
    static tls_context client(const tls_client_options& options = {});
    static tls_context server(const tls_server_options& options);

    bool is_server() const;

    // For tls_machine.
    const std::shared_ptr<const tls_setup>& setup() const { return setup_; }

private:
    explicit tls_context(std::shared_ptr<const tls_setup> made);
    std::shared_ptr<const tls_setup> setup_;
};

}  // namespace giambio
