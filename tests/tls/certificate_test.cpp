// Whose certificate is accepted, and what the two sides say when it is not.
#include "tests/catch.hpp"
#include "tests/tls/pair.hpp"

#include <fstream>

using namespace tls_test;
using Catch::Matchers::ContainsSubstring;

namespace {

struct outcome {
    std::optional<tls_error> client;
    std::optional<tls_error> server;
};

// A handshake, and a word back so that both sides know how it ended.
outcome try_them(const tls_context& server, const tls_context& client, const std::string& host) {
    outcome seen;
    auto greet = [](tls_stream<>& secure) -> coroutine<> {
        co_await secure.send_all("welcome");
        co_await secure.receive(10);
    };
    auto answer = [](tls_stream<>& secure) -> coroutine<> {
        co_await secure.receive(10);
        co_await secure.shut_down();
    };
    auto serve = [&](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), server);
        seen.server = co_await error_of(greet(secure));
        CHECK(secure.is_broken() == seen.server.has_value());
    };
    auto call = [&](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), client, host);
        seen.client = co_await error_of(answer(secure));
        CHECK(secure.is_broken() == seen.client.has_value());
    };
    meet(serve, call);
    return seen;
}

void expect_refusal(const outcome& seen, tls_fault fault, const std::string& sentence,
                    const std::string& alert) {
    REQUIRE(seen.client);
    CHECK(seen.client->fault() == fault);
    CHECK_THAT(seen.client->what(), ContainsSubstring(sentence));
    REQUIRE(seen.server);
    CHECK(seen.server->fault() == tls_fault::refused);
    CHECK_THAT(seen.server->what(), ContainsSubstring(alert));
}

}  // namespace

TEST_CASE("tls: a certificate of the right host is accepted, by name, wildcard and address") {
    for (const std::string host : {"good.example", "GOOD.example.", "127.0.0.1", "::1"}) {
        INFO(host);
        CHECK(!try_them(serving(), trusting(), host).client);
    }
    CHECK(!try_them(serving("wild"), trusting(), "any.wild.example").client);
}

TEST_CASE("tls: another host's certificate is refused, and the sentence names both") {
    for (const std::string host : {"good.example", "127.0.0.1"}) {
        const outcome seen = try_them(serving("wrong"), trusting(), host);
        expect_refusal(seen, tls_fault::wrong_host, "(CN=wrong) is not for the host '" + host,
                       "bad certificate");
    }
    const outcome deep = try_them(serving("wild"), trusting(), "a.b.wild.example");
    REQUIRE(deep.client);
    CHECK(deep.client->fault() == tls_fault::wrong_host);
    const outcome other = try_them(serving(), trusting(), "127.0.0.2");
    REQUIRE(other.client);
    CHECK(other.client->fault() == tls_fault::wrong_host);
}

TEST_CASE("tls: an expired certificate is refused, and one whose time has not come") {
    expect_refusal(try_them(serving("expired"), trusting(), "good.example"), tls_fault::expired,
                   "(CN=expired) expired on ", "certificate expired");
    expect_refusal(try_them(serving("early"), trusting(), "good.example"), tls_fault::not_yet_valid,
                   "is valid only from ", "bad certificate");
}

TEST_CASE("tls: an unknown authority is refused, and who has signed itself") {
    expect_refusal(try_them(serving(), trusting("other-ca"), "good.example"),
                   tls_fault::unknown_authority, "signed by nobody whom this side trusts",
                   "unknown CA");
    expect_refusal(try_them(serving("self"), trusting(), "good.example"),
                   tls_fault::unknown_authority, "has signed itself", "unknown CA");
    // The system's authorities know nothing of a test.
    expect_refusal(try_them(serving(), tls_context::client(), "good.example"),
                   tls_fault::unknown_authority, "signed by nobody whom this side trusts",
                   "unknown CA");
    // Trusted by name, it is as good as any.
    CHECK(!try_them(serving("self"), trusting("self"), "good.example").client);
}

TEST_CASE("tls: checks are off only where the option says so") {
    const tls_context anybody = tls_context::client({.insecure_accept_any_certificate = true});
    const tls_context any_host =
        tls_context::client({.authorities = pem("ca"), .insecure_accept_any_host = true});
    for (const std::string name : {"self", "expired", "wrong"}) {
        CHECK(!try_them(serving(name), anybody, "good.example").client);
        CHECK(!try_them(serving(name), anybody, "").client);
    }
    CHECK(!try_them(serving("wrong"), any_host, "good.example").client);
    const outcome seen = try_them(serving("expired"), any_host, "");
    REQUIRE(seen.client);
    CHECK(seen.client->fault() == tls_fault::expired);
}

