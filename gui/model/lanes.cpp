// Replays a trace once and cuts every lane into stretches of one look.
//
// Called by the study. A trace event changes the look of at most a few tasks, whose ids it names;
// only those are looked at, so that the time it takes does not grow with the number of tasks.
// Not here: what a trace event means (tracer/model/state.cpp), what is visible (timeline.cpp).
// Internal to gui/; public to it through lanes.hpp.
#include "gui/model/lanes.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace giambio::gui {
namespace {

class builder {
public:
    explicit builder(const trace::recording& of) : of_(of) {
        rows_[0].name = "the loop";
        made_.words.emplace_back();
    }

    lanes build() {
        for (std::size_t i = 0; i < of_.events.size(); ++i) {
            now_.apply(of_, of_.events[i]);
            look_at_loop(static_cast<std::uint32_t>(i));
            look_at_tasks(static_cast<std::uint32_t>(i));
            add_mark(static_cast<std::uint32_t>(i));
        }
        finish();
        return std::move(made_);
    }

private:
    void look_at_loop(std::uint32_t index) {
        switch (now_.phase) {
            case trace::phase::poll:
                return begin(rows_[0], index, look::poll, 0);
            case trace::phase::timers:
                return begin(rows_[0], index, look::timers, 0);
            case trace::phase::run:
                return begin(rows_[0], index, look::run, 0);
            default:
                return end(rows_[0], index);
        }
    }

    void look_at_tasks(std::uint32_t index) {
        const trace::event that = of_.events[index];
        look_at_task(index, that.task);
        for (const trace::key which : {trace::key::child, trace::key::woken, trace::key::target})
            if (const auto id = of_.number(that, which))
                look_at_task(index, static_cast<std::uint32_t>(*id));
    }

    void look_at_task(std::uint32_t index, std::uint32_t id) {
        const trace::task_view* found = now_.tasks.find(id);
        if (found == nullptr) return look_at_end(index, id);
        const trace::task_view& task = *found;
        const auto [place, fresh] = rows_.try_emplace(id);
        lane& row = place->second;
        if (fresh) {
            row.task = id;
            row.parent = task.parent;
            row.name = name_of(of_, id);
            row.born = index;
        }
        begin(row, index, task);
    }

    void look_at_end(std::uint32_t index, std::uint32_t id) {
        const auto place = rows_.find(id);
        if (id == 0 || place == rows_.end() || !place->second.outcome.empty()) return;
        lane& row = place->second;
        end(row, index);
        row.died = index;
        const std::string_view outcome = of_.outcome_of(id);
        row.outcome = outcome.empty() ? "value" : outcome;
    }

    void begin(lane& row, std::uint32_t index, const trace::task_view& task) {
        const bool parked = task.state == trace::task_state::parked;
        begin(row, index, look_of(task), parked ? word(short_text(of_, task)) : 0);
    }

    static void begin(lane& row, std::uint32_t index, look which, std::uint32_t what) {
        if (is_open(row) && row.spans.back().look == which && row.spans.back().what == what) return;
        end(row, index);
        row.spans.push_back({index, open_end, which, what});
    }

    static void end(lane& row, std::uint32_t index) {
        if (!is_open(row)) return;
        row.spans.back().end = index;
        // Two changes by one trace event leave a stretch of no length.
        if (row.spans.back().begin == index) row.spans.pop_back();
    }

    static bool is_open(const lane& row) {
        return !row.spans.empty() && row.spans.back().end == open_end;
    }

    std::uint32_t word(const std::string& text) {
        const auto [place, fresh] =
            word_ids_.try_emplace(text, static_cast<std::uint32_t>(made_.words.size()));
        if (fresh) made_.words.push_back(text);
        return place->second;
    }

    void add_mark(std::uint32_t index) {
        constexpr std::array marked{trace::kind::log,
                                    trace::kind::mark,
                                    trace::kind::cancel_request,
                                    trace::kind::signal,
                                    trace::kind::cancel_deliver,
                                    trace::kind::cancel_absorbed,
                                    trace::kind::never_joined,
                                    trace::kind::lost,
                                    trace::kind::deadlock,
                                    trace::kind::coroutine_dropped};
        const trace::kind kind = of_.events.kind(index);
        if (std::find(marked.begin(), marked.end(), kind) != marked.end())
            made_.marks.push_back({index, 0, kind});
    }

    void finish() {
        const auto count = static_cast<std::uint32_t>(of_.events.size());
        std::map<std::uint32_t, std::vector<std::uint32_t>> children;
        for (auto& [id, row] : rows_) {
            end(row, count);
            if (row.outcome.empty()) row.died = count;
            // A task whose parent is not in the trace (a damaged one) hangs below the loop.
            if (id != 0) children[rows_.count(row.parent) != 0 ? row.parent : 0].push_back(id);
        }
        put_in_order(children);
        for (mark& each : made_.marks)
            each.row = static_cast<std::uint32_t>(made_.row(of_.events[each.index].task));
    }

    // Depth first with a stack of our own, because a chain of spawns can be as long as a trace.
    void put_in_order(const std::map<std::uint32_t, std::vector<std::uint32_t>>& children) {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> open{{0, 0}};  // task, depth
        while (!open.empty()) {
            const auto [id, depth] = open.back();
            open.pop_back();
            lane& row = rows_[id];
            row.depth = depth;
            made_.row_of[id] = made_.rows.size();
            made_.rows.push_back(std::move(row));
            const auto below = children.find(id);
            if (below == children.end()) continue;
            const std::uint32_t deeper = id == 0 ? 0 : depth + 1;
            for (auto child = below->second.rbegin(); child != below->second.rend(); ++child)
                open.emplace_back(*child, deeper);
        }
    }

    static constexpr std::uint32_t open_end = 0xffffffff;
    const trace::recording& of_;
    trace::state now_;
    std::map<std::uint32_t, lane> rows_;
    std::map<std::string, std::uint32_t> word_ids_;
    lanes made_;
};

}  // namespace

const span* lane::at(std::size_t index) const {
    const auto later =
        std::upper_bound(spans.begin(), spans.end(), index,
                         [](std::size_t wanted, const span& each) { return wanted < each.begin; });
    if (later == spans.begin()) return nullptr;
    const span& found = *(later - 1);
    return index < found.end ? &found : nullptr;
}

std::size_t lanes::row(std::uint32_t task) const {
    const auto found = row_of.find(task);
    return found == row_of.end() ? 0 : found->second;
}

lanes make_lanes(const trace::recording& of) {
    return builder(of).build();
}

}  // namespace giambio::gui
