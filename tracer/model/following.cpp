// Reads each piece of a trace as a small trace of its own. See following.hpp.
// Internal to tracer/.
#include "tracer/model/following.hpp"

#include "tracer/model/reader.hpp"

#include <algorithm>

namespace giambio::trace {
namespace {

// The columns of the first lines shall still fit when the run is hours old.
constexpr columns usual{7, 12, 6, 20};

// The source's text is long, and no sentence needs it.
std::string without_text(std::string_view line) {
    const std::size_t text = line.find(",\"text\":");
    if (text == std::string_view::npos) return std::string(line) + "\n";
    return std::string(line.substr(0, text)) + ",\"text\":null}\n";
}

}  // namespace

std::string following::feed(std::string_view bytes) {
    cut_ += bytes;
    const std::size_t end = cut_.rfind('\n');
    if (end == std::string::npos) return {};
    const std::string lines = cut_.substr(0, end + 1);
    cut_.erase(0, end + 1);
    return tell(lines);
}

std::string following::tell(const std::string& lines) {
    std::string text = header_ + definitions_;
    for (const auto& [seq, line] : births_) text += line;
    const auto context = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    const recording read = read_text(text + lines, "The trace");
    std::string told;
    if (header_.empty()) {
        widths_ = usual;
        told = text_title(widths_) + "\n";
    }
    for (const event each : read.events) {
        if (each.seq > told_) told += text_line(read, each, widths_) + "\n";
    }
    for (const complaint& each : read.complaints) {
        if (each.line > context) told += "a bad line: " + each.what + "\n";
    }
    for (std::size_t from = 0; from < lines.size();) {
        const std::size_t to = lines.find('\n', from);
        remember(std::string_view(lines).substr(from, to - from));
        from = to + 1;
    }
    remember(read);
    ended_ = read.end.has_value();
    return told;
}

void following::remember(std::string_view line) {
    if (header_.empty()) header_ = std::string(line) + "\n";
    if (line.starts_with("{\"site\":")) definitions_ += std::string(line) + "\n";
    if (line.starts_with("{\"source\":")) definitions_ += without_text(line);
    const bool spawns = line.find("\"kind\":\"spawn\"") != std::string_view::npos;
    const bool makes = line.find("\"kind\":\"object_new\"") != std::string_view::npos;
    if (!line.starts_with("{\"seq\":") || (!spawns && !makes)) return;
    std::uint64_t seq = 0;
    for (std::size_t i = 7; i < line.size() && line[i] >= '0' && line[i] <= '9'; ++i)
        seq = seq * 10 + static_cast<std::uint64_t>(line[i] - '0');
    births_[seq] = std::string(line) + "\n";
}

// Who has ended is spoken of for a little longer, in the piece that it ended in.
void following::remember(const recording& read) {
    const auto id = [&](const event& of, key which) {
        return static_cast<std::uint32_t>(read.number(of, which).value_or(0));
    };
    const auto forget = [&](std::map<std::uint32_t, std::uint64_t>& table, std::uint32_t which) {
        const auto found = table.find(which);
        if (found == table.end()) return;
        births_.erase(found->second);
        table.erase(found);
    };
    for (const event each : read.events) {
        if (each.seq <= told_) continue;
        if (each.kind == kind::spawn) tasks_[id(each, key::child)] = each.seq;
        if (each.kind == kind::object_new) objects_[id(each, key::object)] = each.seq;
        if (each.kind == kind::exit) forget(tasks_, each.task);
        if (each.kind == kind::object_end) forget(objects_, id(each, key::object));
    }
    if (!read.events.empty()) told_ = std::max(told_, read.events.back().seq);
}

}  // namespace giambio::trace
