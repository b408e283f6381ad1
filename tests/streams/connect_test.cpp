// Names and attempts: which address is tried when, who wins, what is closed.
//
// The attempts are scripted, so that their times are exact on the virtual clock.
#include "tests/catch.hpp"
#include "tests/run_simulated.hpp"

#include <giambio.hpp>

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

// What an address does: how long an attempt takes, and whether it succeeds then.
struct behaviour {
    duration takes;
    bool succeeds;
};

// A scripted network: notes when attempts begin, and how many sockets are open.
struct scripted_world {
    std::map<std::string, behaviour> hosts;
    words begun;
    int open = 0;

    connect_options options() {
        connect_options chosen;
        chosen.attempt = [this](address to) { return attempt(to); };
        return chosen;
    }
    coroutine<async_socket> attempt(address to) {
        const std::string name = to.to_string();
        begun.push_back(name + " at " + std::to_string(now() / 1ms));
        ++open;
        const auto count_out = [this](void*) { --open; };
        const std::unique_ptr<void, decltype(count_out)> guard(this, count_out);
        const behaviour what = hosts.at(name);
        co_await giambio::sleep(what.takes);
        if (!what.succeeds) throw io_error(ECONNREFUSED, name + " refused");
        co_return async_socket();
    }
};

std::vector<address> addresses(const std::vector<std::string>& digits) {
    std::vector<address> made;
    for (const std::string& each : digits) made.emplace_back(each, std::uint16_t{80});
    return made;
}

}  // namespace

TEST_CASE("scenario 96: an early success ends the race before others begin") {
    scripted_world world{{{"10.0.0.1:80", {100ms, true}}, {"10.0.0.2:80", {1ms, true}}}, {}, 0};
    run_simulated([&]() -> coroutine<> {
        const auto targets_1 = addresses({"10.0.0.1", "10.0.0.2"});
        co_await connect_to_any(targets_1, world.options());
        CHECK(now() == moment(100ms));
    });
    CHECK(world.begun == words{"10.0.0.1:80 at 0"});
    CHECK(world.open == 0);
}

TEST_CASE("scenario 96: attempts begin 250 ms apart, a failure starts the next at once") {
    scripted_world world{{{"10.0.0.1:80", {10s, true}},
                          {"10.0.0.2:80", {50ms, false}},
                          {"10.0.0.3:80", {10s, false}},
                          {"10.0.0.4:80", {300ms, true}}},
                         {},
                         0};
    run_simulated([&]() -> coroutine<> {
        const auto targets_2 = addresses({"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"});
        co_await connect_to_any(targets_2, world.options());
        CHECK(now() == moment(850ms));
    });
    CHECK(world.begun == words{"10.0.0.1:80 at 0", "10.0.0.2:80 at 250", "10.0.0.3:80 at 300",
                               "10.0.0.4:80 at 550"});
    CHECK(world.open == 0);
}

TEST_CASE("scenario 96: when all fail, all errors are told") {
    scripted_world world{{{"10.0.0.1:80", {1s, false}}, {"10.0.0.2:80", {10ms, false}}}, {}, 0};
    run_simulated([&]() -> coroutine<> {
        words told;
        try {
            const auto targets_3 = addresses({"10.0.0.1", "10.0.0.2"});
            co_await connect_to_any(targets_3, world.options());
        } catch (const error_group& group) {
            for (const auto& each : group.errors()) told.push_back(text_of(each.error));
        }
        CHECK(told == words{"10.0.0.2:80 refused", "10.0.0.1:80 refused"});
        CHECK(now() == moment(1s));
        int code = 0;
        try {
            const auto targets_4 = addresses({"10.0.0.2"});
            co_await connect_to_any(targets_4, world.options());
        } catch (const io_error& alone) {
            code = alone.code();
        }
        CHECK(code == ECONNREFUSED);
    });
}

TEST_CASE("scenario 96: families take turns, whatever the order of the addresses") {
    const auto order = in_turns(addresses({"::1", "::2", "::3", "10.0.0.1", "10.0.0.2"}));
    words told;
    for (const address& each : order) told.push_back(each.to_string());
    CHECK(told == words{"[::1]:80", "10.0.0.1:80", "[::2]:80", "10.0.0.2:80", "[::3]:80"});
}

TEST_CASE("scenario 97: cancelled during the attempts, no socket is left open") {
    scripted_world world{{{"10.0.0.1:80", {10s, true}}, {"10.0.0.2:80", {10s, true}}}, {}, 0};
    run_simulated([&]() -> coroutine<> {
        auto connect = [&]() -> coroutine<> {
            const auto targets_5 = addresses({"10.0.0.1", "10.0.0.2"});
            co_await connect_to_any(targets_5, world.options());
        };
        const bool connected = co_await skip_after(1s, connect());
        CHECK(!connected);
        CHECK(world.begun.size() == 2);
        CHECK(world.open == 0);
    });
}

