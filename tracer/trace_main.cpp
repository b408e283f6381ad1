// The command `giambio trace`: one program, a subcommand for each question about a trace.
//
// The start-up script calls it. Each subcommand is a file in tracer/commands/, which has the file
// read and prints what tracer/model/ makes of it.
// Kept true: what was wrong with the file goes to standard error, what it tells to standard output;
// the exit code is 2 when the command is not understood, or what it tells cannot be written; else
// it is 0, unless the file cannot be read at all, --strict was given and a line is bad, or the
// subcommand's help says otherwise.
// Internal to tracer/.
#include "tracer/commands/commands.hpp"

#include <csignal>
#include <cstdio>
#include <string>

namespace {

int run(int argc, char** argv) {
    namespace commands = giambio::trace::commands;
    CLI::App app("Tells a giambio trace in words.", "./giambio trace");
    app.require_subcommand(1);
    commands::add_text(app);
    commands::add_info(app);
    commands::add_state(app);
    commands::add_pack(app);
    commands::add_unpack(app);
    commands::add_follow(app);
    commands::add_export(app);
    commands::add_query(app);
    commands::add_check(app);
    commands::add_import(app);
    commands::add_stats(app);
    commands::add_why(app);
    commands::add_diff(app);
    commands::add_merge(app);
    app.footer("Example: ./giambio trace text demo.json --from 100 --to 120");
    const std::string first = argc > 1 ? argv[1] : "-";
    const auto is_it = [&](const CLI::App* each) { return each->get_name() == first; };
    if (!first.starts_with('-') && app.get_subcommands(is_it).empty()) {
        std::fprintf(stderr, "giambio trace: there is no command \"%s\"; --help tells them\n",
                     first.c_str());
        return 2;
    }
    try {
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::RuntimeError& end) {
        return end.get_exit_code();
    } catch (const CLI::ParseError& fault) {
        return app.exit(fault) == 0 ? 0 : 2;
    }
}

}  // namespace

int main(int argc, char** argv) {
    // `giambio trace text FILE | head` ends here without a word when head has seen enough.
    std::signal(SIGPIPE, SIG_DFL);
    try {
        const int code = run(argc, argv);
        giambio::trace::commands::finish_printing();
        return code;
    } catch (const giambio::trace::commands::unwritable& fault) {
        std::fprintf(stderr, "giambio trace: %s\n", fault.what());
        return 2;
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "giambio trace: %s\n", fault.what());
        return 1;
    }
}
