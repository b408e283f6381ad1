// The command `trace query`: asks a trace questions in a small language.
//
// Not here: the language (tracer/model/query.hpp; its grammar is in tracer/INSTRUMENT.md).
// Kept true: the exit code is 0 when nothing that was asked is false, 1 when something is, 2 when
// an expression or a file cannot be read.
// Internal to tracer/.
#include "tracer/model/query.hpp"

#include "tracer/commands/commands.hpp"
#include "tracer/model/words.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>
#include <memory>
#include <vector>

namespace giambio::trace::commands {
namespace {

using nlohmann::ordered_json;

struct options {
    input from_file;
    std::vector<std::string> expressions;
    std::string list;
    bool as_json = false;
};

// One expression and where it was written: "checks.txt:3", or empty on the command line.
struct question {
    std::string text;
    std::string place;
};

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "giambio trace query: %s\n", what.c_str());
    throw CLI::RuntimeError(2);
}

// One expression a line; what stands behind a # that is in no text is a comment.
std::string without_comment(const std::string& line) {
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char each = line[i];
        if (quote == 0 && each == '#') return line.substr(0, i);
        if (quote != 0 && each == '\\') {
            ++i;
        } else if (quote == 0 && (each == '"' || each == '\'')) {
            quote = each;
        } else if (each == quote) {
            quote = 0;
        }
    }
    return line;
}

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

void read_list(const std::string& path, std::vector<question>& into) {
    std::ifstream file(path);
    if (!file) fail("cannot open " + path + "; name a file with one expression a line.");
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        const std::string text = trimmed(without_comment(line));
        if (!text.empty()) into.push_back({text, path + ":" + std::to_string(number)});
    }
    if (file.bad()) fail("cannot read " + path + ".");
}

void print_answer(const question& asked, const answer& got, bool alone) {
    print(one_line(got.text) + (alone ? "" : "  " + asked.text) + "\n");
    for (const std::string& note : got.notes)
        std::fprintf(stderr, "note: %s\n", one_line(note).c_str());
    if (!got.because.empty()) print("  " + one_line(got.because) + "\n");
    const bool shown = got.is == answer::form::flag ? got.failed() : got.is != answer::form::moment;
    if (!shown || got.seqs.empty()) return;
    std::string seqs = got.seqs.size() == 1 ? "  seq" : "  seqs";
    for (const std::uint64_t seq : got.seqs) seqs += " " + std::to_string(seq);
    if (got.seqs_in_all > got.seqs.size())
        seqs += " and " + std::to_string(got.seqs_in_all - got.seqs.size()) + " more";
    print(seqs + "\n");
}

// Whole numbers stay whole, as far as JSON's readers can tell.
ordered_json json_number(long double number) {
    const auto whole = static_cast<std::int64_t>(number);
    if (static_cast<long double>(whole) == number) return whole;
    return static_cast<double>(number);
}

ordered_json json_of(const question& asked, const answer& got) {
    ordered_json made{{"query", asked.text}};
    if (!asked.place.empty()) made["place"] = asked.place;
    switch (got.is) {
        case answer::form::nothing:
            made["value"] = nullptr;
            break;
        case answer::form::flag:
            made["value"] = got.truth;
            break;
        case answer::form::text:
            made["value"] = got.text;
            break;
        default:
            made["value"] = json_number(got.number);
    }
    if (got.is == answer::form::duration) made["unit"] = "ns";
    if (got.is == answer::form::moment) made["unit"] = "seq";
    made["text"] = got.text;
    if (!got.because.empty()) made["because"] = got.because;
    made["seqs"] = got.seqs;
    made["seqs_in_all"] = got.seqs_in_all;
    if (!got.notes.empty()) made["notes"] = got.notes;
    return made;
}

ordered_json json_of(const question& asked, const bad_query& fault) {
    ordered_json made{{"query", asked.text}};
    if (!asked.place.empty()) made["place"] = asked.place;
    made["error"] = fault.what();
    made["column"] = fault.column();
    return made;
}

void print_fault(const question& asked, const bad_query& fault) {
    const std::string place = asked.place.empty() ? "" : asked.place + ": ";
    std::fprintf(stderr, "%scolumn %zu: %s", place.c_str(), fault.column(),
                 with_caret(asked.text, fault).c_str());
}

void ask_all(options& wanted) {
    std::vector<question> asked;
    asked.reserve(wanted.expressions.size());
    for (const std::string& each : wanted.expressions) asked.push_back({each, {}});
    if (!wanted.list.empty()) read_list(wanted.list, asked);
    if (asked.empty()) fail("nothing is asked; write an expression such as 'count(spawn)'.");
    const recording of = wanted.from_file.read();
    questions trace(of);
    ordered_json all = ordered_json::array();
    int code = 0;
    for (const question& each : asked) {
        try {
            const answer got = trace.ask(each.text);
            if (got.failed() && code == 0) code = 1;
            if (wanted.as_json) all.push_back(json_of(each, got));
            if (!wanted.as_json) print_answer(each, got, asked.size() == 1);
        } catch (const bad_query& fault) {
            code = 2;
            if (wanted.as_json) all.push_back(json_of(each, fault));
            if (!wanted.as_json) print_fault(each, fault);
        }
    }
    // A text of the trace may be no UTF-8 where its file is damaged.
    if (wanted.as_json)
        print(all.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
    if (code != 0) throw CLI::RuntimeError(code);
    wanted.from_file.finish();
}

}  // namespace

void add_query(CLI::App& app) {
    CLI::App& command = *app.add_subcommand(
        "query", "Values and predicates over a trace, such as 'count(spawn) == 3'");
    const auto wanted = std::make_shared<options>();
    wanted->from_file.add_to(command);
    command.add_option("EXPRESSION", wanted->expressions, "What to ask");
    command.add_option("--file", wanted->list, "Ask what this file says, one expression a line");
    command.add_flag("--json", wanted->as_json, "Print an array with an object for each");
    command.footer(
        "Exit code: 0 when nothing is false, 1 when a predicate is, 2 when an expression or a "
        "file\n"
        "cannot be read. The language: tracer/INSTRUMENT.md, section query. Some questions:\n"
        "  'count(trap by \"cook\" where trap == \"sleep\") == 3'   'max(steps()) < 10ms'\n"
        "  'never(deadlock)'   'state(\"cook\", 12ms) == parked'   'woken_by(\"cook\", \"main\")'");
    answer_with(command, [wanted] { ask_all(*wanted); });
}

}  // namespace giambio::trace::commands
