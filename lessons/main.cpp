// The command behind `./giambio lesson` and `./giambio demo`: lists, runs, checks.
//
// Reads the command line and calls one function for each subcommand. Not here: lessons themselves
// (the numbered folders), how a program is run (running.hpp), the demo (demo.hpp).
// Kept true: a fault is one message on standard error and exit code 1; a wrong command line is 2.
// Internal to lessons/.
#include "lessons/catalogue.hpp"
#include "lessons/checking.hpp"
#include "lessons/demo.hpp"
#include "lessons/fault.hpp"
#include "lessons/running.hpp"
#include "lessons/telling.hpp"
#include "lessons/viewer.hpp"
#include "tracer/model/reader.hpp"

#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <unistd.h>

namespace {

using namespace giambio::lessons;
namespace trace = giambio::trace;

struct command_line {
    std::string number;
    bool text = false, simulated = false, real = false, no_view = false, windowless = false;
};

std::vector<lesson> lessons() {
    return all_lessons(lessons_folder());
}

int list() {
    for (const lesson& each : lessons())
        fmt::print("{:<3} {:<20} {:>3} min  {}\n", each.number, each.title, each.minutes,
                   each.idea);
    fmt::print("\nRun one: ./giambio lesson run 03\n");
    return 0;
}

// A reader at a terminal is given time to answer a question before he sees what comes after it.
void wait_for_enter() {
    if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) return;
    fmt::print("(Say your answer aloud, then press Enter.) ");
    std::fflush(stdout);
    std::string line;
    std::getline(std::cin, line);
    fmt::print("\n");
}

int tell(const lesson& which, const std::filesystem::path& file) {
    const trace::recording run = trace::read_file(file.string());
    const trace::lesson_text text = trace::read_lesson(which.folder.string(), run);
    teller telling(run);
    for (const auto& each : text.paragraphs) {
        fmt::print("{}", telling.paragraph(each));
        if (trace::is_question(each)) wait_for_enter();
    }
    for (const auto& each : text.complaints)
        fmt::print(stderr, "giambio-lesson: this run does not fit the text: {}\n", each);
    return text.complaints.empty() ? 0 : 1;
}

int run(const command_line& asked) {
    const std::vector<lesson> all = lessons();
    const lesson& which = find_lesson(all, asked.number);
    const auto file = writable_place("giambio-lesson-" + which.number + ".jsonl");
    fmt::print("Lesson {}, {}. The program prints:\n\n", which.number, which.title);
    run_lesson(which, asked.real ? world::real : world::simulated, file, false);
    fmt::print("\nIts trace is {}\n\n", file.string());
    if (asked.no_view) return 0;
    if (asked.text) return tell(which, file);
    if (!has_display()) {
        fmt::print("There is no display for the viewer's window, so here it is in words.\n\n");
        return tell(which, file);
    }
    if (show(file, which.folder) == 0) return 0;
    fmt::print("The viewer could not show it, so here it is in words.\n\n");
    return tell(which, file);
}

int text(const command_line& asked) {
    const std::vector<lesson> all = lessons();
    const lesson& which = find_lesson(all, asked.number);
    return tell(which, golden_trace(which));
}

int check_all(const command_line& asked) {
    int exit_code = 0;
    const std::vector<lesson> all = lessons();
    const lesson* only = asked.number.empty() ? nullptr : &find_lesson(all, asked.number);
    for (const lesson& each : all) {
        if (only != nullptr && &each != only) continue;
        const std::vector<std::string> wrong = check(each);
        for (const std::string& sentence : wrong)
            fmt::print(stderr, "lesson {}: {}\n", each.number, sentence);
        if (wrong.empty()) fmt::print("lesson {}: every step is one trace event\n", each.number);
        if (!wrong.empty()) exit_code = 1;
    }
    return exit_code;
}

int record_one(const command_line& asked) {
    const std::vector<lesson> all = lessons();
    const lesson& which = find_lesson(all, asked.number);
    record(which);
    fmt::print("recorded {}\n", golden_trace(which).string());
    return 0;
}

int demo(const command_line& asked) {
    const std::vector<lesson> all = lessons();
    return run_demo(find_lesson(all, "06"), asked.windowless);
}

using action = int (*)(const command_line&);

action read_command_line(CLI::App& app, command_line& into, int argc, char** argv) {
    action chosen = nullptr;
    const auto add = [&](const char* name, const char* about, action does) {
        CLI::App* made = app.add_subcommand(name, about);
        made->callback([&chosen, does] { chosen = does; });
        return made;
    };
    add("list", "the lessons: number, title, minutes, idea",
        [](const command_line&) { return list(); });
    CLI::App* running = add("run", "run a lesson's program, then read its text along the run", run);
    CLI::App* reading = add("text", "read a lesson in the terminal, from its recorded run", text);
    CLI::App* checking =
        add("check", "run lessons and hold their texts against the runs", check_all);
    CLI::App* recording = add("record", "make today's run the lesson's recorded one", record_one);
    CLI::App* showing = add("demo", "the echo server with three clients, in the viewer", demo);
    for (CLI::App* each : {running, reading, recording})
        each->add_option("lesson", into.number, "3, 03 or 03-ready-queue")->required();
    checking->add_option("lesson", into.number, "3, 03 or 03-ready-queue; all without it");
    running->add_flag("--text", into.text, "tell it in the terminal, not in the viewer");
    running->add_flag("--no-view", into.no_view, "only run it and leave the trace");
    CLI::Option* simulated =
        running->add_flag("--simulated", into.simulated, "the simulated network (as without it)");
    running->add_flag("--real", into.real, "real sockets and the real clock")->excludes(simulated);
    showing->add_flag("--no-window", into.windowless, "tell it in the terminal and draw a PNG");
    app.parse(argc, argv);
    if (chosen == nullptr) throw CLI::RequiredError("A subcommand");
    return chosen;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Lessons about the event loop, each with a program that you can watch.",
                 "giambio-lesson");
    command_line asked;
    try {
        const action chosen = read_command_line(app, asked, argc, argv);
        return chosen(asked);
    } catch (const CLI::ParseError& wrong) {
        return app.exit(wrong) == 0 ? 0 : 2;
    } catch (const std::exception& wrong) {
        std::fflush(stdout);
        fmt::print(stderr, "giambio-lesson: {}\n", wrong.what());
        return 1;
    }
}
