// Writes the state's tables row by row.
//
// The page's own script writes the same text from the state that it rebuilt, and a test compares.
// Internal to tracer/.
#include "tracer/model/export_state.hpp"

#include "tracer/model/state_lines.hpp"

#include <nlohmann/json.hpp>

namespace giambio::trace {
namespace {

using json = nlohmann::ordered_json;

const char* word_of(phase which) {
    switch (which) {
        case phase::before:
            return "before";
        case phase::poll:
            return "poll";
        case phase::timers:
            return "timers";
        case phase::run:
            return "run";
        case phase::over:
            break;
    }
    return "over";
}

const char* word_of(task_state which) {
    if (which == task_state::ready) return "ready";
    return which == task_state::running ? "running" : "parked";
}

const char* word_of(wait_kind which) {
    switch (which) {
        case wait_kind::timer:
            return "timer";
        case wait_kind::fd:
            return "fd";
        case wait_kind::object:
            return "object";
        case wait_kind::task:
            return "task";
        case wait_kind::nothing:
            break;
    }
    return "nothing";
}

json tasks_of(const recording& of, const state& now) {
    json rows = json::array();
    const auto seq = [&](std::uint32_t position) {
        return position == task_view::nowhere ? 0 : of.events[position].seq;
    };
    for (const task_view* each : now.tasks.in_order())
        rows.push_back({{"id", each->id},
                        {"parent", each->parent},
                        {"pool", each->pool},
                        {"steps", each->steps},
                        {"parked", seq(each->parked)},
                        {"at", each->at},
                        {"waits", word_of(each->waits)},
                        {"wait_id", each->wait_id},
                        {"wait_write", each->wait_write},
                        {"cancel_requested", each->cancel_requested},
                        {"daemon", each->daemon},
                        {"state", word_of(each->state)},
                        {"since", seq(each->since)}});
    return rows;
}

json timers_of(const state& now) {
    json rows = json::array();
    for (const timer_view& each : now.timers_in_order())
        rows.push_back({{"id", each.id},
                        {"due", each.due},
                        {"deadline", each.is_deadline},
                        {"owner", each.owner},
                        {"scope", each.scope}});
    return rows;
}

json objects_of(const state& now, const state_lines& lines) {
    json rows = json::array();
    for (const object_view* each : now.objects.in_order())
        rows.push_back({{"id", each->id},
                        {"holder", each->holder},
                        {"length", each->length},
                        {"waiters", lines.waiters(each->id)}});
    return rows;
}

json fds_of(const state& now, const state_lines& lines) {
    json rows = json::array();
    for (const fd_view* each : now.fds.in_order())
        rows.push_back({{"fd", each->fd()},
                        {"watched", each->mode()},
                        {"readers", lines.readers(each->fd())},
                        {"writers", lines.writers(each->fd())}});
    return rows;
}

json scopes_of(const state& now) {
    json rows = json::array();
    for (const scope_view* each : now.scopes.in_order())
        rows.push_back({{"id", each->id},
                        {"task", each->task},
                        {"pool", each->pool},
                        {"due", each->due},
                        {"cancelled", each->cancelled},
                        {"shielded", each->shielded}});
    return rows;
}

}  // namespace

std::string state_json(const recording& of, const state& now) {
    const state_lines lines(now);
    const json made{{"seq", now.seq},
                    {"t", now.t},
                    {"turn", now.turn},
                    {"phase", word_of(now.phase)},
                    {"running", now.running},
                    {"trusted", now.trusted},
                    {"ended", now.ended},
                    {"ready", now.ready},
                    {"tasks", tasks_of(of, now)},
                    {"timers", timers_of(now)},
                    {"objects", objects_of(now, lines)},
                    {"fds", fds_of(now, lines)},
                    {"scopes", scopes_of(now)}};
    return made.dump();
}

}  // namespace giambio::trace
