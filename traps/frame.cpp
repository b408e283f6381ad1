// Opens a reply: a value goes to the program, a refusal is thrown at its `co_await`. And what came
// of a task, and what it is called.
//
// The gate calls in. Nothing here decides; the kernel has decided already (kernel/handlers.cpp).
// Internal to traps/.
#include "traps/frame.hpp"

#include "traps/locals.hpp"

#include <cstring>
#include <utility>

namespace giambio {

task_extras::~task_extras() {
    release_locals(locals);
}

void forget(task_origin* unneeded) noexcept {
    delete unneeded;
}

const std::string& frame::name() const {
    if (origin->name.empty()) origin->name = function_name(origin->body);
    return origin->name;
}

void throw_refusal(frame& mailbox) {
    switch (std::exchange(mailbox.refused, refusal::none)) {
        case refusal::cancelled: {
            const cancel_note* note = mailbox.answer.note;
            check(note != nullptr, "a task is cancelled, but nobody asked for it");
            throw cancelled(note->source, note->requester, note->reason);
        }
        case refusal::busy:
            throw resource_busy(
                "another task already waits for the same on this descriptor; let one task read and "
                "one write, or use a lock");
        case refusal::closed:
            throw resource_closed("the socket is closed");
        case refusal::misuse:
            throw misuse(mailbox.answer.complaint);
        case refusal::abandoned:
            throw owner_gone(mailbox.answer.complaint);
        default: {
            const int code = static_cast<int>(mailbox.answer.value);
            throw io_error(code, std::strerror(code));
        }
    }
}

void throw_outcome(frame& asked) {
    if (!asked.ended) throw misuse("the task has not ended yet; join it first");
    asked.joined = true;
    if (asked.failed()) std::rethrow_exception(asked.error());
    if (asked.was_cancelled) throw task_cancelled(asked.name() + " was cancelled");
}

}  // namespace giambio
