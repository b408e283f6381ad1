// The last words of two sides that no longer listen: a goodbye ends, whatever the other side does.
#include "tests/catch.hpp"
#include "tests/tls/pair.hpp"

#include <exception>

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

TEST_CASE("tls: two sides whose wires are full say goodbye at once, and both end") {
    // A record is longer than its text; one of these sizes fills the wire to the last byte.
    for (std::size_t size = 950; size < 1000; ++size) {
        INFO(size);
        const std::string unread(size, 'x');
        auto talk = [&](tls_stream<memory_stream> secure) -> coroutine<> {
            co_await secure.handshake();
            co_await sleep(1s);
            const bool sent = co_await skip_after(1s, secure.send_all(unread));
            if (!sent) co_return;  // more than full
            co_await sleep(1s);
            co_await secure.shut_down();
            CHECK(!secure.is_broken());
        };
        auto program = [&]() -> coroutine<> {
            auto [one, other] = stream_pair(1000);
            task server = spawn(talk(tls_stream(std::move(one), serving())));
            co_await talk(tls_stream(std::move(other), trusting(), "good.example"));
            co_await server.join();
        };
        CHECK_NOTHROW(async_scheduler{simulated{}}.start(with_timeout(1h, program())));
    }
}

TEST_CASE("tls: two sides whose senders wait for each other say goodbye, and both end") {
    auto talk = [](tls_stream<memory_stream>& secure) -> coroutine<> {
        const std::string more_than_fits(3000, 'x');
        const task<> sending = spawn(secure.send_all(more_than_fits));
        co_await wait_all_blocked();
        co_await secure.shut_down();
        co_await sending.join();
        CHECK(!secure.is_broken());
    };
    auto program = [&]() -> coroutine<> {
        secured_ends ends = co_await secured(1000);
        task other = spawn(talk(ends.peer));
        co_await talk(ends.secure);
        co_await other.join();
    };
    CHECK_NOTHROW(async_scheduler{simulated{}}.start(with_timeout(1h, program())));
}

namespace {

// A goodbye that stands before a full wire, while `end_it` does what ends it. What it throws.
std::exception_ptr goodbye_that_stands(
    std::function<void(tls_stream<memory_stream>&, const task<>&)> end_it) {
    std::exception_ptr thrown;
    auto program = [&]() -> coroutine<> {
        secured_ends ends = co_await secured(1000);
        auto& secure = ends.secure;
        co_await secure.inner().send_all(std::string(1000, 'x'));
        task leaving = spawn(secure.shut_down());
        co_await wait_all_blocked();
        end_it(secure, leaving);
        try {
            co_await leaving.join();
        } catch (...) {
            thrown = std::current_exception();
        }
    };
    async_scheduler{simulated{}}.start(with_timeout(1h, program()));
    REQUIRE(thrown);
    return thrown;
}

}  // namespace

TEST_CASE("tls: a goodbye on its way is ended by a close and by a cancel, as one error") {
    const auto closed = goodbye_that_stands(
        [](tls_stream<memory_stream>& secure, const task<>&) { secure.close(); });
    CHECK_THROWS_AS(std::rethrow_exception(closed), resource_closed);
    const auto stopped = goodbye_that_stands(
        [](tls_stream<memory_stream>&, const task<>& leaving) { leaving.cancel(); });
    CHECK_THROWS_AS(std::rethrow_exception(stopped), task_cancelled);
}
