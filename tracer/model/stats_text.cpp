// Tables of at most 100 columns, comma-separated rows, and a JSON object.
//
// Kept true: times in tables are for people ("1.500 ms"), in files they are nanoseconds.
// Internal to tracer/; its functions are declared in stats_text.hpp.
#include "tracer/model/stats_text.hpp"

#include "tracer/model/phrases.hpp"
#include "tracer/model/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace giambio::trace {
namespace {

constexpr std::size_t name_width = 24;

// With a blank before it at least: what is too long moves the columns, and can be read.
std::string right(const std::string& text, std::size_t width) {
    return std::string(text.size() < width ? width - text.size() : 1, ' ') + text;
}

std::string left(const std::string& text, std::size_t width) {
    return in_columns(one_line(text), width);
}

std::string time(std::int64_t nanoseconds) {
    return right(duration_text(nanoseconds), 12);
}

std::string count(std::uint64_t number) {
    return right(std::to_string(number), 8);
}

// The rows with the largest `size` first.
template <typename row, typename measure>
std::vector<row> largest(std::vector<row> rows, std::size_t most, measure size) {
    std::stable_sort(rows.begin(), rows.end(),
                     [&](const row& a, const row& b) { return size(a) > size(b); });
    if (rows.size() > most) rows.resize(most);
    return rows;
}

std::string title(const std::string& what, std::size_t shown, std::size_t all) {
    std::string text = "\n" + what;
    if (shown < all)
        text += " (" + std::to_string(shown) + " of " + std::to_string(all) + "; --all shows more)";
    return text + "\n";
}

std::string summary(const char* what, const histogram& of) {
    return std::string(what) + ": " + std::to_string(of.count()) + ", p50 " +
           duration_text(of.percentile(0.5)) + ", p90 " + duration_text(of.percentile(0.9)) +
           ", p99 " + duration_text(of.percentile(0.99)) + ", longest " +
           duration_text(of.longest()) + "\n" + of.drawn("  ");
}

std::string task_table(const recording& of, const stats& found, std::size_t most) {
    const auto rows =
        largest(found.tasks, most, [](const task_stats& each) { return each.in[0] + each.in[1]; });
    std::string text = title("tasks, by the time for which they ran or wanted to", rows.size(),
                             found.tasks.size());
    text += left("  task", name_width) + right("running", 12) + right("ready", 12) +
            right("parked", 12) + right("steps", 8) + right("longest step", 14) + "\n";
    for (const task_stats& each : rows)
        text += left("  " + of.task_name(each.task), name_width) + time(each.in[1]) +
                time(each.in[0]) + time(each.in[2]) + count(each.steps) +
                right(duration_text(each.longest_step), 14) + "\n";
    return text;
}

std::string object_table(const recording& of, const stats& found, std::size_t most) {
    const auto rows =
        largest(found.objects, most, [](const object_stats& each) { return each.waited; });
    if (rows.empty()) return "";
    std::string text =
        title("objects, by the time for which tasks waited", rows.size(), found.objects.size());
    text += left("  object", name_width) + right("waited", 12) + right("waits", 8) +
            right("longest", 12) + right("used", 8) + right("peak", 8) + "\n";
    for (const object_stats& each : rows)
        text += left("  " + of.object_name(each.object), name_width) + time(each.waited) +
                count(each.waits) + time(each.longest_wait) + count(each.operations) +
                right(std::to_string(each.peak_length), 8) + "\n";
    return text;
}

std::string place_of(const recording& of, std::uint32_t site) {
    const std::string place = of.place(site);
    return place.empty() ? "(its beginning)" : place;
}

std::string site_table(const recording& of, const stats& found, std::size_t most) {
    const auto rows =
        largest(found.sites, most, [](const site_stats& each) { return each.in[1] + each.in[2]; });
    std::string text = title("places: waits there, and the steps that go on from there",
                             rows.size(), found.sites.size());
    text += left("  place", name_width) + right("parked", 12) + right("longest", 12) +
            right("waits", 8) + right("running", 12) + right("steps", 8) +
            right("longest step", 14) + "\n";
    for (const site_stats& each : rows)
        text += left("  " + place_of(of, each.site), name_width) + time(each.in[2]) +
                time(each.longest_wait) + count(each.waits) + time(each.in[1]) + count(each.steps) +
                right(duration_text(each.longest_step), 14) + "\n";
    return text;
}

std::string wait_table(const recording& of, const stats& found, std::size_t most) {
    if (found.waits.empty()) return "";
    const std::size_t shown = std::min(most, found.waits.size());
    std::string text = title("who waited for whom", shown, found.waits.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const wait_stats& each = found.waits[i];
        text += "  " + left(of.task_name(each.waiter), 20) + " was woken by " +
                left(of.task_name(each.waker), 20) + count(each.count) + " times after" +
                time(each.waited) +
                (each.object == 0 ? "" : ", " + one_line(of.object_name(each.object))) + "\n";
    }
    return text;
}

std::string quoted(const std::string& text) {
    std::string made = "\"";
    for (const char each : text) made += each == '"' ? "\"\"" : std::string(1, each);
    return made + "\"";
}

nlohmann::ordered_json bars_of(const histogram& of) {
    nlohmann::ordered_json bars = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < histogram::bars; ++i)
        if (of.bar(i) != 0)
            bars.push_back({{"below_ns", histogram::upper_end(i)}, {"count", of.bar(i)}});
    return {{"count", of.count()},
            {"sum_ns", of.sum()},
            {"p50_ns", of.percentile(0.5)},
            {"p90_ns", of.percentile(0.9)},
            {"p99_ns", of.percentile(0.99)},
            {"longest_ns", of.longest()},
            {"bars", bars}};
}

}  // namespace

