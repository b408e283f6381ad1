// A pool: tasks that belong together and end together.
//
//     co_await with_pool([&](pool& kitchen) -> coroutine<> {
//         kitchen.spawn(cook("soup"));
//         kitchen.spawn(cook("fish"));
//         co_return;
//     });  // both have ended here
//
// The block does not end before its children (rule R9). The first failure, of a child or of the
// body, cancels all others; what failed leaves as one error_group. A pool never cancels by itself.
// Kept true: every child is inside the pool's scope, so whatever cancels the body or something
// around it reaches the children, and theirs.
// Public.
#pragma once

#include "traps/calls.hpp"
#include "traps/error_group.hpp"
#include "traps/scope.hpp"
#include "traps/timeout.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace giambio {

// For which children the block waits.
enum class wait_for : std::uint8_t {
    all,   // until the last has ended
    any,   // until the first has ended with a value; then the others are cancelled
    none,  // until the body has ended; then they are cancelled
};

struct pool_options {
    wait_for children = wait_for::all;
    std::optional<duration> after{};  // cancelled after that long, silently
    std::optional<moment> at{};       // cancelled at that moment of the run, silently
    bool keep_ended = false;          // children that have ended are kept for `next`
};

template <class T>
class started;

// A handle; copies mean the same pool. After the block has ended it can be asked, but not used.
class pool {
public:
    // Throws misuse when the block has ended, and outside of the run. Into a pool that is cancelled
    // the child is taken all the same; it starts, and stops at its first trap.
    template <awaitable A>
    task<awaited<A>> spawn(A body, std::string name = "", site at = site::current()) {
        refuse_if_closed();
        newcomer made = as_newcomer(as_coroutine(std::move(body)), name, owner());
        return task<awaited<A>>(admit(made, at));
    }

    // Spawns a child and waits until it has told that it is ready, with a value:
    //     int port = co_await kitchen.start<int>([](started<int>& ready) -> coroutine<> {...});
    // Until then the child belongs to the caller: its error is thrown here and not in the pool.
    // Throws misuse when the child ends without a word.
    template <class T, class Body>
    coroutine<T> start(Body body, std::string name = "", site at = site::current());

    // All children and the body shall stop.
    void cancel(std::string reason = "cancelled", site at = site::current());

    // Living children, those that are being started among them.
    std::size_t size() const;
    bool open() const;
    bool cancel_requested() const;
    void shield(bool up, site at = site::current());
    void move_deadline(std::optional<moment> due, site at = site::current());

    // Waits until no child is left; the block stays open.
    coroutine<void> wait_until_empty(site at = site::current());

    // Waits for the next child that ends, in the order of their ends, each once; empty when there
    // is none left. Join it to have its value. Only in a pool that keeps those who have ended.
    template <class T = void>
    coroutine<std::optional<task<T>>> next(site at = site::current()) {
        frame* ended = co_await next_record(at);
        if (ended == nullptr) co_return std::nullopt;
        task<T> handle(*ended);
        --ended->handles;  // the pool's own hold is the handle's now
        co_return handle;
    }

    class state;
    explicit pool(std::shared_ptr<state> shared) : state_(std::move(shared)) {}

private:
    template <class T>
    friend class started;

    template <class T, class Body>
    static coroutine<> carry(Body body, std::shared_ptr<started<T>> ready);

    void refuse_if_closed() const;
    task_owner* owner() const;
    frame& admit(const newcomer& who, site at);
    void begin_start();
    void end_start(bool child_came);
    coroutine<frame*> next_record(site at);

    std::shared_ptr<state> state_;
};

// What with_pool does around its body; the work of pool.cpp.
class pool_block {
public:
    pool_block(const pool_options& options, site at);
    ~pool_block();
    pool_block(const pool_block&) = delete;
    pool_block& operator=(const pool_block&) = delete;

    pool& opened() { return pool_; }
    // The body has failed, or shall stop. Called with the error in flight.
    void body_threw();
    // Waits for the children.
    coroutine<void> close(site at);
    // After close: throws what has to leave. True: nobody cancelled the pool.
    bool outcome();

private:
    std::shared_ptr<pool::state> state_;
    pool pool_;
};

