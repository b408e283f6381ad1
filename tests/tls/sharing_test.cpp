// Several tasks at one stream, ends and cancels: who may do what, and what is left afterwards.
#include "tests/catch.hpp"
#include "tests/tls/memory_end.hpp"
#include "tests/tls/pair.hpp"

#include <memory>
#include <vector>

using namespace tls_test;
using Catch::Matchers::ContainsSubstring;

namespace {

template <class Error, awaitable A>
coroutine<bool> throws(A body) {
    try {
        co_await std::move(body);
    } catch (const Error&) {
        co_return true;
    }
    co_return false;
}

// A client whose server does `serve`, over memory in which `capacity` pieces find room.
void beside(std::function<coroutine<>(tls_stream<memory_end>)> serve,
            std::function<coroutine<>(tls_stream<memory_end>&)> call,
            std::size_t capacity = giambio::queue<std::string>::unbounded) {
    auto program = [&]() -> coroutine<> {
        const memory_pair wires(capacity);
        task other = spawn(serve(tls_stream<memory_end>(wires.server(), serving())), "server");
        {
            tls_stream<memory_end> secure(wires.client(), trusting(), "good.example");
            co_await call(secure);
        }
        other.cancel();
        const bool stopped = co_await throws<task_cancelled>(other.join());
        (void)stopped;
    };
    async_scheduler{simulated{}}.start(with_timeout(1h, program()));
}

coroutine<> echo_in_memory(tls_stream<memory_end> peer) {
    while (true) {
        const std::string got = co_await peer.receive(1000);
        if (got.empty()) break;
        co_await peer.send_all(got);
    }
    co_await peer.shut_down();
}

coroutine<> silent_after_handshake(tls_stream<memory_end> peer) {
    co_await peer.handshake();
    co_await sleep(10min);
}

coroutine<std::string> receive_from(tls_stream<memory_end>& from) {
    co_return co_await from.receive(100);
}

coroutine<> send_to(tls_stream<memory_end>& to, std::string bytes) {
    co_await to.send_all(bytes);
}

}  // namespace

TEST_CASE("tls: a reader and a sender that come at once share one handshake") {
    beside(echo_in_memory, [](tls_stream<memory_end>& secure) -> coroutine<> {
        task reading = spawn(receive_from(secure));
        task sending = spawn(send_to(secure, "both"));
        task third = spawn(secure.handshake());
        const std::string got = co_await reading.join();
        CHECK(got == "both");
        co_await sending.join();
        co_await third.join();
        co_await secure.shut_down();
    });
}

TEST_CASE("tls: a second reader is refused with resource_busy, and a second sender") {
    auto call = [](tls_stream<memory_end>& secure) -> coroutine<> {
        co_await secure.handshake();
        task reading = spawn(receive_from(secure));
        const std::string much(1'000'000, 'x');
        task sending = spawn(send_to(secure, much));
        co_await sleep(1ms);
        const bool second_reader = co_await throws<resource_busy>(secure.receive(1));
        CHECK(second_reader);
        const bool second_sender = co_await throws<resource_busy>(secure.send_all("x"));
        CHECK(second_sender);
        const bool goodbye = co_await throws<resource_busy>(secure.shut_down());
        CHECK(goodbye);
        CHECK(!secure.is_broken());
        reading.cancel();
        sending.cancel();
        co_await throws<task_cancelled>(reading.join());
        co_await throws<task_cancelled>(sending.join());
    };
    beside(silent_after_handshake, call, 4);
}

TEST_CASE("tls: a cancelled receive has lost nothing") {
    auto serve = [](tls_stream<memory_end> peer) -> coroutine<> {
        co_await peer.handshake();
        co_await sleep(10s);
        co_await peer.send_all("late");
        co_await peer.receive(1);
    };
    beside(serve, [](tls_stream<memory_end>& secure) -> coroutine<> {
        for (int i = 0; i < 3; ++i) {
            const auto got = co_await skip_after(1s, secure.receive(100));
            CHECK(!got);
            CHECK(!secure.is_broken());
        }
        const std::string got = co_await secure.receive(100);
        CHECK(got == "late");
        co_await secure.send_all("x");
        co_await secure.shut_down();
    });
}

TEST_CASE("tls: a cancel at a receive that could answer at once leaves the bytes") {
    auto serve = [](tls_stream<memory_end> peer) -> coroutine<> {
        co_await peer.send_all("two words");
        co_await peer.receive(1);
    };
    beside(serve, [](tls_stream<memory_end>& secure) -> coroutine<> {
        const std::string first = co_await secure.receive(4);
        CHECK(first == "two ");
        const auto none = co_await skip_after(0s, secure.receive(100));
        CHECK(!none);
        const std::string rest = co_await secure.receive(100);
        CHECK(rest == "words");
        co_await secure.shut_down();
    });
}

