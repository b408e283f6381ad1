// A task's mailbox: the one thing that both sides of a trap touch.
//
// The program's side (the gate in coroutine.hpp) writes the request and where to go on; the kernel
// writes the answer. The kernel's own record of the task (kernel/task.hpp) is built around it.
// Not here: the task's state and history; those are the kernel's alone.
// Kept true: between two steps the mailbox of a task that has run holds its latest request, or the
// task's end.
// Discussion: there may be a million of these, so they are small. What few tasks have is kept
// apart (task_extras), and so is what many have in common (task_origin); what each step touches
// stands together at the end. A record takes 160 bytes; a task that waits for an event takes 315
// with its coroutine, where one of asio takes 1,024.
// Public, as the ground that gate and kernel share; programs have no use for it.
#pragma once

#include "traps/errors.hpp"
#include "traps/request.hpp"

#include <array>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>

namespace giambio {

struct promise_base;
struct scope_record;
struct local_values;

// Why an answer is not the one that was hoped for.
enum class refusal : std::uint8_t {
    none,
    cancelled,  // the task shall stop; reply::note tells who wants it
    busy,       // another task already waits for the same on this descriptor
    closed,     // the descriptor is closed
    system,     // the system refused; reply::value is the errno
    misuse,     // the request makes no sense; reply::complaint says why
    abandoned,  // who held it has ended; reply::complaint names it
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

// What comes with an answer; which of the three, the refusal tells.
union reply {
    std::int64_t value = 0;
    const cancel_note* note;
    const char* complaint;
};

// How what a task returned is kept for its joiners after its coroutine is gone. task.hpp has one
// for each type.
struct value_keeper {
    void (*keep)(frame& ended) noexcept;  // moves the value out of the outermost coroutine
    void (*drop)(frame& ended) noexcept;  // null: there is nothing to do
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

// How a task came about. Those that one line spawns in a loop share one of these.
struct task_origin {
    std::string name;                      // given, or of the function as soon as somebody asks
    bool named = false;                    // it was given
    site body;                             // the function of its outermost coroutine
    site born;                             // where it was spawned
    task_id parent = task_id::none;        // who did that; none: whoever began the run
    const value_keeper* keeper = nullptr;  // null: it returns nothing
    std::uint32_t holders = 1;
};

// Somebody does not need it any more; null is allowed.
[[gnu::cold]] void forget(task_origin* unneeded) noexcept;
inline void let_go(task_origin* shared) noexcept {
    if (shared != nullptr && --shared->holders == 0) forget(shared);
}

// What few tasks have.
struct task_extras {
    ~task_extras();
    std::exception_ptr error;             // with which it ended
    std::unique_ptr<cancel_note> cancel;  // the whole task shall stop
    local_values* locals = nullptr;       // task-local values, shared with who spawned it
    wait_list* held = nullptr;            // the objects that it holds
};

struct frame : place_in_line {
    frame() = default;
    frame(const frame&) = delete;
    frame& operator=(const frame&) = delete;
    ~frame() { drop_what_is_left(); }

    // Where it belongs. The tasks of one owner are a list, in the order in which it got them.
    task_owner* owner = nullptr;  // null: the run
    frame* older_sibling = nullptr;
    frame* younger_sibling = nullptr;
    task_origin* origin = nullptr;

    scope_record* scope = nullptr;  // the innermost scope that the task is in
    // What it returned, once it has ended: a small value itself, else a pointer to it.
    alignas(void*) std::array<std::byte, sizeof(void*)> kept{};
    std::unique_ptr<task_extras> extras;
    reply answer;
    std::uint32_t handles = 0;  // handle: how many `task` objects of the program point here

    // What each step touches, from here to the record's state: 32 bytes at a multiple of 32, so
    // that they never lie in two lines of the cache. Discussion: where 52 bytes lay anywhere, of
    // 100,000 tasks that take turns each step took 13.4 ns, and 10.6 now.
    //
    // What is marked `gate` is written by the gates, `handle` by the program's handles (task.hpp).
    // The kernel writes all others, and these when the task is made and when it has ended.
    //
    // gate: goes on when the task is resumed; null at the end
    alignas(32) promise_base* innermost = nullptr;
    // gate: the trap that ended the step; nothing after a call or a return. While the task runs it
    // is still the one before, and nobody reads it. What follows stands in the room behind its end
    [[no_unique_address]] request asked;
    // Discussion: eight bits, so that the byte is written whole. With bits of it undefined, making
    // a record new reads what was written there just now in other sizes, for which the processor
    // waits: 5 ns for each task.
    bool returned : 1 = false;       // gate: the outermost coroutine has come to its end
    bool shall_stop : 1 = false;     // somebody wants it to (scope.hpp says who)
    bool ended : 1 = false;          // and nothing is left of its coroutines
    bool was_cancelled : 1 = false;  // which ended it
    bool daemon : 1 = false;         // the run does not wait for it
    bool joined : 1 = false;         // handle: somebody has asked for its outcome
    bool owes_reply : 1 = false;     // its latest trap's reply is not in the trace yet
    bool keeps_value : 1 = false;    // it has ended and returned something
    // None while the task runs.
    refusal refused = refusal::none;
    task_id id = task_id::none;
    std::uint32_t traps = 0;  // gate: how often it has asked for something