// Runs the body, which may spawn children into the pool, and returns when all have ended. True:
// they came to their ends. False: the pool was cancelled, by its own deadline or by hand. Throws an
// error_group when anybody failed, and `cancelled` when something around the pool shall stop.
template <class Body>
coroutine<bool> with_pool(pool_options options, Body body, site at = site::current()) {
    pool_block block(options, at);
    try {
        co_await body(block.opened());
    } catch (...) {
        block.body_threw();
    }
    co_await block.close(at);
    co_return block.outcome();
}
template <class Body>
coroutine<bool> with_pool(Body body, site at = site::current()) {
    return with_pool(pool_options{}, std::move(body), at);
}

// Runs all at once; returns what they returned, in the order in which they stand.
template <class T>
coroutine<std::vector<T>> gather(std::vector<coroutine<T>> bodies, site at = site::current()) {
    std::vector<task<T>> tasks;
    auto spawn_all = [&](pool& together) -> coroutine<> {
        for (coroutine<T>& each : bodies) {
            tasks.push_back(together.spawn(std::move(each), "", at));
            tasks.back().record().joined = true;  // nobody else could ask for its value
        }
        co_return;
    };
    co_await with_pool(spawn_all, at);
    std::vector<T> values;
    for (const task<T>& each : tasks) values.push_back(each.result());
    co_return values;
}

// Runs all at once; returns what the first one returned, the others are cancelled.
template <class T>
coroutine<T> first_of(std::vector<coroutine<T>> bodies, site at = site::current()) {
    if (bodies.empty()) throw misuse("first_of needs at least one coroutine");
    std::vector<task<T>> tasks;
    std::optional<task<T>> winner;
    auto race = [&](pool& together) -> coroutine<> {
        for (coroutine<T>& each : bodies) {
            tasks.push_back(together.spawn(std::move(each), "", at));
            tasks.back().record().joined = true;  // nobody else could ask for its value
        }
        winner = co_await together.next<T>(at);
        together.cancel("another was first", at);
    };
    co_await with_pool({.keep_ended = true}, race, at);
    co_return winner->result();
}

// How a child tells that it is ready. See pool::start.
template <class T>
class started {
public:
    explicit started(pool into) : into_(std::move(into)) {}

    // From now on the child belongs to the pool. Throws misuse the second time, and in another task
    // than the child.
    void operator()(T value = T(), site at = site::current()) {
        if (value_) throw misuse("this task has told already that it is ready");
        if (door().current().id != child_)
            throw misuse("only the task that is being started can tell that it is ready");
        value_ = std::move(value);
        door().adopt(door().current(), into_.owner(), at);
    }

private:
    friend class pool;
    pool into_;
    task_id child_ = task_id::none;
    std::optional<T> value_;
};

// The child keeps its own code: it goes on after the one who started it.
template <class T, class Body>
coroutine<> pool::carry(Body body, std::shared_ptr<started<T>> ready) {
    co_await body(*ready);
}

// The child begins in a pool of the caller's, which it leaves when it is ready.
template <class T, class Body>
coroutine<T> pool::start(Body body, std::string name, site at) {
    refuse_if_closed();
    auto ready = std::make_shared<started<T>>(*this);
    pool target = *this;
    pool_block nursery(pool_options{}, at);
    target.begin_start();
    ready->child_ =
        nursery.opened().spawn(carry<T>(std::move(body), ready), std::move(name), at).id();
    co_await nursery.close(at);
    target.end_start(ready->value_.has_value());
    try {
        nursery.outcome();
    } catch (const error_group& group) {
        group.rethrow_single();
    }
    if (!ready->value_) {
        co_await checkpoint(at);  // was the caller told to stop, and the child with it?
        throw misuse("the task ended without telling that it is ready; let it call started()");
    }
    co_return *std::move(ready->value_);
}

}  // namespace giambio