std::string stats_text(const recording& of, const stats& found, std::size_t most) {
    return summary("steps", found.steps) + summary("delays from a wake to the step", found.delays) +
           task_table(of, found, most) + object_table(of, found, most) +
           site_table(of, found, most) + wait_table(of, found, most);
}

std::string stats_csv(const recording& of, const stats& found) {
    std::string text =
        "what,name,running_ns,ready_ns,parked_ns,steps,longest_step_ns,waits,longest_wait_ns\r\n";
    const auto row = [&](const char* what, const std::string& name,
                         const std::array<std::int64_t, 3>& in, std::uint64_t steps,
                         std::int64_t longest_step, std::uint64_t waits, std::int64_t longest) {
        text += what;
        text += "," + quoted(name);
        for (const std::int64_t each : {in[1], in[0], in[2], static_cast<std::int64_t>(steps),
                                        longest_step, static_cast<std::int64_t>(waits), longest})
            text += "," + std::to_string(each);
        text += "\r\n";
    };
    for (const task_stats& each : found.tasks)
        row("task", of.task_name(each.task), each.in, each.steps, each.longest_step, each.wakes,
            each.longest_delay);
    for (const object_stats& each : found.objects)
        row("object", of.object_name(each.object), {0, 0, each.waited}, 0, 0, each.waits,
            each.longest_wait);
    for (const site_stats& each : found.sites)
        row("place", place_of(of, each.site), each.in, each.steps, each.longest_step, each.waits,
            each.longest_wait);
    return text;
}

std::string stats_json(const recording& of, const stats& found) {
    nlohmann::ordered_json made{{"steps", bars_of(found.steps)}, {"delays", bars_of(found.delays)}};
    for (const char* list : {"tasks", "objects", "places", "waits"})
        made[list] = nlohmann::ordered_json::array();
    for (const task_stats& each : found.tasks)
        made["tasks"].push_back({{"task", each.task},
                                 {"name", of.name_of(each.task)},
                                 {"running_ns", each.in[1]},
                                 {"ready_ns", each.in[0]},
                                 {"parked_ns", each.in[2]},
                                 {"steps", each.steps},
                                 {"longest_step_ns", each.longest_step},
                                 {"longest_step_seq", each.longest_step_seq},
                                 {"wakes", each.wakes},
                                 {"longest_delay_ns", each.longest_delay}});
    for (const object_stats& each : found.objects)
        made["objects"].push_back({{"object", of.object_name(each.object)},
                                   {"waited_ns", each.waited},
                                   {"waits", each.waits},
                                   {"longest_wait_ns", each.longest_wait},
                                   {"operations", each.operations},
                                   {"peak_length", each.peak_length}});
    for (const site_stats& each : found.sites)
        made["places"].push_back({{"place", place_of(of, each.site)},
                                  {"parked_ns", each.in[2]},
                                  {"longest_wait_ns", each.longest_wait},
                                  {"waits", each.waits},
                                  {"running_ns", each.in[1]},
                                  {"steps", each.steps},
                                  {"longest_step_ns", each.longest_step}});
    for (const wait_stats& each : found.waits)
        made["waits"].push_back({{"waiter", of.task_name(each.waiter)},
                                 {"woken_by", of.task_name(each.waker)},
                                 {"object", each.object == 0 ? "" : of.object_name(each.object)},
                                 {"count", each.count},
                                 {"waited_ns", each.waited}});
    return made.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace giambio::trace
