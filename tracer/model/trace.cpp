// Questions about one trace event: its own keys, its place in the program, its name, its effects.
//
// The viewer, the sentences and the commands ask here. Everything is found by binary search or by
// a short walk over the trace event's own keys; only effects_of looks through the whole recording.
// Not here: how a recording is filled (reader.cpp), the kernel's state (state.cpp).
// Kept true: an index or id from outside is checked before it is used.
// Internal to tracer/model/; its functions are public through trace.hpp.
#include "tracer/model/trace.hpp"

#include <algorithm>

namespace giambio::trace {

std::span<const argument> recording::arguments_of(const event& of) const {
    return std::span(arguments).subspan(of.first_arg, of.arg_count);
}

std::span<const std::uint32_t> recording::chain_of(const event& of) const {
    return std::span(chains).subspan(of.first_chain, of.chain_length);
}

std::string_view recording::text_of(const argument& of) const {
    if (!of.is_text) return {};
    return words[static_cast<std::size_t>(of.number)];
}

std::optional<std::int64_t> recording::number(const event& of, key which) const {
    for (const argument& each : arguments_of(of))
        if (each.key == which && !each.is_text) return each.number;
    return std::nullopt;
}

std::string_view recording::text(const event& of, key which) const {
    for (const argument& each : arguments_of(of))
        if (each.key == which) return text_of(each);
    return {};
}

std::size_t recording::index_of(std::uint64_t seq) const {
    const auto found =
        std::lower_bound(events.begin(), events.end(), seq,
                         [](const event& each, std::uint64_t wanted) { return each.seq < wanted; });
    if (found == events.end()) return events.empty() ? 0 : events.size() - 1;
    return static_cast<std::size_t>(found - events.begin());
}

std::size_t recording::index_at(std::int64_t t) const {
    const auto later =
        std::upper_bound(events.begin(), events.end(), t,
                         [](std::int64_t wanted, const event& each) { return wanted < each.t; });
    if (later == events.begin()) return 0;
    return static_cast<std::size_t>(later - events.begin()) - 1;
}

const site* recording::site_of(std::uint32_t site_id) const {
    if (site_id == 0 || site_id > sites.size()) return nullptr;
    const trace::site& found = sites[site_id - 1];
    // A number that was skipped, because its line was damaged, leaves a site without a source.
    return found.source == 0 ? nullptr : &found;
}

std::string recording::place(std::uint32_t site_id) const {
    const trace::site* found = site_of(site_id);
    if (found == nullptr) return {};
    const std::string& file_name = sources[found->source - 1].file;
    const std::size_t slash = file_name.rfind('/');
    return file_name.substr(slash == std::string::npos ? 0 : slash + 1) + ":" +
           std::to_string(found->line);
}

std::string_view recording::code_line(std::uint32_t site_id) const {
    const trace::site* found = site_of(site_id);
    if (found == nullptr || !sources[found->source - 1].text) return {};
    std::string_view rest = *sources[found->source - 1].text;
    for (std::uint32_t line = 1; line < found->line; ++line) {
        const std::size_t newline = rest.find('\n');
        if (newline == std::string_view::npos) return {};
        rest.remove_prefix(newline + 1);
    }
    rest = rest.substr(0, rest.find('\n'));
    constexpr std::string_view blank = " \t\r";
    const std::size_t first = rest.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return rest.substr(first, rest.find_last_not_of(blank) - first + 1);
}

std::string recording::task_name(std::uint32_t task) const {
    if (task == 0) return "the loop";
    std::string shown("#");
    shown += std::to_string(task);
    if (const auto name = names.find(task); name != names.end())
        shown.append(" ").append(words[name->second]);
    return shown;
}

std::string recording::object_name(std::uint32_t object) const {
    const auto type = types.find(object);
    std::string shown = type == types.end() ? "object" : words[type->second];
    return shown.append(" ").append(std::to_string(object));
}

std::vector<std::uint64_t> recording::effects_of(std::uint64_t seq) const {
    std::vector<std::uint64_t> found;
    if (seq == 0) return found;
    for (std::size_t i = index_of(seq); i < events.size(); ++i)
        if (events[i].cause == seq) found.push_back(events[i].seq);
    return found;
}

}  // namespace giambio::trace
