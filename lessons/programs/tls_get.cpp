// Gets one page over TLS and prints what came, as the ancestor's test of its TLS socket does.
//
//     tls-get ADDRESS PORT HOST PATH [--authorities FILE] [--insecure] [--protocols NAME]
//
// It connects to ADDRESS, a name or digits; HOST is what the certificate must be for. Without
// --authorities the system's are asked. Ends with 1 and a sentence on standard error when something
// fails. Try: tls-get example.org 443 example.org /
// Public: a program to read, run and change.
#include <giambio.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

struct page {
    std::string address;
    std::uint16_t port;
    std::string host;
    std::string path;
};

giambio::coroutine<std::string> get(const page& wanted, const giambio::tls_context& context) {
    giambio::async_socket socket = co_await giambio::connect_to_host(wanted.address, wanted.port);
    giambio::tls_stream secure(std::move(socket), context, wanted.host);
    co_await secure.handshake();
    fmt::print(stderr, "{} {} protocol '{}' subject '{}'\n", secure.protocol(), secure.cipher(),
               secure.alpn(), secure.peer_subject());
    const std::string request = "GET " + wanted.path + " HTTP/1.0\r\nHost: " + wanted.host +
                                "\r\nConnection: close\r\n\r\n";
    co_await secure.send_all(request);
    std::string answer;
    while (true) {
        const std::string part = co_await secure.receive(4096);
        if (part.empty()) break;
        answer += part;
    }
    co_await secure.shut_down();
    co_return answer;
}

giambio::tls_client_options read_options(int argc, char** argv) {
    giambio::tls_client_options options;
    for (int i = 5; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--insecure") options.insecure_accept_any_certificate = true;
        if (i + 1 == argc) break;
        if (word == "--authorities") options.authorities = argv[i + 1];
        if (word == "--protocols") options.protocols.emplace_back(argv[i + 1]);
    }
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) {
        fmt::print(stderr, "usage: tls-get ADDRESS PORT HOST PATH [--authorities FILE]\n");
        return 2;
    }
    try {
        const auto port = static_cast<std::uint16_t>(std::stoi(argv[2]));
        const page wanted{argv[1], port, argv[3], argv[4]};
        const auto context = giambio::tls_context::client(read_options(argc, argv));
        giambio::async_scheduler scheduler;
        using namespace std::chrono_literals;
        fmt::print("{}", scheduler.start(giambio::with_timeout(30s, get(wanted, context))));
    } catch (const std::exception& failure) {
        fmt::print(stderr, "tls-get: {}\n", failure.what());
        return 1;
    }
}
