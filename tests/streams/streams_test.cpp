// Streams: buffered reads, pairs in memory, scripts.
//
// Not here: messages (messages_test.cpp), servers (serve_test.cpp) and names (connect_test.cpp).
#include "tests/run_simulated.hpp"
#include "tests/streams/conformance.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

TEST_CASE("row 111: a pair in memory, sockets and a socket pair conform, byte by byte too") {
    run_simulated([]() -> coroutine<> {
        auto [one, other] = stream_pair(1000);
        co_await streams_tests::conforms(one, other);
        auto [slow, peer] = stream_pair(7, 1);
        co_await streams_tests::conforms(slow, peer);
    });
    auto sockets = []() -> coroutine<> {
        auto [first, second] = socket_pair();
        co_await streams_tests::conforms(first, second);
        tcp_socket opened;
        opened.bind(address("127.0.0.1", 0));
        opened.listen();
        const address where = opened.local_address();
        async_socket listener = wrap_socket(std::move(opened));
        async_socket client;
        auto knock = [&]() -> coroutine<> { co_await client.connect(where); };
        const task<> knocking = spawn(knock());
        auto taken = co_await listener.accept();
        co_await knocking.join();
        co_await streams_tests::conforms(client, taken.connection);
    };
    async_scheduler{}.start(sockets());
}

TEST_CASE("row 111: closing an end wakes its reader, and a second reader is refused") {
    run_simulated([]() -> coroutine<> {
        auto [one, other] = stream_pair();
        co_await streams_tests::refuses_a_second_reader_and_wakes_the_first(one);
    });
    async_scheduler{}.start([]() -> coroutine<> {
        auto [one, other] = socket_pair();
        co_await streams_tests::refuses_a_second_reader_and_wakes_the_first(one);
    }());
}

TEST_CASE("an end of a pair that was moved away says so") {
    const auto use_what_is_left = [](auto use) {
        run_simulated([=]() -> coroutine<> {
            auto [one, other] = stream_pair();
            memory_stream moved(std::move(one));
            co_await moved.send_all("word");
            const std::string got = co_await other.receive(10);
            CHECK(got == "word");
            one.shut_down_sending();
            one.close();
            co_await use(one);
        });
    };
    CHECK_THROWS_AS(use_what_is_left([](memory_stream& left) { return left.receive(10); }), misuse);
    CHECK_THROWS_AS(use_what_is_left([](memory_stream& left) { return left.send_all("lost"); }),
                    misuse);
}

TEST_CASE("row 111: a stapled pair of pipes and a scripted stream are streams of bytes") {
    static_assert(byte_stream<async_socket>);
    static_assert(byte_stream<memory_stream>);
    static_assert(byte_stream<scripted_stream>);
    static_assert(byte_stream<tls_stream<>>);
    static_assert(byte_stream<tls_stream<memory_stream>>);
    static_assert(readable_stream<pipe_reader> && !byte_stream<pipe_reader>);
    static_assert(writable_stream<pipe_writer> && !byte_stream<pipe_writer>);
    auto program = []() -> coroutine<> {
        auto [reader, writer] = open_pipe();
        auto [back_reader, back_writer] = open_pipe();
        stapled_stream one(std::move(reader), std::move(back_writer));
        stapled_stream other(std::move(back_reader), std::move(writer));
        co_await streams_tests::conforms(one, other);
    };
    async_scheduler{}.start(program());
}

TEST_CASE("scenario 94: read_exactly, read_line, read_until and read_all, whatever arrives") {
    for (const std::size_t at_once : {1U, 2U, 3U, 1000U}) {
        run_simulated([&]() -> coroutine<> {
            auto [one, other] = stream_pair(100, at_once);
            const task<> writing =
                spawn(streams_tests::send_and_close(one, "one\r\ntwo\n\nab--cd--rest of it\nlast"));
            buffered_stream in(std::move(other));
            const auto first = co_await in.read_line();
            CHECK(first == "one");
            const auto second = co_await in.read_line();
            CHECK(second == "two");
            const auto empty = co_await in.read_line();
            CHECK(empty == "");
            const std::string marked = co_await in.read_until("--");
            CHECK(marked == "ab--");
            const std::string four = co_await in.read_exactly(4);
            CHECK(four == "cd--");
            const auto line = co_await in.read_line();
            CHECK(line == "rest of it");
            const auto last = co_await in.read_line();
            CHECK(last == "last");
            const auto end = co_await in.read_line();
            CHECK(!end.has_value());
            const std::string nothing = co_await in.read_all();
            CHECK(nothing.empty());
            co_await writing.join();
        });
    }
}