    // What it is called: as who spawned it wished, else after its function.
    // Discussion: finding a function's name in the compiler's text takes longer than a whole spawn
    // and join, so it is looked for when somebody asks.
    const std::string& name() const;

    // Of the extras: what it has of each, or null.
    bool failed() const { return extras != nullptr && extras->error != nullptr; }
    std::exception_ptr error() const { return extras != nullptr ? extras->error : nullptr; }
    cancel_note* cancel() const { return extras != nullptr ? extras->cancel.get() : nullptr; }
    local_values* locals() const { return extras != nullptr ? extras->locals : nullptr; }
    wait_list* held() const { return extras != nullptr ? extras->held : nullptr; }
    task_extras& with_extras() {
        if (extras == nullptr) extras = std::make_unique<task_extras>();
        return *extras;
    }

    // What outlives a task's end: its value, and what others spawned at the same line share.
    void drop_what_is_left() {
        if (keeps_value && origin->keeper->drop != nullptr) origin->keeper->drop(*this);
        let_go(origin);
    }

    // gate: a call or a return asks the kernel for nothing but to go on.
    void ask_nothing() { asked.emplace<std::monostate>(); }

    // The answer, written by the kernel: yes, or yes with what came of it.
    void grant() { refused = refusal::none; }
    void grant(std::int64_t value) {
        answer.value = value;
        refused = refusal::none;
    }
    void refuse(refusal why, std::int64_t value = 0) {
        answer.value = value;
        refused = why;
    }
    void refuse(refusal why, const char* complaint) {
        answer.complaint = complaint;
        refused = why;
    }
    void refuse(cancel_note& note) {
        answer.note = &note;
        refused = refusal::cancelled;
        note.delivered = true;
    }
};

// Takes back the record of a task that has ended and that nobody can ask any more. The kernel lends
// this function: only it knows what is around the mailbox.
inline void (*take_back)(frame& ended) noexcept = nullptr;

// Takes the refusal out of the mailbox.
[[noreturn]] void throw_refusal(frame& mailbox);

// Somebody asks what came of a task that has no value: throws that it has not ended, what it threw
// or that it was cancelled. Returns when it has come to its end.
[[gnu::cold]] void throw_outcome(frame& asked);

// Called by the gate when the kernel has answered: returns the value, or throws what was refused.
inline std::int64_t open_reply(frame& mailbox) {
    if (mailbox.refused != refusal::none) throw_refusal(mailbox);
    return mailbox.answer.value;
}

// Standing in line, of line.hpp: here because a place in a line is a part of the mailbox.
inline void line::join_at_back(frame& newcomer) {
    check(newcomer.ahead == nullptr, "a task cannot stand in two lines");
    if (oldest_ == nullptr) {
        oldest_ = newcomer.ahead = &newcomer;
        return;
    }
    newcomer.ahead = oldest_->ahead;
    newcomer.ahead->behind = &newcomer;
    oldest_->ahead = &newcomer;
}

inline frame& line::take_oldest() {
    frame& taken = *oldest_;
    oldest_ = taken.behind;
    if (oldest_ != nullptr) oldest_->ahead = taken.ahead;
    taken.ahead = taken.behind = nullptr;
    return taken;
}

inline void line::leave(frame& member) {
    check(member.ahead != nullptr, "a task leaves a line in which it does not stand");
    (member.behind != nullptr ? member.behind : oldest_)->ahead = member.ahead;
    (&member == oldest_ ? oldest_ : member.ahead->behind) = member.behind;
    member.ahead = member.behind = nullptr;
}

inline void wait_list::join_at_back(frame& newcomer) {
    line::join_at_back(newcomer);
    newcomer.standing_in = this;
    ++size_;
}

inline void wait_list::leave(frame& member) {
    check(member.standing_in == this, "a task leaves an object in whose line it does not stand");
    line::leave(member);
    member.standing_in = nullptr;
    --size_;
}

}  // namespace giambio
