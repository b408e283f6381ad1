// The chronicle: what the kernel says of itself, one function for each kind of trace event.
//
// loop.cpp, io.cpp, schedule.cpp and their neighbours call in right after they have done something.
// Each function fills in a record and writes it to the tape; it returns the record's number, which
// is the `cause` of what follows from it (0 when nobody watches). They stand in groups; the order
// of the table in tracer/FORMAT.md is that of `happening` (observer.hpp).
// Not here: doing anything. Without the chronicle the kernel would run the same.
// Kept true: when a function is called the state is already as the record says.
// Internal to kernel/.
#pragma once

#include "kernel/describe.hpp"
#include "kernel/io_driver.hpp"
#include "kernel/tape.hpp"
#include "kernel/task.hpp"
#include "kernel/timer_heap.hpp"
#include "traps/scope.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace giambio {

using seq = std::uint64_t;

class chronicle : public tape {
public:
    using tape::tape;

    // --- the loop
    seq run_began();
    seq run_ended(const char* outcome, const std::exception_ptr& failure, seq cause);
    seq polls(const char* reason, std::optional<duration> limit, std::size_t watched, seq cause);
    seq polled(std::size_t ready, bool looked, seq cause);
    // A poll that is left out, because somebody is ready and no descriptor is listened to.
    seq polled_nothing(seq cause);
    seq timer_fired(timer_id fired, duration late, seq cause);
    seq batch_begins(std::size_t size, seq cause);
    seq signalled(int signo, seq cause);
    seq posted();
    seq in_deadlock(std::string_view report);

    // --- tasks
    // These, and did_io, are called in every step, so that nobody watches is found out without a
    // call.
    seq spawned(const task_record& made, seq cause) { return on() ? tell_spawn(made, cause) : 0; }
    seq switched_in(const task_record& who) { return on() ? tell_switch_in(who) : 0; }
    seq trapped(const task_record& who, seq step);
    // The number of its latest trap, as a cause. It lies in a line of the cache that nobody needs
    // without a trace, so it is read for the trace only.
    seq trap_of(const task_record& who) const { return on() ? who.trap : 0; }
    seq replied(const task_record& who, bool at_once, seq cause) {
        return on() ? tell_reply(who, at_once, cause) : 0;
    }
    seq parked(const task_record& who, wait_kind on_what, std::uint32_t target, site at) {
        return on() ? tell_park(who, on_what, target, at) : 0;
    }
    seq switched_out(const task_record& who, const char* how, seq cause) {
        return on() ? tell_switch_out(who, how, cause) : 0;
    }
    seq woke(const task_record& who, const char* why, task_id by, seq cause, site at) {
        return on() ? tell_wake(who, why, by, cause, at) : 0;
    }
    seq moved(task_id by, const task_record& who, object_id to, seq cause, site at);
    seq exited(const task_record& who, seq step) { return on() ? tell_exit(who, step) : 0; }
    seq cancel_requested(const task_record& target, const cancel_note& note, seq cause, site at);
    seq cancel_delivered(const task_record& who, const cancel_note& note);
    seq cancel_absorbed(const task_record& who, const cancel_note& note, seq cause, site at);

    // --- timers
    // `scope` is none for the end of a sleep.
    seq timer_set(const timer& armed, task_id owner, scope_id scope, seq cause, site at);
    seq timer_dropped(timer_id disarmed, task_id by, seq cause);

    // --- descriptors
    seq watches(int fd, bool to_read, bool to_write, task_id by, seq cause, site at);
    seq became_ready(const readiness& told, seq cause);
    seq forgot(int fd, task_id by, seq cause, site at);
    // `text` is an address or payload; of a failed operation the error is told instead.
    seq did_io(const char* operation, int fd, io_result result, std::string_view text, task_id by,
               seq cause, site at) {
        return on() ? tell_io(operation, fd, result, text, by, cause, at) : 0;
    }
    // The same with the other side's address, and with payload if that was asked for.
    seq did_datagram(const char* operation, int fd, io_result result, std::string_view address,
                     std::string_view payload, task_id by, seq cause, site at);
    seq set_option(int fd, const char* option, int value, io_result result, task_id by, seq cause,
                   site at);

    // --- what a running task does in passing: `by` is the task, `step` its switch_in
    struct actor {
        task_id by = task_id::none;
        seq step = 0;
    };
    seq burned(actor who, duration length, site at);
    seq scope_entered(actor who, const scope_record& entered, site at);
    seq scope_left(actor who, const scope_record& left, leaving how, bool late, site at);
    seq scope_changed(actor who, const scope_record& changed, site at);
    seq adopted(actor who, const task_record& child, site at);
    seq object_made(actor who, object_id made, const char* type, site at);
    seq object_did(actor who, object_id which, const char* operation, task_id holder,
                   std::int64_t length, site at);
    seq object_ended(actor who, object_id gone);
    seq said_log(actor who, std::string_view text, site at);
    seq said_mark(actor who, std::string_view text, site at);
    seq dropped(actor who, site written_at);
    seq never_joined(actor who, const frame& ended);

private:
    seq tell_io(const char* operation, int fd, io_result result, std::string_view text, task_id by,
                seq cause, site at);
    seq tell_trap(const task_record& who, seq step, const trap_arguments& wanted);
    seq tell_spawn(const task_record& made, seq cause);
    seq tell_wake(const task_record& who, const char* why, task_id by, seq cause, site at);
    seq tell_exit(const task_record& who, seq step);
    seq tell_switch_in(const task_record& who);
    seq tell_reply(const task_record& who, bool at_once, seq cause);
    seq tell_refusal(const task_record& who, bool at_once, seq cause);
    seq tell_park(const task_record& who, wait_kind on_what, std::uint32_t target, site at);
    seq tell_switch_out(const task_record& who, const char* how, seq cause);
};

}  // namespace giambio
