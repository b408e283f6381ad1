// Processes: their pipes, their ends, and that none is left behind.
//
// The programs are the system's own (sh, cat, sleep). Every wait ends by itself when the code is
// right; nothing depends on how fast a program is. Not here: the signals of this process.
#include "tests/catch.hpp"
#include "tests/kernel/recorder.hpp"
#include "traps/objects/process_start.hpp"

#include <linux/sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

using namespace giambio;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

template <class Program>
void run_it(Program program) {
    async_scheduler{}.start(program());
    // Whatever the program did, no child is left, not even a zombie.
    CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
    CHECK(errno == ECHILD);
}

coroutine<process_result> shell(std::string script, run_options options = {}) {
    co_return co_await run_process({"sh", "-c", script}, options);
}

coroutine<exit_status> end_of(process& child) {
    co_return co_await child.wait();
}

// The number and sentence of the io_error that starting a process throws.
struct refusal_seen {
    int code = 0;
    std::string sentence;
};
refusal_seen refused(const command& program, const process_options& options = {}) {
    try {
        const process child = start_process(program, options);
    } catch (const io_error& error) {
        return {error.code(), error.what()};
    }
    return {};
}

// A process that waits for a signal, with a number that is free. -1: this machine does not let us
// choose it.
pid_t start_with_number(pid_t number) {
    clone_args wanted{};
    wanted.exit_signal = SIGCHLD;
    wanted.set_tid = reinterpret_cast<std::uintptr_t>(&number);
    wanted.set_tid_size = 1;
    const long made = syscall(SYS_clone3, &wanted, sizeof wanted);
    if (made != 0) return static_cast<pid_t>(made);
    while (true) pause();
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("row 121: a program runs to its end; its output, its errors and its code come back") {
    run_it([]() -> coroutine<> {
        const process_result made = co_await shell("echo out; echo err >&2; exit 3");
        CHECK(made.status == exit_status{3, 0});
        CHECK(!made.status.success());
        CHECK(made.status.to_string() == "exit code 3");
        CHECK(made.output == "out\n");
        CHECK(made.errors == "err\n");
        const process_result sorted = co_await run_process({"sort"}, {.input = "b\na\n"});
        CHECK(sorted.status.success());
        CHECK(sorted.output == "a\nb\n");
        const process_result together =
            co_await shell("echo 1; echo 2 >&2; echo 3", {.errors_to_output = true});
        CHECK(together.output == "1\n2\n3\n");
    });
}

TEST_CASE("2I-64: four megabytes through a program that answers while it is fed") {
    run_it([]() -> coroutine<> {
        const std::string much(4u << 20, 'x');
        const process_result made = co_await shell("tee /dev/stderr", {.input = much});
        CHECK(made.output.size() == much.size());
        CHECK(made.errors == made.output);
        const process_result deaf = co_await shell("exec true", {.input = much});
        CHECK(deaf.status.success());  // it did not read its input: no error
    });
}

TEST_CASE("2I-64: many tasks wait for one process, and one that is cancelled hinders nobody") {
    run_it([]() -> coroutine<> {
        process child = start_process({"cat"}, {.input = stdio::pipe});
        std::vector<task<exit_status>> waiting;
        for (int i = 0; i < 4; ++i) waiting.push_back(spawn(end_of(child)));
        co_await giambio::sleep(1ms);
        co_await waiting[0].cancel_and_wait();  // the one that watches
        co_await waiting[2].cancel_and_wait();
        CHECK(!child.status());
        child.input().close();
        const exit_status second = co_await waiting[1].join();
        const exit_status fourth = co_await waiting[3].join();
        CHECK(second.success());
        CHECK(fourth == second);
        const exit_status once_more = co_await child.wait();
        CHECK(once_more == second);
    });
}

TEST_CASE("2I-64: exit codes and signals are told apart") {
    run_it([]() -> coroutine<> {
        const process_result killed = co_await shell("kill -9 $$");
        CHECK(killed.status == exit_status{0, SIGKILL});
        CHECK(killed.status.to_string() == "ended by signal 9 (SIGKILL)");
        CHECK(!killed.status.success());
        const process_result high = co_await shell("exit 137");
        CHECK(high.status == exit_status{137, 0});
        process child = start_process({"sleep", "1000"});
        CHECK(kill(child.id(), 0) == 0);
        child.kill(SIGUSR1);
        const exit_status ended = co_await child.wait();
        CHECK(ended.signal == SIGUSR1);
        child.kill(SIGUSR1);  // nothing any more
    });
}

TEST_CASE("2I-64: a cancel asks the program to end, and waits until it has cleaned up") {
    run_it([]() -> coroutine<> {
        const std::string flag = std::filesystem::temp_directory_path() /
                                 ("giambio-stopped-" + std::to_string(getpid()));
        const std::string script = "trap 'echo yes > " + flag + "; exit 0' TERM; echo ready >&2; " +
                                   "while :; do sleep 0.01; done";
        process child = start_process({"sh", "-c", script}, {.errors = stdio::pipe});
        co_await child.errors().receive(100);  // the trap stands
        const exit_status ended = co_await child.stop();
        CHECK(ended == exit_status{0, 0});
        CHECK(std::filesystem::remove(flag));

        const bool in_time = (co_await skip_after(20ms, shell("exec sleep 1000"))).has_value();
        CHECK(!in_time);
    });
}

TEST_CASE("2I-64: a program that does not listen is killed after its grace, and reaped") {
    run_it([]() -> coroutine<> {
        process child =
            start_process({"sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.01; done"},
                          {.output = stdio::pipe});
        co_await child.output().receive(100);
        const moment before = now();
        auto stop_it = [&]() -> coroutine<exit_status> { co_return co_await child.stop(30ms); };
        const task<exit_status> stopping = spawn(stop_it());
        co_await giambio::sleep(1ms);
        stopping.cancel();  // changes nothing: a stop that has begun comes to its end
        co_await stopping.wait();
        CHECK(child.status() == exit_status{0, SIGKILL});
        CHECK(now() - before >= 30ms);
    });
}

TEST_CASE("a process whose object goes away is killed and reaped, whoever still waits") {
    run_it([]() -> coroutine<> {
        int id = 0;
        {
            const process child = start_process({"sleep", "1000"});
            id = child.id();
        }
        CHECK(kill(id, 0) == -1);
        std::optional<process> child;
        child = start_process({"sleep", "1000"});
        const task<exit_status> waiting = spawn(end_of(*child));
        co_await yield();
        co_await yield();
        child.reset();
        const exit_status ended = co_await waiting.join();
        CHECK(ended.signal == SIGKILL);
    });
}

TEST_CASE("the end of the run leaves no process either") {
    bool failed = false;
    try {
        run_it([]() -> coroutine<> {
            spawn(shell("exec sleep 1000", {.grace = 1s}));
            co_await giambio::sleep(1ms);
            throw std::runtime_error("main fails");
        });
    } catch (const std::runtime_error&) {
        failed = true;
    }
    CHECK(failed);
    CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("2I-64: what is missing is named") {
    run_it([]() -> coroutine<> {
        const refusal_seen program = refused({"giambio-has-no-such-program"});
        CHECK(program.code == ENOENT);
        CHECK(contains(program.sentence, "no such program"));
        const refusal_seen directory = refused({"true"}, {.directory = "/no/such/place"});
        CHECK(directory.code == ENOENT);
        CHECK(contains(directory.sentence, "/no/such/place"));
        const refusal_seen not_for_running = refused({"/etc/passwd"});
        CHECK(not_for_running.code == EACCES);
        CHECK_THROWS_AS(start_process({}), misuse);
        process quiet = start_process({"true"});
        CHECK_THROWS_AS(quiet.output(), misuse);
        co_await quiet.wait();
    });
    auto simulated_one = []() -> coroutine<> { co_await run_process({"true"}); };
    CHECK_THROWS_AS(async_scheduler{simulated{}}.start(simulated_one()), misuse);
}

TEST_CASE("row 121: environment and directory are the caller's choice") {
    run_it([]() -> coroutine<> {
        const words variables{"GIAMBIO_WORD=hello"};
        const process_result made =
            co_await run_process({"/bin/sh", "-c", "echo $GIAMBIO_WORD-$HOME; pwd"},
                                 {.environment = &variables, .directory = "/"});
        CHECK(made.output == "hello-\n/\n");
    });
}

TEST_CASE("row 121: a conversation through pipes, and nothing of ours leaks into the program") {
    // What a program finds that this one's parent has left open is not ours.
    const char* const count_descriptors = "ls /proc/self/fd | wc -l";
    char usual[16] = "";
    FILE* const outside = popen(count_descriptors, "r");
    REQUIRE(fgets(usual, sizeof usual, outside) != nullptr);
    pclose(outside);
    run_it([&]() -> coroutine<> {
        process child = start_process({"cat"}, {.input = stdio::pipe, .output = stdio::pipe});
        process other = start_process(
            {"cat"}, {.input = stdio::pipe});  // must not hold the first one's input open
        co_await child.input().send_all("hello");
        const std::string answer = co_await child.output().receive(100);
        CHECK(answer == "hello");
        child.input().close();
        const std::string end = co_await child.output().receive(100);
        CHECK(end.empty());
        const exit_status ended = co_await child.wait();
        CHECK(ended.success());
        const process_result seen = co_await shell(count_descriptors);
        CHECK(seen.output == usual);
    });
}

TEST_CASE("the trace tells the life of a process") {
    recorder heard;
    async_scheduler scheduler;
    scheduler.observe(heard);
    auto program = []() -> coroutine<> {
        process child = start_process({"sleep", "1000"});
        child.kill(SIGTERM);
        co_await child.wait();
    };
    scheduler.start(program());
    words told;
    for (const auto& each : heard.of(happening::object_op)) told.emplace_back(each.word);
    CHECK(told == words{"start", "kill", "end"});
    CHECK(heard.of(happening::object_op).back().cause != 0);
}

TEST_CASE("a process that is gone before it can be watched has run all the same") {
    spawned_program gone;
    gone.id = fork();
    if (gone.id == 0) _exit(0);
    waitpid(gone.id, nullptr, 0);
    watch_for_end(gone);
    CHECK(gone.gone);
    CHECK(gone.watch.number() < 0);
}

TEST_CASE("where SIGCHLD is ignored processes run, and only how they ended is not known") {
    run_it([]() -> coroutine<> {
        const auto before = std::signal(SIGCHLD, SIG_IGN);
        for (int i = 0; i < 50; ++i) {
            process child = start_process({"true"});
            std::string error;
            try {
                co_await child.wait();
            } catch (const io_error& kept_nothing) {
                error = kept_nothing.what();
            }
            CHECK(contains(error, "ignores SIGCHLD"));
            CHECK_NOTHROW(child.kill(SIGTERM));
        }
        std::signal(SIGCHLD, before);
    });
}

TEST_CASE("a signal for a process that is gone does not go to another that has its number now") {
    pid_t stranger = -1;
    run_it([&]() -> coroutine<> {
        process child = start_process({"cat"}, {.input = stdio::pipe});
        const auto before = std::signal(SIGCHLD, SIG_IGN);  // the number is free at its end
        child.input().close();
        while (kill(child.id(), 0) == 0) co_await giambio::sleep(1ms);
        std::signal(SIGCHLD, before);
        stranger = start_with_number(child.id());
        if (stranger < 0) co_return;
        child.kill(SIGKILL);
        kill(stranger, SIGUSR1);
        siginfo_t told{};
        waitid(P_PID, static_cast<id_t>(stranger), &told, WEXITED | WNOWAIT);
        CHECK(!child.status());  // nor is the other one's end taken for its own
        int status = 0;
        waitpid(stranger, &status, 0);
        CHECK(WTERMSIG(status) == SIGUSR1);
    });
    if (stranger < 0) WARN("not tried: it takes the right to choose a process's number");
}

TEST_CASE("a process that was moved away says so") {
    run_it([]() -> coroutine<> {
        process first = start_process({"true"});
        process second = std::move(first);
        CHECK_THROWS_AS(first.wait(), misuse);
        CHECK_THROWS_AS(first.kill(SIGTERM), misuse);
        const exit_status told = co_await second.wait();
        CHECK(told.success());
    });
}
