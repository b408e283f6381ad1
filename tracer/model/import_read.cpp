// Reads the JSON of a Chrome trace, one entry after the other, without building a tree.
//
// The array form and the object form; either may be cut anywhere. Numbers may be texts, and ids may
// be numbers or texts. Times are read from their digits: as floating point numbers those since 1970
// would lose their nanoseconds. Not here: what begins and ends together (import_lanes.cpp).
// Internal to tracer/model/.
#include "tracer/model/import_parts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <unordered_map>

namespace giambio::trace {
namespace {

using json = nlohmann::json;
// Small enough that two begins can be subtracted, and a length added.
constexpr std::int64_t latest = 2'000'000'000'000'000'000;

// Nanoseconds from the text of a number of microseconds.
std::optional<std::int64_t> nanoseconds(const std::string& text) {
    std::int64_t whole = 0;
    const char* const end = text.data() + text.size();
    auto [at, fault] = std::from_chars(text.data(), end, whole);
    const bool is_plain = fault == std::errc{} && whole < latest / 1000 && whole > -latest / 1000 &&
                          (at == end || *at == '.') &&
                          text.find_first_not_of("-0123456789.") == std::string::npos;
    if (is_plain) {
        std::string part = at == end ? "" : std::string(at + 1, end).substr(0, 3);
        if (part.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
        part.resize(3, '0');
        const std::int64_t rest = std::atoi(part.c_str());
        return whole * 1000 + (text[0] == '-' ? -rest : rest);
    }
    char* stopped = nullptr;
    const double value = std::strtod(text.c_str(), &stopped);
    if (text.empty() || *stopped != '\0' || !std::isfinite(value)) return std::nullopt;
    if (std::abs(value) >= double(latest) / 1000) return std::nullopt;
    return std::llround(value * 1000);
}

struct fields {
    std::string phase, name, time, length, process, thread, id, category, args_name;
};

// Numbers for texts, the same for the same.
class text_table {
public:
    std::uint32_t number(const std::string& text, std::vector<std::string>& all) {
        const auto [found, is_new] =
            numbers_.try_emplace(text, static_cast<std::uint32_t>(all.size()));
        if (is_new) all.push_back(text);
        return found->second;
    }

private:
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

class entry_reader : public nlohmann::json_sax<json> {
public:
    entry_reader(chrome_file& into, import_counts& counts) : into_(into), counts_(counts) {}

    bool null() override { return take(""); }
    bool boolean(bool value) override { return take(value ? "true" : "false"); }
    bool number_integer(std::int64_t value) override { return take(std::to_string(value)); }
    bool number_unsigned(std::uint64_t value) override { return take(std::to_string(value)); }
    bool number_float(double, const std::string& text) override { return take(text); }
    bool string(std::string& text) override { return take(text); }
    bool binary(json::binary_t&) override { return false; }
    bool start_object(std::size_t) override;
    bool key(std::string& text) override;
    bool end_object() override;
    bool start_array(std::size_t) override;
    bool end_array() override;
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception& what) override;

    bool found_entries() const { return entry_depth_ != 0; }
    std::size_t fault_at() const { return fault_at_; }
    void finish();

private:
    bool take(const std::string& value);
    void end_entry();
    void keep(char phase);
    void name_lane();
    std::uint32_t lane();
    bool in_entry() const { return entry_depth_ != 0 && depth_ == entry_depth_; }

    chrome_file& into_;
    import_counts& counts_;
    std::size_t depth_ = 0;
    std::size_t entry_depth_ = 0;  // of what stands in an entry; 0 before the array of entries
    std::size_t array_depth_ = 0;
    std::string key_, outer_key_;
    fields now_;
    text_table names_, lanes_;
    std::vector<std::string> lane_keys_;
    std::unordered_map<std::string, std::string> processes_;
    std::vector<std::string> process_of_lane_;
    std::size_t fault_at_ = 0;
};

bool entry_reader::start_object(std::size_t) {
    if (in_entry()) outer_key_ = key_;
    ++depth_;
    if (in_entry()) now_ = {};
    return true;
}

bool entry_reader::key(std::string& text) {
    key_.swap(text);
    return true;
}

bool entry_reader::end_object() {
    if (in_entry()) end_entry();
    --depth_;
    return true;
}

bool entry_reader::start_array(std::size_t) {
    ++depth_;
    const bool is_array_form = depth_ == 1;
    const bool is_object_form = depth_ == 2 && key_ == "traceEvents";
    if (entry_depth_ == 0 && (is_array_form || is_object_form)) {
        array_depth_ = depth_;
        entry_depth_ = depth_ + 1;
    }
    return true;
}

bool entry_reader::end_array() {
    // Behind the array of entries nothing is an entry, however deep it stands.
    if (depth_ == array_depth_) entry_depth_ = std::numeric_limits<std::size_t>::max();
    --depth_;
    return true;
}

bool entry_reader::take(const std::string& value) {
    if (entry_depth_ != 0 && depth_ == entry_depth_ + 1 && outer_key_ == "args" && key_ == "name")
        now_.args_name = value;
    if (!in_entry()) return true;
    using member = std::string fields::*;
    static const std::unordered_map<std::string_view, member> members{
        {"ph", &fields::phase},   {"name", &fields::name},   {"ts", &fields::time},
        {"dur", &fields::length}, {"pid", &fields::process}, {"tid", &fields::thread},
        {"id", &fields::id},      {"cat", &fields::category}};
    if (const auto found = members.find(key_); found != members.end()) now_.*found->second = value;
    return true;
}

std::uint32_t entry_reader::lane() {
    const std::string key = now_.process + "\n" + now_.thread;
    const std::uint32_t number = lanes_.number(key, lane_keys_);
    if (number == into_.lanes.size()) {
        into_.lanes.push_back({});
        process_of_lane_.push_back(now_.process);
    }
    return number;
}

void entry_reader::name_lane() {
    if (now_.name == "thread_name")
        into_.lanes[lane()].name = now_.args_name;
    else if (now_.name == "process_name")
        processes_[now_.process] = now_.args_name;
}

void entry_reader::end_entry() {
    ++counts_.entries;
    switch (now_.phase.size() == 1 ? now_.phase[0] : '\0') {
        case 'M':
            return name_lane();
        case 'R':
        case 'I':
            return keep('i');
        case 'B':
        case 'E':
        case 'X':
        case 'i':
        case 's':
        case 'f':
            return keep(now_.phase[0]);
        case 't':
            keep('f');
            return keep('s');
        case 'C':
            ++counts_.counters;
            return;
        case 'b':
        case 'n':
        case 'e':
        case 'S':
        case 'T':
        case 'F':
            ++counts_.asynchronous;
            return;
        default:
            ++counts_.unknown;
            return;
    }
}

void entry_reader::keep(char phase) {
    const auto time = nanoseconds(now_.time);
    const auto length = phase == 'X' ? nanoseconds(now_.length) : 0;
    if (!time || !length || *length < 0) {
        ++counts_.timeless;
        return;
    }
    const bool is_arrow = phase == 's' || phase == 'f';
    const std::string arrow = now_.id + "\n" + now_.category + "\n" + now_.name;
    const bool is_wait = now_.category == "state" &&
                         (now_.name == "ready" || now_.name.compare(0, 6, "wait: ") == 0);
    const std::uint32_t name = names_.number(is_arrow ? arrow : now_.name, into_.names);
    into_.entries.push_back({*time, *length, lane(), name, phase, is_wait});
}

bool entry_reader::parse_error(std::size_t position, const std::string&,
                               const nlohmann::detail::exception&) {
    fault_at_ = position;
    return false;
}

// Times begin at 0, and every lane has a name.
void entry_reader::finish() {
    std::stable_sort(into_.entries.begin(), into_.entries.end(),
                     [](const chrome_entry& a, const chrome_entry& b) { return a.t < b.t; });
    const std::int64_t first = into_.entries.empty() ? 0 : into_.entries.front().t;
    for (chrome_entry& each : into_.entries) each.t -= first;
    counts_.timeless += std::erase_if(
        into_.entries, [](const chrome_entry& each) { return each.t + each.length > latest_time; });
    for (std::size_t i = 0; i < into_.lanes.size(); ++i) {
        std::string& name = into_.lanes[i].name;
        if (name.empty()) {
            name = lane_keys_[i];
            std::replace(name.begin(), name.end(), '\n', '.');
            name.insert(0, "thread ");
        }
        const auto process = processes_.find(process_of_lane_[i]);
        if (processes_.size() > 1 && process != processes_.end())
            name.insert(0, process->second + ": ");
    }
}

// Whether nothing but the end of the array is behind the fault: some writers leave a comma there.
bool is_end(std::string_view rest) {
    return rest.find_first_not_of(" \t\r\n]}") == std::string_view::npos;
}

}  // namespace

chrome_file read_chrome(std::string_view bytes, import_counts& counts) {
    chrome_file made;
    entry_reader reader(made, counts);
    const bool is_whole = json::sax_parse(bytes.data(), bytes.data() + bytes.size(), &reader);
    const std::size_t at = reader.fault_at();
    if (!reader.found_entries())
        throw not_a_chrome_trace(
            (is_whole ? std::string() : fmt::format("the JSON is wrong at byte {}; ", at)) +
            "it is no Chrome trace, which is an array of entries, or an object with such an array "
            "called traceEvents");
    if (!is_whole) {
        counts.is_cut = at >= bytes.size() || is_end(bytes.substr(at > 0 ? at - 1 : 0));
        const char* const form =
            counts.is_cut ? "it ends too early, at byte {}; whole entries before that: {}"
                          : "the JSON is wrong at byte {}; entries before that: {}";
        counts.fault = fmt::format(fmt::runtime(form), at, counts.entries);
    }
    reader.finish();
    return made;
}

}  // namespace giambio::trace
