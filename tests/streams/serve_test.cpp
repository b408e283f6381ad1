// Servers: handlers that end, fail, are too many, and are asked to stop.
//
// On the simulated network, and without descriptors on the machine.
// Not here: accepting itself (tests/sockets), the echo server.
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"

#include <giambio.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

// While it lives this process can open nothing; what is open stays so.
struct nothing_more {
    rlimit before{};
    nothing_more() {
        getrlimit(RLIMIT_NOFILE, &before);
        const rlimit none{0, before.rlim_max};
        setrlimit(RLIMIT_NOFILE, &none);
    }
    ~nothing_more() { setrlimit(RLIMIT_NOFILE, &before); }
};

struct site_under_test {
    address where;
    async_socket listener;
};

site_under_test open_site() {
    tcp_socket socket;
    socket.bind(address("127.0.0.1", 0));
    socket.listen(100);
    const address where = socket.local_address();
    return {where, wrap_socket(std::move(socket))};
}

// Sends one word and returns what comes back until the end.
coroutine<std::string> ask(address where, std::string word) {
    async_socket socket;
    co_await socket.connect(where);
    co_await socket.send_all(word);
    std::string all;
    while (true) {
        const std::string came = co_await socket.receive(100);
        if (came.empty()) break;
        all += came;
    }
    co_return all;
}

coroutine<> answer_once(async_socket& connection, address) {
    const std::string word = co_await connection.receive(100);
    if (word == "fail") throw std::runtime_error("as you wish");
    if (word == "wait") co_await giambio::sleep(5s);
    co_await connection.send_all("got " + word);
}

}  // namespace

TEST_CASE("row 116: a server gives each connection a task and closes it for the handler") {
    auto program = []() -> coroutine<> {
        site_under_test site = open_site();
        co_await with_pool([&](pool& p) -> coroutine<> {
            p.spawn(serve(site.listener, answer_once), "server");
            const std::string first = co_await ask(site.where, "one");
            CHECK(first == "got one");
            const std::string second = co_await ask(site.where, "two");
            CHECK(second == "got two");
            p.cancel("enough");
        });
    };
    async_scheduler{simulated{}}.start(program());
    async_scheduler{}.start(program());
}

TEST_CASE("2H-58: by default a handler's failure ends the server and propagates") {
    words told;
    auto program = [&]() -> coroutine<> {
        site_under_test site = open_site();
        try {
            co_await with_pool([&](pool& p) -> coroutine<> {
                p.spawn(serve(site.listener, answer_once), "server");
                co_await ask(site.where, "fail");
                co_await giambio::sleep(1h);
            });
        } catch (const error_group& group) {
            told.push_back(text_of(group.flatten().at(0).error));
        }
    };
    async_scheduler{simulated{}}.start(program());
    CHECK(told == words{"as you wish"});
}

