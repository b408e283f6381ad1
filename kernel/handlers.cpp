// The handlers: what each trap means.                                              [trap 4/5]
//
// The loop calls in through dispatch.hpp, with cancellation checked already. A handler decides
// whether the task can be answered at once, and calls schedule.cpp or io.cpp to do it.
// Not here: changing a task's state (schedule.cpp), system calls (io.cpp and the driver).
// Kept true: a handler never throws into the loop; an error is a refusal in the reply, and the gate
// throws it in the program. The handlers stand in the order of traps/request.hpp.
// Internal to kernel/.
#include "kernel/kernel.hpp"
#include "kernel/words.hpp"

#include <limits>

namespace giambio {

verdict kernel::handle(task_record&, const trap::yield&) {
    return verdict::requeued;
}

verdict kernel::handle(task_record&, const trap::checkpoint&) {
    return verdict::answered;
}

verdict kernel::handle(task_record& who, const trap::sleep& asked) {
    if (asked.length < duration::zero()) {
        return refuse_misuse(who, "a task cannot sleep for a negative time; use 0 to yield");
    }
    // A sleep longer than time itself ends when time does.
    const moment end_of_time{std::numeric_limits<std::int64_t>::max()};
    const bool too_long = asked.length > end_of_time - now();
    return sleep_to(who, too_long ? end_of_time : now() + asked.length, asked.at);
}

verdict kernel::handle(task_record& who, const trap::sleep_until& asked) {
    return sleep_to(who, asked.due, asked.at);
}

verdict kernel::sleep_to(task_record& who, moment due, site at) {
    // Without a wait it is still a turn for the others: a loop of sleep(0) must not starve them.
    if (due <= now()) return verdict::requeued;
    arm(who.nap, due, who, nullptr, who.trap, at);
    return park(who, wait_kind::timer, number_of(who.nap.id), at);
}

verdict kernel::handle(task_record& who, const trap::park& asked) {
    asked.on->join_at_back(who);
    return park(who, wait_kind::object, number_of(asked.on->id()), asked.at);
}

verdict kernel::handle(task_record& who, const trap::join& asked) {
    auto& target = static_cast<task_record&>(*asked.target);
    if (&target == &who) {
        return refuse_misuse(who, "a task cannot join itself: it would wait for its own end");
    }
    if (target.ended) return verdict::answered;
    target.joiners.join_at_back(who);
    who.wait_task = &target;
    return park(who, wait_kind::task, number_of(target.id), asked.at);
}

// Accept and receive wait first unless the last one left something. Discussion: trying first costs a
// system call that mostly says "not yet" (0.44 us), and the poll will tell anyway; but after a full
// buffer, or a taken connection, there is likely more.
verdict kernel::handle(task_record& who, const trap::accept& asked) {
    return transfer(who, asked.fd, false, waits_.more(asked.fd), asked.at);
}

verdict kernel::handle(task_record& who, const trap::connect& asked) {
    return transfer(who, asked.fd, true, true, asked.at);
}

verdict kernel::handle(task_record& who, const trap::receive& asked) {
    return transfer(who, asked.fd, false, waits_.more(asked.fd), asked.at);
}

// A send tries first: there is nearly always room.
verdict kernel::handle(task_record& who, const trap::send& asked) {
    return transfer(who, asked.fd, true, true, asked.at);
}

verdict kernel::handle(task_record& who, const trap::readable& asked) {
    return wait_for_fd(who, asked.fd, false, asked.at);
}

verdict kernel::handle(task_record& who, const trap::writable& asked) {
    return wait_for_fd(who, asked.fd, true, asked.at);
}

verdict kernel::refuse(task_record& who, refusal why, std::int64_t value) {
    who.answer = {why, value};
    if (why == refusal::cancelled) {
        const cancel_note* note = effective_cancel(who);
        tape_.write({.kind = happening::cancel_deliver,
                     .cause = note->seq,
                     .task = who.id,
                     .id = number_of(note->scope),
                     .word = word_of(note->source)},
                    note->reason);
    }
    return verdict::answered;
}

verdict kernel::refuse_misuse(task_record& who, const char* complaint) {
    who.complaint = complaint;
    return refuse(who, refusal::misuse);
}

}  // namespace giambio
