// The words by which the trace and the messages name what the kernel has as enumerators.
//
// The chronicle, the snapshots and the deadlock report call in.
// Not here: sentences (deadlock.cpp); the words of programs, which come with their objects.
// Kept true: these are the words of tracer/FORMAT.md.
// Internal to kernel/.
#pragma once

#include "kernel/task.hpp"
#include "traps/error_group.hpp"

#include <string>

namespace giambio {

constexpr const char* word_of(cancel_source source) {
    switch (source) {
        case cancel_source::none:
            return "none";
        case cancel_source::by_request:
            return "explicit";
        case cancel_source::deadline:
            return "deadline";
        case cancel_source::failure:
            return "failure";
        case cancel_source::body:
            return "body";
        case cancel_source::interrupt:
            return "interrupt";
        case cancel_source::shutdown:
            return "shutdown";
    }
    return "?";
}

constexpr const char* word_of(task_state state) {
    switch (state) {
        case task_state::ready:
            return "ready";
        case task_state::running:
            return "running";
        case task_state::parked:
            return "parked";
        case task_state::ended:
            return "ended";
    }
    return "?";
}

constexpr const char* word_of(wait_kind kind) {
    switch (kind) {
        case wait_kind::nothing:
            return "nothing";
        case wait_kind::timer:
            return "timer";
        case wait_kind::fd:
            return "fd";
        case wait_kind::object:
            return "object";
        case wait_kind::task:
            return "task";
    }
    return "?";
}

// Which directions of a descriptor are meant.
constexpr const char* mode_word(bool read, bool write) {
    if (read && write) return "rw";
    return read ? "r" : write ? "w" : "";
}

// Why an answer is a refusal: a word, or the system's own text.
std::string text_of(refusal why, reply with);

}  // namespace giambio
