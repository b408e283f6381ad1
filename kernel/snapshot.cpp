// Copies the kernel's state out. See snapshot.hpp.
// Internal to kernel/.
#include "kernel/snapshot.hpp"

#include "kernel/deadlock.hpp"
#include "kernel/describe.hpp"
#include "kernel/kernel.hpp"
#include "kernel/words.hpp"
#include "traps/coroutine.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace giambio {

namespace {

std::uint32_t id_of(const frame* who) {
    return who != nullptr ? number_of(who->id) : 0;
}

// The last part of a path, and the line: enough for a message.
std::string short_place(const site& at) {
    const std::string file = at.file_name();
    return file.substr(file.rfind('/') + 1) + ":" + std::to_string(at.line());
}

// What the kernel knows of one task, with the object that it stands in line for.
snapshot::task_line line_of(const task_record& who) {
    snapshot::task_line told;
    told.id = number_of(who.id);
    told.parent = number_of(who.origin->parent);
    told.name = who.name();
    told.state = who.state;
    told.waits = who.waits;
    told.pool = who.owner != nullptr ? number_of(who.owner->number()) : 0;
    told.daemon = who.daemon;
    told.cancel_requested = who.cancel() != nullptr;
    if (who.waits == wait_kind::timer) told.wait_id = number_of(who.nap);
    if (who.waits == wait_kind::task) told.wait_id = id_of(joined_by(who));
    if (who.waits == wait_kind::object) {
        wait_list& object = *who.standing_in;
        told.wait_id = number_of(object.id());
        told.wait_type = object.type();
        told.wait_holder = number_of(object.holder);
    }
    told.steps = who.steps();
    if (who.waits == wait_kind::fd) {
        const descriptor_wait wanted = descriptor_of(who.asked);
        told.wait_fd = wanted.fd;
        told.wait_write = wanted.writes;
    }
    if (who.state == task_state::parked) {
        const promise_base* outermost = who.innermost;
        while (outermost->caller != nullptr) outermost = outermost->caller;
        told.place = short_place(outermost->standing_at);
    }
    return told;
}

// Where each coroutine of a task stands. One that has never run stands nowhere.
std::vector<site> chain_of(const task_record& who) {
    std::vector<site> chain;
    if (who.steps() == 0) return chain;
    for (const promise_base* each = who.innermost; each != nullptr; each = each->caller) {
        chain.push_back(each->standing_at);
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
}

snapshot::scope_line line_of(const scope_record& entered) {
    return {.id = number_of(entered.id),
            .task = id_of(entered.owner),
            .pool = number_of(entered.pool),
            .due = entered.due.value_or(moment{-1}).count(),
            .shielded = entered.shielded,
            .cancelled = entered.cancel != nullptr};
}

// The tasks of each line, oldest first, by the number of the object.
void add_lines(const std::map<std::uint32_t, const wait_list*>& lines, snapshot& told) {
    for (const auto& [object, waiting] : lines) {
        std::vector<std::uint32_t>& members =
            told.lines.emplace_back(object, std::vector<std::uint32_t>{}).second;
        for (const frame* each = waiting->oldest(); each != nullptr; each = each->behind) {
            members.push_back(id_of(each));
        }
    }
}

}  // namespace

// The oldest comes first, and numbers are given in order of creation.
const snapshot::task_line* snapshot::find(std::uint32_t id) const {
    if (id == 0) return nullptr;
    const auto found = std::lower_bound(
        tasks.begin(), tasks.end(), id,
        [](const task_line& each, std::uint32_t sought) { return each.id < sought; });
    return found != tasks.end() && found->id == id ? &*found : nullptr;
}

// Costs time in proportion to what there is; nobody calls it on the way of a trap.
snapshot kernel::look(bool with_chains) const {
    snapshot told;
    told.running = id_of(running_);
    told.turn = told_.turn;
    for (std::size_t i = 0; i < ready_.size(); ++i) told.ready.push_back(id_of(&ready_.at(i)));
    std::map<std::uint32_t, const wait_list*> lines;
    for (const task_record* each : tasks_.living()) {
        told.tasks.push_back(line_of(*each));
        if (with_chains) told.tasks.back().chain = chain_of(*each);
        for (const scope_record* in = each->scope; in != nullptr; in = in->outer) {
            told.scopes.push_back(line_of(*in));
        }
        if (each->waits == wait_kind::object) {
            lines[told.tasks.back().wait_id] = each->standing_in;
        }
    }
    add_lines(lines, told);
    add_timers(told);
    std::sort(told.scopes.begin(), told.scopes.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    for (int fd = 0; fd < waits_.end(); ++fd) {
        const fd_entry& each = waits_.entry(fd);
        if (!each.watched_read && !each.watched_write && each.reader == nullptr &&
            each.writer == nullptr) {
            continue;
        }
        told.descriptors.push_back(
            {fd, each.watched_read, each.watched_write, id_of(each.reader), id_of(each.writer)});
    }
    return told;
}

void kernel::add_timers(snapshot& told) const {
    for (const timer& each : timers_.all()) {
        if (!is_armed(each)) continue;
        const task_record& owner = tasks_.at(each.task);
        const scope_record* limited = scope_limited_by(owner, each.id);
        told.timers.push_back({number_of(each.id), each.due.count(), id_of(&owner),
                               limited != nullptr ? number_of(limited->id) : 0});
    }
    std::sort(told.timers.begin(), told.timers.end(), [](const auto& a, const auto& b) {
        return a.due != b.due ? a.due < b.due : a.id < b.id;
    });
}

// For a person in front of a terminal whose program has just broken.
void kernel::print_tasks() const {
    const snapshot now = look();
    std::fprintf(stderr, "giambio: the tasks of this run, in turn %u:\n", now.turn);
    for (const snapshot::task_line& each : now.tasks) {
        std::fprintf(stderr, "  %s\n", task_sentence(now, each).c_str());
    }
}

void kernel::last_words() {
    told_.settle();
    print_tasks();
}

}  // namespace giambio