TEST_CASE("scenario 97: a loser that ends late, with an error of its own, does no harm") {
    auto attempt = [](address to) -> coroutine<async_socket> {
        if (to.to_string() == "10.0.0.2:80") {
            co_await giambio::sleep(10ms);
            co_return async_socket();
        }
        auto say_goodbye = []() -> coroutine<> { co_await giambio::sleep(5s); };
        bool stopped = false;
        try {
            co_await giambio::sleep(1h);
        } catch (const cancelled&) {
            stopped = true;
        }
        co_await shielded(say_goodbye());
        throw io_error(ECONNRESET, stopped ? "stopped" : "not stopped");
    };
    run_simulated([&]() -> coroutine<> {
        connect_options options;
        options.attempt = attempt;
        const auto targets = addresses({"10.0.0.1", "10.0.0.2"});
        co_await connect_to_any(targets, options);
        CHECK(now() == moment(5260ms));
    });
}

TEST_CASE("row 114: a program may bring its own resolver") {
    scripted_world world{{{"10.0.0.1:80", {1ms, true}}}, {}, 0};
    run_simulated([&]() -> coroutine<> {
        connect_options options = world.options();
        options.look_up = [](std::string host, std::uint16_t) -> coroutine<std::vector<address>> {
            co_await giambio::sleep(20ms);
            if (host == "nowhere") co_return {};
            co_return addresses({"10.0.0.1"});
        };
        co_await connect_to_host("kitchen", 80, options);
        CHECK(world.begun == words{"10.0.0.1:80 at 20"});
        bool unknown = false;
        try {
            co_await connect_to_host("nowhere", 80, options);
        } catch (const name_error&) {
            unknown = true;
        }
        CHECK(unknown);
    });
}

TEST_CASE("row 114: digits need no lookup, names of the simulated world come from its table") {
    async_scheduler scheduler{simulated{.names = {{"kitchen", {"10.0.0.7", "::7"}}}}};
    scheduler.start([]() -> coroutine<> {
        const auto digits = co_await resolve("10.1.2.3", 80);
        REQUIRE(digits.size() == 1);
        CHECK(digits[0].to_string() == "10.1.2.3:80");
        const auto kitchen = co_await resolve("kitchen", 80);
        REQUIRE(kitchen.size() == 2);
        CHECK(kitchen[1].to_string() == "[::7]:80");
        bool unknown = false;
        try {
            co_await resolve("cellar", 80);
        } catch (const name_error&) {
            unknown = true;
        }
        CHECK(unknown);
    }());
}

TEST_CASE("no name, and half a name, are no hosts to connect to") {
    CHECK_THROWS_AS(address(std::string_view("127.0.0.1\0more", 14), 80), misuse);
    run_simulated([]() -> coroutine<> {
        for (const std::string& host : {std::string(), std::string("127.0.0.1\0more", 14)}) {
            bool refused = false;
            try {
                co_await connect_to_host(host, 80);
            } catch (const name_error&) {
                refused = true;
            }
            CHECK(refused);
        }
    });
}

TEST_CASE("scenario 96: on the simulated network, silent, refusing and slow hosts lose the race") {
    const simulated world{.latency = 10ms,
                          .hosts = {{"shop", {"10.0.0.1"}, manner::silent},
                                    {"shop", {"10.0.0.2"}, manner::refuses},
                                    {"shop", {"10.0.0.3"}, manner::answers, 10s},
                                    {"shop", {"10.0.0.4"}, manner::answers}},
                          .look_up_delay = 5ms};
    auto program = []() -> coroutine<> {
        std::vector<async_socket> listeners;
        for (const char* digits : {"10.0.0.3", "10.0.0.4"}) {
            tcp_socket socket;
            socket.bind(address(digits, 80));
            socket.listen();
            listeners.push_back(wrap_socket(std::move(socket)));
        }
        const moment began = now();
        async_socket mine = co_await connect_to_host("shop", 80);
        CHECK(mine.peer_address().to_string() == "10.0.0.4:80");
        // 5 to learn the addresses, 250 for the first, 20 for the second, 250 for the third.
        CHECK(now() - began == 545ms);
        const auto taken = co_await listeners[1].accept();
        CHECK(taken.connection.number() >= 0);
    };
    async_scheduler{world}.start(program());
}

TEST_CASE("row 115: on the machine, localhost is found and connected to by name") {
    auto program = []() -> coroutine<> {
        tcp_socket socket;
        socket.bind(address("127.0.0.1", 0));
        socket.listen();
        const std::uint16_t port = socket.local_address().port;
        async_socket listener = wrap_socket(std::move(socket));
        auto greet = [&]() -> coroutine<> {
            auto [connection, peer] = co_await listener.accept();
            co_await connection.send_all("hello");
        };
        const task<> greeting = spawn(greet());
        async_socket mine = co_await connect_to_host("localhost", port);
        const std::string came = co_await mine.receive(100);
        CHECK(came == "hello");
        co_await greeting.join();
        bool unknown = false;
        try {
            co_await resolve("no-such-host.invalid", 80);
        } catch (const name_error&) {
            unknown = true;
        }
        CHECK(unknown);
    };
    async_scheduler{}.start(program());
}
