// What the trace tells of sockets: every operation, with its address, in a sentence.
#include "tests/catch.hpp"
#include "tests/kernel/sockets.hpp"
#include "tests/text_keeper.hpp"
#include "tracer/model/reader.hpp"
#include "tracer/model/words.hpp"

#include <algorithm>

using namespace giambio;

namespace {

std::vector<std::string> sentences_of(coroutine<> program) {
    text_keeper kept;
    async_scheduler scheduler{simulated{}};
    scheduler.observe(kept);
    scheduler.start(std::move(program));
    const auto recording = trace::read_text(kept.text, "sockets");
    std::vector<std::string> told;
    for (const auto& each : recording.events) told.push_back(trace::sentence(recording, each));
    return told;
}

bool is_told(const std::vector<std::string>& told, const std::string& sentence) {
    return std::any_of(told.begin(), told.end(), [&](const std::string& each) {
        return each.starts_with(sentence);  // and then the place
    });
}

}  // namespace

TEST_CASE("the trace tells of datagrams, with the other side's address") {
    auto program = []() -> coroutine<> {
        udp_socket ear, mouth;
        ear.bind(address("127.0.0.1", 9));
        mouth.bind(address("127.0.0.1", 10));
        co_await mouth.send_to("hello", address("127.0.0.1", 9));
        co_await ear.receive_from(100);
    };
    const auto told = sentences_of(program());
    CHECK(is_told(told, "#1 main asks to send a datagram of 5 bytes by descriptor 4"));
    CHECK(is_told(told,
                  "for #1 main the kernel sends a datagram from descriptor 4 to "
                  "127.0.0.1:9: 5 bytes"));
    CHECK(is_told(told,
                  "for #1 main the kernel receives a datagram from descriptor 3, sent by "
                  "127.0.0.1:10: 5 bytes"));
    CHECK(is_told(told, "#1 main has its answer: a datagram of 5 bytes"));
}

TEST_CASE("a send_all is one trap, however often the system has to take a part of it") {
    static const std::string flood(1'000'000, 'x');
    auto drain = [](async_socket& from) -> coroutine<> {
        while (!(co_await from.receive(100'000)).empty()) {
        }
    };
    auto program = [&]() -> coroutine<> {
        socket_ends pair = socket_pair();
        const task<> draining = spawn(drain(pair.second));
        co_await pair.first.send_all(flood);
        pair.first.close();
        co_await draining.join();
    };
    const auto told = sentences_of(program());
    CHECK(is_told(told, "#1 main asks to send all of 1000000 bytes to descriptor 3"));
    CHECK(is_told(told, "#1 main has its answer: all 1000000 bytes have been taken"));
    const auto parts = std::count_if(told.begin(), told.end(), [](const std::string& each) {
        return each.starts_with("for #1 main the kernel sends to descriptor 3");
    });
    CHECK(parts > 1);
}

TEST_CASE("the trace tells of pairs, pipes, options and the end of sending") {
    auto program = []() -> coroutine<> {
        socket_ends pair = socket_pair();
        opened_pipe pipe = open_pipe();
        pair.first.shut_down_sending();
        pair.first.set_option(socket_option::receive_buffer, 100);
        co_return;
    };
    const auto told = sentences_of(program());
    const std::string kernel = "for #1 main the kernel ";
    CHECK(is_told(told, kernel + "opens two connected sockets, descriptor 3 and descriptor 4"));
    CHECK(is_told(told, kernel + "opens a pipe: descriptor 5 reads what descriptor 6 writes"));
    CHECK(is_told(told, kernel + "ends the sending on descriptor 3"));
    CHECK(is_told(told, kernel + "sets receive_buffer of descriptor 3 to 100"));
}

TEST_CASE("a connection that was gone before it was accepted is in the trace") {
    auto knock = []() -> coroutine<> { co_await connected(home); };
    auto program = [&]() -> coroutine<> {
        async_socket server = listening(7);
        spawn(knock());
        spawn(knock());
        co_await server.accept();
    };
    text_keeper kept;
    async_scheduler scheduler{simulated{.script = {{.what = fault::abort_accept}}}};
    scheduler.observe(kept);
    scheduler.start(program());
    CHECK(kept.text.find(R"("op":"accept","fd":3,"error":"Software caused connection abort")") !=
          std::string::npos);
}
