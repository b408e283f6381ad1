// Runs lessons and compares: the text with the trace, the fresh trace with the golden one.
//
// Called by main.cpp. Not here: the command line.
// Kept true: nothing is left of a fresh trace, passed or not, and however we end.
// Internal to lessons/.
#include "lessons/checking.hpp"

#include "lessons/fault.hpp"
#include "lessons/running.hpp"
#include "tracer/model/lesson_text.hpp"
#include "tracer/model/reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace giambio::lessons {
namespace {

namespace fs = std::filesystem;

// A file in memory, without a name in any folder: it is gone when we have ended, also by Ctrl-C.
// Its path leads to what this process has open, and the program that writes the trace opens it
// there.
class passing_file {
public:
    explicit passing_file(const std::string& name)
        : opened_(memfd_create(name.c_str(), MFD_CLOEXEC)) {
        constexpr mode_t as_other_files = 0644;  // a copy of it has the same rights
        if (opened_ < 0 || fchmod(opened_, as_other_files) != 0)
            throw fault(std::string("no file could be made in memory: ") + std::strerror(errno));
    }
    passing_file(const passing_file&) = delete;
    passing_file& operator=(const passing_file&) = delete;
    ~passing_file() { close(opened_); }

    fs::path path() const { return fmt::format("/proc/{}/fd/{}", getpid(), opened_); }

private:
    int opened_;
};

std::string text_of(const fs::path& file) {
    std::ifstream from(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(from), {}};
}

std::string_view take_line(std::string_view& rest) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    return line;
}

// What stands around the place where two lines part; a source's line is thousands of bytes long.
std::string around(std::string_view line, std::size_t place) {
    constexpr std::size_t before = 60, after = 60;
    if (line.empty()) return "(nothing)";
    const std::size_t first = place > before ? place - before : 0;
    std::string shown(line.substr(first, place - first + after));
    if (first > 0) shown.insert(0, "... ");
    if (place + after < line.size()) shown += " ...";
    return shown;
}

void try_text(const lesson& which, const fs::path& trace, const std::string& kind_of_trace,
              std::vector<std::string>& wrong) {
    const trace::recording run = trace::read_file(trace.string());
    for (const auto& each : run.complaints)
        wrong.push_back(fmt::format("{} trace, line {}: {}", kind_of_trace, each.line, each.what));
    for (const auto& each : trace::read_lesson(which.folder.string(), run).complaints)
        wrong.push_back(fmt::format("{} trace: {}", kind_of_trace, each));
}

}  // namespace

std::string difference(std::string_view golden, std::string_view fresh) {
    if (golden == fresh) return {};
    std::size_t number = 1;
    for (;; ++number) {
        const bool over = golden.empty() || fresh.empty();
        const std::string_view was = take_line(golden), is = take_line(fresh);
        if (!over && was == is) continue;
        const auto parted = std::ranges::mismatch(was, is).in1 - was.begin();
        const auto place = static_cast<std::size_t>(parted);
        return fmt::format("line {} was\n    {}\n  and is now\n    {}", number, around(was, place),
                           around(is, place));
    }
}

std::string comparable(std::string_view trace) {
    std::string made;
    while (!trace.empty()) {
        std::string_view line = take_line(trace);
        if (line.starts_with(R"({"site":)")) line = line.substr(0, line.find(R"(,"column":)"));
        made.append(line).append("\n");
    }
    return made;
}

std::vector<std::string> check(const lesson& which) {
    std::vector<std::string> wrong;
    const fs::path golden = golden_trace(which);
    if (!fs::exists(golden)) {
        wrong.push_back(golden.string() + " is missing");
    } else {
        try_text(which, golden, "golden", wrong);
    }
    const passing_file fresh(which.number + ".jsonl");
    run_lesson(which, world::simulated, fresh.path(), true);
    try_text(which, fresh.path(), "fresh", wrong);
    const std::string was = comparable(text_of(golden)), is = comparable(text_of(fresh.path()));
    if (const auto parted = difference(was, is); !parted.empty())
        wrong.push_back("the run has changed: " + parted +
                        "\n  If that is meant, record it anew: ./giambio lesson record " +
                        which.number);
    if (!which.real_program.empty()) {
        const passing_file real(which.number + "-real.jsonl");
        run_lesson(which, world::real, real.path(), true);
        try_text(which, real.path(), "real", wrong);
    }
    return wrong;
}

void record(const lesson& which) {
    const passing_file fresh(which.number + ".jsonl");
    run_lesson(which, world::simulated, fresh.path(), true);
    fs::copy_file(fresh.path(), golden_trace(which), fs::copy_options::overwrite_existing);
}

}  // namespace giambio::lessons
