// Makes certificates with OpenSSL's own calls. See certificates.hpp.
// Internal to tests/tls/.
#include "tests/tls/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace {

// Ed25519: its signatures all have one length, so that two runs send the same number of bytes.
EVP_PKEY* new_key() {
    EVP_PKEY* made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    if (made == nullptr) throw std::runtime_error("no key could be made");
    return made;
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& text) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, kind, text.c_str());
    if (made == nullptr) throw std::runtime_error("no extension '" + text + "'");
    X509_add_ext(certificate, made, -1);
    X509_EXTENSION_free(made);
}

void write(const std::filesystem::path& folder, const std::string& name, X509* certificate,
           EVP_PKEY* private_key) {
    std::FILE* file = std::fopen((folder / (name + ".pem")).c_str(), "w");
    if (file == nullptr) throw std::runtime_error("cannot write into " + folder.string());
    PEM_write_X509(file, certificate);
    std::fclose(file);
    file = std::fopen((folder / (name + ".key")).c_str(), "w");
    PEM_write_PrivateKey(file, private_key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
}

// Without an issuer it signs itself.
X509* signed_by(X509* issuer, EVP_PKEY* issuer_key, EVP_PKEY* own_key,
                const wanted_certificate& wanted) {
    static long serial = 0;
    constexpr long day = 24L * 60 * 60;
    X509* made = X509_new();
    X509_set_version(made, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1000 + ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made), wanted.days_from * day);
    X509_gmtime_adj(X509_getm_notAfter(made), wanted.days_until * day);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wanted.name.c_str()), -1, -1,
                               0);
    X509* signer = issuer != nullptr ? issuer : made;
    X509_set_issuer_name(made, X509_get_subject_name(signer));
    X509_set_pubkey(made, own_key);
    extend(made, signer, NID_subject_key_identifier, "hash");
    extend(made, signer, NID_basic_constraints,
           wanted.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    extend(made, signer, NID_key_usage,
           wanted.authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
    if (!wanted.hosts.empty()) extend(made, signer, NID_subject_alt_name, wanted.hosts);
    X509_sign(made, issuer_key, nullptr);
    return made;
}

class temporary_folder {
public:
    temporary_folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "tls-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path = pattern;
        make_certificates(path);
    }
    ~temporary_folder() { std::filesystem::remove_all(path); }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    std::filesystem::path path;
};

const std::filesystem::path& the_folder() {
    static const temporary_folder made;
    return made.path;
}

}  // namespace

authority::authority(std::filesystem::path folder, const std::string& name)
    : folder_(std::move(folder)), key_(new_key()) {
    certificate_ = signed_by(nullptr, key_, key_, {.name = name, .hosts = "", .authority = true});
    write(folder_, name, certificate_, key_);
}

authority::~authority() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
}

void authority::sign(const wanted_certificate& wanted) const {
    EVP_PKEY* own_key = new_key();
    X509* made = signed_by(certificate_, key_, own_key, wanted);
    write(folder_, wanted.name, made, own_key);
    X509_free(made);
    EVP_PKEY_free(own_key);
}

void sign_itself(const std::filesystem::path& folder, const wanted_certificate& wanted) {
    EVP_PKEY* own_key = new_key();
    X509* made = signed_by(nullptr, own_key, own_key, wanted);
    write(folder, wanted.name, made, own_key);
    X509_free(made);
    EVP_PKEY_free(own_key);
}

void make_certificates(const std::filesystem::path& folder) {
    const authority trusted(folder, "ca");
    const authority other(folder, "other-ca");
    const std::string hosts = "DNS:good.example,DNS:localhost,IP:127.0.0.1,IP:::1";
    trusted.sign({.name = "good", .hosts = hosts});
    trusted.sign({.name = "wrong", .hosts = "DNS:wrong.example"});
    trusted.sign({.name = "wild", .hosts = "DNS:*.wild.example"});
    trusted.sign({.name = "expired", .hosts = hosts, .days_from = -30, .days_until = -1});
    trusted.sign({.name = "early", .hosts = hosts, .days_from = 2});
    trusted.sign({.name = "client", .hosts = ""});
    sign_itself(folder, {.name = "self", .hosts = hosts});
}

std::string pem(const std::string& name) {
    return (the_folder() / (name + ".pem")).string();
}

std::string key(const std::string& name) {
    return (the_folder() / (name + ".key")).string();
}

std::string encrypted_key(const std::string& password) {
    EVP_PKEY* made = new_key();
    BIO* text = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(text, made, EVP_aes_128_cbc(),
                             reinterpret_cast<const unsigned char*>(password.data()),
                             static_cast<int>(password.size()), nullptr, nullptr);
    const char* bytes = nullptr;
    const long size = BIO_get_mem_data(text, &bytes);
    std::string written(bytes, static_cast<std::size_t>(size));
    BIO_free(text);
    EVP_PKEY_free(made);
    return written;
}
