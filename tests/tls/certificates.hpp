// Certificates made for a test, in a folder of their own that is removed at the end.
//
// The tests beside it use them, and tls-make-certificates writes the same for the scripts.
// Kept true: every one is made anew, so none can expire while the tests stay as they are.
// Internal to tests/tls/.
#pragma once

#include <filesystem>
#include <string>

struct evp_pkey_st;
struct x509_st;

// What one certificate says.
struct wanted_certificate {
    std::string name;        // the file is name.pem, its key is name.key
    std::string hosts{};     // as OpenSSL writes them: "DNS:good.example,IP:127.0.0.1"
    int days_from = -1;      // its first day, counted from today
    int days_until = 30;     // its last
    bool authority = false;  // it may sign others
};

class authority {
public:
    // Makes its own certificate, folder/name.pem.
    authority(std::filesystem::path folder, const std::string& name);
    ~authority();
    authority(const authority&) = delete;
    authority& operator=(const authority&) = delete;

    void sign(const wanted_certificate& wanted) const;

private:
    std::filesystem::path folder_;
    evp_pkey_st* key_ = nullptr;
    x509_st* certificate_ = nullptr;
};

// One that nobody but itself has signed.
void sign_itself(const std::filesystem::path& folder, const wanted_certificate& wanted);

// ca, other-ca, good (good.example, 127.0.0.1, ::1, localhost), wrong (wrong.example), expired,
// early, self, client; wild (*.wild.example).
void make_certificates(const std::filesystem::path& folder);

// The same in a temporary folder that lives as long as the program.
// `pem("good")` and `key("good")` are paths.
std::string pem(const std::string& name);
std::string key(const std::string& name);

// A private key, written with a password.
std::string encrypted_key(const std::string& password);
