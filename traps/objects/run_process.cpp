// Running a program to its end, with all that it reads and writes. See process.hpp.
//
// Not here: what a process is (process.cpp).
// Kept true: feeding, taking and waiting go on at the same time. One after the other could wait for
// ever: a program that is fed stops reading when nobody takes what it writes.
// Internal to traps/objects/.
#include "traps/objects/pool.hpp"
#include "traps/objects/process.hpp"

#include <cerrno>

namespace giambio {

namespace {

// The options, owned: run_process may wait longer than what its caller has named lives.
struct kept_options {
    command program;
    std::string input;
    std::optional<std::vector<std::string>> environment;
    std::string directory;
    run_options chosen;
};

// A program that does not read to the end is no error.
coroutine<void> feed(pipe_writer& into, const std::string& text, site at) {
    try {
        co_await into.send_all(text, at);
    } catch (const io_error& failure) {
        if (failure.code() != EPIPE) throw;
    }
    into.close(at);
}

coroutine<void> take_all(pipe_reader& from, std::string& into, site at) {
    constexpr std::size_t chunk = 65536;
    while (true) {
        const std::string more = co_await from.receive(chunk, at);
        if (more.empty()) co_return;
        into += more;
    }
}

coroutine<void> note_end(process& child, exit_status& into, site at) {
    into = co_await child.wait(at);
}

coroutine<void> attend(process& child, const kept_options& kept, process_result& result, site at) {
    const run_options& chosen = kept.chosen;
    const auto all_at_once = [&](pool& together) -> coroutine<> {
        together.spawn(feed(child.input(), kept.input, at), "feed", at);
        if (chosen.capture_output) {
            together.spawn(take_all(child.output(), result.output, at), "take output", at);
        }
        if (chosen.capture_errors && !chosen.errors_to_output) {
            together.spawn(take_all(child.errors(), result.errors, at), "take errors", at);
        }
        co_await note_end(child, result.status, at);
    };
    co_await with_pool(all_at_once, at);
}

process start_kept(const kept_options& kept, site at) {
    const run_options& chosen = kept.chosen;
    const stdio own_errors = chosen.capture_errors ? stdio::pipe : stdio::inherit;
    const process_options options{.input = stdio::pipe,
                                  .output = chosen.capture_output ? stdio::pipe : stdio::inherit,
                                  .errors = chosen.errors_to_output ? stdio::to_output : own_errors,
                                  .environment = kept.environment ? &*kept.environment : nullptr,
                                  .directory = kept.directory};
    return start_process(kept.program, options, at);
}

coroutine<process_result> run_kept(std::unique_ptr<const kept_options> kept, site at) {
    co_await checkpoint(at);
    process child = start_kept(*kept, at);
    process_result result;
    std::exception_ptr told;
    try {
        co_await attend(child, *kept, result, at);
    } catch (...) {
        told = std::current_exception();
    }
    if (!told) co_return result;
    try {
        co_await child.stop(kept->chosen.grace, at);
    } catch (const io_error&) {
        // It may not be stopped, or nobody knows how it ended. What was told first says more.
    }
    try {
        std::rethrow_exception(told);
    } catch (const error_group& group) {
        group.rethrow_single();
    }
}

}  // namespace

coroutine<process_result> run_process(const command& program, const run_options& options, site at) {
    auto kept = std::make_unique<kept_options>();
    kept->program = program;
    kept->input = options.input;
    if (options.environment != nullptr) kept->environment = *options.environment;
    kept->directory = options.directory;
    kept->chosen = options;
    return run_kept(std::move(kept), at);
}

}  // namespace giambio
