// What goes wrong with TLS, as one exception: its text says what failed and what to do about it.
//
// Contexts throw it for files and options, streams for everything that the other side sends.
// Not here: the sentences (tls_words.cpp); errors of the network below, which stay io_error.
// Kept true: a stream that has thrown it stays broken, and throws it again at every later use.
// Public.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace giambio {

enum class tls_fault : std::uint8_t {
    setup,              // a file or an option of the tls_context
    expired,            // the time of the other side's certificate is over
    not_yet_valid,      // or has not begun
    wrong_host,         // the certificate is somebody else's
    unknown_authority,  // nobody whom we trust has signed it; also: it has signed itself
    bad_certificate,    // it is wrong in some other way
    not_tls,            // the other side speaks something else
    no_agreement,       // both speak TLS, but no version, cipher or protocol is common to both
    refused,            // the other side ended it with an alert; the text names it
    cut_short,          // the bytes ended, but the other side had not said goodbye
    damaged,            // bytes that cannot be deciphered
    broken,             // an earlier send was given up half-way, so a record is lost
};

// fault() is for programs that react differently to each; what() is for people.
class tls_error : public std::runtime_error {
public:
    tls_error(tls_fault what_failed, const std::string& sentence)
        : std::runtime_error(sentence), fault_(what_failed) {}
    tls_fault fault() const { return fault_; }

private:
    tls_fault fault_;
};

}  // namespace giambio