TEST_CASE("tls: a client without a host is a mistake, unless any host will do") {
    auto program = []() -> coroutine<> {
        const tls_context client = trusting();
        CHECK_THROWS_AS(tls_stream(async_socket(), client), misuse);
        CHECK_THROWS_AS(tls_stream(async_socket(), client, std::string("good.example\0x", 14)),
                        misuse);
        co_return;
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("tls: a server may ask clients for a certificate") {
    const tls_context server = tls_context::server(
        {.certificates = pem("good"), .key = key("good"), .client_authorities = pem("ca")});
    const tls_context known = tls_context::client(
        {.authorities = pem("ca"), .certificates = pem("client"), .key = key("client")});
    CHECK(!try_them(server, known, "good.example").server);
    const outcome unknown = try_them(server, trusting(), "good.example");
    REQUIRE(unknown.server);
    CHECK_THAT(unknown.server->what(), ContainsSubstring("shows no certificate"));
    REQUIRE(unknown.client);
    CHECK_THAT(unknown.client->what(), ContainsSubstring("wants to see a certificate of ours"));
    const tls_context self = tls_context::client(
        {.authorities = pem("ca"), .certificates = pem("self"), .key = key("self")});
    const outcome stranger = try_them(server, self, "good.example");
    REQUIRE(stranger.server);
    CHECK(stranger.server->fault() == tls_fault::unknown_authority);
}

TEST_CASE("tls: no version or protocol in common is said so on both sides") {
    const tls_context old = tls_context::server(
        {.certificates = pem("good"), .key = key("good"), .highest = tls_version::tls_1_2});
    const tls_context modern =
        tls_context::client({.authorities = pem("ca"), .lowest = tls_version::tls_1_3});
    const outcome versions = try_them(old, modern, "good.example");
    REQUIRE(versions.server);
    CHECK(versions.server->fault() == tls_fault::no_agreement);
    REQUIRE(versions.client);
    CHECK_THAT(versions.client->what(), ContainsSubstring("no version of TLS that we allow"));

    const tls_context http = tls_context::server(
        {.certificates = pem("good"), .key = key("good"), .protocols = {"http/1.1"}});
    const tls_context chess =
        tls_context::client({.authorities = pem("ca"), .protocols = {"chess"}});
    const outcome protocols = try_them(http, chess, "good.example");
    REQUIRE(protocols.server);
    CHECK(protocols.server->fault() == tls_fault::no_agreement);
    REQUIRE(protocols.client);
    CHECK_THAT(protocols.client->what(), ContainsSubstring("none of the application protocols"));
    CHECK(!try_them(http, trusting(), "good.example").client);
}

TEST_CASE("tls: a file that cannot be used is named, with what is wrong with it") {
    auto complaint = [](const std::string& certificates, const std::string& key_file) {
        try {
            tls_context::server({.certificates = certificates, .key = key_file});
        } catch (const tls_error& failure) {
            CHECK(failure.fault() == tls_fault::setup);
            return std::string(failure.what());
        }
        return std::string("nothing");
    };
    CHECK_THAT(complaint("nowhere.pem", key("good")),
               ContainsSubstring("certificates 'nowhere.pem': No such file"));
    CHECK_THAT(complaint(pem("good"), "nowhere.key"),
               ContainsSubstring("private key 'nowhere.key': No such file"));
    CHECK_THAT(complaint(pem("good"), key("wrong")),
               ContainsSubstring("it belongs to another certificate"));
    CHECK_THAT(complaint(key("good"), key("good")), ContainsSubstring("must be a PEM file"));

    const std::string secret = pem("good") + ".secret";
    std::ofstream(secret) << encrypted_key("password");
    CHECK_THAT(complaint(pem("good"), secret), ContainsSubstring("it is encrypted"));

    CHECK_THROWS_WITH(tls_context::client({.authorities = key("good")}),
                      ContainsSubstring("cannot use the authorities"));
    CHECK_THROWS_AS(tls_context::client({.key = key("good")}), misuse);
    CHECK_THROWS_AS(tls_context::client({.protocols = {""}}), misuse);
    CHECK_THROWS_AS(
        tls_context::client({.lowest = tls_version::tls_1_3, .highest = tls_version::tls_1_2}),
        misuse);
}
