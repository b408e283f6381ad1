// Reads a trace: cuts the text into lines, tells the sorts of lines apart, keeps what was wrong.
//
// read_file and read_text are called by the commands, the viewer, the lesson runner and the tests.
// Lines with `seq` go to quick_line and event_line, the few others are parsed as a tree here. Not
// here: what a trace event does (state.cpp), how it is told (words.cpp).
// Kept true: whatever the bytes are, the reader ends; a bad line costs that line and nothing else.
// Internal to tracer/model/; its functions are public through reader.hpp.
#include "tracer/model/reader.hpp"

#include "tracer/model/event_line.hpp"
#include "tracer/model/event_taker.hpp"
#include "tracer/model/quick_line.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>
#include <utility>

namespace giambio::trace {
namespace {

using nlohmann::json;

constexpr int known_version = 1;
constexpr std::uint64_t most_complaints = 1000;
constexpr std::size_t deepest = 100;
// Damaged ids must not make the tables huge; a good trace numbers without gaps. All of a table's
// gaps together have so many numbers at most.
constexpr std::uint64_t longest_gap = 65'536;

// Why a definition, header or footer cannot be used; caught where the line is known.
class bad_line : public std::runtime_error {
public:
    explicit bad_line(const std::string& what, std::size_t offset = 0)
        : std::runtime_error(what), offset_(offset) {}
    std::size_t offset() const { return offset_; }

private:
    std::size_t offset_;
};

// Where the brackets outside of texts are too deep; npos: nowhere. A tree of them would take many
// times the memory of the line.
std::size_t too_deep(std::string_view line) {
    std::size_t depth = 0;
    bool in_text = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char each = line[i];
        if (in_text && each == '\\') ++i;
        if (each == '"') in_text = !in_text;
        if (in_text) continue;
        if (each == '{' || each == '[') ++depth;
        if ((each == '}' || each == ']') && depth > 0) --depth;
        if (depth > deepest) return i;
    }
    return std::string_view::npos;
}

json parse_tree(std::string_view line) {
    if (const std::size_t place = too_deep(line); place != std::string_view::npos)
        throw bad_line("The line is nested more than " + std::to_string(deepest) + " times.",
                       place);
    try {
        return json::parse(line.begin(), line.end());
    } catch (const json::parse_error& fault) {
        const std::size_t offset = std::min(fault.byte == 0 ? 0 : fault.byte - 1, line.size());
        const std::string near = excerpt(line, offset);
        throw bad_line(near.empty() ? "The line is not JSON: it ends too early."
                                    : "The line is not JSON from here on: " + near,
                       offset);
    } catch (const json::out_of_range&) {
        throw bad_line("The line has a number that is too large.");
    }
}

// A number of the tree, checked against the type it is kept in.
template <typename integer>
integer number_at(const json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) throw bad_line("The key \"" + std::string(name) + "\" is missing.");
    const bool negative = found->is_number_integer() && !found->is_number_unsigned();
    if (!found->is_number_unsigned() && !negative)
        throw bad_line("The value of \"" + std::string(name) + "\" is not a whole number.");
    const auto limit = static_cast<std::uint64_t>(std::numeric_limits<integer>::max());
    if (negative || found->get<std::uint64_t>() > limit)
        throw bad_line("The value of \"" + std::string(name) + "\" is out of its range.");
    return static_cast<integer>(found->get<std::uint64_t>());
}

std::string text_at(const json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) throw bad_line("The key \"" + std::string(name) + "\" is missing.");
    if (!found->is_string())
        throw bad_line("The value of \"" + std::string(name) + "\" is not a text.");
    return found->get<std::string>();
}

// A number that may be absent: what a later minor version may drop must not stop this reader.
template <typename integer>
integer number_or_zero(const json& object, const char* name) {
    return object.contains(name) ? number_at<integer>(object, name) : integer{0};
}

std::string text_or_empty(const json& object, const char* name) {
    return object.contains(name) ? text_at(object, name) : std::string{};
}

header header_of(const json& line) {
    header made;
    made.version = number_at<int>(line, "giambio_trace");
    made.minor = number_or_zero<int>(line, "minor");
    made.clock = text_or_empty(line, "clock");
    made.driver = text_or_empty(line, "driver");
    made.seed = number_or_zero<std::uint64_t>(line, "seed");
    made.budget = number_or_zero<int>(line, "budget");
    made.shuffle = number_or_zero<std::uint64_t>(line, "shuffle");
    made.program = text_or_empty(line, "program");
    made.started = text_or_empty(line, "started");
    made.started_ns = number_or_zero<std::int64_t>(line, "started_ns");
    if (const auto merged = line.find("processes"); merged != line.end() && merged->is_array())
        for (const json& each : *merged)
            made.processes.push_back(each.is_object() ? text_or_empty(each, "name") : "");
    if (const auto argv = line.find("argv"); argv != line.end() && argv->is_array())
        for (const json& each : *argv)
            if (each.is_string()) made.argv.push_back(each.get<std::string>());
    return made;
}

