// Records of the loop, the tasks and the timers. See chronicle.hpp; the rest is
// chronicle_world.cpp.
//
// Which field of a record holds what is told in tracer/FORMAT.md and read back by tracer/lines.cpp.
// Internal to kernel/.
#include "kernel/chronicle.hpp"

#include "kernel/describe.hpp"
#include "kernel/words.hpp"

namespace giambio {

// --- the loop

seq chronicle::run_began() {
    if (!on()) return 0;
    return write({.kind = happening::run_begin});
}

seq chronicle::run_ended(const char* outcome, const std::exception_ptr& failure, seq cause) {
    if (!on()) return 0;
    const bool failed = failure != nullptr;
    return write({.kind = happening::run_end, .has_error = failed, .cause = cause, .word = outcome},
                 failed ? text_of(failure) : "");
}

// A limit of -1 stands for ever, in the file as in the system call.
seq chronicle::polls(const char* reason, std::optional<duration> limit, std::size_t watched,
                     seq cause) {
    if (!on()) return 0;
    return write({.kind = happening::io_wait,
                  .cause = cause,
                  .word = reason,
                  .a = limit ? limit->count() : -1,
                  .b = static_cast<std::int64_t>(watched)});
}

seq chronicle::polled(std::size_t ready, bool looked, seq cause) {
    if (!on()) return 0;
    return write({.kind = happening::io_done,
                  .flag = !looked,
                  .cause = cause,
                  .a = static_cast<std::int64_t>(ready)});
}

seq chronicle::polled_nothing(seq cause) {
    return polled(0, false, polls("ready", duration::zero(), 0, cause));
}

seq chronicle::timer_fired(timer_id fired, duration late, seq cause) {
    if (!on()) return 0;
    return write(
        {.kind = happening::timer_fire, .cause = cause, .id = number_of(fired), .a = late.count()});
}

seq chronicle::batch_begins(std::size_t size, seq cause) {
    if (!on()) return 0;
    return write({.kind = happening::batch, .cause = cause, .a = static_cast<std::int64_t>(size)});
}

seq chronicle::signalled(int signo, seq cause) {
    if (!on()) return 0;
    return write({.kind = happening::signal, .cause = cause, .a = signo});
}

seq chronicle::posted() {
    if (!on()) return 0;
    return write({.kind = happening::post});
}

seq chronicle::in_deadlock(std::string_view report) {
    if (!on()) return 0;
    return write({.kind = happening::deadlock}, report);
}

// --- tasks

seq chronicle::tell_spawn(const task_record& made, seq cause) {
    return write({.kind = happening::spawn,
                  .flag = made.daemon,
                  .cause = cause,
                  .task = made.origin->parent,
                  .id = number_of(made.id),
                  .second = made.owner != nullptr ? number_of(made.owner->number()) : 0,
                  .at = made.origin->born},
                 made.name());
}

seq chronicle::tell_switch_in(const task_record& who) {
    return write({.kind = happening::switch_in, .cause = who.led_here, .task = who.id});
}

// The mailbox still holds the request, so name, arguments and site come from there. A yield, which
// tells of nothing but itself, has its own copy of `tell_trap`.
seq chronicle::trapped(const task_record& who, seq step) {
    if (!on()) return 0;
    if (std::holds_alternative<const trap::yield*>(who.asked)) return tell_trap(who, step, {});
    return tell_trap(who, step, arguments_of(who.asked, time()));
}

[[gnu::always_inline]] inline seq chronicle::tell_trap(const task_record& who, seq step,
                                                       const trap_arguments& wanted) {
    const trap_name asked = name_of(who.asked);
    return write({.kind = happening::trap,
                  .cause = step,
                  .task = who.id,
                  .id = wanted.id,
                  .fd = wanted.fd,
                  .word = asked.word,
                  .a = wanted.a,
                  .b = wanted.b,
                  .at = asked.at});
}

// Refused or not, it is the answer to the latest trap.
seq chronicle::tell_reply(const task_record& who, bool at_once, seq cause) {
    if (who.refused != refusal::none) return tell_refusal(who, at_once, cause);
    const trap_name asked = name_of(who.asked);
    return write({.kind = happening::reply,
                  .flag = at_once,
                  .cause = cause,
                  .task = who.id,
                  .word = asked.word,
                  .a = asked.gives_number ? who.answer.value : 0,
                  .b = static_cast<std::int64_t>(known(who.trap)),
                  .at = asked.at});
}

seq chronicle::tell_refusal(const task_record& who, bool at_once, seq cause) {
    const trap_name asked = name_of(who.asked);
    return write({.kind = happening::reply,
                  .flag = at_once,
                  .has_error = true,
                  .cause = cause,
                  .task = who.id,
                  .word = asked.word,
                  .b = static_cast<std::int64_t>(known(who.trap)),
                  .at = asked.at},
                 text_of(who.refused, who.answer));
}

// With the await chain: from the outermost coroutine to the one that asked, each where it stands.
seq chronicle::tell_park(const task_record& who, wait_kind on_what, std::uint32_t target, site at) {
    const bool on_fd = on_what == wait_kind::fd;
    const descriptor_wait wanted = on_fd ? descriptor_of(who.asked) : descriptor_wait{};
    return write({.kind = happening::park,
                  .cause = who.trap,
                  .task = who.id,
                  .id = target,
                  .fd = wanted.fd,
                  .word = word_of(on_what),
                  .mode = on_fd ? mode_word(!wanted.writes, wanted.writes) : nullptr,
                  .at = at},
                 who.innermost);
}

seq chronicle::tell_switch_out(const task_record& who, const char* how, seq cause) {
    return write({.kind = happening::switch_out,
                  .cause = cause,
                  .task = who.id,
                  .word = how,
                  .at = name_of(who.asked).at});
}

seq chronicle::tell_wake(const task_record& who, const char* why, task_id by, seq cause, site at) {
    return write({.kind = happening::wake,
                  .cause = cause,
                  .task = by,
                  .id = number_of(who.id),
                  .word = why,
                  .at = at});
}

seq chronicle::moved(task_id by, const task_record& who, object_id to, seq cause, site at) {
    if (!on()) return 0;
    return write({.kind = happening::move,
                  .cause = cause,
                  .task = by,
                  .id = number_of(who.id),
                  .second = number_of(to),
                  .at = at});
}

seq chronicle::tell_exit(const task_record& who, seq step) {
    const std::exception_ptr error = who.error();
    const bool failed = error != nullptr;
    const char* outcome = failed ? "error" : "value";
    if (who.was_cancelled) outcome = "cancelled";
    const record made{.kind = happening::exit,
                      .has_error = failed,
                      .cause = step,
                      .task = who.id,
                      .word = outcome};
    return failed ? write(made, text_of(error)) : write(made);
}

seq chronicle::cancel_requested(const task_record& target, const cancel_note& note, seq cause,
                                site at) {
    if (!on()) return 0;
    return write({.kind = happening::cancel_request,
                  .cause = cause,
                  .task = note.requester,
                  .id = number_of(target.id),
                  .second = number_of(note.scope),
                  .word = word_of(note.source),
                  .at = at},
                 note.reason);
}

seq chronicle::cancel_delivered(const task_record& who, const cancel_note& note) {
    if (!on()) return 0;
    return write({.kind = happening::cancel_deliver,
                  .cause = note.seq,
                  .task = who.id,
                  .id = number_of(note.scope),
                  .word = word_of(note.source)},
                 note.reason);
}

seq chronicle::cancel_absorbed(const task_record& who, const cancel_note& note, seq cause,
                               site at) {
    if (!on()) return 0;
    return write({.kind = happening::cancel_absorbed,
                  .cause = cause,
                  .task = who.id,
                  .id = number_of(note.scope),
                  .word = word_of(note.source),
                  .at = at},
                 note.reason);
}

// --- timers

seq chronicle::timer_set(const timer& armed, task_id owner, scope_id scope, seq cause, site at) {
    if (!on()) return 0;
    return write({.kind = happening::timer_set,
                  .cause = cause,
                  .task = owner,
                  .id = number_of(armed.id),
                  .second = number_of(scope),
                  .word = scope != scope_id::none ? "deadline" : "sleep",
                  .a = armed.due.count(),
                  .at = at});
}

seq chronicle::timer_dropped(timer_id disarmed, task_id by, seq cause) {
    if (!on()) return 0;
    return write(
        {.kind = happening::timer_drop, .cause = cause, .task = by, .id = number_of(disarmed)});
}

}  // namespace giambio
