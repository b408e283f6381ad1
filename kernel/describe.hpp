// What a request says: its name and arguments for the trace, and what its task waits for.
//
// The chronicle calls in when somebody watches; schedule.cpp, to take a task out of what it waits
// on; snapshot.cpp and prologue.cpp, to tell of it.
// Not here: answering (handlers.cpp).
// Internal to kernel/.
#pragma once

#include "kernel/clock.hpp"
#include "kernel/dispatch.hpp"
#include "kernel/task.hpp"
#include "traps/request.hpp"

namespace giambio {

// A trap that is about a descriptor.
template <class Trap>
concept names_descriptor = requires(const Trap& asked) {
    asked.fd;
};

// The arguments of a trap, in the fields of a record (observer.hpp).
struct trap_arguments {
    std::uint32_t id = 0;
    std::int32_t fd = -1;
    std::int64_t a = 0;
    std::int64_t b = 0;
};
// Before: the request is not empty. An object that it names may be told to the tape on the way.
trap_arguments arguments_of(const request& asked, const clock& time);

// Only the name and the place, after the answer: the object that was waited on may be gone by then.
// Neither when the mailbox is empty.
struct trap_name {
    const char* word = nullptr;
    site at{};
    bool gives_number = false;  // as all that is done with descriptors does
};
struct trap_namer {
    template <class Trap>
    trap_name handle(const Trap& asked) const {
        return {asked.name, asked.at, names_descriptor<Trap>};
    }
};
[[gnu::always_inline]] inline trap_name name_of(const request& asked) {
    const trap_namer namer;
    return asked.index() != 0 ? dispatch_yield_first(namer, asked) : trap_name{};
}

// The task whose end a task waits for.
task_record* joined_by(const task_record& waiting);

// What a task waits for at a descriptor.
struct descriptor_wait {
    int fd = -1;
    bool writes = false;
};
descriptor_wait descriptor_of(const request& asked);

}  // namespace giambio