TEST_CASE("2H-58: where failures are reported, the server goes on") {
    auto program = []() -> coroutine<> {
        site_under_test site = open_site();
        co_await with_pool([&](pool& p) -> coroutine<> {
            p.spawn(
                serve(site.listener, answer_once, {.on_failure = handler_failure::is_reported}));
            const std::string failed = co_await ask(site.where, "fail");
            CHECK(failed.empty());
            const std::string next = co_await ask(site.where, "next");
            CHECK(next == "got next");
            p.cancel();
        });
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("a server lets in no more connections at once than it may") {
    auto program = []() -> coroutine<> {
        site_under_test site = open_site();
        co_await with_pool([&](pool& p) -> coroutine<> {
            p.spawn(serve(site.listener, answer_once, {.most = 1}));
            const task<std::string> slow = p.spawn(ask(site.where, "wait"));
            co_await giambio::sleep(100ms);
            const task<std::string> next = p.spawn(ask(site.where, "next"));
            co_await giambio::sleep(2s);
            CHECK(!next.ended());
            co_await slow.join();
            co_await next.join();
            CHECK(now() > moment(5s));
            p.cancel();
        });
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("a server that is asked to stop lets handlers end within the grace, then cancels them") {
    auto program = []() -> coroutine<> {
        for (const duration grace : {10s, 1s}) {
            site_under_test site = open_site();
            event<> stop;
            const moment began = now();
            co_await with_pool([&](pool& p) -> coroutine<> {
                const task<> serving =
                    p.spawn(serve(site.listener, answer_once, {.stop = &stop, .grace = grace}));
                const task<std::string> slow = p.spawn(ask(site.where, "wait"));
                co_await giambio::sleep(100ms);
                stop.trigger();
                co_await serving.join();
                const std::string answer = co_await slow.join();
                CHECK(answer == (grace == 10s ? "got wait" : ""));
            });
            const duration took = now() - began;
            CHECK(took < (grace == 10s ? 6s : 2s));
        }
    };
    async_scheduler{simulated{}}.start(program());
}

TEST_CASE("2H-57, row 117: a server without descriptors says so once, pauses, and goes on") {
    auto program = []() -> coroutine<> {
        site_under_test site = open_site();
        async_socket client;
        co_await client.connect(site.where);
        const moment began = now();
        std::string got;
        co_await with_pool([&](pool& p) -> coroutine<> {
            auto end_the_need = [](std::unique_ptr<nothing_more> limit) -> coroutine<> {
                co_await giambio::sleep(130ms);
                limit.reset();
            };
            p.spawn(end_the_need(std::make_unique<nothing_more>()));
            p.spawn(serve(site.listener, answer_once, {.pause = 50ms}));
            co_await client.send_all("patience");
            got = co_await client.receive(100);
            p.cancel("enough");
        });
        CHECK(got == "got patience");
        CHECK(now() - began >= 130ms);
    };
    recorder seen;
    async_scheduler scheduler;
    scheduler.observe(seen);
    scheduler.start(program());
    words said;
    for (std::size_t i = 0; i < seen.records.size(); ++i) {
        if (seen.records[i].kind == happening::log) said.push_back(seen.texts[i]);
    }
    REQUIRE(said.size() == 1);
    CHECK(said[0].find("Too many open files") != std::string::npos);
}

TEST_CASE("2H-57, row 117: the pause is exact on the simulated network, and told once") {
    const simulated world{.script = {{.at = 1s, .what = fault::limit_descriptors, .limit = 2},
                                     {.at = 1530ms, .what = fault::limit_descriptors}}};
    std::vector<moment> came;
    auto program = [&]() -> coroutine<> {
        site_under_test site = open_site();
        async_socket client;
        auto note = [&](async_socket&, address) -> coroutine<> {
            came.push_back(now());
            co_return;
        };
        co_await with_pool([&](pool& p) -> coroutine<> {
            co_await client.connect(site.where);
            co_await giambio::sleep_until(moment(1200ms));
            p.spawn(serve(site.listener, note));
            co_await giambio::sleep(2s);
            p.cancel("enough");
        });
    };
    recorder seen;
    async_scheduler scheduler{world};
    scheduler.observe(seen);
    scheduler.start(program());
    CHECK(came == std::vector<moment>{moment(1600ms)});
    CHECK(seen.of(happening::log).size() == 1);
}

TEST_CASE("2H-58: a line for the log that finds no room on the disk does not end the server") {
    std::fflush(stderr);
    const int kept = dup(STDERR_FILENO);
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    REQUIRE(full >= 0);
    std::string next;
    auto program = [&]() -> coroutine<> {
        site_under_test site = open_site();
        co_await with_pool([&](pool& p) -> coroutine<> {
            p.spawn(
                serve(site.listener, answer_once, {.on_failure = handler_failure::is_reported}));
            co_await ask(site.where, "fail");
            next = co_await ask(site.where, "next");
            p.cancel();
        });
    };
    dup2(full, STDERR_FILENO);
    std::string error;
    try {
        async_scheduler{simulated{}}.start(program());
    } catch (const std::exception& failure) {
        error = failure.what();
    }
    dup2(kept, STDERR_FILENO);
    std::clearerr(stderr);
    close(kept);
    close(full);
    CHECK(error.empty());
    CHECK(next == "got next");
}