TEST_CASE("scenario 94: an early end has the partial data in its error") {
    run_simulated([]() -> coroutine<> {
        auto [one, other] = stream_pair();
        co_await streams_tests::send_and_close(one, "abc");
        buffered_stream in(std::move(other));
        std::string partial;
        try {
            co_await in.read_exactly(5);
        } catch (const incomplete_read& cut) {
            partial = cut.partial();
            CHECK(std::string(cut.what()) == "the stream ended after 3 of 5 bytes");
        }
        CHECK(partial == "abc");
    });
}

TEST_CASE("scenario 94: after a cancel or a time limit the next read finds what had arrived") {
    run_simulated([]() -> coroutine<> {
        auto [one, other] = stream_pair();
        buffered_stream in(std::move(other));
        co_await one.send_all("half a ");
        auto read = [&]() -> coroutine<std::optional<std::string>> {
            co_return co_await in.read_line();
        };
        auto read_ten = [&]() -> coroutine<std::string> { co_return co_await in.read_exactly(10); };
        auto read_rest = [&]() -> coroutine<std::string> { co_return co_await in.read_all(); };
        const auto too_slow_line = co_await skip_after(1s, read());
        CHECK(!too_slow_line.has_value());
        const auto too_slow_ten = co_await skip_after(1s, read_ten());
        CHECK(!too_slow_ten.has_value());
        const auto too_slow_rest = co_await skip_after(1s, read_rest());
        CHECK(!too_slow_rest.has_value());
        CHECK(in.peek() == "half a ");
        co_await one.send_all("line\n");
        const auto line = co_await in.read_line();
        CHECK(line == "half a line");
    });
}

TEST_CASE("scenario 94: a read that the buffer can answer checks for cancellation, and keeps it") {
    run_simulated([]() -> coroutine<> {
        auto [one, other] = stream_pair();
        buffered_stream in(std::move(other));
        co_await one.send_all("a\nb\nc\n");
        const auto first = co_await in.read_line();
        CHECK(first == "a");
        CHECK(in.peek() == "b\nc\n");
        auto line = [&]() -> coroutine<> { co_await in.read_line(); };
        auto some = [&]() -> coroutine<> { co_await in.read_some(1); };
        auto exactly = [&]() -> coroutine<> { co_await in.read_exactly(2); };
        const bool read_a_line = co_await skip_after(0s, line());
        const bool read_some = co_await skip_after(0s, some());
        const bool read_two = co_await skip_after(0s, exactly());
        CHECK(!read_a_line);
        CHECK(!read_some);
        CHECK(!read_two);
        CHECK(in.peek() == "b\nc\n");
        const std::string rest = co_await in.read_exactly(4);
        CHECK(rest == "b\nc\n");
    });
}

TEST_CASE("a buffered stream may read one that somebody else owns, for one task at a time") {
    run_simulated([]() -> coroutine<> {
        auto [one, other] = stream_pair();
        buffered_stream<memory_stream&> in(other);
        int busy = 0;
        auto read = [&]() -> coroutine<std::string> { co_return co_await in.read_exactly(4); };
        auto read_second = [&]() -> coroutine<> {
            try {
                co_await in.read_some(1);
            } catch (const resource_busy&) {
                ++busy;
            }
        };
        const auto reading = spawn(read());
        const auto second = spawn(read_second());
        co_await second.join();
        CHECK(busy == 1);
        co_await one.send_all("abcd");
        const std::string four = co_await reading.join();
        CHECK(four == "abcd");
        co_await in.write("and back");
        const std::string back = co_await one.receive(100);
        CHECK(back == "and back");
        co_await other.send_all("still here");
    });
}

TEST_CASE("a reader whose buffered stream goes in the moment it is woken gets what has come") {
    // The rest of the line never comes: the stream is closed, as if nobody read from it.
    for (const std::string sent : {"whole\n", "half"}) {
        run_simulated([&]() -> coroutine<> {
            using stream = buffered_stream<async_socket>;
            alignas(stream) std::array<std::byte, sizeof(stream)> room{};
            auto ends = socket_pair();
            auto* in = new (room.data()) stream(std::move(ends.first));
            std::string told;
            auto read = [&]() -> coroutine<> {
                try {
                    told = (co_await in->read_line()).value_or("nothing");
                } catch (const resource_closed&) {
                    told = "closed";
                }
            };
            event<> go;
            auto destroy = [&]() -> coroutine<> {
                co_await go.wait();
                in->~buffered_stream();
                room.fill(std::byte{0xee});
            };
            const task<> destroying = spawn(destroy());
            const task<> reading = spawn(read());
            co_await wait_all_blocked();
            go.trigger();  // in the queue before the reader, whom the next poll wakes
            co_await ends.second.send_all(sent);
            co_await reading.join();
            CHECK(told == (sent == "half" ? "closed" : "whole"));
            CHECK(destroying.ended());
        });
    }
}

