// The kernel's state at one moment, as plain data: what a trace must be able to rebuild.
//
// The kernel fills it when asked (snapshot.cpp); the property test compares it with the state that
// tracer/model rebuilds from the text of the trace, after every trace event.
// Kept true: it holds copies only and changes nothing.
// Public.
#pragma once

#include "kernel/task_state.hpp"
#include "traps/site.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace giambio {

struct snapshot {
    struct task_line {
        std::uint32_t id = 0;
        std::uint32_t parent = 0;
        std::string name;
        task_state state = task_state::ready;
        wait_kind waits = wait_kind::nothing;
        std::uint32_t wait_id = 0;  // the timer, object or task
        int wait_fd = -1;
        bool wait_write = false;
        std::uint32_t pool = 0;  // that it belongs to, 0 for the run
        bool daemon = false;
        bool cancel_requested = false;  // of the whole task
        std::string wait_type;          // of the object
        std::uint32_t wait_holder = 0;  // who holds it, 0 for nobody
        std::string place;              // where it stands, "program.cpp:14"
        std::uint64_t steps = 0;        // that it has begun
        std::vector<site> chain;        // outermost first; only when it was asked for
    };
    struct timer_line {
        std::uint32_t id = 0;
        std::int64_t due = 0;
        std::uint32_t owner = 0;
        std::uint32_t scope = 0;  // 0: a sleep
    };
    struct scope_line {
        std::uint32_t id = 0;
        std::uint32_t task = 0;
        std::uint32_t pool = 0;  // that opened it, 0 for none
        std::int64_t due = -1;   // -1: no deadline
        bool shielded = false;
        bool cancelled = false;
    };
    struct fd_line {
        int fd = -1;
        bool watched_read = false;
        bool watched_write = false;
        std::uint32_t reader = 0;
        std::uint32_t writer = 0;
    };

    // Null when no task of this number is alive; 0 is nobody's.
    const task_line* find(std::uint32_t id) const;

    std::uint32_t running = 0;
    std::uint32_t turn = 0;
    std::vector<std::uint32_t> ready;  // in order
    std::vector<task_line> tasks;      // living ones, oldest first
    std::vector<timer_line> timers;    // in the order in which they will fire
    std::vector<scope_line> scopes;    // by number
    std::vector<fd_line> descriptors;  // those with anything to tell, by number
    // Lines of objects that somebody waits on: the object's number, and its tasks, oldest first.
    std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> lines;
};

}  // namespace giambio
