// The program `echo-swarm PORT`: thousands of clients at once, in one process and one thread.
//
// It connects them all, holds them open together, then sends a message on each and compares every
// answer byte for byte. Run against echo-server by the tests and by hand. Not here: three clients
// with a script (clients.cpp).
// Kept true: it ends with 0 only when every connection was held and every answer was right.
// Public: a program to read, run and change.
#include <giambio.hpp>

#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace {

using namespace std::chrono_literals;

struct plan {
    std::uint16_t port = 25000;
    std::size_t connections = 10'000;
    std::size_t rounds = 1;
    std::size_t at_once = 64;  // how many connect at the same time
    std::string message = "hello";
};

struct crowd {
    explicit crowd(const plan& chosen) : plan(chosen), gate(chosen.at_once) {}

    const struct plan& plan;
    giambio::queue<int> gate;           // a place in it is the right to connect
    giambio::event<> everyone_is_here;  // or has failed
    std::size_t arrived = 0, held = 0, answered = 0, wrong = 0, lost = 0;
    std::string first_failure;

    void lose(const std::exception& failure) {
        ++lost;
        if (first_failure.empty()) first_failure = failure.what();
    }
};

// Takes as many bytes as `wanted` has; true when they are the same.
giambio::coroutine<bool> comes_back(giambio::async_socket& sock, const std::string& wanted) {
    std::string got;
    while (got.size() < wanted.size()) {
        const std::string piece = co_await sock.receive(wanted.size() - got.size());
        if (piece.empty()) break;
        got += piece;
    }
    co_return got == wanted;
}

giambio::coroutine<void> greet(giambio::async_socket& sock, std::uint16_t port) {
    static const std::string greeting = "Welcome to the server pal!\n";
    co_await sock.connect(giambio::address("127.0.0.1", port));
    if (!co_await comes_back(sock, greeting)) throw std::runtime_error("the greeting is wrong");
}

// A server whose backlog is full may forget a connection without a word, so a client that is not
// greeted hangs up and tries again.
giambio::coroutine<void> connect(giambio::async_socket& sock, crowd& all) {
    co_await all.gate.put(0);
    for (int attempt = 1;; ++attempt) {
        try {
            co_await giambio::with_timeout(5s, greet(sock, all.plan.port));
            ++all.held;
            break;
        } catch (const std::exception& failure) {
            sock.close();
            if (attempt < 4) continue;
            all.lose(failure);
            break;
        }
    }
    all.gate.try_get();
}

giambio::coroutine<void> talk(giambio::async_socket& sock, crowd& all) {
    const std::string answer = "Got: " + all.plan.message;
    for (std::size_t round = 0; round < all.plan.rounds; ++round) {
        co_await sock.send_all(all.plan.message);
        const bool right = co_await comes_back(sock, answer);
        ++(right ? all.answered : all.wrong);
    }
}

giambio::coroutine<void> visitor(crowd& all) {
    giambio::async_socket sock;
    co_await connect(sock, all);
    if (++all.arrived == all.plan.connections) all.everyone_is_here.trigger({});
    co_await all.everyone_is_here.wait();
    if (sock.number() < 0) co_return;
    try {
        co_await talk(sock, all);
    } catch (const std::exception& failure) {
        all.lose(failure);
    }
}

giambio::coroutine<bool> swarm(const plan& chosen) {
    crowd all(chosen);
    std::vector<giambio::task<>> visitors;
    for (std::size_t i = 0; i < chosen.connections; ++i)
        visitors.push_back(giambio::spawn(visitor(all), fmt::format("visitor {}", i + 1)));
    co_await all.everyone_is_here.wait();
    const std::size_t held = all.held;
    for (const giambio::task<>& each : visitors) co_await each.join();
    const double seconds =
        std::chrono::duration<double>(giambio::now() - giambio::moment{}).count();
    fmt::print("{} held at once, {} answered, {} wrong, {} lost, {:.2f} s\n", held, all.answered,
               all.wrong, all.lost, seconds);
    if (!all.first_failure.empty()) fmt::print(stderr, "echo-swarm: {}\n", all.first_failure);
    co_return held == chosen.connections&& all.answered == chosen.connections* chosen.rounds;
}

void read_command(CLI::App& app, plan& into) {
    app.add_option("port", into.port, "where the echo server listens, on this machine")
        ->required()
        ->check(CLI::Range(1, 65535));
    app.add_option("--connections", into.connections, "how many clients (10000)")
        ->check(CLI::Range(1, 1'000'000));
    app.add_option("--rounds", into.rounds, "how many messages each sends (1)")
        ->check(CLI::Range(1, 1'000'000));
    app.add_option("--message", into.message, "what each sends (hello)");
    app.add_option("--at-once", into.at_once, "how many connect at the same time (64)")
        ->check(CLI::Range(1, 1'000'000));
}

}  // namespace

int main(int argc, char** argv) {
    plan chosen;
    CLI::App app("A crowd of clients for the echo server.", "echo-swarm");
    read_command(app, chosen);
    try {
        app.parse(argc, argv);
        if (chosen.message.empty() || chosen.message.size() > 1000)
            throw CLI::ValidationError("--message", "must have 1 to 1000 bytes");
        giambio::raise_descriptor_limit(chosen.connections + 100);
        giambio::async_scheduler sched;
        return sched.start(swarm(chosen)) ? 0 : 1;
    } catch (const CLI::ParseError& wrong) {
        return app.exit(wrong) == 0 ? 0 : 2;
    } catch (const std::exception& wrong) {
        fmt::print(stderr, "echo-swarm: {}\n", wrong.what());
        return 1;
    }
}
