// A TLS server for real clients: it echoes, or answers the GET of a browser. Ends on Ctrl-C.
//
//     tls-echo-server CERTIFICATES KEY [--http] [--protocols h2,http/1.1] [--clients AUTHORITIES]
//
// It writes the address that it listens on, and a line for each connection's beginning and end.
// Kept true: a client that fails, or speaks no TLS, keeps nobody else from being served.
// Public: a program to read, run and change.
#include <giambio.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace {

using secure_socket = giambio::tls_stream<giambio::async_socket>;

giambio::coroutine<void> echo(secure_socket& client) {
    while (true) {
        const std::string data = co_await client.receive(10'000);
        if (data.empty()) break;
        co_await client.send_all(data);
    }
}

// One answer for whatever is asked, and a goodbye. A head that never ends is given up.
giambio::coroutine<void> answer_get(secure_socket& client) {
    std::string asked;
    while (asked.find("\r\n\r\n") == std::string::npos && asked.size() < 10'000) {
        const std::string data = co_await client.receive(1000);
        if (data.empty()) co_return;
        asked += data;
    }
    const std::string body = "You asked: " + asked.substr(0, asked.find("\r\n")) + "\n";
    const std::string answer =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    co_await client.send_all(answer);
}

struct settings {
    giambio::tls_context context;
    bool http = false;
};

giambio::coroutine<void> handle(secure_socket client, const settings& how) {
    try {
        co_await client.handshake();
        giambio::log("speaks {} {} protocol '{}' subject '{}'", client.protocol(), client.cipher(),
                     client.alpn(), client.peer_subject());
        if (how.http) {
            co_await answer_get(client);
        } else {
            co_await echo(client);
        }
        co_await client.shut_down();
        giambio::log("ended well");
    } catch (const std::exception& failure) {
        giambio::log("lost: {}", failure.what());
    }
}

giambio::coroutine<void> serve(giambio::async_scheduler& scheduler, const settings& how) {
    giambio::tcp_socket socket;
    socket.bind(giambio::address("127.0.0.1", 0));
    socket.listen();
    giambio::async_socket listener = scheduler.wrap_socket(std::move(socket));
    giambio::log("serving at {}", listener.local_address());
    while (true) {
        auto [connection, peer] = co_await listener.accept();
        scheduler.create_task(handle(secure_socket(std::move(connection), how.context), how));
    }
}

settings read_command(int argc, char** argv) {
    giambio::tls_server_options options;
    options.certificates = argv[1];
    options.key = argv[2];
    bool http = false;
    for (int i = 3; i < argc; ++i) {
        const std::string_view word = argv[i];
        const std::string value = i + 1 < argc ? argv[i + 1] : "";
        if (word == "--http") http = true;
        if (word == "--clients") options.client_authorities = value;
        if (word != "--protocols") continue;
        std::size_t from = 0;
        for (std::size_t comma = value.find(','); from <= value.size();
             comma = value.find(',', from)) {
            options.protocols.push_back(value.substr(from, comma - from));
            from = comma == std::string::npos ? value.size() + 1 : comma + 1;
        }
    }
    return {giambio::tls_context::server(options), http};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        fmt::print(stderr, "usage: tls-echo-server CERTIFICATES KEY [--http] [--protocols a,b]\n");
        return 2;
    }
    try {
        const settings how = read_command(argc, argv);
        giambio::async_scheduler scheduler;
        scheduler.start(serve(scheduler, how));
    } catch (const giambio::keyboard_interrupt&) {
        fmt::print("Exiting...\n");
    } catch (const giambio::tls_error& failure) {
        fmt::print(stderr, "tls-echo-server: {}\n", failure.what());
        return 1;
    }
}
