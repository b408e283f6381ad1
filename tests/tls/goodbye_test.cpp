// The last words of two sides that no longer listen: a goodbye ends, whatever the other side does.
#include "tests/catch.hpp"
#include "tests/tls/pair.hpp"

using namespace tls_test;

namespace {

// Says goodbye to a side that is gone by then. Throws what shut_down throws.
coroutine<> say_goodbye_late(async_socket socket, const char* question) {
    tls_stream secure(std::move(socket), trusting(), "good.example");
    co_await secure.handshake();
    const std::string asked = question;
    co_await secure.send_all(asked);
    co_await sleep(1s);
    co_await secure.shut_down();
}

}  // namespace

TEST_CASE("tls: goodbye to a side that has said it and is gone is fine") {
    auto serve = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), serving());
        co_await secure.send_all("answer");
        co_await secure.shut_down(goodbye::say_and_go);
    };
    auto call = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), trusting(), "good.example");
        const std::string got = co_await read_all(secure);
        CHECK(got == "answer");
        co_await sleep(1s);
        co_await secure.shut_down();
    };
    CHECK_NOTHROW(meet(serve, call));
}

TEST_CASE("tls: goodbye to a side that has closed without a word is fine, heard or not") {
    auto serve = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), serving());
        co_await secure.handshake();
    };
    for (const char* question : {"", "question"}) {
        INFO(question);
        auto call = [&](async_socket socket) -> coroutine<> {
            co_await say_goodbye_late(std::move(socket), question);
        };
        CHECK_NOTHROW(meet(serve, call));
    }
}

TEST_CASE("tls: who says goodbye and goes is told when nobody is there to hear it") {
    auto serve = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), serving());
        co_await secure.handshake();
    };
    auto call = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), trusting(), "good.example");
        co_await secure.handshake();
        co_await sleep(1s);
        co_await secure.shut_down(goodbye::say_and_go);
    };
    CHECK_THROWS_AS(meet(serve, call), io_error);
}
