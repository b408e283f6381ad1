// Drives OpenSSL over two memory buffers. See tls_machine.hpp.
//
// OpenSSL reads from the first buffer (rbio) what `feed` put there, and writes into the second
// (wbio) what `take_outgoing` takes. Where it would wait for the network it says that it wants to
// read, which is `needs_bytes` here.
// Kept true: OpenSSL's queue of errors belongs to the thread, so it is emptied before every call;
// otherwise an error of another connection would be taken for one of this.
// Internal to traps/objects/.
#include "traps/objects/tls_machine.hpp"

#include "traps/errors.hpp"
#include "traps/objects/tls_setup.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <limits>
#include <new>

namespace giambio {

namespace {

// What somebody who speaks no TLS began with is shown up to this length.
constexpr std::size_t shown_of_greeting = 24;

// OpenSSL counts in int.
int as_int(std::size_t size) {
    constexpr std::size_t most = std::numeric_limits<int>::max();
    return static_cast<int>(std::min(size, most));
}

// Takes the text out of a buffer, and frees the buffer.
std::string all_of(BIO* text) {
    const char* bytes = nullptr;
    const long size = BIO_get_mem_data(text, &bytes);
    std::string all(bytes, static_cast<std::size_t>(size));
    BIO_free(text);
    return all;
}

std::string subject_of(X509* certificate) {
    BIO* text = BIO_new(BIO_s_mem());
    // The usual notation, but letters beyond ASCII stay letters.
    X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0,
                       XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    return all_of(text);
}

std::string written(const ASN1_TIME* time) {
    BIO* text = BIO_new(BIO_s_mem());
    ASN1_TIME_print(text, time);
    return all_of(text);
}

// Records of TLS begin with their type (20 to 23) and the major version 3.
bool may_be_tls(std::string_view begun) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(begun[at]); };
    if (begun.empty()) return true;
    if (byte(0) < 20 || byte(0) > 23) return false;
    return begun.size() < 2 || byte(1) == 3;
}

}  // namespace

tls_machine::tls_machine(const tls_context& context, const std::string& host)
    : setup_(context.setup()) {
    other_.is_server = !setup_->server;
    other_.host = host;
    ssl_ = SSL_new(setup_->context);
    if (ssl_ == nullptr) throw std::bad_alloc();
    SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_app_data(ssl_, this);  // how `judge` finds the way back; a machine is never moved
    // Without this flag a client that shows no certificate at all would pass.
    const int required = setup_->server ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    SSL_set_verify(ssl_, setup_->check_certificate ? SSL_VERIFY_PEER | required : SSL_VERIFY_NONE,
                   judge);
    if (setup_->server) {
        SSL_set_accept_state(ssl_);
        return;
    }
    SSL_set_connect_state(ssl_);
    SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(setup_->protocols.data()),
                        static_cast<unsigned int>(setup_->protocols.size()));
    try {
        expect_host(host);
    } catch (...) {
        // The destructor does not run for an object that was never made.
        SSL_free(ssl_);
        throw;
    }
}

tls_machine::~tls_machine() {
    SSL_free(ssl_);
}

// The name goes to the server as well, which may have a certificate for each of several names.
void tls_machine::expect_host(const std::string& host) {
    if (host.empty() && setup_->check_host) {
        throw misuse(
            "say which host the TLS stream is to reach, so that its certificate can be checked: "
            "tls_stream(socket, context, \"example.org\")");
    }
    // A C string would end there, and another host would be checked than the one that was meant.
    if (host.find('\0') != std::string::npos) throw misuse("a host's name has no byte 0");
    if (host.empty()) return;
    X509_VERIFY_PARAM* expected = SSL_get0_param(ssl_);
    // On an address nobody asks for a name, and the certificate must hold the address itself.
    ASN1_OCTET_STRING* digits = a2i_IPADDRESS(host.c_str());
    const bool is_address = digits != nullptr;
    ASN1_OCTET_STRING_free(digits);
    if (is_address) {
        if (setup_->check_host) X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str());
        return;
    }
    // "example.org." is the same host; certificates and servers know it without the dot.
    const std::string name = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
    if (SSL_set_tlsext_host_name(ssl_, name.c_str()) != 1) {
        throw misuse("'" + host + "' cannot be a host's name");
    }
    if (!setup_->check_host) return;
    // A star stands for a whole word: *.example.org, but not www*.example.org.
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(expected, name.c_str(), name.size());
}

// OpenSSL asks for every certificate of the chain. Nothing is decided otherwise than it does; only
// here can be seen which certificate is the wrong one.
int tls_machine::judge(int accepted, X509_STORE_CTX* chain) {
    if (accepted == 1) return 1;
    void* asking = X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx());
    auto* machine = static_cast<tls_machine*>(SSL_get_app_data(static_cast<SSL*>(asking)));
    machine->other_.verdict = X509_STORE_CTX_get_error(chain);
    X509* wrong = X509_STORE_CTX_get_current_cert(chain);
    if (wrong != nullptr) {
        machine->other_.subject = subject_of(wrong);
        machine->other_.from = written(X509_get0_notBefore(wrong));
        machine->other_.until = written(X509_get0_notAfter(wrong));
    }
    return 0;
}

