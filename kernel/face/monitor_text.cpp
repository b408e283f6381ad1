// Makes text of reports. See monitor_text.hpp.
// Internal to kernel/face/.
#include "kernel/face/monitor_text.hpp"

#include "kernel/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <utility>
#include <vector>

namespace giambio::monitor_text {

namespace {

using task_line = snapshot::task_line;

// Without what could move the cursor of somebody's terminal.
std::string tame(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char each) { return each < 32 || each == 127; }, '?');
    return text;
}

std::string seconds(duration length) {
    return fmt::format("{:.3f} s", static_cast<double>(length.count()) / 1e9);
}

std::string name_of(const loop_report& told, std::uint32_t task) {
    const task_line* found = told.state.find(task);
    return found != nullptr ? fmt::format("#{} {}", task, tame(found->name))
                            : fmt::format("#{}", task);
}

// When each timer is due, so that it is not searched for by each of many tasks.
using due_moments = std::unordered_map<std::uint32_t, moment>;
due_moments due_moments_of(const loop_report& told) {
    due_moments found;
    for (const snapshot::timer_line& each : told.state.timers) found[each.id] = moment(each.due);
    return found;
}

std::string waits_on(const loop_report& told, const task_line& who, const due_moments& due) {
    switch (who.waits) {
        case wait_kind::timer: {
            const auto ends = due.find(who.wait_id);
            if (ends == due.end()) return "sleep";
            return "sleep, " + seconds(ends->second - told.counts.now) + " left";
        }
        case wait_kind::fd:
            return fmt::format("descriptor {} to {}", who.wait_fd,
                               who.wait_write ? "write" : "read");
        case wait_kind::object:
            return fmt::format("{} {}", who.wait_type, who.wait_id) +
                   (who.wait_holder != 0 ? ", held by " + name_of(told, who.wait_holder) : "");
        case wait_kind::task:
            return "the end of " + name_of(told, who.wait_id);
        case wait_kind::nothing:
            break;
    }
    return "-";
}

std::string short_place(const task_line& who) {
    if (who.chain.empty()) return "-";
    const std::string file = who.chain.front().file_name();
    return file.substr(file.rfind('/') + 1) + ":" + std::to_string(who.chain.front().line());
}

// A line of the tree. No line begins further in than a screen is wide.
std::string branch(const loop_report& told, const task_line& who, std::size_t depth,
                   const due_moments& due) {
    constexpr std::size_t deepest = 40;
    std::string line = fmt::format("{:{}}#{} {}: {}", "", 2 * std::min(depth, deepest), who.id,
                                   tame(who.name), word_of(who.state));
    if (who.state == task_state::parked) line += ", waits on " + waits_on(told, who, due);
    const bool orphan = depth == 0 && who.parent != 0;
    if (orphan) line += fmt::format(" (spawned by #{}, which has ended)", who.parent);
    return line + '\n';
}

}  // namespace

std::string help() {
    return "ps                  every task: state, steps, timers, what it waits on, where\n"
           "where ID            the await chain of a task\n"
           "tree                who spawned whom\n"
           "cancel ID [REASON]  asks a task to stop\n"
           "trace on FILE       writes a trace from now on; it tells first what is there already\n"
           "trace off           ends it\n"
           "stats               how many there are of everything\n"
           "help                this\n"
           "quit                closes the connection; the program goes on\n";
}

std::string hog(const std::optional<running_step>& running) {
    if (!running) return "";
    const duration lasts = std::chrono::steady_clock::now() - running->since;
    return fmt::format(
        "#{} {} has been running for {} in one step, and nobody else can; what follows is from "
        "before\n",
        number_of(running->task), running->name.empty() ? "?" : tame(running->name),
        seconds(lasts));
}

std::string tasks(const loop_report& told) {
    const due_moments due = due_moments_of(told);
    std::unordered_map<std::uint32_t, std::size_t> timers;
    for (const snapshot::timer_line& each : told.state.timers) ++timers[each.owner];
    constexpr const char* row = "{:>6}  {:<7}  {:>8}  {:>6}  {:<32}  {:<20}  {}\n";
    std::string out =
        fmt::format(row, "id", "state", "steps", "timers", "waits on", "name", "place");
    for (const task_line& each : told.state.tasks) {
        out += fmt::format(row, each.id, word_of(each.state), each.steps, timers[each.id],
                           waits_on(told, each, due),
                           tame(each.name) + (each.cancel_requested ? " (cancelled)" : ""),
                           short_place(each));
    }
    return out;
}

std::string where(const loop_report& told, std::uint32_t task) {
    const task_line* found = told.state.find(task);
    if (found == nullptr) return no_task(task);
    std::string out = name_of(told, task) + ": " + word_of(found->state);
    if (found->state == task_state::parked) {
        out += ", waits on " + waits_on(told, *found, due_moments_of(told));
    }
    out += '\n';
    if (found->chain.empty()) return out + "  it has not run yet\n";
    for (const site& each : found->chain) {
        out += fmt::format("  {}:{} in {}\n", each.file_name(), each.line(), function_name(each));
    }
    return out;
}

// Each task and, further in, those that it spawned. From one to the next without calling itself: a
// task that spawns one that spawns one may go on for longer than the stack is.
std::string tree(const loop_report& told) {
    const due_moments due = due_moments_of(told);
    std::unordered_map<std::uint32_t, std::vector<const task_line*>> spawned_by;
    std::vector<std::pair<const task_line*, std::size_t>> ahead;  // the next one is the last
    const std::vector<task_line>& all = told.state.tasks;
    for (auto each = all.rbegin(); each != all.rend(); ++each) {
        if (told.state.find(each->parent) == nullptr) {
            ahead.emplace_back(&*each, 0);
        } else {
            spawned_by[each->parent].push_back(&*each);
        }
    }
    std::string out;
    while (!ahead.empty()) {
        const auto [who, depth] = ahead.back();
        ahead.pop_back();
        out += branch(told, *who, depth, due);
        for (const task_line* child : spawned_by[who->id]) ahead.emplace_back(child, depth + 1);
    }
    return out;
}

std::string statistics(const loop_statistics& counts) {
    const std::string next =
        counts.next_deadline ? "in " + seconds(*counts.next_deadline - counts.now) : "none";
    return fmt::format(
        "turn                  {}\nrunning for           {}\nsteps                 {}\n"
        "tasks living          {}, of these {} daemons\ntasks ready           {}\n"
        "tasks parked          {}, of these {} on descriptors\ntimers                {}\n"
        "next deadline         {}\nqueued posts          {}\ndescriptors watched   {}\n",
        counts.turn, seconds(counts.now), counts.steps, counts.living, counts.daemons, counts.ready,
        counts.parked, counts.tasks_on_descriptors, counts.timers, next, counts.queued_posts,
        counts.watched_descriptors);
}

std::string no_task(std::uint32_t task) {
    return fmt::format("There is no living task #{}; ps lists them.\n", task);
}

}  // namespace giambio::monitor_text
