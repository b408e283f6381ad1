// Records of descriptors, and of what a task does in passing. See chronicle.hpp.
// Internal to kernel/.
#include "kernel/chronicle.hpp"
#include "kernel/words.hpp"

#include <cstring>

namespace giambio {

// --- descriptors

seq chronicle::watches(int fd, bool to_read, bool to_write, task_id by, seq cause, site at) {
    if (!on()) return 0;
    return write({.kind = happening::fd_watch,
                  .cause = cause,
                  .task = by,
                  .fd = fd,
                  .mode = mode_word(to_read, to_write),
                  .at = at});
}

seq chronicle::became_ready(const readiness& told, seq cause) {
    if (!on()) return 0;
    return write({.kind = happening::fd_ready,
                  .cause = cause,
                  .fd = told.fd,
                  .mode = mode_word(told.can_read, told.can_write)});
}

seq chronicle::forgot(int fd, task_id by, seq cause, site at) {
    if (!on()) return 0;
    return write({.kind = happening::fd_forget, .cause = cause, .task = by, .fd = fd, .at = at});
}

seq chronicle::tell_io(const char* operation, int fd, io_result result, std::string_view text,
                       task_id by, seq cause, site at) {
    const bool failed = result.status == io_status::failed;
    return write({.kind = happening::io,
                  .flag = result.status == io_status::would_block,
                  .has_error = failed,
                  .cause = cause,
                  .task = by,
                  .fd = fd,
                  .word = operation,
                  .a = result.value,
                  .at = at},
                 failed ? std::strerror(static_cast<int>(result.value)) : text);
}

// A record has one text. Address and payload are parted by a zero, which no printed address has.
seq chronicle::did_datagram(const char* operation, int fd, io_result result,
                            std::string_view address, std::string_view payload, task_id by,
                            seq cause, site at) {
    if (!on()) return 0;
    std::string both(address);
    if (!payload.empty()) both.append(1, '\0').append(payload);
    return did_io(operation, fd, result, both, by, cause, at);
}

seq chronicle::set_option(int fd, const char* option, int value, io_result result, task_id by,
                          seq cause, site at) {
    if (!on()) return 0;
    const bool failed = result.status == io_status::failed;
    return write({.kind = happening::io,
                  .has_error = failed,
                  .cause = cause,
                  .task = by,
                  .fd = fd,
                  .word = "set_option",
                  .mode = option,
                  .a = value,
                  .at = at},
                 failed ? std::strerror(static_cast<int>(result.value)) : "");
}

// --- what a running task does in passing

seq chronicle::burned(actor who, duration length, site at) {
    if (!on()) return 0;
    return write({.kind = happening::busy,
                  .cause = who.step,
                  .task = who.by,
                  .a = length.count(),
                  .at = at});
}

// A scope's deadline is -1 when it has none.
seq chronicle::scope_entered(actor who, const scope_record& entered, site at) {
    if (!on()) return 0;
    return write({.kind = happening::scope_enter,
                  .flag = entered.shielded,
                  .cause = who.step,
                  .task = who.by,
                  .id = number_of(entered.id),
                  .second = number_of(entered.pool),
                  .a = entered.due.value_or(moment{-1}).count(),
                  .at = at});
}

seq chronicle::scope_left(actor who, const scope_record& left, leaving how, bool late, site at) {
    if (!on()) return 0;
    const char* outcome = late ? "late" : "left";
    if (how == leaving::caught) {
        outcome = left.cancel->source == cancel_source::deadline ? "timed_out" : "cancelled";
    }
    return write({.kind = happening::scope_leave,
                  .cause = who.step,
                  .task = who.by,
                  .id = number_of(left.id),
                  .word = outcome,
                  .at = at});
}

seq chronicle::scope_changed(actor who, const scope_record& changed, site at) {
    if (!on()) return 0;
    return write({.kind = happening::scope_change,
                  .flag = changed.shielded,
                  .cause = who.step,
                  .task = who.by,
                  .id = number_of(changed.id),
                  .a = changed.due.value_or(moment{-1}).count(),
                  .at = at});
}

seq chronicle::adopted(actor who, const task_record& child, site at) {
    if (!on()) return 0;
    const bool has_pool = child.owner != nullptr;
    return write({.kind = happening::adopt,
                  .cause = who.step,
                  .task = who.by,
                  .id = number_of(child.id),
                  .second = has_pool ? number_of(child.owner->number()) : 0,
                  .at = at});
}

seq chronicle::object_made(actor who, object_id made, const char* type, site at) {
    if (!on()) return 0;
    return write({.kind = happening::object_new,
                  .cause = who.step,
                  .task = who.by,
                  .id = number_of(made),
                  .word = type,
                  .at = at});
}

seq chronicle::object_did(actor who, object_id which, const char* operation, task_id holder,
                          std::int64_t length, site at) {
    if (!on()) return 0;
    return write({.kind = happening::object_op,
                  .cause = who.step,
                  .task = who.by,
                  .id = number_of(which),
                  .second = number_of(holder),
                  .word = operation,
                  .a = length,
                  .at = at});
}

seq chronicle::object_ended(actor who, object_id gone) {
    if (!on()) return 0;
    return write(
        {.kind = happening::object_end, .cause = who.step, .task = who.by, .id = number_of(gone)});
}

seq chronicle::said_log(actor who, std::string_view text, site at) {
    if (!on()) return 0;
    return write({.kind = happening::log, .cause = who.step, .task = who.by, .at = at}, text);
}

seq chronicle::said_mark(actor who, std::string_view text, site at) {
    if (!on()) return 0;
    return write({.kind = happening::mark, .cause = who.step, .task = who.by, .at = at}, text);
}

seq chronicle::dropped(actor who, site written_at) {
    if (!on()) return 0;
    return write(
        {.kind = happening::coroutine_dropped, .cause = who.step, .task = who.by, .at = written_at},
        function_name(written_at));
}

seq chronicle::never_joined(actor who, const frame& ended) {
    if (!on()) return 0;
    return write({.kind = happening::never_joined,
                  .cause = who.step,
                  .task = who.by,
                  .id = number_of(ended.id),
                  .at = ended.origin->born});
}

}  // namespace giambio
