// The command `trace import`: a trace of another program, made into one that giambio opens.
//
// Not here: what becomes of each entry (tracer/model/import_*.cpp).
// Internal to tracer/.
#include "tracer/commands/commands.hpp"
#include "tracer/commands/output.hpp"
#include "tracer/model/file_text.hpp"
#include "tracer/model/import_chrome.hpp"

#include <filesystem>
#include <memory>
#include <stdexcept>

namespace giambio::trace::commands {
namespace {

struct options {
    std::string from, to;
};

void import_file(const options& wanted) {
    file_text text(wanted.from.c_str());
    const std::string unpacking = text.finish();
    output to(wanted.to);
    import_counts counts;
    try {
        counts = import_chrome(text.bytes(), std::filesystem::path(wanted.from).stem().string(),
                               [&](std::string_view part) { to.write(part); });
    } catch (const not_a_chrome_trace& fault) {
        throw std::runtime_error(wanted.from + ": " + fault.what());
    }
    to.finish();
    std::fprintf(to.beside(), "%s: %s\n", wanted.to.c_str(), import_report(counts).c_str());
    std::fflush(stdout);
    for (const std::string& each : {unpacking, counts.fault})
        if (!each.empty()) std::fprintf(stderr, "%s: %s\n", wanted.from.c_str(), each.c_str());
    const bool is_cut = counts.fault.empty() || counts.is_cut;
    if (!is_cut || !unpacking.empty()) throw CLI::RuntimeError(1);
}

}  // namespace

void add_import(CLI::App& app) {
    CLI::App& command =
        *app.add_subcommand("import", "A Chrome trace of another program, as a giambio trace");
    const auto wanted = std::make_shared<options>();
    command
        .add_option("CHROME.json", wanted->from, "The trace: an array, or {\"traceEvents\": ..}")
        ->required();
    command.add_option("-o,--output", wanted->to, "The giambio trace; - for standard output")
        ->option_text("OUT.jsonl")
        ->required();
    command.callback([wanted] { import_file(*wanted); });
}

}  // namespace giambio::trace::commands
