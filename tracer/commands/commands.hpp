// The subcommands of `giambio trace`, and what they share: opening a file, moments of a run,
// output.
//
// trace_main.cpp hangs each of them into the command line by its add_ function; the subcommand runs
// when it was parsed. Not here: anything about the meaning of a trace (tracer/model/).
// Kept true: complaints about a file go to standard error, what a command tells to standard output;
// an exit code other than 0 is thrown as CLI::RuntimeError.
// Internal to tracer/.
#pragma once

#include "tracer/model/trace.hpp"

#include <CLI/CLI.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

namespace giambio::trace::commands {

// What nearly every command begins with: the file, and whether a bad line is a failure.
struct input {
    std::string file;
    bool strict = false;

    void add_to(CLI::App& command);

    // Reads the file; what was wrong with it is on standard error then. Throws `unreadable`.
    recording read();

    // Throws CLI::RuntimeError(1) when a line was bad and that was to be a failure.
    void finish() const;

private:
    bool bad_ = false;
};

// "seq:N", or a time such as 12.5ms.
struct moment {
    bool is_time = false;
    std::uint64_t seq = 0;
    std::int64_t t = 0;  // nanoseconds
};

// Throws CLI::ValidationError, which names the option, when the text is no moment.
moment read_moment(const std::string& option, const std::string& text);

// The position of the trace event at a moment, or of the last one at or before a time. Throws as
// read_moment does.
std::size_t index_of_moment(const recording& of, const std::string& option, const std::string& at);

// The number that is written here, or a usage error that names the option and tells what it takes.
std::uint64_t whole_number(const std::string& option, const std::string& text, std::uint64_t least,
                           std::uint64_t most);

// An option that takes a whole number, no smaller and no larger than this.
template <typename number>
CLI::Option* add_number(CLI::App& command, const std::string& name, number& into,
                        const std::string& what, std::uint64_t least, std::uint64_t most) {
    const auto read = [&into, name, least, most](const std::string& text) {
        into = static_cast<number>(whole_number(name, text, least, most));
    };
    return command.add_option_function<std::string>(name, read, what)->type_name("NUMBER");
}

// For `--task`, where -1 means all. Throws CLI::ValidationError when the run has no such task.
void expect_task(const recording& of, std::int64_t task);

constexpr std::uint64_t largest_task = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t largest_seq = std::numeric_limits<std::uint64_t>::max();

// For an option whose text may not be empty.
CLI::Validator not_empty(const std::string& what_to_give);

void print(std::string_view text);

// Standard output takes no more: its disk is full.
class unwritable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Throws `unwritable` when something that was printed has not gone out.
void finish_printing();

// What the subcommand does when it was parsed, where 1 is one of its answers: whatever goes wrong
// is told, and ends it with 2.
void answer_with(CLI::App& command, std::function<void()> run);

void add_text(CLI::App& app);
void add_info(CLI::App& app);
void add_state(CLI::App& app);
void add_pack(CLI::App& app);
void add_unpack(CLI::App& app);
void add_follow(CLI::App& app);
void add_export(CLI::App& app);
void add_query(CLI::App& app);
void add_check(CLI::App& app);
void add_import(CLI::App& app);
void add_stats(CLI::App& app);
void add_why(CLI::App& app);
void add_diff(CLI::App& app);
void add_merge(CLI::App& app);

}  // namespace giambio::trace::commands