// Makes room for definition `id` of a table that counts from 1 and has `count` of them.
template <typename row, typename is_defined>
void make_room(std::vector<row>& table, std::uint64_t& count, std::uint64_t id,
               is_defined defined) {
    if (id == 0 || id > count + longest_gap)
        throw bad_line("The number " + std::to_string(id) + " of this definition is out of order.");
    if (id <= table.size() && defined(table[id - 1]))
        throw bad_line("The number " + std::to_string(id) +
                       " was defined before; the first definition stays.");
    if (id > table.size()) table.resize(id);
    ++count;
}

}  // namespace

class loader {
public:
    explicit loader(const std::string& name) : taker_(made_) { made_.file = name; }

    recording load(const std::shared_ptr<file_text>& file);

private:
    void read_lines(file_text& file);
    static std::size_t end_of_line(std::size_t start, std::string_view& text, file_text& file);
    void read_header(std::string_view line, bool cut);
    void read_line(std::string_view line, bool cut);
    bool read_trace_event(std::string_view line);
    void read_other(std::string_view line);
    void read_source(const json& line);
    void read_site(const json& line);
    void read_footer(const json& line);
    bool is_hopeless(std::string_view line) const;
    void tell_the_rest(const std::string& fault);
    void complain(std::size_t offset, std::string what);
    [[noreturn]] void refuse(const std::string& why) const;

    recording made_;
    event_taker taker_;
    event_line lines_;
    std::uint64_t line_number_ = 0;
    std::uint64_t line_start_ = 0;
    std::uint64_t bad_lines_ = 0;
    std::uint64_t sources_ = 0;  // how many were defined; gaps do not count
    std::uint64_t sites_ = 0;
    bool stopped_ = false;  // a second header: the rest is another run's trace
};

recording loader::load(const std::shared_ptr<file_text>& file) {
    made_.text_ = file;
    // Each column has room for as many trace events as the file can hold, so that it is never
    // moved. What is not used of that room is never touched, and so never takes memory.
    constexpr std::size_t shortest = 64;  // bytes of a trace event's line
    made_.events.reserve(file->expected_size() / shortest + 1);
    read_lines(*file);
    const std::string fault = file->finish();
    if (line_number_ == 0 && !fault.empty()) refuse("cannot be unpacked. " + fault);
    if (line_number_ == 0)
        refuse(
            "is empty. The program that wrote it ended before it started its loop, or was never "
            "run; trace it again with GIAMBIO_TRACE=" +
            made_.file + ".");
    tell_the_rest(fault);
    return std::move(made_);
}

void loader::read_lines(file_text& file) {
    std::string_view text;
    for (std::size_t start = 0; !stopped_;) {
        const std::size_t newline = end_of_line(start, text, file);
        if (start >= text.size()) return;
        const bool cut = newline == std::string_view::npos;
        const std::size_t end = cut ? text.size() : newline;
        const std::string_view line = text.substr(start, end - start);
        ++line_number_;
        line_start_ = start;
        line_number_ == 1 ? read_header(line, cut) : read_line(line, cut);
        start = end + 1;
    }
}

// Where the newline of the line is that begins at `start`; npos: the file ends before. A packed
// file is still being unpacked meanwhile: `text` is what was there of it, and becomes longer.
std::size_t loader::end_of_line(std::size_t start, std::string_view& text, file_text& file) {
    for (std::size_t seen = start;;) {
        const std::size_t newline = text.find('\n', seen);
        if (newline != std::string_view::npos) return newline;
        seen = text.size();
        text = file.longer_than(seen);
        if (text.size() == seen) return newline;
    }
}

void loader::refuse(const std::string& why) const {
    throw unreadable(made_.file + " " + why);
}

// Of a file that is full of bad lines the first ones are told and the others counted.
void loader::complain(std::size_t offset, std::string what) {
    if (++bad_lines_ > most_complaints) return;
    made_.complaints.push_back({line_number_, line_start_ + offset, std::move(what)});
}

void loader::read_header(std::string_view line, bool cut) {
    const std::string want =
        " A giambio trace begins with the line {\"giambio_trace\":1,...}; make one by running a "
        "program with GIAMBIO_TRACE=out.json in its environment.";
    if (line.substr(0, 4096).find('\0') != std::string_view::npos)
        refuse("is a binary file, not a giambio trace." + want);
    json tree;
    try {
        tree = parse_tree(line);
    } catch (const bad_line& fault) {
        if (cut && line.find("giambio_trace") != std::string_view::npos)
            refuse(
                "ends in the middle of its header: the program was killed as it began to write. "
                "Nothing can be read from it; run the program again.");
        refuse("is not a giambio trace: line 1, byte " + std::to_string(fault.offset()) + ": " +
               fault.what() + want);
    }
    if (!tree.is_object() || !tree.contains("giambio_trace"))
        refuse("is not a giambio trace: line 1 is no header." + want);
    const json& version = tree["giambio_trace"];
    if (version != known_version)
        refuse("is a trace of version " + excerpt(version.dump(-1, ' ', true), 0) +
               "; this program reads version " + std::to_string(known_version) +
               ". Open it with the giambio that wrote it, or record it again.");
    try {
        made_.header = header_of(tree);
    } catch (const bad_line& fault) {
        refuse("has a damaged header (line 1, byte 0). " + std::string(fault.what()) +
               " Record the trace again, or mend the line as tracer/FORMAT.md tells.");
    }
}

