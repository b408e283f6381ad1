// See tls_words.hpp. Every sentence has two halves: what failed, and what to do.
//
// Not here: deciding whether something has failed (tls_machine.cpp).
// Kept true: a code of OpenSSL that has no sentence here is told in OpenSSL's own words.
// Internal to traps/objects/.
#include "traps/objects/tls_words.hpp"

#include "traps/objects/log.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace giambio {

namespace {

// Whom a sentence is about.
std::string other_side(const tls_suspect& who) {
    if (!who.is_server) return "the client";
    return who.host.empty() ? "the server" : "the server " + who.host;
}

tls_error handshake_failed(tls_fault fault, const tls_suspect& who, const std::string& sentence) {
    return {fault, "the TLS handshake with " + other_side(who) + " failed: " + sentence};
}

// OpenSSL's own words for an error.
std::string reason_text(unsigned long code) {
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : fmt::format("OpenSSL's error {:#x}", code);
}

// An alert that the other side sent comes as an error whose reason is this much above its number.
constexpr int alert_offset = SSL_AD_REASON_OFFSET;

// What the other side means by an alert, seen from here.
std::string advice_for_alert(int alert) {
    switch (alert) {
        case SSL_AD_UNKNOWN_CA:
            return "it does not trust the authority of our certificate; give it that authority";
        case SSL_AD_CERTIFICATE_EXPIRED:
            return "our certificate's time is over, or one of the clocks is wrong";
        case SSL_AD_BAD_CERTIFICATE:
        case SSL_AD_CERTIFICATE_UNKNOWN:
        case SSL_AD_UNSUPPORTED_CERTIFICATE:
        case SSL_AD_CERTIFICATE_REVOKED:
            return "it does not accept our certificate; its log says why";
        case SSL_AD_CERTIFICATE_REQUIRED:
            return "it wants to see a certificate of ours; set certificates and key";
        case SSL_AD_NO_APPLICATION_PROTOCOL:
            return "it speaks none of the application protocols that we offered";
        case SSL_AD_PROTOCOL_VERSION:
            return "it speaks no version of TLS that we allow";
        case SSL_AD_HANDSHAKE_FAILURE:
            return "it found no cipher, or no certificate of ours, that suits it";
        case SSL_AD_UNRECOGNIZED_NAME:
            return "it has no certificate for the host that we asked for";
        default:
            return "its log may say why";
    }
}

// The reasons that mean: both speak TLS, but have nothing in common.
std::optional<std::string> disagreement(int reason) {
    switch (reason) {
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_VERSION_TOO_LOW:
        case SSL_R_VERSION_TOO_HIGH:
        case SSL_R_WRONG_SSL_VERSION:
        case SSL_R_NO_PROTOCOLS_AVAILABLE:
            return "there is no version of TLS that both sides allow; older than TLS 1.2 is never "
                   "spoken here";
        case SSL_R_NO_SHARED_CIPHER:
        case SSL_R_NO_SHARED_GROUPS:
        case SSL_R_NO_SUITABLE_KEY_SHARE:
        case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
        case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
            return "the two sides have no cipher or signature in common; update the older one";
        case SSL_R_NO_APPLICATION_PROTOCOL:
            return "the two sides have no application protocol in common; see `protocols`";
        default:
            return std::nullopt;
    }
}

// OpenSSL has looked at the first record and found something else, perhaps a word of HTTP.
bool is_not_tls(int reason) {
    return reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST ||
           reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_UNKNOWN_PROTOCOL;
}

}  // namespace

tls_error bad_file(const std::string& role, const std::string& path) {
    const unsigned long code = ERR_peek_error();
    std::string why = reason_text(code) + "; it must be a PEM file";
    // A file that is not there comes as an error of the system, with its errno as the reason.
    if (ERR_SYSTEM_ERROR(code)) {
        why = std::string(std::strerror(static_cast<int>(ERR_GET_REASON(code)))) +
              "; check the path and its rights";
    } else if (ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH) {
        why = "it belongs to another certificate; give the key from which this one was made";
    } else if (ERR_GET_REASON(code) == ERR_R_INTERRUPTED_OR_CANCELLED ||
               ERR_GET_REASON(code) == PEM_R_BAD_PASSWORD_READ) {
        why = "it is encrypted; write it without a password (openssl pkey -in OLD -out NEW)";
    }
    ERR_clear_error();
    return {tls_fault::setup, "cannot use the " + role + " '" + path + "': " + why};
}

