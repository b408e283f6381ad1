// The little of the kernel's state that the families of warnings share while they go through a
// trace: who is ready, running or parked and on what, who holds what, who belongs to which pool.
//
// check.cpp makes one for each process and lets each family look at it before it is changed by the
// next trace event of that process.
// Not here: the whole state (state.hpp), which costs more than a pass over a million trace events
// may; what is wrong with any of it (check_*.cpp).
// Kept true: rows are plain values; a damaged trace gives odd rows, never a crash.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/check_findings.hpp"
#include "tracer/model/id_table.hpp"
#include "tracer/model/state.hpp"

#include <cstdint>

namespace giambio::trace {

struct task_row {
    std::uint32_t id = 0;
    task_state now = task_state::ended;
    wait_kind waits = wait_kind::nothing;
    bool daemon = false;
    std::uint32_t wait_id = 0;    // timer, object or task
    std::uint32_t at = 0;         // site of its last park
    std::uint32_t born_at = 0;    // site of its spawn
    std::uint32_t pool = 0;       // 0: it belongs to the run
    std::uint32_t steps = 0;      // how many it has begun
    std::uint32_t deadlines = 0;  // armed deadlines of its own
    std::int64_t since = 0;       // time since when it is in this state
    std::uint64_t since_seq = 0;  // and the trace event that put it there
    std::int64_t born = 0;
    std::uint64_t born_seq = 0;
};

// What an object's type word says, as far as a rule asks.
enum class object_kind : std::uint8_t { other, lock, thread, pool, queue };

struct object_row {
    std::uint32_t id = 0;
    object_kind kind = object_kind::other;
    std::uint32_t holder = 0;
    std::uint32_t waiting = 0;  // tasks parked on it
    std::uint32_t at = 0;       // where it was made
};

struct timer_row {
    std::uint32_t id = 0;
    std::uint32_t owner = 0;
    bool is_deadline = false;
};

// The step that goes on: from its `switch_in`.
struct step_row {
    std::uint32_t task = 0;  // 0: nobody runs
    std::uint64_t seq = 0;
    std::int64_t t = 0;
    std::uint32_t others_ready = 0;
};

class scene {
public:
    explicit scene(const recording& wanted) : of(wanted) {}

    // What the trace event changes.
    void apply(const event& next);

    const task_row* task(std::uint32_t id) const { return tasks.find(id); }
    const object_row* object(std::uint32_t id) const { return objects.find(id); }

    const recording& of;
    id_table<task_row> tasks;
    id_table<object_row> objects;
    id_table<timer_row> timers;
    step_row step;
    std::uint32_t main = 0;   // the main task; 0 before its spawn
    std::uint32_t ready = 0;  // how many tasks
    std::uint32_t alive = 0;
    std::int64_t t = 0;  // of the last trace event
    std::uint64_t seq = 0;
    // Everybody has been told to stop: by a deadlock, by Ctrl-C, by a failure, or because there is
    // nobody left to serve. Who waits then does so no longer of its own will.
    bool ending = false;

private:
    void change(const event& next);
    void enter(task_row& who, task_state next);
    void leave_wait(task_row& who);
    void spawn(const event& next);
    void park(const event& next);
    void wake(const event& next);
    void move(const event& next);
    void begin_step(const event& next);
    void end_step(const event& next);
    void make_object(const event& next);
    void change_object(const event& next);
    void set_timer(const event& next);
    void drop_timer(const event& next);
};

// True for the trace event at which a run begins to end: everybody is told to stop. What was wrong
// with who waits on whom is as it is just before it.
bool begins_the_end(const recording& of, const event& that);

std::uint32_t id_in(const recording& of, const event& that, key which);

// A family of warnings: sees every trace event before the scene changes, and the end.
class family {
public:
    family(const scene& now, const check_limits& from, findings& into)
        : scene_(now), limits_(from), found_(into) {}
    virtual ~family() = default;
    family(const family&) = delete;
    family& operator=(const family&) = delete;

    virtual void see(const event& next) = 0;
    virtual void finish() {}

protected:
    const recording& of() const { return scene_.of; }
    std::string name(std::uint32_t task) const { return of().task_name(task); }

    const scene& scene_;
    const check_limits& limits_;
    findings& found_;
};

}  // namespace giambio::trace