// What a call of OpenSSL came to. Must follow it at once: it reads the queue of errors.
tls_progress tls_machine::result_of(int returned) {
    switch (SSL_get_error(ssl_, returned)) {
        case SSL_ERROR_NONE:
            return tls_progress::done;
        case SSL_ERROR_WANT_READ:
            return tls_progress::needs_bytes;
        case SSL_ERROR_ZERO_RETURN:
            ended_ = true;
            return tls_progress::ended;
        default:
            // OpenSSL has put an alert into the outgoing bytes, where there is one to send.
            fail(failed_call(other_, !established_));
            return tls_progress::failed;
    }
}

tls_progress tls_machine::handshake() {
    if (failure_) return tls_progress::failed;
    ERR_clear_error();
    const tls_progress result = result_of(SSL_do_handshake(ssl_));
    if (result == tls_progress::done) established_ = true;
    // Goodbye in the middle of a handshake.
    if (result == tls_progress::ended) fail(cut_short(other_, true));
    // The connection itself has ended in the middle of a later message.
    if (result == tls_progress::needs_bytes && ended_) fail(unfinished_message(other_));
    return failure_ ? tls_progress::failed : result;
}

tls_progress tls_machine::read(std::string& bytes, std::size_t size) {
    bytes.clear();
    if (failure_) return tls_progress::failed;
    if (ended_) return tls_progress::ended;
    // A record holds no more, and one call never gives more than one record.
    bytes.resize(std::min<std::size_t>(size, SSL3_RT_MAX_PLAIN_LENGTH));
    ERR_clear_error();
    const int got = SSL_read(ssl_, bytes.data(), as_int(bytes.size()));
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return got > 0 ? tls_progress::done : result_of(got);
}

tls_progress tls_machine::write(std::string_view bytes) {
    if (failure_) return tls_progress::failed;
    ERR_clear_error();
    const int put = SSL_write(ssl_, bytes.data(), as_int(bytes.size()));
    return result_of(put);
}

tls_progress tls_machine::say_goodbye() {
    if (failure_) return tls_progress::failed;
    if (said_goodbye_) return tls_progress::done;
    said_goodbye_ = true;
    ERR_clear_error();
    // 0: said, and the other side has not said it yet. 1: both have. Less: an error.
    const int answer = SSL_shutdown(ssl_);
    return answer >= 0 ? tls_progress::done : result_of(answer);
}

void tls_machine::feed(std::string_view bytes) {
    // OpenSSL waits for the five bytes of a record's head before it looks at any. Somebody who
    // speaks no TLS may never send that many, so the first two are looked at here.
    if (!established_ && !failure_ && first_bytes_.size() < 2) {
        first_bytes_ += bytes.substr(0, shown_of_greeting);
        if (!may_be_tls(first_bytes_)) fail(not_tls(other_, first_bytes_));
    }
    while (!bytes.empty()) {
        const int taken = BIO_write(SSL_get_rbio(ssl_), bytes.data(), as_int(bytes.size()));
        if (taken <= 0) throw std::bad_alloc();
        bytes.remove_prefix(static_cast<std::size_t>(taken));
    }
}

void tls_machine::feed_end(bool tolerated) {
    // Anybody on the way can close a connection. Only the goodbye, which nobody else can write,
    // tells that the other side had no more to say.
    if (established_ && (tolerated || setup_->allow_truncation)) {
        ended_ = true;
    } else {
        fail(cut_short(other_, !established_));
    }
}

std::size_t tls_machine::outgoing() const {
    return BIO_ctrl_pending(SSL_get_wbio(ssl_));
}

std::string tls_machine::take_outgoing() {
    std::string bytes(outgoing(), '\0');
    const int got = BIO_read(SSL_get_wbio(ssl_), bytes.data(), as_int(bytes.size()));
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

bool tls_machine::has_input() const {
    return failure_ || ended_ || SSL_pending(ssl_) > 0 || BIO_ctrl_pending(SSL_get_rbio(ssl_)) > 0;
}

void tls_machine::fail(const tls_error& why) {
    // What comes after the first failure is only its consequence.
    if (!failure_) failure_ = why;
}

// Before the handshake is over these would be what one side hopes for, not what was agreed on.
std::string tls_machine::protocol() const {
    return established_ ? SSL_get_version(ssl_) : "";
}

std::string tls_machine::cipher() const {
    return established_ ? SSL_get_cipher_name(ssl_) : "";
}

std::string tls_machine::alpn() const {
    const unsigned char* chosen = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl_, &chosen, &size);
    return chosen == nullptr ? "" : std::string(reinterpret_cast<const char*>(chosen), size);
}

std::string tls_machine::peer_subject() const {
    X509* certificate = SSL_get0_peer_certificate(ssl_);
    return certificate == nullptr ? "" : subject_of(certificate);
}

}  // namespace giambio
