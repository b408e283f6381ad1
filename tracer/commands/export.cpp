// The command `trace export`: a run for other programs and for people without giambio.
//
// It makes a window from its options, opens the output and lets tracer/model/ write. Not here: any
// file format (tracer/model/export_*.cpp).
// Internal to tracer/.
#include "tracer/commands/commands.hpp"
#include "tracer/commands/output.hpp"
#include "tracer/model/export_chrome.hpp"
#include "tracer/model/export_csv.hpp"
#include "tracer/model/export_page.hpp"
#include "tracer/model/export_svg.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace giambio::trace::commands {
namespace {

struct options {
    input from_file;
    std::string chrome, svg, html, csv;
    std::string from, to;
    std::int64_t task = -1;  // all
    std::string axis_name;
    svg_style style;
};

// Plain digits are a seq here, as they are for `trace text`.
moment moment_of(const std::string& option, const std::string& text) {
    const bool is_number = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c >= '0' && c <= '9';
    });
    return read_moment(option, is_number ? "seq:" + text : text);
}

// How many trace events are before this moment; `with_it`: at it or before. Of those at one time
// all are on the same side.
std::size_t count_before(const recording& of, const moment& that, bool with_it) {
    std::size_t low = 0;
    for (std::size_t high = of.events.size(); low < high;) {
        const std::size_t middle = low + (high - low) / 2;
        const bool is_before =
            that.is_time ? of.events.time(middle) < that.t : of.events.seq(middle) < that.seq;
        const bool is_at =
            that.is_time ? of.events.time(middle) == that.t : of.events.seq(middle) == that.seq;
        if (is_before || (with_it && is_at))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

window window_of(const recording& of, const options& wanted) {
    window made = whole(of);
    if (of.events.empty()) return made;
    if (!wanted.from.empty()) made.from = count_before(of, moment_of("--from", wanted.from), false);
    if (!wanted.to.empty()) made.to = count_before(of, moment_of("--to", wanted.to), true);
    if (made.from >= made.to)
        throw CLI::ValidationError(wanted.from.empty() ? "--to" : "--from",
                                   "the window is empty: no trace event of this run lies in it");
    if (wanted.task >= 0) made.task = static_cast<std::uint32_t>(wanted.task);
    return made;
}

axis axis_of(const recording& of, const options& wanted) {
    if (wanted.axis_name.empty()) return natural_axis(of);
    return wanted.axis_name == "time" ? axis::time : axis::events;
}

void export_chrome(const recording& of, const options& wanted) {
    output to(wanted.chrome);
    const axis which = wanted.axis_name.empty() ? axis::time : axis_of(of, wanted);
    const chrome_counts made = chrome_trace(of, window_of(of, wanted), which,
                                            [&](std::string_view text) { to.write(text); });
    to.finish();
    std::fprintf(to.beside(), "%s: %zu slices, %zu arrows (one for each wake), %zu instants\n",
                 wanted.chrome.c_str(), made.slices, made.arrows, made.instants);
}

void export_svg(const recording& of, const options& wanted) {
    output to(wanted.svg);
    const svg_counts made =
        svg_picture(of, window_of(of, wanted), axis_of(of, wanted), wanted.style,
                    [&](std::string_view text) { to.write(text); });
    to.finish();
    std::fprintf(to.beside(), "%s: %zu of %zu lanes, %zu of %zu wakes as arrows\n",
                 wanted.svg.c_str(), made.lanes, made.all_lanes, made.arrows, made.all_arrows);
}

void export_html(const recording& of, const options& wanted) {
    output to(wanted.html);
    const std::size_t events =
        html_page(of, window_of(of, wanted), [&](std::string_view text) { to.write(text); });
    to.finish();
    std::fprintf(to.beside(), "%s: %zu trace events; open it in a browser\n", wanted.html.c_str(),
                 events);
}

void export_csv(const recording& of, const options& wanted) {
    output to(wanted.csv);
    const std::size_t rows =
        csv_table(of, window_of(of, wanted), [&](std::string_view text) { to.write(text); });
    to.finish();
    std::fprintf(to.beside(), "%s: %zu rows\n", wanted.csv.c_str(), rows);
}

void export_all(options& wanted) {
    const recording of = wanted.from_file.read();
    expect_task(of, wanted.task);
    if (!wanted.chrome.empty()) export_chrome(of, wanted);
    if (!wanted.svg.empty()) export_svg(of, wanted);
    if (!wanted.html.empty()) export_html(of, wanted);
    if (!wanted.csv.empty()) export_csv(of, wanted);
    wanted.from_file.finish();
}

}  // namespace

void add_export(CLI::App& app) {
    CLI::App& command = *app.add_subcommand(
        "export", "The run for other programs: Perfetto, browsers, tables, print");
    const auto wanted = std::make_shared<options>();
    wanted->from_file.add_to(command);
    const CLI::Validator a_file = not_empty("the file to make, or - for standard output");
    const CLI::Validator a_moment = not_empty("a seq, or a time such as 12.5ms");
    auto& forms = *command.add_option_group("what to make", "OUT may be - for standard output");
    forms.add_option("--chrome", wanted->chrome, "Chrome trace events: Perfetto, chrome://tracing")
        ->option_text("OUT.json")
        ->check(a_file);
    forms.add_option("--svg", wanted->svg, "A picture of the timeline, for slides and print")
        ->option_text("OUT.svg")
        ->check(a_file);
    forms.add_option("--html", wanted->html, "A page to step through the run in any browser")
        ->option_text("OUT.html")
        ->check(a_file);
    forms.add_option("--csv", wanted->csv, "A table, one row for each trace event")
        ->option_text("OUT.csv")
        ->check(a_file);
    forms.require_option(1, 0);
    command.add_option("--from", wanted->from, "Begin here: a seq, or a time such as 12.5ms")
        ->check(a_moment);
    command.add_option("--to", wanted->to, "End here, including this trace event")->check(a_moment);
    add_number(command, "--task", wanted->task, "Only this task, beside the loop", 0, largest_task);
    command
        .add_option("--axis", wanted->axis_name,
                    "What has a width: time, or events (each trace event the same)")
        ->check(CLI::IsMember({"time", "events"}));
    command.add_flag("--dark", wanted->style.dark, "A dark picture (SVG)");
    add_number(command, "--width", wanted->style.width,
               "The picture's width in pixels (SVG), from 500 to 20000", 500, 20000)
        ->default_str(std::to_string(wanted->style.width));
    command.callback([wanted] { export_all(*wanted); });
}

}  // namespace giambio::trace::commands
