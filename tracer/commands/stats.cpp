// `giambio trace stats`: where the time of a run went.
//
// Not here: the numbers and the tables (tracer/model/stats.hpp, stats_text.hpp).
// Internal to tracer/.
#include "tracer/commands/commands.hpp"
#include "tracer/model/stats_text.hpp"

#include <limits>
#include <memory>

namespace giambio::trace::commands {
namespace {

struct stats_options {
    input from_file;
    bool as_json = false;
    bool as_csv = false;
    bool all_rows = false;
};

void print_stats(stats_options& wanted) {
    const recording of = wanted.from_file.read();
    const lanes all(of);
    const stats found = stats_of(of, all);
    constexpr std::size_t usual = 20;
    if (wanted.as_json) {
        print(stats_json(of, found));
    } else if (wanted.as_csv) {
        print(stats_csv(of, found));
    } else {
        print(stats_text(of, found,
                         wanted.all_rows ? std::numeric_limits<std::size_t>::max() : usual));
    }
    wanted.from_file.finish();
}

}  // namespace

void add_stats(CLI::App& app) {
    CLI::App& command = *app.add_subcommand(
        "stats", "Where the time went: of each task, object and place; who waited for whom");
    const auto wanted = std::make_shared<stats_options>();
    wanted->from_file.add_to(command);
    CLI::Option* json = command.add_flag("--json", wanted->as_json, "One JSON object, times in ns");
    command.add_flag("--csv", wanted->as_csv, "Rows for a spreadsheet, times in ns")
        ->excludes(json);
    command.add_flag("--all", wanted->all_rows, "Every row, not only the first 20 of each table");
    command.callback([wanted] { print_stats(*wanted); });
}

}  // namespace giambio::trace::commands
