// Finds the file and the cursors of the source pane.
//
// Called by the study when the playhead has moved. A task that waits inside the library (in
// send_all, say) has a chain of places; its cursor is the innermost of them that is in the file
// shown, so that a student sees the line of the program. Not here: what a task waits for
// (tracer/model/).
// Internal to gui/; public to it through source_pane.hpp.
#include "gui/model/source_pane.hpp"

#include <algorithm>

namespace giambio::gui {
namespace {

struct finding {
    const trace::recording& of;
    const trace::state& now;
    const lanes& all;

    std::uint32_t source_of(std::uint32_t site) const {
        const trace::site* found = of.site_of(site);
        return found == nullptr ? 0 : found->source;
    }

    // The places where a task stands, from the outermost coroutine to the innermost.
    std::vector<std::uint32_t> places(const trace::task_view& task) const {
        std::vector<std::uint32_t> sites;
        if (task.parked != trace::task_view::nowhere) sites = of.chain_of(of.events[task.parked]);
        if (task.at != 0 && (sites.empty() || sites.back() != task.at)) {
            // A trap since the last park has a newer place than the chain.
            if (task.state != trace::task_state::parked) sites.clear();
            sites.push_back(task.at);
        }
        if (sites.empty()) sites.push_back(spawned_at(task.id));
        return sites;
    }

    // A task that has not asked for anything yet is shown where it was spawned.
    std::uint32_t spawned_at(std::uint32_t task) const {
        const auto row = all.row_of.find(task);
        return row == all.row_of.end() ? 0 : of.events[all.rows[row->second].born].at;
    }

    bool is_library(std::uint32_t source) const {
        const std::string& file = of.sources[source - 1].file;
        return file.rfind("traps/", 0) == 0 || file.rfind("kernel/", 0) == 0;
    }

    // The outermost part of the program comes before the library's own files.
    std::uint32_t file_of(const std::vector<std::uint32_t>& sites) const {
        std::uint32_t found = 0;
        for (auto site = sites.rbegin(); site != sites.rend(); ++site) {
            const std::uint32_t source = source_of(*site);
            if (source == 0) continue;
            if (!is_library(source)) return source;
            if (found == 0) found = source;
        }
        return found;
    }

    // Who the trace event at the playhead is about: the one it happens to, else the one who did it.
    std::uint32_t subject(const trace::event& that) const {
        if (that.task != 0) return that.task;
        const auto woken = of.number(that, trace::key::woken);
        if (woken) return static_cast<std::uint32_t>(*woken);
        return now.running;
    }

    std::vector<std::uint32_t> sites_of(const trace::event& that) const {
        const std::uint32_t who = subject(that);
        const trace::task_view* task = now.tasks.find(who);
        std::vector<std::uint32_t> sites;
        if (task != nullptr) sites = places(*task);
        if (that.at != 0 && (sites.empty() || sites.back() != that.at)) sites.push_back(that.at);
        return sites;
    }

    std::uint32_t innermost_in(std::uint32_t source,
                               const std::vector<std::uint32_t>& sites) const {
        for (auto site = sites.rbegin(); site != sites.rend(); ++site)
            if (source_of(*site) == source) return *site;
        return 0;
    }

    void add(source_rows& to, std::uint32_t id, const std::vector<std::uint32_t>& sites,
             bool strong) const {
        const trace::site* place = of.site_of(innermost_in(to.source, sites));
        if (place == nullptr) return;
        const trace::task_view* task = now.tasks.find(id);
        const trace::life* known = of.tasks().find(id);
        const look gone = known != nullptr ? look::ended : look::run;
        const look seen = task == nullptr ? gone : look_of(*task);
        to.cursors.push_back({id, name_of(of, id), place->line, place->column, seen, strong});
    }
};

}  // namespace

source_rows source_at(const trace::recording& of, const lanes& all, const trace::state& now,
                      std::size_t index, std::uint32_t wanted, std::uint32_t last) {
    source_rows made;
    if (of.events.empty() || of.sources.empty()) {
        made.note = "The trace has no source text.";
        return made;
    }
    const finding find{of, now, all};
    const trace::event that = of.events[index];
    const std::vector<std::uint32_t> strong = find.sites_of(that);
    made.source = wanted != 0 ? wanted : find.file_of(strong);
    if (made.source == 0) made.source = last != 0 ? last : 1;
    made.file = of.sources[made.source - 1].file;
    if (!of.sources[made.source - 1].text)
        made.note =
            "The trace has no text of this file: it could not be read when the trace was made.";
    const std::uint32_t who = find.subject(that);
    find.add(made, who, strong, true);
    for (const trace::task_view* each : now.tasks.in_order())
        if (each->id != who) find.add(made, each->id, find.places(*each), false);
    if (!made.cursors.empty() && made.cursors.front().strong) made.line = made.cursors.front().line;
    return made;
}

source_lines::source_lines(const trace::recording& of) {
    for (const trace::source_file& each : of.sources) {
        std::vector<std::string_view>& lines = lines_.emplace_back();
        std::string_view left = each.text ? std::string_view(*each.text) : std::string_view();
        while (!left.empty()) {
            const std::size_t end = std::min(left.find('\n'), left.size());
            lines.push_back(left.substr(0, end));
            left.remove_prefix(std::min(end + 1, left.size()));
        }
    }
}

const std::vector<std::string_view>& source_lines::of(std::uint32_t source) const {
    return source == 0 || source > lines_.size() ? none_ : lines_[source - 1];
}

std::string_view file_name(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace giambio::gui
