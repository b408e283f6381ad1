// The command `trace diff`: where two runs part, and what followed from it.
//
// Not here: the comparison (tracer/model/diff.hpp).
// Kept true: the exit code is 0 when the runs are equal, 1 when they differ, 2 when a file cannot
// be read.
// Internal to tracer/.
#include "tracer/model/diff.hpp"

#include "tracer/commands/commands.hpp"
#include "tracer/model/phrases.hpp"
#include "tracer/model/report.hpp"
#include "tracer/model/words.hpp"

#include <nlohmann/json.hpp>

#include <memory>

namespace giambio::trace::commands {
namespace {

using nlohmann::ordered_json;

struct options {
    input a;
    input b;
    bool ignore_times = false;
    bool as_json = false;
    std::size_t most = 10;
};

constexpr std::size_t none = place_in_both::none;

// "seq 44  12.000 ms  #2 cook runs", or that there is nothing.
std::string line_of(const recording& of, std::size_t index) {
    if (index == none) return "nothing more";
    const event that = of.events[index];
    return "seq " + std::to_string(that.seq) + "  " + duration_text(that.t) + "  " +
           sentence(of, that);
}

void print_side(const char* name, const recording& of, std::size_t index) {
    print(std::string("  ") + name + "  " + line_of(of, index) + "\n");
}

void print_state(const char* name, const recording& of, std::size_t index) {
    if (of.events.size() == 0) return;
    const std::size_t there = index == none ? of.events.size() - 1 : index;
    print(std::string("  ") + name + "  " + one_line(situation_in_short(of, there)) + "\n");
}

void print_first(const recording& a, const recording& b, const difference& found) {
    const place_in_both at = *found.first;
    const std::size_t same = std::min(at.a, at.b);
    print("The first " + std::to_string(same) + " trace events are the same" +
          (same == 0 ? "" : ", up to seq " + std::to_string(a.events[same - 1].seq) + " in A") +
          ".\n");
    print(found.decision + "\n");
    print_side("A", a, at.a);
    print_side("B", b, at.b);
    if (found.only_time && found.first_but_times) {
        print("They do something else first here (--ignore-times compares so):\n");
        print_side("A", a, found.first_but_times->a);
        print_side("B", b, found.first_but_times->b);
    }
    if (found.only_time && !found.first_but_times)
        print("But for times they are equal (--ignore-times compares so).\n");
    print("After that:\n");
    print_state("A", a, at.a);
    print_state("B", b, at.b);
}

void print_names(const char* what, const std::vector<std::string>& paths, std::size_t most) {
    if (paths.empty()) return;
    std::string line = std::string(what) + ":";
    for (std::size_t i = 0; i < std::min(paths.size(), most); ++i)
        line += (i == 0 ? " " : ", ") + paths[i];
    if (paths.size() > most) line += " and " + std::to_string(paths.size() - most) + " more";
    print(one_line(line) + "\n");
}

std::vector<std::string> paths_of(const difference& found) {
    std::vector<std::string> paths;
    paths.reserve(found.histories.size());
    for (const other_history& each : found.histories) paths.push_back(each.path);
    return paths;
}

void print_histories(const recording& a, const recording& b, const difference& found,
                     std::size_t most) {
    print("Tasks that did the same in both: " + std::to_string(found.same_histories) +
          "; otherwise: " + std::to_string(found.histories.size()) + "\n");
    const bool one_ends = found.first->a == none || found.first->b == none;
    if (one_ends) print_names("Longer in the one that goes on", paths_of(found), most);
    for (std::size_t i = 0; !one_ends && i < std::min(found.histories.size(), most); ++i) {
        const other_history& each = found.histories[i];
        print(one_line(each.path) + (each.shorter ? " (one of them has less of it)" : "") + "\n");
        print_side("A", a, each.first.a);
        print_side("B", b, each.first.b);
    }
    if (!one_ends && found.histories.size() > most)
        print("and " + std::to_string(found.histories.size() - most) +
              " more (--most shows them)\n");
    print_names("Only in A", found.only_in_a, most);
    print_names("Only in B", found.only_in_b, most);
}

std::string totals_of(const recording& of) {
    const std::size_t count = of.events.size();
    if (count == 0) return "nothing";
    return std::to_string(count) + " trace events, " + std::to_string(turns_of(of)) + " turns, " +
           duration_text(of.events.back().t);
}

void print_text(const recording& a, const recording& b, const difference& found, std::size_t most) {
    if (found.equal()) print("The runs are equal: " + totals_of(a) + ".\n");
    if (!found.equal()) {
        print_first(a, b, found);
        print_histories(a, b, found, most);
        print("In all:\n  A  " + totals_of(a) + "\n  B  " + totals_of(b) + "\n");
    }
    for (const std::string& note : found.notes) print("Note: " + one_line(note) + ".\n");
}

ordered_json json_of(const recording& of, std::size_t index) {
    if (index == none) return nullptr;
    const event that = of.events[index];
    return {{"seq", that.seq}, {"t", that.t}, {"task", that.task}, {"text", sentence(of, that)}};
}

ordered_json json_of(const recording& a, const recording& b, const place_in_both& at) {
    return {{"a", json_of(a, at.a)}, {"b", json_of(b, at.b)}};
}

ordered_json json_of(const recording& a, const recording& b, const difference& found) {
    ordered_json made{{"equal", found.equal()}};
    if (found.first) {
        made["decision"] = found.decision;
        made["first"] = json_of(a, b, *found.first);
        made["only_time"] = found.only_time;
    }
    if (found.first_but_times) made["first_but_times"] = json_of(a, b, *found.first_but_times);
    made["same_histories"] = found.same_histories;
    made["histories"] = ordered_json::array();
    for (const other_history& each : found.histories) {
        ordered_json one = json_of(a, b, each.first);
        one["path"] = each.path;
        one["shorter"] = each.shorter;
        made["histories"].push_back(one);
    }
    made["only_in_a"] = found.only_in_a;
    made["only_in_b"] = found.only_in_b;
    made["events"] = {{"a", a.events.size()}, {"b", b.events.size()}};
    made["notes"] = found.notes;
    return made;
}

void compare_files(options& wanted) {
    const recording a = wanted.a.read();
    const recording b = wanted.b.read();
    const difference found = compare(a, b, wanted.ignore_times);
    if (wanted.as_json) {
        print(json_of(a, b, found).dump(2, ' ', false, ordered_json::error_handler_t::replace) +
              "\n");
    } else {
        print_text(a, b, found, wanted.most);
    }
    if (!found.equal()) throw CLI::RuntimeError(1);
}

}  // namespace

void add_diff(CLI::App& app) {
    CLI::App& command = *app.add_subcommand(
        "diff", "The first difference between two runs, and what followed from it");
    const auto wanted = std::make_shared<options>();
    command.add_option("A", wanted->a.file, "A trace file")->required();
    command.add_option("B", wanted->b.file, "Another one")->required();
    command.add_flag("--ignore-times", wanted->ignore_times,
                     "Runs that do the same at other times are equal");
    add_number(command, "--most", wanted->most, "List at most this many tasks", 0, 1'000'000'000);
    command.add_flag("--json", wanted->as_json, "Print an object");
    command.footer(
        "Tasks are told apart by their path (main/cook[2]: the second cook that main spawned), "
        "not\n"
        "by number. Exit code: 0 when the runs are equal, 1 when they differ, 2 when a file "
        "cannot\n"
        "be read.");
    answer_with(command, [wanted] { compare_files(*wanted); });
}

}  // namespace giambio::trace::commands
