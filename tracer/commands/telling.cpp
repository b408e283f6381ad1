// The commands that tell a whole trace: as lines, as totals, as the kernel's state at one moment.
//
// Not here: any sentence about a trace event (tracer/model/).
// Internal to tracer/.
#include "tracer/commands/commands.hpp"
#include "tracer/model/export_state.hpp"
#include "tracer/model/history.hpp"
#include "tracer/model/report.hpp"

#include <cstdint>
#include <memory>

namespace giambio::trace::commands {
namespace {

struct options {
    input from_file;
    std::uint64_t from = 0;
    std::uint64_t to = largest_seq;
    std::int64_t task = -1;  // all
    std::string at;
    bool as_json = false;
};

void print_text(options& wanted) {
    const recording of = wanted.from_file.read();
    expect_task(of, wanted.task);
    const columns widths = columns_of(of);
    print(text_title(widths) + "\n");
    for (const event& each : of.events) {
        if (each.seq < wanted.from || each.seq > wanted.to) continue;
        if (wanted.task >= 0 && each.task != static_cast<std::uint64_t>(wanted.task)) continue;
        print(text_line(of, each, widths) + "\n");
    }
    wanted.from_file.finish();
}

void print_info(options& wanted) {
    print(info_text(wanted.from_file.read()));
    wanted.from_file.finish();
}

void print_state(options& wanted) {
    const recording of = wanted.from_file.read();
    history past(of);
    const state& then = past.at(index_of_moment(of, "--at", wanted.at));
    print(wanted.as_json ? state_json(of, then) + "\n" : state_text(of, then));
    wanted.from_file.finish();
}

}  // namespace

// The options live as long as the command line does: its callback keeps them.
void add_text(CLI::App& app) {
    CLI::App& command =
        *app.add_subcommand("text", "The run in words, one line for each trace event");
    const auto wanted = std::make_shared<options>();
    wanted->from_file.add_to(command);
    add_number(command, "--from", wanted->from, "Begin at this seq", 0, largest_seq);
    add_number(command, "--to", wanted->to, "End at this seq", 0, largest_seq);
    add_number(command, "--task", wanted->task, "Only what this task did; 0 for the loop", 0,
               largest_task);
    command.callback([wanted] { print_text(*wanted); });
}

void add_info(CLI::App& app) {
    CLI::App& command = *app.add_subcommand("info", "Totals: tasks, turns, kinds, what is missing");
    const auto wanted = std::make_shared<options>();
    wanted->from_file.add_to(command);
    command.callback([wanted] { print_info(*wanted); });
}

void add_state(CLI::App& app) {
    CLI::App& command = *app.add_subcommand("state", "The kernel's state, rebuilt at one moment");
    const auto wanted = std::make_shared<options>();
    wanted->from_file.add_to(command);
    command.add_option("--at", wanted->at, "The moment: seq:N, or a time such as 12.5ms")
        ->required();
    command.add_flag("--json", wanted->as_json, "As one JSON object, for other programs");
    command.callback([wanted] { print_state(*wanted); });
}

}  // namespace giambio::trace::commands
