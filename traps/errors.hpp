// What the kernel and most objects throw. Errors of one object stand with it, groups of them in
// error_group.hpp.
//
// Three kinds of fault have three forms. The program asked for something wrong, or the world
// failed: an exception below, thrown at the `co_await` or by the plain call. Somebody wants the
// task to stop: `cancelled`. The library itself is wrong: `check` (check.hpp), which throws
// nothing.
// Kept true: `cancelled` is not a std::exception, so that a handler for errors does not swallow it.
// Public.
#pragma once

#include "traps/ids.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace giambio {

// Who wanted the task to stop.
enum class cancel_source : std::uint8_t {
    none,
    by_request,  // somebody called cancel
    deadline,    // a scope's time is over
    failure,     // another task of the same pool failed
    body,        // the body of the pool failed
    interrupt,   // Ctrl-C
    shutdown,    // the run is ending
};

// Thrown at a trap of a task that shall stop. Let it pass; clean up in destructors.
class cancelled {
public:
    cancelled(cancel_source from, task_id by, std::string why)
        : source_(from), requester_(by), reason_(std::move(why)) {}

    cancel_source source() const { return source_; }
    task_id requester() const { return requester_; }  // none: the loop
    const std::string& reason() const { return reason_; }

private:
    cancel_source source_;
    task_id requester_;
    std::string reason_;
};

// The block of `with_timeout` did not end in time.
class too_slow : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// What a joiner sees when the task that it joined was cancelled. It is not `cancelled`: the joiner
// itself shall not stop.
class task_cancelled : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Ctrl-C: thrown by `start` after every task has been cancelled and has cleaned up.
class keyboard_interrupt : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Nobody is ready and nothing can ever wake anyone. what() lists every parked task, what it waits
// on and who holds that, and the circle where there is one.
class deadlock : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The loop that was asked from another thread has ended its run.
class run_finished : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The program used the library in a way that cannot work. what() leads to the fix.
class misuse : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

// The system refused an operation on a descriptor. code() is the errno.
class io_error : public std::runtime_error {
public:
    io_error(int errno_code, const std::string& sentence)
        : std::runtime_error(sentence), code_(errno_code) {}
    int code() const { return code_; }

private:
    int code_;
};

// The task that held what this one waits for has ended without letting go of it.
class owner_gone : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Another task already waits for the same on this descriptor.
class resource_busy : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Nothing more will come: all who could send have closed their ends, and what they had sent was
// taken.
class end_of_channel : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Nobody is left on the other side who could take what is sent.
class broken_channel : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The descriptor was closed, before the call or while the task waited on it.
class resource_closed : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Somebody has aborted the barrier at which the task waits, or wants to. what() is the reason.
class barrier_aborted : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace giambio
