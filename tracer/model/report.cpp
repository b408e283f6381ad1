// The run in lines, and the totals of a trace.
//
// Everything is plain text with '\n'; the caller prints it. Not here: the state in words
// (state_report.cpp), sentences (words.cpp).
// Kept true: a trace event is exactly one line, whatever its texts hold.
// Internal to tracer/model/; its functions are public through report.hpp.
#include "tracer/model/report.hpp"

#include "tracer/model/phrases.hpp"
#include "tracer/model/words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>
#include <vector>

namespace giambio::trace {

std::uint64_t turns_of(const recording& of) {
    if (of.events.empty()) return 0;
    if (!of.header.is_merged()) return of.events.back().turn;
    std::vector<std::uint32_t> last(of.header.processes.size() + 1);
    for (const event& each : of.events) last[of.process_of(each)] = each.turn;
    return std::accumulate(last.begin(), last.end(), std::uint64_t{0});
}

namespace {

// A fixed unit, unlike duration_text, so that the points stand below each other.
std::string milliseconds(std::int64_t nanoseconds) {
    char text[64];
    std::snprintf(text, sizeof text, "%.3f", static_cast<double>(nanoseconds) / 1e6);
    return text;
}

std::string right(const std::string& text, int width) {
    const auto wanted = static_cast<std::size_t>(width);
    return text.size() < wanted ? std::string(wanted - text.size(), ' ') + text : text;
}

std::string left(std::string text, int width) {
    const auto wanted = static_cast<std::size_t>(width);
    if (text.size() < wanted) text.append(wanted - text.size(), ' ');
    return text;
}

std::string row(const std::string& name, const std::string& value) {
    return left(name, 14) + value + "\n";
}

std::string header_rows(const header& of) {
    std::string argv;
    for (const std::string& each : of.argv) argv += (argv.empty() ? "" : " ") + each;
    std::string shown = row("program", one_line(of.program));
    shown += row("arguments", one_line(argv));
    shown +=
        row("format", "version " + std::to_string(of.version) + "." + std::to_string(of.minor));
    shown += row("clock", one_line(of.clock));
    shown += row("driver", one_line(of.driver) + ", seed " + std::to_string(of.seed));
    shown += row("budget", counted(of.budget, "answer") + " at once");
    if (!of.started.empty()) shown += row("started", one_line(of.started));
    return shown;
}

std::uint64_t lost_events(const recording& of) {
    std::uint64_t lost = 0;
    for (const event& each : of.events)
        if (each.kind == kind::lost)
            lost += static_cast<std::uint64_t>(of.number(each, key::events).value_or(0));
    return lost;
}

std::string footer_text(const recording& of) {
    if (!of.end)
        return "no footer: the program was killed or still runs; every whole line was kept";
    return "present: " + std::to_string(of.end->events) + " trace events written";
}

std::string count_rows(const recording& of) {
    const bool any = !of.events.empty();
    std::string shown = row("trace events", std::to_string(of.events.size()));
    shown += row("turns", std::to_string(turns_of(of)));
    shown += row("duration", duration_text(any ? of.events.back().t : 0));
    shown += row("sources", std::to_string(of.sources.size()));
    shown += row("sites", std::to_string(of.sites.size()));
    shown += row("lost", std::to_string(lost_events(of)));
    shown += row("bad lines", std::to_string(of.bad_lines));
    shown += row("footer", footer_text(of));
    return shown;
}

// Long runs have thousands of tasks; the first ones tell what sort they are.
constexpr std::size_t most_tasks = 100;

struct step_count {
    std::uint32_t id = 0;
    std::int64_t steps = 0;
};

std::string task_rows(const recording& of) {
    state last;
    id_table<step_count> tasks;  // also those that only run, because their spawn is missing
    for (const life* each : of.tasks().in_order()) tasks[each->id];
    for (const event& each : of.events) {
        last.apply(of, each);
        if (each.kind == kind::switch_in) ++tasks[each.task].steps;
    }
    std::string shown("\n");
    shown += counted(static_cast<std::int64_t>(tasks.size()), "task") + "\n";
    std::size_t told = 0;
    for (const step_count* each : tasks.in_order()) {
        if (told++ == most_tasks) break;
        shown += "  " + situation(of, last, each->id) + "; " + counted(each->steps, "step") + "\n";
    }
    if (tasks.size() > most_tasks)
        shown += "  and " + std::to_string(tasks.size() - most_tasks) + " more\n";
    return shown;
}

std::string kind_rows(const recording& of) {
    std::array<std::size_t, static_cast<std::size_t>(last_kind) + 1> counts{};
    for (const event& each : of.events) ++counts[static_cast<std::size_t>(each.kind)];
    std::string shown = "\ntrace events by kind\n";
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] == 0) continue;
        const auto which = static_cast<kind>(i);
        shown += "  " + left(std::string(word_of(which)), 18) +
                 right(std::to_string(counts[i]), 9) + "\n";
    }
    return shown;
}

}  // namespace

columns columns_of(const recording& of) {
    columns widths{3, 7, 4, 4};
    const auto widen = [](int& width, const std::string& text) {
        width = std::max(width, static_cast<int>(characters(text)));
    };
    if (!of.events.empty()) {
        widen(widths.seq, std::to_string(of.events.back().seq));
        widen(widths.time, milliseconds(of.events.back().t));
        widen(widths.turn, std::to_string(of.events.back().turn));
    }
    constexpr int widest_task = 20;
    widen(widths.task, of.task_name(0));
    of.tasks().each([&](const life& each) { widen(widths.task, one_line(of.task_name(each.id))); });
    widths.task = std::min(widths.task, widest_task);
    return widths;
}

std::string text_title(const columns& widths) {
    return right("seq", widths.seq) + "  " + right("time ms", widths.time) + "  " +
           right("turn", widths.turn) + "  " + left("task", widths.task) +
           "  what happened <- seq of its cause";
}

std::string text_line(const recording& of, const event& that, const columns& widths) {
    std::string task = one_line(of.task_name(that.task));
    // Every process of a merged trace has a loop.
    const auto process = of.number(that, key::process).value_or(0);
    if (that.task == 0 && process > 0 &&
        process <= static_cast<std::int64_t>(of.header.processes.size()))
        task = one_line(of.header.processes[static_cast<std::size_t>(process) - 1]) + ":loop";
    std::string line = right(std::to_string(that.seq), widths.seq) + "  " +
                       right(milliseconds(that.t), widths.time) + "  " +
                       right(std::to_string(that.turn), widths.turn) + "  " +
                       in_columns(task, static_cast<std::size_t>(widths.task)) + "  " +
                       sentence(of, that);
    if (that.cause != 0) line += " <- " + std::to_string(that.cause);
    if (const auto from = of.number(that, key::from))
        line += ", from " + std::to_string(*from) + " in the other process";
    return line;
}

std::string info_text(const recording& of) {
    return header_rows(of.header) + "\n" + count_rows(of) + task_rows(of) + kind_rows(of);
}

}  // namespace giambio::trace
