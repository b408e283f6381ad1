// The kernel's state at one trace event, rebuilt from the trace events up to it and nothing else.
//
// `apply` is the whole knowledge of what a trace event changes; it is the last column of the table
// in tracer/FORMAT.md, written as code. The viewer's kernel pane, the words and the property test
// ask here. Not here: sentences (words.hpp), pixels (gui/).
// Kept true: a ready task is in `ready` exactly once; at most one task is running.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace giambio::trace {

enum class task_state : std::uint8_t { ready, running, parked, ended };

// What a parked task waits on.
enum class wait_kind : std::uint8_t { nothing, timer, fd, object, task };

struct task_view {
    std::uint32_t id = 0;
    std::string name;
    std::uint32_t parent = 0;  // who spawned it; 0 for the main task
    task_state state = task_state::ready;
    std::uint64_t since = 0;   // seq of the trace event that put it in this state
    std::int64_t since_t = 0;  // and its time
    std::uint32_t steps = 0;   // how often it was switched in
    wait_kind waits = wait_kind::nothing;
    std::uint32_t wait_id = 0;  // timer, object or task id
    int wait_fd = -1;
    std::string wait_mode;             // "r" or "w", of a descriptor
    std::uint32_t at = 0;              // the site it last trapped at
    std::uint64_t parked = 0;          // seq of its last park, or of a move since; else 0
    std::vector<std::uint32_t> chain;  // of its last park
    std::string outcome;               // when ended: value, error, cancelled
    std::string error;                 // and its message, when there is one
    bool cancel_requested = false;
    std::uint32_t pool = 0;  // the object that it belongs to; 0 for the run
    bool daemon = false;     // the run does not wait for it
};

struct timer_view {
    std::uint32_t id = 0;
    std::int64_t due = 0;
    std::uint32_t owner = 0;
    std::string what;  // "sleep" or "deadline"
    std::uint32_t scope = 0;
};

struct object_view {
    std::uint32_t id = 0;
    std::string type;
    std::uint32_t holder = 0;
    std::int64_t length = 0;
    std::deque<std::uint32_t> waiters;  // oldest first
};

struct fd_view {
    int fd = -1;
    std::string watched;                // "r", "w", "rw" or empty
    std::deque<std::uint32_t> readers;  // tasks parked on it
    std::deque<std::uint32_t> writers;
};

struct scope_view {
    std::uint32_t id = 0;
    std::uint32_t task = 0;
    std::int64_t due = -1;  // -1: no deadline
    bool cancelled = false;
    std::uint32_t pool = 0;  // that opened it, 0 for none
    bool shielded = false;
};

enum class phase : std::uint8_t { before, poll, timers, run, over };

struct state {
    std::uint64_t seq = 0;  // of the last trace event applied
    std::int64_t t = 0;
    std::uint32_t turn = 0;
    trace::phase phase = phase::before;
    // Who has the processor: a task id, 0 for nobody. It stays set from a `park` or `exit` to the
    // `switch_out` that follows, while the task itself is parked or has ended already.
    std::uint32_t running = 0;
    bool trusted = true;  // false after a `lost`: trace events are missing
    std::deque<std::uint32_t> ready;
    std::map<std::uint32_t, task_view> tasks;  // ended ones too
    std::map<std::uint32_t, timer_view> timers;
    std::map<std::uint32_t, object_view> objects;
    std::map<int, fd_view> fds;
    std::map<std::uint32_t, scope_view> scopes;

    // Changes the state as the trace event says. A trace event that does not fit (a damaged trace)
    // changes what it can and is told as a sentence; an empty string means that it fitted.
    std::string apply(const recording& of, const event& next);

    // Tasks that stand in line at an object or a descriptor, the oldest first.
    std::vector<std::uint32_t> waiters(std::uint32_t object) const;
    std::vector<std::uint32_t> readers(int fd) const;
    std::vector<std::uint32_t> writers(int fd) const;

    // Timers in the order in which they will fire: by due time, then by id.
    std::vector<timer_view> timers_in_order() const;
};

// The state after events[index]; rebuilt from the nearest keyframe, so a random place is cheap.
class history {
public:
    // The keyframes together hold about `most_rows` tasks, timers, objects... at most: some hundred
    // bytes each.
    explicit history(const recording& of, std::size_t most_rows = 400'000);
    const state& at(std::size_t index);

private:
    void keep();
    void thin_out();

    const recording* of_;
    std::size_t most_rows_;
    std::size_t spacing_ = 1024;    // trace events from one keyframe to the next
    std::vector<state> keyframes_;  // number n has seen n * spacing_ trace events
    std::size_t rows_;              // of all keyframes together
    state current_;
    std::size_t applied_ = 0;  // how many trace events current_ has seen
};

}  // namespace giambio::trace