TEST_CASE("tls: a handshake cancelled at any moment can be gone on with") {
    for (int limit = 1; limit <= 60; ++limit) {
        auto serve = [](async_socket socket) -> coroutine<> {
            tls_stream secure(std::move(socket), serving());
            co_await echo(std::move(secure));
        };
        auto call = [&](async_socket socket) -> coroutine<> {
            tls_stream secure(std::move(socket), trusting(), "good.example");
            int tries = 1;
            while (true) {
                const bool done =
                    co_await skip_after(std::chrono::milliseconds(limit), secure.handshake());
                CHECK(!secure.is_broken());
                if (done) break;
                ++tries;
            }
            if (limit < 5) CHECK(tries > 1);
            co_await secure.send_all("on");
            const std::string got = co_await secure.receive(10);
            CHECK(got == "on");
            co_await secure.shut_down();
        };
        meet(serve, call, {.seed = 1, .latency = 3ms, .jitter = 5ms, .max_chunk = 7});
    }
}

TEST_CASE("tls: a send given up half-way breaks the stream, and says so ever after") {
    auto call = [](tls_stream<memory_end>& secure) -> coroutine<> {
        const std::string much(1'000'000, 'x');
        const bool sent = co_await skip_after(1s, secure.send_all(much));
        CHECK(!sent);
        CHECK(secure.is_broken());
        const auto failure = co_await error_of(secure.send_all("more"));
        REQUIRE(failure);
        CHECK(failure->fault() == tls_fault::broken);
        CHECK_THAT(failure->what(), ContainsSubstring("close it"));
        const auto receiving = co_await error_of(secure.receive(1));
        CHECK(receiving);
        const auto goodbye = co_await error_of(secure.shut_down());
        CHECK(goodbye);
    };
    beside(silent_after_handshake, call, 4);
}

TEST_CASE("tls: a task that is cancelled while it waits for the handshake breaks nothing") {
    auto serve = [](tls_stream<memory_end> peer) -> coroutine<> {
        co_await sleep(10s);
        co_await echo_in_memory(std::move(peer));
    };
    beside(serve, [](tls_stream<memory_end>& secure) -> coroutine<> {
        task reading = spawn(receive_from(secure));
        task sending = spawn(send_to(secure, "never"));
        co_await sleep(1s);
        sending.cancel();
        const bool stopped = co_await throws<task_cancelled>(sending.join());
        CHECK(stopped);
        co_await secure.send_all("after all");
        const std::string got = co_await reading.join();
        CHECK(got == "after all");
        co_await secure.shut_down();
    });
}

TEST_CASE("tls: the one who does the handshake is cancelled, and the next one goes on") {
    auto serve = [](tls_stream<memory_end> peer) -> coroutine<> {
        co_await sleep(10s);
        co_await echo_in_memory(std::move(peer));
    };
    beside(serve, [](tls_stream<memory_end>& secure) -> coroutine<> {
        task first = spawn(secure.handshake());
        task sending = spawn(send_to(secure, "mine"));
        co_await sleep(1s);
        first.cancel();
        const bool stopped = co_await throws<task_cancelled>(first.join());
        CHECK(stopped);
        const std::string got = co_await secure.receive(10);
        CHECK(got == "mine");
        co_await sending.join();
        co_await secure.shut_down();
    });
}

TEST_CASE("tls: goodbye in one direction leaves the other one open") {
    auto serve = [](tls_stream<memory_end> peer) -> coroutine<> {
        std::string all = co_await read_all(peer);
        const std::string again = co_await peer.receive(1);
        CHECK(again.empty());
        co_await peer.send_all("I had " + all);
        co_await peer.shut_down();
    };
    beside(serve, [](tls_stream<memory_end>& secure) -> coroutine<> {
        co_await secure.send_all("everything");
        co_await secure.shut_down(goodbye::say_and_go);
        const bool refused = co_await throws<resource_closed>(secure.send_all("more"));
        CHECK(refused);
        CHECK(!secure.is_broken());
        const std::string got = co_await read_all(secure);
        CHECK(got == "I had everything");
        co_await secure.shut_down();  // a second goodbye says nothing new
    });
}

TEST_CASE("tls: goodbye does not mind a peer that just closes") {
    auto serve = [](tls_stream<memory_end> peer) -> coroutine<> {
        co_await peer.send_all("unread");
        peer.close();
    };
    beside(serve, [](tls_stream<memory_end>& secure) -> coroutine<> {
        co_await secure.handshake();
        co_await secure.shut_down();
        CHECK(!secure.is_broken());
    });
}

TEST_CASE("tls: closing wakes who waits, and everything afterwards is resource_closed") {
    auto serve = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), serving());
        const auto seen = co_await error_of(secure.receive(10));
        REQUIRE(seen);
        CHECK(seen->fault() == tls_fault::cut_short);
    };
    auto call = [](async_socket socket) -> coroutine<> {
        tls_stream secure(std::move(socket), trusting(), "good.example");
        co_await secure.handshake();
        auto wait = [](tls_stream<>& on) -> coroutine<> { co_await on.receive(1); };
        task waiting = spawn(wait(secure));
        co_await sleep(1s);
        secure.close();
        const bool woken = co_await throws<resource_closed>(waiting.join());
        CHECK(woken);
        const bool sending = co_await throws<resource_closed>(secure.send_all("x"));
        CHECK(sending);
        const bool receiving = co_await throws<resource_closed>(secure.receive(1));
        CHECK(receiving);
        const bool shaking = co_await throws<resource_closed>(secure.handshake());
        CHECK(shaking);
        secure.close();  // twice does not matter
    };
    meet(serve, call);
}

