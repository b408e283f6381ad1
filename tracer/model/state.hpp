// The kernel's state at one trace event, rebuilt from the trace events up to it and nothing else.
//
// `apply` is the whole knowledge of what a trace event changes; it is the last column of the table
// in tracer/FORMAT.md, written as code. The viewer's kernel pane, the words and the property test
// ask here. Rows are small plain values, so that a keyframe is cheap; what stands in the file
// (names, outcomes, chains) is asked of the recording. Not here: sentences (words.hpp), pixels
// (gui/).
// Kept true: a ready task is in `ready` exactly once; at most one task of a process is running; a
// task that has ended is in no table any more (`recording::tasks` knows it).
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/id_table.hpp"
#include "tracer/model/trace.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace giambio::trace {

enum class task_state : std::uint8_t { ready, running, parked, ended };

// What a parked task waits on.
enum class wait_kind : std::uint8_t { nothing, timer, fd, object, task };

struct task_view {
    static constexpr std::uint32_t nowhere = life::never;

    std::uint32_t id = 0;
    std::uint32_t parent = 0;        // who spawned it; 0 for the main task
    std::uint32_t pool = 0;          // the object that it belongs to; 0 for the run
    std::uint32_t steps = 0;         // how often it was switched in
    std::uint32_t since = 0;         // position of the trace event that put it in this state
    std::uint32_t parked = nowhere;  // position of its last park, or of a move since
    std::uint32_t at = 0;            // the site it last trapped at
    std::uint32_t wait_id = 0;       // timer, object, task or descriptor
    task_state state = task_state::ready;
    wait_kind waits = wait_kind::nothing;
    bool wait_write = false;  // of a descriptor
    bool cancel_requested = false;
    bool daemon = false;  // the run does not wait for it

    int wait_fd() const { return waits == wait_kind::fd ? static_cast<int>(wait_id) : -1; }
};

struct timer_view {
    std::uint32_t id = 0;
    std::uint32_t owner = 0;
    std::uint32_t scope = 0;
    bool is_deadline = false;  // else it ends a sleep
    std::int64_t due = 0;
};

struct object_view {
    std::uint32_t id = 0;
    std::uint32_t holder = 0;
    std::int64_t length = 0;
};

struct fd_view {
    std::uint32_t id = 0;  // the descriptor
    bool watched_read = false;
    bool watched_write = false;
    std::uint32_t waiting = 0;  // tasks that are parked on it

    int fd() const { return static_cast<int>(id); }
    bool watched() const { return watched_read || watched_write; }
    std::string_view mode() const {  // "r", "w", "rw" or empty
        return watched_read ? (watched_write ? "rw" : "r") : (watched_write ? "w" : "");
    }
};

struct scope_view {
    std::uint32_t id = 0;
    std::uint32_t task = 0;
    std::uint32_t pool = 0;  // that opened it, 0 for none
    bool cancelled = false;
    bool shielded = false;
    std::int64_t due = -1;  // -1: no deadline
};

struct runner {
    std::uint32_t process = 0;
    std::uint32_t task = 0;
};

enum class phase : std::uint8_t { before, poll, timers, run, over };

struct state {
    std::uint64_t seq = 0;  // of the last trace event applied
    std::int64_t t = 0;
    std::uint32_t turn = 0;
    trace::phase phase = phase::before;
    // Who has the processor: a task id, 0 for nobody. It stays set from a `park` or `exit` to the
    // `switch_out` that follows, while the task itself is parked or has ended already. Of several
    // processes that run at the same time it is the one that began last.
    std::uint32_t running = 0;
    // The same for each process of a merged trace in which somebody has it, who began last at the
    // end. Empty in the trace of one process.
    std::vector<runner> runners;
    bool trusted = true;      // false after a `lost`: trace events are missing
    std::uint32_t ended = 0;  // how many tasks have ended
    std::deque<std::uint32_t> ready;
    id_table<task_view> tasks;  // that live
    id_table<timer_view> timers;
    id_table<object_view> objects;
    id_table<fd_view> fds;
    id_table<scope_view> scopes;

    // Changes the state as the trace event says. A trace event that does not fit (a damaged trace)
    // changes what it can and is told as a sentence; an empty string means that it fitted.
    std::string apply(const recording& of, const event& next);

    // Whether trace events of this kind change more than seq, time and turn.
    static bool is_changed_by(kind which);

    // Who has the processor of this process (0 in the trace of one process); 0 for nobody.
    std::uint32_t running_in(std::uint32_t process) const;

    // Tasks that stand in line at an object or a descriptor, the oldest first. All lines at once
    // are cheaper than one after the other: `lines_of_objects`.
    std::vector<std::uint32_t> waiters(std::uint32_t object) const;
    std::vector<std::uint32_t> readers(int fd) const;
    std::vector<std::uint32_t> writers(int fd) const;

    // Every task that waits on an object or descriptor, by what it waits on and then the oldest
    // first.
    std::vector<const task_view*> lines_of_objects() const;

    // Timers in the order in which they will fire: by due time, then by id.
    std::vector<timer_view> timers_in_order() const;
};

}  // namespace giambio::trace
