// What the kernel tells whoever watches it: one fixed-size record for each thing that it did.
//
// The tape (tape.hpp) hands records over in batches; tracer/writer makes text of them. What each
// kind means and which fields it uses is the table in tracer/FORMAT.md; the words are the same
// there.
// Not here: text, files, formats. While it is told an observer may look (async_scheduler::look),
// come and go, log and mark; it changes nothing else.
// Kept true: a record is plain data. What it points to (words, texts, sites of a chain) is a
// literal, or lies in the batch that it came with.
// Public.
#pragma once

#include "traps/ids.hpp"
#include "traps/site.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace giambio {

enum class happening : std::uint16_t {
    run_begin,
    spawn,
    io_wait,
    io_done,
    fd_ready,
    timer_fire,
    batch,
    switch_in,
    trap,
    reply,
    park,
    switch_out,
    wake,
    move,
    exit,
    timer_set,
    timer_drop,
    fd_watch,
    fd_forget,
    io,
    object_new,
    object_op,
    object_end,
    scope_enter,
    scope_leave,
    scope_change,
    adopt,
    cancel_request,
    cancel_deliver,
    cancel_absorbed,
    never_joined,
    signal,
    post,
    busy,
    log,
    mark,
    coroutine_dropped,
    deadlock,
    run_end,
};

struct record {
    happening kind = happening::run_begin;
    // reply: answered at once; io: would block; io_done: nobody looked; spawn: a daemon;
    // scope_enter, scope_change: shielded
    bool flag = false;
    bool has_error = false;  // reply, exit, io, run_end: `text` is the error
    std::uint32_t turn = 0;
    std::uint64_t seq = 0;
    std::int64_t t = 0;  // nanoseconds since the run began
    std::uint64_t cause = 0;
    task_id task = task_id::none;
    std::uint32_t id = 0;      // the child, timer, object, scope, target or woken task
    std::uint32_t second = 0;  // the holder, pool, scope of a timer or cancel, object of a move
    std::int32_t fd = -1;
    const char* word = nullptr;  // how, why, op, outcome, the trap's name...
    const char* mode = nullptr;  // r, w, rw; the name of an option
    std::int64_t a = 0;          // due, timeout, size, bytes, value, length
    std::int64_t b = 0;          // ns, how many are watched, the trap of a reply
    site at{};
    // Of its text, or of a park's await chain, in the batch (record_batch::text_of, chain_of).
    std::uint32_t from = 0;
    std::uint32_t length = 0;
};

// Records in order, with the texts and await chains that they refer to.
struct record_batch {
    std::span<const record> records;
    std::string_view texts;
    std::span<const site> chains;

    // What a record of this batch refers to: a park its await chain, any other one its text.
    std::string_view text_of(const record& one) const {
        return has_chain(one) ? std::string_view() : texts.substr(one.from, one.length);
    }
    std::span<const site> chain_of(const record& one) const {
        return has_chain(one) ? chains.subspan(one.from, one.length) : std::span<const site>();
    }
    static bool has_chain(const record& one) { return one.kind == happening::park; }
};

// What does not change during a run.
struct run_facts {
    const char* clock = "";
    const char* driver = "";
    std::uint64_t seed = 0;
    int budget = 0;
    std::uint64_t shuffle = 0;  // 0: the ready queue is first in first out
};

struct run_totals {
    std::uint64_t records = 0;
    std::uint32_t turns = 0;
    std::int64_t t = 0;
    std::uint32_t tasks = 0;
};

class observer {
public:
    virtual ~observer() = default;
    virtual void begin(const run_facts& facts) = 0;
    // May be called at any time of the run; an exception ends the watching, not the run.
    virtual void watch(const record_batch& batch) = 0;
    // The loop is about to sleep: what was told so far must be safe now (rule R11).
    virtual void settle() = 0;
    virtual void end(const run_totals& totals) = 0;
};

}  // namespace giambio