// False when the line is of another sort.
bool loader::read_trace_event(std::string_view line) {
    if (const auto quick = read_quickly(line)) {
        if (!taker_.take(quick->made, line_start_ + quick->keys_at))
            throw bad_line(taker_.fault() + " The line was skipped.");
    } else {
        const line_result result = lines_.read(line);
        if (result == line_result::other) return false;
        if (result == line_result::refused)
            throw bad_line(lines_.fault().what + " The line was skipped.", lines_.fault().offset);
        if (!taker_.take(lines_.made(), line_start_ + line.find('{')))
            throw bad_line(taker_.fault() + " The line was skipped.");
        taker_.decode_texts();
    }
    if (!taker_.fault().empty()) complain(0, taker_.fault());
    return true;
}

// After very many bad lines nobody asks any more what exactly is wrong with one that does not even
// begin as an object, and finding it out takes long.
bool loader::is_hopeless(std::string_view line) const {
    if (bad_lines_ < most_complaints) return false;
    const std::size_t begin = line.find_first_not_of(" \t\r");
    return begin == std::string_view::npos || line[begin] != '{';
}

void loader::tell_the_rest(const std::string& fault) {
    made_.bad_lines = bad_lines_;
    if (!fault.empty()) {
        ++made_.bad_lines;
        made_.complaints.push_back({line_number_, line_start_, fault});
    }
    if (bad_lines_ <= most_complaints) return;
    made_.complaints.push_back(
        {line_number_, line_start_,
         std::to_string(bad_lines_ - most_complaints) +
             " more lines up to here were bad as well and are not told one by one."});
}

void loader::read_line(std::string_view line, bool cut) {
    if (is_hopeless(line)) {
        ++bad_lines_;
        return;
    }
    try {
        if (!read_trace_event(line)) read_other(line);
    } catch (const bad_line& fault) {
        if (cut)
            complain(0,
                     "The last line is cut: the program was killed, or is still writing. "
                     "Every whole line before it was kept.");
        else
            complain(fault.offset(), fault.what());
    }
}

void loader::read_other(std::string_view line) {
    const json tree = parse_tree(line);
    const std::string& sort = lines_.first_key();
    if (sort == "source") return read_source(tree);
    if (sort == "site") return read_site(tree);
    if (sort == "end") return read_footer(tree);
    if (sort != "giambio_trace") return;  // a sort of line that a later version added
    stopped_ = true;
    throw bad_line(
        "A second header begins here: another run's trace was written behind this one. "
        "The rest of the file was not read; split the file at this byte to read both.");
}

void loader::read_source(const json& line) {
    const auto id = number_at<std::uint32_t>(line, "source");
    source_file made{text_at(line, "file"), std::nullopt};
    if (const auto text = line.find("text"); text != line.end() && !text->is_null())
        made.text = text_at(line, "text");
    make_room(made_.sources, sources_, id,
              [](const source_file& row) { return !row.file.empty(); });
    made_.sources[id - 1] = std::move(made);
}

void loader::read_site(const json& line) {
    const auto id = number_at<std::uint32_t>(line, "site");
    const site made{number_at<std::uint32_t>(line, "source"),
                    number_at<std::uint32_t>(line, "line"),
                    number_at<std::uint32_t>(line, "column"), text_at(line, "function")};
    if (made.source == 0 || made.source > made_.sources.size())
        throw bad_line("The site " + std::to_string(id) + " stands in source " +
                       std::to_string(made.source) + ", which was not defined before.");
    make_room(made_.sites, sites_, id, [](const site& row) { return row.source != 0; });
    made_.sites[id - 1] = made;
}

void loader::read_footer(const json& line) {
    const json& end = line["end"];
    if (!end.is_object()) throw bad_line("The value of \"end\" is not an object.");
    if (number_or_zero<std::int64_t>(end, "t") > latest_time)
        throw bad_line("The value of \"t\" is out of its range.");
    made_.end = footer{
        number_or_zero<std::uint64_t>(end, "events"), number_or_zero<std::uint64_t>(end, "turns"),
        number_or_zero<std::int64_t>(end, "t"), number_or_zero<std::uint64_t>(end, "tasks"),
        number_or_zero<std::uint64_t>(end, "lost")};
}

recording read_text(std::string_view text, const std::string& name) {
    return loader(name).load(std::make_shared<file_text>(std::string(text)));
}

recording read_file(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        throw unreadable(path + " is a directory. Name the trace file inside it.");
    return loader(path).load(std::make_shared<file_text>(path.c_str()));
}

}  // namespace giambio::trace
