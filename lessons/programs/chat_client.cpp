// A guest of the chat room: what is typed goes there, what is said there is printed.
//
// chat-client NAME [HOST [PORT]]. Standard input is read as a stream, like any descriptor that can
// be waited for. The program ends when the input does, or the room.
// Public: a program to read, run and change.
#include <giambio.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

#include <unistd.h>

using giambio::coroutine;
using giambio::pool;

// Reading may block although there was something to read a moment ago, so it happens in a thread.
std::string read_keyboard() {
    std::string bytes(1000, '\0');
    const ssize_t got = read(STDIN_FILENO, bytes.data(), bytes.size());
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

coroutine<> say(giambio::async_socket& room) {
    while (true) {
        const std::string typed = co_await giambio::run_in_thread(
            read_keyboard, {.when_cancelled = giambio::thread_policy::abandon});
        if (typed.empty()) break;
        co_await room.send_all(typed);
    }
    room.shut_down_sending();
}

coroutine<> hear(giambio::async_socket& room) {
    while (true) {
        const std::string heard = co_await room.receive(1000);
        if (heard.empty()) break;
        fmt::print("{}", heard);
        std::fflush(stdout);
    }
}

coroutine<> visit(std::string name, std::string host, std::uint16_t port) {
    giambio::async_socket room = co_await giambio::connect_to_host(host, port);
    co_await room.send_all(name + "\n");
    auto both = [&](pool& talk) -> coroutine<> {
        talk.spawn(say(room), "say");
        co_await hear(room);
        talk.cancel("the room is closed");
    };
    co_await giambio::with_pool(both);
}

int main(int argc, char** argv) {
    const std::string name = argc > 1 ? argv[1] : "somebody";
    const std::string host = argc > 2 ? argv[2] : "127.0.0.1";
    const int port = argc > 3 ? std::atoi(argv[3]) : 25000;
    try {
        giambio::run(visit(name, host, static_cast<std::uint16_t>(port)));
    } catch (const giambio::keyboard_interrupt&) {
        return 0;
    } catch (const std::exception& failure) {
        fmt::print(stderr, "chat-client: {}\n", failure.what());
        return 1;
    }
}
