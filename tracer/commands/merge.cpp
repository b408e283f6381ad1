// The command `trace merge`: the traces of a client and a server, or of more, in one timeline.
//
// Not here: how they are brought together (tracer/model/merge.hpp), files (output.hpp).
// Kept true: the exit code is 0 when a merged trace was written, 2 when a file cannot be read.
// Internal to tracer/.
#include "tracer/model/merge.hpp"

#include "tracer/commands/commands.hpp"
#include "tracer/commands/output.hpp"
#include "tracer/model/reader.hpp"
#include "tracer/model/words.hpp"

#include <cstdio>
#include <deque>
#include <memory>
#include <vector>

namespace giambio::trace::commands {
namespace {

struct options {
    std::vector<std::string> files;
    std::string to;
};

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "giambio trace merge: %s\n", what.c_str());
    throw CLI::RuntimeError(2);
}

std::deque<recording> read_all(const std::vector<std::string>& files) {
    std::deque<recording> all;
    for (const std::string& each : files) {
        input from;
        from.file = each;
        try {
            all.push_back(from.read());
        } catch (const unreadable& fault) {
            fail(fault.what());
        }
        if (all.back().header.is_merged())
            fail(each +
                 " is merged already; merge the traces that it was made of with the others.");
    }
    return all;
}

void merge_files(options& wanted) {
    const std::deque<recording> all = read_all(wanted.files);
    std::vector<const recording*> each;
    each.reserve(all.size());
    for (const recording& one : all) each.push_back(&one);
    output file(wanted.to);
    const merged made = merge(each, [&](std::string_view text) { file.write(text); });
    file.finish();
    std::fprintf(file.beside(), "%zu traces, %zu trace events, %zu connections, %zu arrows\n",
                 all.size(), made.events, made.connections, made.arrows);
    for (const std::string& note : made.notes)
        std::fprintf(file.beside(), "Note: %s.\n", one_line(note).c_str());
}

}  // namespace

void add_merge(CLI::App& app) {
    CLI::App& command = *app.add_subcommand(
        "merge", "One trace of several processes', with arrows over their sockets");
    const auto wanted = std::make_shared<options>();
    command.add_option("FILE", wanted->files, "The traces, of one run of each process")
        ->required()
        ->expected(2, 1000);
    command.add_option("-o,--output", wanted->to, "The file to write; - is standard output")
        ->required();
    command.footer("Example: ./giambio trace merge server.json client.json -o both.json");
    command.callback([wanted] { merge_files(*wanted); });
}

}  // namespace giambio::trace::commands
