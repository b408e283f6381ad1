// Processes of the system: started, spoken to through pipes, waited for, and never left behind.
//
//     process_result made = co_await run_process({"sort", "-r"}, {.input = "a\nb\n"});
//     process child = start_process({"cat"}, {.input = stdio::pipe, .output = stdio::pipe});
//
// The program is searched for in PATH, no shell is in between. A process needs the machine's clock
// and descriptors; the simulated world has none (errors: misuse).
// Not here: threads (thread.hpp), pipes (pipe.hpp).
// Kept true: a process that was started is waited for, so no zombie is left: when a `process` goes
// away before its program has ended, it is killed. Where that is refused, because the program runs
// as another user, it runs on, and a thread waits for its end.
// Public.
#pragma once

#include "traps/objects/pipe.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace giambio {

// How a process has ended: by itself, with a code, or by a signal.
struct exit_status {
    int code = 0;    // 0 as well when a signal ended it
    int signal = 0;  // 0: none, it ended by itself

    bool success() const { return code == 0 && signal == 0; }
    // "exit code 3", "ended by signal 9 (SIGKILL)"
    std::string to_string() const;
    friend bool operator==(const exit_status&, const exit_status&) = default;
};

// What a process's standard input, output or error is connected to.
enum class stdio : std::uint8_t {
    inherit,    // the same as ours
    pipe,       // a pipe to us
    none,       // nothing: reading gives the end, what is written is lost
    to_output,  // errors only: the same as its output
};

// A program and its arguments: {"sort", "-r"}, or a vector of words.
class command {
public:
    // Each word is an argument of its own, and no list of strings: GCC 12 cannot compile such a
    // list in a `co_await`.
    template <std::convertible_to<std::string>... Words>
    command(Words&&... words) {
        words_.reserve(sizeof...(words));
        (words_.emplace_back(std::forward<Words>(words)), ...);
    }
    command(std::vector<std::string> words) : words_(std::move(words)) {}

    const std::vector<std::string>& words() const { return words_; }

private:
    std::vector<std::string> words_;
};

// What is named here needs to live only until the process has been started.
struct process_options {
    stdio input = stdio::inherit;
    stdio output = stdio::inherit;
    stdio errors = stdio::inherit;
    // "NAME=value" each, and nothing else; none: the same as ours.
    const std::vector<std::string>* environment = nullptr;
    std::string_view directory{};  // empty: the same as ours
};

class process {
public:
    process(process&&) noexcept = default;
    process& operator=(process&& other) noexcept {
        std::swap(state_, other.state_);
        return *this;
    }
    // Kills the program when it still runs. Does not wait for one that may not be killed.
    ~process();

    // Waits for its end. Any number of tasks may wait; a cancel of one does nothing to the process.
    coroutine<exit_status> wait(site at = site::current());
    // How it has ended; empty: it still runs.
    std::optional<exit_status> status(site at = site::current());

    // Sends a signal; nothing when the process has ended.
    void kill(int signo, site at = site::current());
    // Asks it to end (SIGTERM), kills it (SIGKILL) when it has not within that time, and waits. It
    // comes to its end even when the task is cancelled meanwhile.
    coroutine<exit_status> stop(duration grace = std::chrono::seconds(5),
                                site at = site::current());

    // The system's number of the process.
    int id() const;
    // Our ends of its pipes. Throw misuse where the options asked for none.
    pipe_writer& input();
    pipe_reader& output();
    pipe_reader& errors();

    class state;
    explicit process(std::shared_ptr<state> started) : state_(std::move(started)) {}

private:
    const std::shared_ptr<state>& started() const;

    std::shared_ptr<state> state_;
};

// Throws io_error when there is no such program or directory, or it may not be run.
process start_process(const command& program, const process_options& options = {},
                      site at = site::current());

// What is named here needs to live only during the call of run_process, not until it has ended.
struct run_options {
    std::string_view input{};       // what it reads; then the end
    bool errors_to_output = false;  // both in one text, in the order of writing
    bool capture_output = true;     // false: it writes where we do
    bool capture_errors = true;
    const std::vector<std::string>* environment = nullptr;  // as in process_options
    std::string_view directory{};
    duration grace = std::chrono::seconds(5);  // between SIGTERM and SIGKILL
};

struct process_result {
    exit_status status;
    std::string output;
    std::string errors;
};

// Runs a program to its end: feeds it, takes what it writes to both sides at the same time, waits.
// A cancel stops the process (see process::stop) and goes on when it has ended, or at once when it
// may not be stopped. A failure of the program is no error: look at the status.
coroutine<process_result> run_process(const command& program, const run_options& options = {},
                                      site at = site::current());

}  // namespace giambio
