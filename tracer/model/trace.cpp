// Questions about one trace event: its own keys, its place in the program, its name, its effects.
//
// The viewer, the sentences and the commands ask here. Everything is found by binary search or by
// a short walk over the trace event's own keys in the file; only effects_of looks through the whole
// recording.
// Not here: how a recording is filled (reader.cpp), the kernel's state (state.cpp).
// Kept true: an index or id from outside is checked before it is used.
// Internal to tracer/model/; its functions are public through trace.hpp.
#include "tracer/model/trace.hpp"

namespace giambio::trace {

own_keys recording::keys_of(const event& of) const {
    return own_keys(text_->bytes().data() + events.keys_at(of.index));
}

std::string_view recording::text_at(const own_keys& found) const {
    if (!found.is_text()) return {};
    if (!found.has_escapes()) return found.value();
    const auto offset = static_cast<std::uint64_t>(found.value().data() - text_->bytes().data());
    const auto decoded = decoded_.find(offset);
    return decoded == decoded_.end() ? found.value() : std::string_view(*decoded->second);
}

std::optional<std::int64_t> recording::number(const event& of, key which) const {
    const std::string_view wanted = word_of(which);
    for (own_keys keys = keys_of(of); keys.next();)
        if (same_word(keys.word(), wanted) && !keys.is_text())
            if (const auto found = number_in(keys.value())) return found;
    return std::nullopt;
}

std::string_view recording::text(const event& of, key which) const {
    const std::string_view wanted = word_of(which);
    for (own_keys keys = keys_of(of); keys.next();)
        if (same_word(keys.word(), wanted)) return text_at(keys);
    return {};
}

std::vector<argument> recording::arguments_of(const event& of) const {
    std::vector<argument> found;
    for (own_keys keys = keys_of(of); keys.next();) {
        const key which = key_of(keys.word());
        if (which == key::unknown) continue;
        if (keys.is_text())
            found.push_back({which, true, 0, text_at(keys)});
        else if (const auto number = number_in(keys.value()))
            found.push_back({which, false, *number, {}});
    }
    return found;
}

std::vector<std::uint32_t> recording::chain_of(const event& of) const {
    std::vector<std::uint32_t> chain;
    each_link(of,
              [&](std::uint32_t site) { chain.push_back(site_of(site) == nullptr ? 0 : site); });
    return chain;
}

std::uint32_t recording::named_process(const event& of) const {
    const auto found = static_cast<std::uint64_t>(number(of, key::process).value_or(0));
    return found > header.processes.size() ? 0 : static_cast<std::uint32_t>(found);
}

std::uint32_t recording::process_of_task(std::uint32_t task) const {
    const life* known = header.is_merged() ? tasks_.find(task) : nullptr;
    return known == nullptr || known->born == life::never ? 0 : named_process(events[known->born]);
}

std::string_view recording::kind_word(const event& of) const {
    if (of.kind != kind::unknown) return word_of(of.kind);
    // A kind that is not known is rare enough to look for its line's beginning.
    const std::string_view whole = text_->bytes();
    const std::size_t keys = events.keys_at(of.index);
    const std::size_t newline = keys == 0 ? std::string_view::npos : whole.rfind('\n', keys - 1);
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    for (own_keys all(whole.data() + begin); all.next();)
        if (all.word() == "kind") return text_at(all);
    return {};
}

std::size_t recording::index_of(std::uint64_t seq) const {
    const std::size_t found = events.find(seq);
    if (found < events.size()) return found;
    return events.empty() ? 0 : events.size() - 1;
}

std::optional<std::size_t> recording::find(std::uint64_t seq) const {
    const std::size_t found = events.find(seq);
    if (found >= events.size() || events.seq(found) != seq) return std::nullopt;
    return found;
}

std::size_t recording::index_at(std::int64_t t) const {
    std::size_t low = 0;
    std::size_t high = events.size();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (events.time(middle) <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? 0 : low - 1;
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

bool recording::has_task(std::uint32_t task) const {
    if (tasks_.find(task) != nullptr) return true;
    for (std::size_t i = 0; i < events.size(); ++i)
        if (events.task(i) == task) return true;
    return false;
}

std::string_view recording::name_of(std::uint32_t task) const {
    const life* found = tasks_.find(task);
    if (found == nullptr || found->born == life::never) return {};
    return text(events[found->born], key::name);
}

std::string_view recording::outcome_of(std::uint32_t task) const {
    const life* found = tasks_.find(task);
    if (found == nullptr || found->ended == life::never) return {};
    return text(events[found->ended], key::outcome);
}

std::string_view recording::error_of(std::uint32_t task) const {
    const life* found = tasks_.find(task);
    if (found == nullptr || found->ended == life::never) return {};
    return text(events[found->ended], key::error);
}

std::string recording::task_name(std::uint32_t task) const {
    if (task == 0) return "the loop";
    std::string shown("#");
    shown += std::to_string(task);
    if (const std::string_view name = name_of(task); !name.empty()) shown.append(" ").append(name);
    return shown;
}

std::string_view recording::type_of(std::uint32_t object) const {
    const life* found = objects_.find(object);
    if (found == nullptr || found->born == life::never) return {};
    return text(events[found->born], key::type);
}

std::string recording::object_name(std::uint32_t object) const {
    const std::string_view type = type_of(object);
    std::string shown(type.empty() ? "object" : type);
    return shown.append(" ").append(std::to_string(object));
}

std::size_t recording::bytes() const {
    return events.bytes() + tasks_.bytes() + objects_.bytes() +
           exits_.capacity() * sizeof(exits_[0]) + sites.capacity() * sizeof(site);
}

std::vector<std::uint64_t> recording::effects_of(std::uint64_t seq) const {
    std::vector<std::uint64_t> found;
    if (seq == 0) return found;
    for (std::size_t i = index_of(seq); i < events.size(); ++i)
        if (events.cause(i) == seq) found.push_back(events.seq(i));
    return found;
}

}  // namespace giambio::trace
