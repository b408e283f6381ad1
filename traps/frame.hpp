// A task's mailbox: the one thing that both sides of a trap touch.
//
// The program's side (the gate in coroutine.hpp) writes the request and where to go on; the kernel
// writes the answer. The kernel's own record of the task (kernel/task.hpp) is built around it.
// Not here: the task's state and history; those are the kernel's alone.
// Kept true: between two steps the mailbox holds one request or the task's end, never neither.
// Public, as the ground that gate and kernel share; programs have no use for it.
#pragma once

#include "traps/errors.hpp"
#include "traps/request.hpp"
#include "traps/timer.hpp"

#include <coroutine>
#include <exception>
#include <memory>

namespace giambio {

struct promise_base;
struct scope_record;
struct local_values;

// Why an answer is not the one that was hoped for.
enum class refusal : std::uint8_t {
    none,
    cancelled,  // the task shall stop; frame::cancel tells who wants it
    busy,       // another task already waits for the same on this descriptor
    closed,     // the descriptor is closed
    system,     // the system refused; value is the errno
    misuse,     // the request makes no sense; frame::complaint says why
    abandoned,  // who held it has ended; frame::complaint names it
};

struct reply {
    refusal error = refusal::none;
    std::int64_t value = 0;
};

// That somebody wants a task or a scope to stop: who, why, and since which trace event.
struct cancel_note {
    cancel_source source = cancel_source::none;
    task_id requester = task_id::none;
    std::uint64_t seq = 0;
    std::string reason;
    scope_id scope = scope_id::none;  // none: the whole task
    bool delivered = false;           // a task has been refused for it
};

// What a task returned, kept for its joiners after its coroutine is gone.
struct kept_result {
    virtual ~kept_result() = default;
};

// Who answers for a task: a pool, or nobody but the run itself.
class task_owner {
public:
    // In the middle of the task's last step, when it has ended.
    virtual void child_ended(frame& ended) noexcept = 0;
    // A living task was given away, or taken over.
    virtual void child_left(frame& living) noexcept = 0;
    virtual void child_came(frame& living) noexcept = 0;
    virtual object_id number() const = 0;
    scope_record* home = nullptr;  // what its tasks are inside of

protected:
    ~task_owner() = default;
};

struct frame : place_in_line {
    frame() = default;
    frame(const frame&) = delete;
    frame& operator=(const frame&) = delete;
    virtual ~frame();

    task_id id = task_id::none;

    // Written by the program's side.
    request asked;                      // the trap that ended the step
    promise_base* innermost = nullptr;  // the coroutine that goes on when the task is resumed
    bool returned = false;              // the outermost coroutine has ended
    std::uint64_t traps = 0;            // how often it has asked for something
    scope_record* scope = nullptr;      // the innermost scope that the task is in
    local_values* locals = nullptr;     // task-local values, shared with who spawned it
    wait_list* held = nullptr;          // the objects that it holds

    // Written by the kernel.
    reply answer;
    std::unique_ptr<cancel_note> cancel;  // the whole task shall stop
    cancel_note* stop = nullptr;          // what it must obey now; null: nobody wants it to stop
    const cancel_note* told = nullptr;    // what its latest refusal was about
    const char* complaint = nullptr;
    bool ended = false;
    bool daemon = false;  // the run does not wait for it
    bool joined = false;  // somebody has asked for its outcome

    // Where it belongs. The tasks of one owner are a list, by age.
    task_owner* owner = nullptr;  // null: the run
    frame* older_sibling = nullptr;
    frame* younger_sibling = nullptr;

    // The task's end, for those who join.
    std::exception_ptr error;
    bool was_cancelled = false;
    std::unique_ptr<kept_result> result;
    std::uint32_t handles = 0;  // how many `task` objects of the program point here
    site born;                  // where it was spawned
    site body;                  // the function of its outermost coroutine

    // What it is called: as who spawned it wished, else after its function.
    // Discussion: finding a function's name in the compiler's text takes longer than a whole spawn
    // and join, so it is looked for when somebody asks.
    const std::string& name() const;
    mutable std::string known_name;  // given, or found already; else empty
};

[[noreturn]] void throw_refusal(const frame& mailbox);

// Called by the gate when the kernel has answered: returns the value, or throws what was refused.
inline std::int64_t open_reply(const frame& mailbox) {
    if (mailbox.answer.error != refusal::none) throw_refusal(mailbox);
    return mailbox.answer.value;
}

// Standing in line, of line.hpp: here because a place in a line is a part of the mailbox, and in a
// header because each step of each task does both.
inline void line::join_at_back(frame& newcomer) {
    check(newcomer.standing_in == nullptr, "a task cannot stand in two lines");
    newcomer.standing_in = this;
    newcomer.ahead = youngest_;
    newcomer.behind = nullptr;
    (youngest_ != nullptr ? youngest_->behind : oldest_) = &newcomer;
    youngest_ = &newcomer;
    ++size_;
}

inline void line::leave(frame& member) {
    check(member.standing_in == this, "a task leaves a line in which it does not stand");
    (member.ahead != nullptr ? member.ahead->behind : oldest_) = member.behind;
    (member.behind != nullptr ? member.behind->ahead : youngest_) = member.ahead;
    member.ahead = member.behind = nullptr;
    member.standing_in = nullptr;
    --size_;
}

}  // namespace giambio
