// The script and its three actors.
//
// Times count from the beginning of the run, so the actors keep step although they are tasks of
// their own. Not here: the command line (clients_main.cpp).
// Kept true: the script is the same in both worlds, so the same lesson text fits both.
// Internal to this lesson.
#include "lessons/06-echo-server/clients.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace echo {
namespace {

using namespace std::chrono_literals;

struct line {
    giambio::duration at{};
    std::string text;
};

struct role {
    std::string name;
    giambio::duration comes{};
    std::vector<line> lines;
    giambio::duration leaves{};
};

// Ada comes first, but Bob is the first to speak: the server must not wait for Ada.
const std::vector<role>& script() {
    static const std::vector<role> roles{
        {"Ada", 0ms, {{80ms, "hello\n"}, {140ms, "still here\n"}}, 160ms},
        {"Bob", 20ms, {{60ms, "two sugars, please\n"}}, 120ms},
        {"Cyd", 40ms, {{100ms, "tab\there\n"}}, 180ms},
    };
    return roles;
}

// Takes exactly these bytes, in however many pieces they come.
giambio::coroutine<void> expect(giambio::async_socket& sock, std::string wanted) {
    std::string got;
    while (got.size() < wanted.size()) {
        const std::string piece = co_await sock.receive(wanted.size() - got.size());
        if (piece.empty()) break;
        got += piece;
    }
    if (got != wanted)
        throw std::runtime_error("expected \"" + giambio::escape(wanted) + "\" and got \"" +
                                 giambio::escape(got) + "\"");
}

giambio::coroutine<void> play(const role& mine, std::uint16_t port) {
    co_await giambio::sleep_until(giambio::moment(mine.comes));
    giambio::async_socket sock;
    co_await sock.connect(giambio::address("127.0.0.1", port));
    co_await expect(sock, "Welcome to the server pal!\n");
    for (const line& each : mine.lines) {
        co_await giambio::sleep_until(giambio::moment(each.at));
        co_await sock.send_all(each.text);
        co_await expect(sock, "Got: " + each.text);
    }
    co_await giambio::sleep_until(giambio::moment(mine.leaves));
}

}  // namespace

giambio::coroutine<void> three_clients(std::uint16_t port) {
    std::vector<giambio::task<>> actors;
    for (const role& each : script()) actors.push_back(giambio::spawn(play(each, port), each.name));
    for (const giambio::task<>& each : actors) co_await each.join();
}

giambio::coroutine<void> with_clients(giambio::coroutine<void> server, std::uint16_t port) {
    const giambio::task serving = giambio::spawn(std::move(server), "server");
    co_await three_clients(port);
    serving.cancel("the clients have gone");
}

}  // namespace echo
