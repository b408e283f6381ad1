// What the subcommands share: opening a file, moments of a run, output.
//
// Not here: any one command.
// Internal to tracer/.
#include "tracer/commands/commands.hpp"
#include "tracer/model/phrases.hpp"
#include "tracer/model/reader.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace giambio::trace::commands {
namespace {

// A number from the whole of `text`, or a usage error that shows the right form.
template <typename number>
number number_of(std::string_view text, const std::string& option, const std::string& whole) {
    number value{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || end != text.data() + text.size() || !(value >= number{}))
        throw CLI::ValidationError(option, "\"" + whole +
                                               "\" is no moment of a run; write seq:N (a trace "
                                               "event) or a time such as 12.5ms, 3s, 40us, 7ns");
    return value;
}

// The kernel's state is not to be trusted behind a gap, and so is not what is made of it.
void tell_what_is_lost(const recording& of) {
    std::uint64_t first = 0;
    std::int64_t lost = 0;
    for (auto at = of.events.begin(); at != of.events.end(); ++at) {
        if (at.kind() != kind::lost) continue;
        const event that = *at;
        lost += of.number(that, key::events).value_or(0);
        if (first == 0) first = that.seq;
    }
    if (first == 0) return;
    std::fprintf(
        stderr, "%s: %s missing from seq %llu on; what is told of later moments may be wrong\n",
        of.file.c_str(), (counted(lost, "trace event") + (lost == 1 ? " is" : " are")).c_str(),
        static_cast<unsigned long long>(first));
}

}  // namespace

void input::add_to(CLI::App& command) {
    command.add_option("FILE", file, "The trace file")->required();
    command.add_flag("--strict", strict, "Exit with 1 when any line was bad");
}

recording input::read() {
    recording made = read_file(file);
    bad_ = !made.complaints.empty();
    for (const complaint& each : made.complaints)
        std::fprintf(stderr, "%s:%llu:%llu: %s\n", made.file.c_str(),
                     static_cast<unsigned long long>(each.line),
                     static_cast<unsigned long long>(each.byte), each.what.c_str());
    tell_what_is_lost(made);
    return made;
}

void input::finish() const {
    if (strict && bad_) throw CLI::RuntimeError(1);
}

moment read_moment(const std::string& option, const std::string& at) {
    const std::string_view text = at;
    if (text.substr(0, 4) == "seq:")
        return {false, number_of<std::uint64_t>(text.substr(4), option, at), 0};
    struct unit {
        std::string_view name;
        double nanoseconds;
    };
    // "s" is the end of all the others, so it comes last.
    for (const unit& each : {unit{"ms", 1e6}, unit{"us", 1e3}, unit{"ns", 1.0}, unit{"s", 1e9}}) {
        if (!text.ends_with(each.name)) continue;
        const auto length = text.size() - each.name.size();
        const double t = number_of<double>(text.substr(0, length), option, at) * each.nanoseconds;
        constexpr double latest = 9e18;
        // Rounded, because 1.001us is a little less than 1001 ns for the machine.
        return {true, 0, std::llround(t < latest ? t : latest)};
    }
    return {false, number_of<std::uint64_t>("", option, at), 0};
}

std::size_t index_of_moment(const recording& of, const std::string& option, const std::string& at) {
    const moment wanted = read_moment(option, at);
    return wanted.is_time ? of.index_at(wanted.t) : of.index_of(wanted.seq);
}

std::uint64_t whole_number(const std::string& option, const std::string& text, std::uint64_t least,
                           std::uint64_t most) {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, number);
    if (fault == std::errc{} && stop == end && number >= least && number <= most) return number;
    throw CLI::ValidationError(option, "\"" + text +
                                           "\" is not what it takes; write a whole number "
                                           "from " +
                                           std::to_string(least) + " to " + std::to_string(most));
}

void expect_task(const recording& of, std::int64_t task) {
    if (task <= 0 || of.has_task(static_cast<std::uint32_t>(task))) return;
    throw CLI::ValidationError("--task", "no task of this run has the number " +
                                             std::to_string(task) + "; `info` lists them");
}

CLI::Validator not_empty(const std::string& what_to_give) {
    const auto judge = [what_to_give](const std::string& text) {
        return text.empty() ? "is empty; write " + what_to_give : std::string();
    };
    return CLI::Validator(judge, "");
}

void print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void finish_printing() {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
    throw unwritable("cannot write standard output: its disk is full, or nobody reads it");
}

void answer_with(CLI::App& command, std::function<void()> run) {
    command.callback([name = command.get_name(), run = std::move(run)] {
        try {
            run();
        } catch (const CLI::Error&) {
            throw;
        } catch (const std::exception& fault) {
            std::fprintf(stderr, "giambio trace %s: %s\n", name.c_str(), fault.what());
            throw CLI::RuntimeError(2);
        }
    });
}

}  // namespace giambio::trace::commands
