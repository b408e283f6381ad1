// The command `trace check`: what in a run is probably a mistake, with the evidence.
//
// Options choose rules and limits; the warnings are printed as text for people, or as one JSON
// document for programs. Not here: how anything is found (tracer/model/check*.cpp).
// Kept true: the exit code is 0 when there is nothing to warn of, 1 when there is, and 2 when the
// file cannot be read or the command is not understood.
// Internal to tracer/.
#include "tracer/model/check.hpp"
#include "tracer/commands/commands.hpp"
#include "tracer/model/phrases.hpp"
#include "tracer/model/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <vector>

namespace giambio::trace::commands {
namespace {

struct options {
    input from_file;
    std::vector<std::string> only;
    std::vector<std::string> allow;
    check_limits limits;
    bool as_json = false;
    bool list = false;
};

constexpr int found_something = 1;

const rule& rule_of(const warning& told) {
    return rules()[static_cast<std::size_t>(told.rule)];
}

// "10ms" and the like, in nanoseconds.
std::int64_t length_of(const std::string& text) {
    struct unit {
        std::string_view name;
        std::int64_t nanoseconds;
    };
    for (const unit& each :
         {unit{"ms", 1'000'000}, unit{"us", 1'000}, unit{"ns", 1}, unit{"s", 1'000'000'000}}) {
        if (!text.ends_with(each.name)) continue;
        const char* end = text.data() + text.size() - each.name.size();
        double number = 0;
        const auto [stop, fault] = std::from_chars(text.data(), end, number);
        const double length = number * static_cast<double>(each.nanoseconds);
        if (fault != std::errc{} || stop != end || !(length >= 1) || length > 9e18) break;
        return std::llround(length);
    }
    return 0;
}

void add_time(CLI::App& command, const std::string& name, std::int64_t& limit,
              const std::string& what) {
    const auto read = [&limit, name](const std::string& text) {
        limit = length_of(text);
        if (limit == 0)
            throw CLI::ValidationError(name, "\"" + text +
                                                 "\" is no length of time; write 10ms, 3s, "
                                                 "40us or 7ns, more than nothing");
    };
    command
        .add_option_function<std::string>(name, read,
                                          what + " (" + duration_text(limit) + " unless given)")
        ->type_name("TIME");
}

void add_names(CLI::App& command, const std::string& name, std::vector<std::string>& names,
               const std::string& what) {
    const auto known = [](const std::string& each) {
        if (rule_named(each) != nullptr) return std::string();
        return "there is no warning \"" + each + "\"; `./giambio trace check --list` tells them";
    };
    command.add_option(name, names, what)
        ->delimiter(',')
        ->type_name("NAME,...")
        ->check(CLI::Validator(known, "", "known warning"));
}

bool is_wanted(const options& asked, const warning& told) {
    const auto in = [&](const std::vector<std::string>& names) {
        return std::find(names.begin(), names.end(), rule_of(told).name) != names.end();
    };
    return (asked.only.empty() || in(asked.only)) && !in(asked.allow);
}

template <typename number>
std::string listed(const std::vector<number>& numbers) {
    std::string text;
    for (const number each : numbers) text += (text.empty() ? "" : ", ") + std::to_string(each);
    return text;
}

std::string text_of(const recording& of, const warning& told) {
    const rule& kept = rule_of(told);
    std::string text = std::string(word_of(kept.how_bad)) + " " + std::string(kept.name) + ": " +
                       one_line(told.sentence);
    if (told.count > 1)
        text += " Found " + counted(static_cast<std::int64_t>(told.count), "time") +
                " here; this was the worst.";
    std::string who;
    for (const std::uint32_t each : told.tasks) who += ", " + of.task_name(each);
    for (const std::uint32_t each : told.objects) who += ", " + of.object_name(each);
    text += "\n    evidence: seq " + listed(told.seqs) + one_line(who);
    text += "\n    what to do: " + std::string(kept.advice);
    text += "\n    taught in: " + std::string(kept.lesson) + "\n";
    return text;
}

nlohmann::ordered_json json_of(const warning& told) {
    const rule& kept = rule_of(told);
    return {{"name", kept.name},         {"severity", word_of(kept.how_bad)},
            {"count", told.count},       {"seqs", told.seqs},
            {"tasks", told.tasks},       {"objects", told.objects},
            {"sentence", told.sentence}, {"explanation", kept.meaning},
            {"advice", kept.advice},     {"lesson", kept.lesson}};
}

// Where trace events are missing, first in each process: what comes after was not looked at.
std::vector<std::uint64_t> ends_of_sight(const recording& of) {
    std::vector<std::uint64_t> seqs;
    std::vector<bool> is_told(of.header.processes.size() + 1);
    for (auto at = of.events.begin(); at != of.events.end(); ++at) {
        if (at.kind() != kind::lost) continue;
        const event lost = *at;
        const std::uint32_t process = of.process_of(lost);
        if (!is_told[process]) seqs.push_back(lost.seq);
        is_told[process] = true;
    }
    return seqs;
}

void print_json(const recording& of, const std::vector<warning>& found) {
    nlohmann::ordered_json whole{
        {"file", of.file}, {"events", of.events.size()}, {"unreadable_lines", of.bad_lines}};
    whole["warnings"] = nlohmann::ordered_json::array();
    for (const warning& each : found) whole["warnings"].push_back(json_of(each));
    whole["not_looked_at_from"] = ends_of_sight(of);
    // A name from a damaged file may be no UTF-8.
    print(whole.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

void print_text(const recording& of, const std::vector<warning>& found) {
    std::int64_t errors = 0;
    for (const warning& each : found) {
        print(text_of(of, each) + "\n");
        errors += rule_of(each).how_bad == severity::error ? 1 : 0;
    }
    const auto all = static_cast<std::int64_t>(found.size());
    print(found.empty()
              ? "Nothing to warn of.\n"
              : counted(errors, "error") + ", " + counted(all - errors, "warning") + "\n");
    for (const std::uint64_t seq : ends_of_sight(of))
        print("Trace events are missing at seq " + std::to_string(seq) + "; what comes after " +
              (of.header.is_merged() ? "in that process " : "") + "was not looked at.\n");
}

void print_rules() {
    for (const rule& each : rules()) {
        print(std::string(each.name) + " (" + std::string(word_of(each.how_bad)) + ")\n    " +
              std::string(each.meaning) + "\n    what to do: " + std::string(each.advice) +
              "\n    taught in: " + std::string(each.lesson) + "\n");
        if (!each.limit.empty()) print("    limit: " + std::string(each.limit) + "\n");
        print("\n");
    }
}

void check_file(options& asked) {
    if (asked.list) return print_rules();
    if (asked.from_file.file.empty()) throw CLI::RequiredError("FILE (the trace file), or --list");
    const recording of = asked.from_file.read();
    std::vector<warning> found = check(of, asked.limits);
    std::erase_if(found, [&](const warning& each) { return !is_wanted(asked, each); });
    asked.as_json ? print_json(of, found) : print_text(of, found);
    asked.from_file.finish();
    if (!found.empty()) throw CLI::RuntimeError(found_something);
}

void add_limits(CLI::App& command, check_limits& limits) {
    add_time(command, "--long-step", limits.long_step, "A step is too long from here on");
    add_time(command, "--never-yields", limits.never_yields,
             "So long is the only step of a task that never yields");
    add_time(command, "--starved", limits.starved, "So long a task is ready and does not run");
    add_time(command, "--late-timer", limits.timer_late, "A timer fires that late");
    add_time(command, "--slow-cancel", limits.cancel_slow, "So long a cancel is on its way");
    add_time(command, "--held-lock", limits.lock_held,
             "So long the holder of a lock waits while others wait for it");
    constexpr std::uint64_t most = 1'000'000'000;
    add_number(command, "--self-wake", limits.self_wake, "So many steps in a row only yield", 1,
               most)
        ->default_str(std::to_string(limits.self_wake));
    add_number(command, "--herd", limits.thundering_herd, "So many tasks are woken for nothing", 1,
               most)
        ->default_str(std::to_string(limits.thundering_herd));
    add_number(command, "--queue", limits.queue_growth, "So many items are in a queue", 1, most)
        ->default_str(std::to_string(limits.queue_growth));
}

}  // namespace

void add_check(CLI::App& app) {
    CLI::App& command = *app.add_subcommand("check", "What is probably a mistake, with evidence");
    const auto asked = std::make_shared<options>();
    asked->from_file.add_to(command);
    command.get_option("FILE")->required(false);
    add_names(command, "--only", asked->only, "Only these warnings");
    add_names(command, "--allow", asked->allow, "Not these warnings");
    add_limits(command, asked->limits);
    command.add_flag("--json", asked->as_json, "One JSON document instead of text");
    command.add_flag("--list", asked->list, "Tell all warnings, and end");
    command.footer(
        "The exit code is 0 when there is nothing to warn of, 1 when there is, and 2 when the file "
        "cannot be read.\nExample: ./giambio trace check demo.json --allow long_step --starved 1s");
    answer_with(command, [asked] { check_file(*asked); });
}

}  // namespace giambio::trace::commands
