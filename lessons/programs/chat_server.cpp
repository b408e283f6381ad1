// A chat room: whoever connects tells a name, and what one says all others hear.
//
// chat-server [PORT], then chat-client or netcat from as many terminals as you like. Each guest has
// two tasks: one reads what the guest says, one writes what the guest hears.
// Kept true: a guest who does not read is cut off; nobody waits for them.
// Public: a program to read, run and change.
#include <giambio.hpp>

#include <cstdlib>
#include <string>

using giambio::coroutine;
using giambio::pool;

// What a guest has said. The constructor is there for GCC 12, which destroys an aggregate that is
// made inside a `co_await` expression twice.
struct said {
    said(std::uint64_t who, std::string what) : guest(who), line(std::move(what)) {}
    std::uint64_t guest;
    std::string line;
};

using room = giambio::broadcast<said>;

coroutine<> write_what_others_say(room::subscription heard, giambio::async_socket& guest,
                                  std::uint64_t number) {
    while (const auto words = co_await heard.next()) {
        if (words->guest != number) co_await guest.send_all(words->line);
    }
}

coroutine<> read_what_guest_says(room& in, giambio::async_socket& guest, std::string name,
                                 std::uint64_t number) {
    std::string half_a_line;
    while (true) {
        const std::string came = co_await guest.receive(1000);
        if (came.empty()) break;
        half_a_line += came;
        for (std::size_t end; (end = half_a_line.find('\n')) != std::string::npos;) {
            const std::string line = half_a_line.substr(0, end + 1);
            half_a_line.erase(0, end + 1);
            giambio::log("{} says: {}", name, giambio::escape(line));
            co_await in.send(said(number, name + ": " + line));
        }
    }
}

coroutine<std::string> ask_for_name(giambio::async_socket& guest) {
    co_await guest.send_all("Welcome to the chat room! What is your name?\n");
    std::string name;
    while (name.find('\n') == std::string::npos && name.size() < 100) {
        const std::string came = co_await guest.receive(100);
        if (came.empty()) break;
        name += came;
    }
    name = name.substr(0, name.find_first_of("\r\n"));
    co_return name.empty() ? "somebody" : name;
}

coroutine<> visit(room& in, giambio::async_socket& guest, std::uint64_t number) {
    const std::string name = co_await ask_for_name(guest);
    auto heard =
        in.subscribe({.capacity = 1000, .when_full = giambio::slow_subscriber::is_cut_off});
    giambio::log("{} has come", name);
    co_await in.send(said(number, name + " has come\n"));
    auto talk = [&](pool& both) -> coroutine<> {
        both.spawn(write_what_others_say(std::move(heard), guest, number), name + " hears");
        co_await read_what_guest_says(in, guest, name, number);
        both.cancel("the guest has left");
    };
    co_await giambio::with_pool(talk);
    giambio::log("{} has left", name);
    co_await in.send(said(number, name + " has left\n"));
}

coroutine<> chat(std::uint16_t port) {
    room chat_room;
    std::uint64_t last_guest = 0;
    auto handler = [&](giambio::async_socket& guest, giambio::address) -> coroutine<> {
        const std::uint64_t number = ++last_guest;
        co_await visit(chat_room, guest, number);
    };
    giambio::tcp_socket socket;
    socket.bind(giambio::address("", port));
    socket.listen(1024);
    giambio::async_socket listener = giambio::wrap_socket(std::move(socket));
    giambio::log("the chat room is open at {}", listener.local_address());
    co_await giambio::serve(listener, handler,
                            {.on_failure = giambio::handler_failure::is_reported});
}

int main(int argc, char** argv) {
    const int port = argc > 1 ? std::atoi(argv[1]) : 25000;
    try {
        giambio::run(chat(static_cast<std::uint16_t>(port)));
    } catch (const giambio::keyboard_interrupt&) {
        fmt::print("The chat room is closed.\n");
    } catch (const giambio::io_error& failure) {
        fmt::print(stderr, "chat-server: {}\n", failure.what());
        return 1;
    }
}
