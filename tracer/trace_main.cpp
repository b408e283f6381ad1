// The command `giambio trace`: tells a trace in the terminal, as lines, totals or a kernel state.
//
// The start-up script calls it; it reads the options, has the file read, and prints what
// tracer/model/report.hpp makes. Not here: any sentence about a trace event (tracer/model/).
// Kept true: what was wrong with the file goes to standard error, what it tells to standard output;
// the exit code is 0 unless the file cannot be read at all, or --strict was given and a line is
// bad.
// Internal to tracer/.
#include "tracer/model/reader.hpp"
#include "tracer/model/report.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <limits>
#include <string>

namespace {

namespace trace = giambio::trace;

struct options {
    std::string file;
    bool strict = false;
    std::uint64_t from = 0;
    std::uint64_t to = std::numeric_limits<std::uint64_t>::max();
    std::int64_t task = -1;  // all
    std::string at;
};

// A number from the whole of `text`, or a usage error that shows the right form.
template <typename number>
number number_of(std::string_view text, const std::string& whole) {
    number value{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || end != text.data() + text.size() || value < number{})
        throw CLI::ValidationError("--at", "\"" + whole +
                                               "\" is no moment of a run; write seq:N (a trace "
                                               "event) or a time such as 12.5ms, 3s, 40us, 7ns");
    return value;
}

std::size_t index_of_moment(const trace::recording& of, const std::string& at) {
    const std::string_view text = at;
    if (text.substr(0, 4) == "seq:")
        return of.index_of(number_of<std::uint64_t>(text.substr(4), at));
    struct unit {
        std::string_view name;
        double nanoseconds;
    };
    // "s" is the end of all the others, so it comes last.
    for (const unit& each : {unit{"ms", 1e6}, unit{"us", 1e3}, unit{"ns", 1.0}, unit{"s", 1e9}}) {
        if (!text.ends_with(each.name)) continue;
        const auto length = text.size() - each.name.size();
        const double t = number_of<double>(text.substr(0, length), at) * each.nanoseconds;
        constexpr double latest = 9e18;
        return of.index_at(static_cast<std::int64_t>(t < latest ? t : latest));
    }
    return of.index_of(number_of<std::uint64_t>("", at));
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_text(const trace::recording& of, const options& wanted) {
    const trace::columns widths = trace::columns_of(of);
    print(trace::text_title(widths) + "\n");
    for (const trace::event& each : of.events) {
        if (each.seq < wanted.from || each.seq > wanted.to) continue;
        if (wanted.task >= 0 && each.task != static_cast<std::uint64_t>(wanted.task)) continue;
        print(trace::text_line(of, each, widths) + "\n");
    }
}

void print_state(const trace::recording& of, const options& wanted) {
    const std::size_t index = index_of_moment(of, wanted.at);
    trace::history past(of);
    print(trace::state_text(of, past.at(index)));
}

int complaints_to_stderr(const trace::recording& of, bool strict) {
    for (const trace::complaint& each : of.complaints)
        std::fprintf(stderr, "%s:%llu:%llu: %s\n", of.file.c_str(),
                     static_cast<unsigned long long>(each.line),
                     static_cast<unsigned long long>(each.byte), each.what.c_str());
    return strict && !of.complaints.empty() ? 1 : 0;
}

void add_file(CLI::App& command, options& into) {
    command.add_option("FILE", into.file, "The trace file")->required();
    command.add_flag("--strict", into.strict, "Exit with 1 when any line was bad");
}

int run(int argc, char** argv) {
    options wanted;
    CLI::App app("Tells a giambio trace in words.", "./giambio trace");
    app.require_subcommand(1);
    CLI::App& text = *app.add_subcommand("text", "The run in words, one line for each trace event");
    add_file(text, wanted);
    text.add_option("--from", wanted.from, "Begin at this seq");
    text.add_option("--to", wanted.to, "End at this seq");
    text.add_option("--task", wanted.task, "Only what this task did; 0 for the loop");
    CLI::App& info = *app.add_subcommand("info", "Totals: tasks, turns, kinds, what is missing");
    add_file(info, wanted);
    CLI::App& state = *app.add_subcommand("state", "The kernel's state, rebuilt at one moment");
    add_file(state, wanted);
    state.add_option("--at", wanted.at, "The moment: seq:N, or a time such as 12.5ms")->required();
    app.footer("Example: ./giambio trace text demo.json --from 100 --to 120");
    try {
        app.parse(argc, argv);
        const trace::recording recording = trace::read_file(wanted.file);
        const int code = complaints_to_stderr(recording, wanted.strict);
        if (text.parsed()) print_text(recording, wanted);
        if (info.parsed()) print(trace::info_text(recording));
        if (state.parsed()) print_state(recording, wanted);
        return code;
    } catch (const CLI::ParseError& fault) {
        return app.exit(fault);
    }
}

}  // namespace

int main(int argc, char** argv) {
    // `giambio trace text FILE | head` ends here without a word when head has seen enough.
    std::signal(SIGPIPE, SIG_DFL);
    try {
        return run(argc, argv);
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "giambio trace: %s\n", fault.what());
        return 1;
    }
}