TEST_CASE("tls: who is in the middle of a call on a stream that goes away is told so") {
    auto program = []() -> coroutine<> {
        auto [one, other] = stream_pair(1000);
        tls_stream peer(std::move(other), serving());
        auto secure =
            std::make_unique<tls_stream<memory_stream>>(std::move(one), trusting(), "good.example");
        task answering = spawn(peer.handshake());
        co_await secure->handshake();
        co_await answering.join();
        const std::string much(3000, 'x');
        task reading = spawn(throws<resource_closed>(secure->receive(10)));
        task sending = spawn(throws<resource_closed>(secure->send_all(much)));
        task waiting = spawn(throws<resource_closed>(secure->shut_down(goodbye::say_and_go)));
        co_await wait_all_blocked();
        secure.reset();
        for (const task<bool>* each : {&reading, &sending, &waiting}) {
            const bool told = co_await each->join();
            CHECK(told);
        }
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("tls: who is cancelled when it has just got its turn to write breaks nothing") {
    const std::string much(3000, 'x');
    auto program = [&]() -> coroutine<> {
        secured_ends ends = co_await secured(1000);
        auto& peer = ends.peer;
        auto& secure = ends.secure;
        task<> ending;
        auto send_much = [&]() -> coroutine<> {
            co_await secure.send_all(much);
            ending.cancel();
        };
        ending = spawn(secure.shut_down(goodbye::say_and_go));
        task sending = spawn(send_much());
        co_await wait_all_blocked();
        std::string got;
        while (got.size() < much.size()) got += co_await peer.receive(1000);
        co_await sending.join();
        co_await ending.wait();
        CHECK(ending.was_cancelled());
        CHECK(!secure.is_broken());
    };
    // With a budget of one answer both find that it is nobody's turn, and only then one has it.
    async_scheduler scheduler{simulated{}};
    scheduler.set_budget(1);
    scheduler.start(with_timeout(1h, program()));
}

TEST_CASE("tls: a stream that was moved away says so") {
    beside(echo_in_memory, [](tls_stream<memory_end>& secure) -> coroutine<> {
        tls_stream<memory_end> moved = std::move(secure);
        CHECK_THROWS_AS(secure.is_broken(), misuse);
        co_await moved.send_all("moved");
        const std::string got = co_await moved.receive(10);
        CHECK(got == "moved");
        co_await moved.shut_down();
        secure = std::move(moved);
    });
}

TEST_CASE("tls: two runs with one seed take the same time to the nanosecond") {
    auto run = [](std::uint64_t seed) {
        std::vector<moment> times;
        auto serve = [](async_socket socket) -> coroutine<> {
            tls_stream secure(std::move(socket), serving());
            co_await echo(std::move(secure));
        };
        auto call = [&](async_socket socket) -> coroutine<> {
            tls_stream secure(std::move(socket), trusting(), "good.example");
            co_await secure.handshake();
            times.push_back(now());
            co_await secure.send_all("again");
            co_await secure.receive(10);
            times.push_back(now());
            co_await secure.shut_down();
        };
        meet(serve, call, {.seed = seed, .jitter = 9ms, .max_chunk = 50});
        return times;
    };
    CHECK(run(5) == run(5));
    CHECK(run(5) != run(6));
}

TEST_CASE("tls: a send that is cancelled between two portions breaks the stream too") {
    const std::string much(200'000, 'x');
    auto program = [&]() -> coroutine<> {
        auto [one, other] = stream_pair(65'000);  // a portion is a little more than that
        tls_stream peer(std::move(other), serving());
        tls_stream secure(std::move(one), trusting(), "good.example");
        task answering = spawn(peer.handshake());
        co_await secure.handshake();
        co_await answering.join();
        task sending = spawn(secure.send_all(much));
        co_await wait_all_blocked();
        co_await peer.inner().receive(65'000);  // now the rest of the portion has room
        sending.cancel();
        co_await sending.wait();
        CHECK(sending.was_cancelled());
        const auto failure = co_await error_of(secure.send_all("the next message"));
        REQUIRE(failure);
        CHECK(failure->fault() == tls_fault::broken);
    };
    async_scheduler{simulated{}}.start(with_timeout(1h, program()));
}

TEST_CASE("tls: a send that is cancelled before its first portion breaks nothing") {
    beside(echo_in_memory, [](tls_stream<memory_end>& secure) -> coroutine<> {
        co_await secure.handshake();
        const std::string much(200'000, 'x');
        const bool sent = co_await skip_after(0s, secure.send_all(much));
        CHECK(!sent);
        co_await secure.send_all("whole");
        const std::string got = co_await secure.receive(10);
        CHECK(got == "whole");
        co_await secure.shut_down();
    });
}