TEST_CASE("a buffered stream of somebody else's that goes closes nothing") {
    run_simulated([]() -> coroutine<> {
        auto [one, other] = stream_pair();
        auto in = std::make_unique<buffered_stream<memory_stream&>>(one);
        const task<std::string> reading = spawn(in->read_exactly(4));
        co_await wait_all_blocked();
        in.reset();
        co_await other.send_all("this");
        const std::string first = co_await reading.join();
        CHECK(first == "this");
        co_await other.send_all("and that");
        const std::string second = co_await one.receive(100);
        CHECK(second == "and that");
    });
}

TEST_CASE("a limit that is exceeded is an error, and the data is still there") {
    run_simulated([]() -> coroutine<> {
        auto [one, other] = stream_pair();
        co_await streams_tests::send_and_close(one, "0123456789\nrest");
        buffered_stream in(std::move(other));
        int refused = 0;
        try {
            co_await in.read_line(5);
        } catch (const too_much_data&) {
            ++refused;
        }
        try {
            co_await in.read_all(5);
        } catch (const too_much_data&) {
            ++refused;
        }
        CHECK(refused == 2);
        const auto line = co_await in.read_line(11);
        CHECK(line == "0123456789");
    });
}

TEST_CASE("row 111: two streams, one for each direction, are one") {
    auto program = []() -> coroutine<> {
        auto [reader, writer] = open_pipe();
        auto [back_reader, back_writer] = open_pipe();
        stapled_stream both(std::move(reader), std::move(back_writer));
        co_await writer.send_all("there");
        const std::string came = co_await both.receive(100);
        CHECK(came == "there");
        co_await both.send_all("back");
        const std::string answer = co_await back_reader.receive(100);
        CHECK(answer == "back");
    };
    async_scheduler{}.start(program());
}

TEST_CASE("row 158: a scripted stream plays its part, and tells what differs") {
    run_simulated([]() -> coroutine<> {
        auto greet = [](scripted_stream& peer) -> coroutine<> {
            co_await peer.send_all("hello\n");
            std::string answer;
            while (answer.size() < 4) answer += co_await peer.receive(3);
            if (answer == "who?") co_await peer.send_all("me\n");
        };
        using giambio::script::expects, giambio::script::fails, giambio::script::sends;
        using giambio::script::waits;
        scripted_stream right({expects("hello\n"), waits(1s), sends("who?"), expects("me\n")});
        co_await greet(right);
        right.finish();
        CHECK(now() == moment(1s));

        scripted_stream wrong({script::expects("hello\r\n")});
        std::string what;
        try {
            co_await greet(wrong);
        } catch (const script_broken& difference) {
            what = difference.what();
        }
        CHECK(what == "the program sends \"hello\\n\", but the script expects \"hello\\r\\n\"");

        scripted_stream failing({script::expects("hello\n"), script::fails("reset by peer")});
        int code = 0;
        try {
            co_await greet(failing);
        } catch (const io_error& error) {
            code = error.code();
        }
        CHECK(code == ECONNRESET);
        scripted_stream unfinished(
            {script::expects("hello\n"), script::sends("who?"), script::expects("me\n")});
        co_await unfinished.send_all("hello\n");
        CHECK_THROWS_AS(unfinished.finish(), script_broken);
    });
}

TEST_CASE("row 158: a script goes on where an operation was given up, and after its end") {
    run_simulated([]() -> coroutine<> {
        scripted_stream peer(
            {script::waits(3s), script::sends("late"), script::ends(), script::expects("bye")});
        auto receive = [&]() -> coroutine<std::string> { co_return co_await peer.receive(10); };
        const auto too_early = co_await skip_after(1s, receive());
        CHECK(!too_early.has_value());
        const std::string late = co_await receive();
        CHECK(late == "late");
        CHECK(now() == moment(3s));
        const std::string end = co_await receive();
        CHECK(end.empty());
        CHECK_THROWS_AS(peer.finish(), script_broken);
        co_await peer.send_all("bye");
        peer.finish();
        peer.close();
        bool refused = false;
        try {
            co_await receive();
        } catch (const resource_closed&) {
            refused = true;
        }
        CHECK(refused);
    });
}

TEST_CASE("row 158: a send of a pair waits for room, and ends with an error when nobody reads") {
    run_simulated([]() -> coroutine<> {
        auto [one, other] = stream_pair(4);
        auto send = [](memory_stream& into) -> coroutine<> { co_await into.send_all("123456"); };
        const auto sending = spawn(send(one));
        co_await giambio::sleep(1s);
        CHECK(!sending.ended());
        const std::string first = co_await other.receive(100);
        CHECK(first == "1234");
        co_await sending.join();
        const auto in_vain = spawn(send(one));
        co_await giambio::sleep(1s);
        other.close();
        int code = 0;
        try {
            co_await in_vain.join();
        } catch (const io_error& error) {
            code = error.code();
        }
        CHECK(code == EPIPE);
    });
}
