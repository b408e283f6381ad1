// One trace event on its way into the rebuilt state, and the functions that bring it there.
//
// state.cpp has the table of these functions and those about tasks and the loop; state_things.cpp
// has those about what tasks wait on and are inside of.
// Kept true: what does not fit becomes a sentence in `problem`, and no row is made for it.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/state.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace giambio::trace {

// The state, the trace event, and the sentence about what did not fit.
struct change_of {
    state& now;
    const recording& of;
    const event& next;
    std::string problem = {};

    void complain(const std::string& what) { problem += (problem.empty() ? "" : " ") + what; }
    // What holds of one process alone: a merged trace has several loops.
    void doubt(const std::string& what) {
        if (!of.header.is_merged()) complain(what);
    }

    std::uint32_t id(key which) {
        const auto found = of.number(next, which);
        if (found && *found >= 0 && *found <= std::numeric_limits<std::uint32_t>::max())
            return static_cast<std::uint32_t>(*found);
        complain("The key \"" + std::string(word_of(which)) + "\" is missing or out of range.");
        return 0;
    }

    // The same for one that may be absent: 0 then.
    std::uint32_t number(key which) const {
        return static_cast<std::uint32_t>(of.number(next, which).value_or(0));
    }

    std::optional<std::uint32_t> fd() {
        const auto found = of.number(next, key::fd);
        if (found && *found >= 0 && *found <= std::numeric_limits<int>::max())
            return static_cast<std::uint32_t>(*found);
        complain("The key \"fd\" is missing or out of range.");
        return std::nullopt;
    }
    std::string_view text(key which) const { return of.text(next, which); }

    // The task with this id, or nullptr and a sentence.
    task_view* task(std::uint32_t wanted) {
        if (task_view* found = now.tasks.change(wanted)) return found;
        complain("No task " + std::to_string(wanted) + " was spawned.");
        return nullptr;
    }

    void set(task_view& which, task_state to) {
        which.state = to;
        which.since = next.index;
    }
};

// The row of an object, which is made when it was there before the recording began; else nullptr
// and a sentence.
object_view* object_row(change_of& c, std::uint32_t id);

void timer_set(change_of& c);
void timer_gone(change_of& c);
void fd_watch(change_of& c);
void fd_forget(change_of& c);
void object_new(change_of& c);
void object_op(change_of& c);
void object_end(change_of& c);
void scope_enter(change_of& c);
void scope_leave(change_of& c);
void scope_change(change_of& c);

}  // namespace giambio::trace