tls_error bad_certificate(const tls_suspect& who) {
    const std::string named =
        who.subject.empty() ? "its certificate" : "its certificate (" + who.subject + ")";
    switch (who.verdict) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return handshake_failed(tls_fault::expired, who,
                                    named + " expired on " + who.until +
                                        "; it must be renewed, or this machine's clock is wrong");
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return handshake_failed(tls_fault::not_yet_valid, who,
                                    named + " is valid only from " + who.from +
                                        "; wait, or set this machine's clock right");
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return handshake_failed(tls_fault::wrong_host, who,
                                    named + " is not for the host '" + who.host +
                                        "'; use a name that stands in it, or look whether this is "
                                        "the right server");
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return handshake_failed(tls_fault::unknown_authority, who,
                                    named +
                                        " has signed itself; if you know that it is genuine, give "
                                        "it as `authorities`");
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_CERT_UNTRUSTED:
            return handshake_failed(tls_fault::unknown_authority, who,
                                    named +
                                        " is signed by nobody whom this side trusts; give the file "
                                        "of its authority, or let the other side send its chain");
        default:
            return handshake_failed(
                tls_fault::bad_certificate, who,
                named + " is not accepted: " + X509_verify_cert_error_string(who.verdict) +
                    "; its owner must replace it");
    }
}

tls_error failed_call(const tls_suspect& who, bool in_handshake) {
    const unsigned long code = ERR_peek_error();
    const int reason = ERR_GET_REASON(code);
    const std::string text = reason_text(code);
    ERR_clear_error();
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) return bad_certificate(who);
    if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
        return handshake_failed(tls_fault::bad_certificate, who,
                                "it shows no certificate; it needs one that our client_authorities "
                                "have signed");
    }
    // The other side's own word comes before everything that this side may think of it.
    if (reason > alert_offset && reason < alert_offset + 256) {
        const int alert = reason - alert_offset;
        return {tls_fault::refused, other_side(who) + " refused with the TLS alert '" +
                                        SSL_alert_desc_string_long(alert) +
                                        "': " + advice_for_alert(alert)};
    }
    if (in_handshake) {
        if (const auto sentence = disagreement(reason)) {
            return handshake_failed(tls_fault::no_agreement, who, *sentence);
        }
        if (is_not_tls(reason)) return not_tls(who, "");
        return handshake_failed(tls_fault::damaged, who,
                                "it sent what makes no sense there (" + text +
                                    "); look whether it speaks TLS on this port");
    }
    return {tls_fault::damaged, other_side(who) + " sent a TLS record that cannot be read (" +
                                    text + "): it was changed on the way; connect anew"};
}

tls_error not_tls(const tls_suspect& who, std::string_view first_bytes) {
    const std::string begun =
        first_bytes.empty() ? "" : " (it began with '" + escape(first_bytes) + "')";
    return handshake_failed(tls_fault::not_tls, who,
                            "the other side does not speak TLS" + begun +
                                "; check the port, or talk to it without TLS");
}

tls_error unfinished_message(const tls_suspect& who) {
    return {tls_fault::damaged,
            other_side(who) +
                " stopped in the middle of a handshake message, and nothing can be sent before "
                "its rest has come; connect anew"};
}

tls_error cut_short(const tls_suspect& who, bool in_handshake) {
    if (in_handshake) {
        return handshake_failed(tls_fault::cut_short, who,
                                "it closed the connection half-way; its log may say why, or it "
                                "does not speak TLS");
    }
    return {tls_fault::cut_short,
            other_side(who) +
                " closed the connection without a TLS goodbye, so bytes may be missing at the end; "
                "if what came tells its own length, allow_truncation accepts it"};
}

}  // namespace giambio
