// `giambio trace why`: why a task did not run, why it ran when it did, what a span was spent with.
//
// Not here: finding the answers (tracer/model/why.hpp, critical_path.hpp), sentences
// (why_text.hpp).
// Internal to tracer/.
#include "tracer/commands/commands.hpp"
#include "tracer/model/why_text.hpp"

#include <memory>

namespace giambio::trace::commands {
namespace {

struct why_options {
    input from_file;
    std::string task;
    std::string at;
    std::string ran_at;
    std::string from;
    std::string to;
    bool as_json = false;
};

// A moment, or the text of a mark or log of the program: the first trace event with that text.
std::size_t index_of_mark(const recording& of, const std::string& option, const std::string& text) {
    for (auto at = of.events.begin(); at != of.events.end(); ++at) {
        if (at.kind() != kind::mark && at.kind() != kind::log) continue;
        const event each = *at;
        if (of.text(each, key::text) == text) return each.index;
    }
    return index_of_moment(of, option, text);
}

std::uint32_t task_of(const recording& of, const std::string& text) {
    try {
        return task_called(of, text);
    } catch (const std::invalid_argument& unknown) {
        throw CLI::ValidationError("TASK", unknown.what());
    }
}

void print_path(const recording& of, const why_options& wanted) {
    const std::size_t from = wanted.from.empty() ? 0 : index_of_mark(of, "--from", wanted.from);
    const std::size_t to =
        wanted.to.empty() ? of.events.size() - 1 : index_of_mark(of, "--to", wanted.to);
    if (to < from) throw CLI::ValidationError("--to", "the span ends before it begins");
    const std::vector<path_piece> path = critical_path(of, lanes(of), from, to);
    print(wanted.as_json ? path_json(of, path) : path_text(of, path));
}

void print_answer(const recording& of, const why_options& wanted) {
    const lanes all(of);
    const why finder(of, all);
    const std::uint32_t task = task_of(of, wanted.task);
    if (!wanted.ran_at.empty()) {
        const std::size_t index = index_of_moment(of, "--ran-at", wanted.ran_at);
        const gap before = finder.before_step(task, index);
        print(wanted.as_json ? gap_json(of, before) : why_ran_text(of, task, before));
        return;
    }
    const std::size_t index = index_of_moment(of, "--at", wanted.at);
    history past(of);
    const state& now = past.at(index);
    const why_answer answer = finder.at(task, index, now);
    print(wanted.as_json ? why_json(of, now, task, answer) : why_not_text(of, now, task, answer));
}

void print_why(why_options& wanted) {
    const bool path = !wanted.from.empty() || !wanted.to.empty();
    if (path == !wanted.task.empty() || (!path && wanted.at.empty() == wanted.ran_at.empty()))
        throw CLI::ValidationError(
            "why",
            "write FILE TASK --at MOMENT, FILE TASK --ran-at MOMENT, or FILE --from MARK "
            "--to MARK");
    const recording of = wanted.from_file.read();
    if (of.events.empty()) throw CLI::ValidationError("FILE", "has no trace events");
    if (path)
        print_path(of, wanted);
    else
        print_answer(of, wanted);
    wanted.from_file.finish();
}

}  // namespace

void add_why(CLI::App& app) {
    CLI::App& command =
        *app.add_subcommand("why", "Why a task did not run, or ran when it did; a critical path");
    const auto wanted = std::make_shared<why_options>();
    wanted->from_file.add_to(command);
    command.add_option("TASK", wanted->task, "The task: its number, #3, or its name");
    const CLI::Validator a_moment = not_empty("seq:N, or a time such as 12.5ms");
    command.add_option("--at", wanted->at, "Why was it not running then? seq:N, or 12.5ms")
        ->check(a_moment);
    command.add_option("--ran-at", wanted->ran_at, "Why did it run then, or next after it?")
        ->check(a_moment);
    command
        .add_option("--from", wanted->from,
                    "Critical path from here: a mark's text, seq:N, or a time")
        ->check(a_moment);
    command.add_option("--to", wanted->to, "up to here; without it to the end")->check(a_moment);
    command.add_flag("--json", wanted->as_json, "Times in ns, trace events as seqs");
    command.callback([wanted] { print_why(*wanted); });
}

}  // namespace giambio::trace::commands
