// The handlers: what each trap means.                                              [trap 4/5]
//
// The loop calls in through dispatch.hpp, with cancellation checked already. A handler decides
// whether the task can be answered at once, and calls schedule.cpp or io.cpp to do it.
// Not here: changing a task's state (schedule.cpp), system calls (io.cpp and the driver).
// Kept true: a handler never throws into the loop; an error is a refusal in the reply, and the gate
// throws it in the program. The handlers stand in the order of traps/request.hpp.
// Internal to kernel/.
#include "kernel/kernel.hpp"

namespace giambio {

// The task goes to the back of the ready queue, and everyone in front of it runs first.
verdict kernel::handle(task_record&, const trap::yield&) {
    return verdict::requeued;
}

// What it asks for was done before the handler was called: the check for cancellation.
verdict kernel::handle(task_record&, const trap::checkpoint&) {
    return verdict::answered;
}

verdict kernel::handle(task_record& who, const trap::sleep& asked) {
    if (asked.length < duration::zero()) {
        return refuse_misuse(who, "a task cannot sleep for a negative time; use 0 to yield");
    }
    const moment begun = now();
    return sleep_to(who, begun, later(begun, asked.length), asked.at);
}

verdict kernel::handle(task_record& who, const trap::sleep_until& asked) {
    return sleep_to(who, now(), asked.due, asked.at);
}

// Waits for the moment, in the queue of timers.
verdict kernel::sleep_to(task_record& who, moment begun, moment due, site at) {
    // Without a wait it is still a turn for the others: a loop of sleep(0) must not starve them.
    if (due <= begun) return verdict::requeued;
    who.led_here = arm(who.nap, due, who, scope_id::none, who.trap, at);
    return park(who, wait_kind::timer, number_of(who.nap), at);
}

// The task stands at the back of the object's line. Who wakes it is the object's business.
verdict kernel::handle(task_record& who, const trap::park& asked) {
    if (asked.on->is_open()) return verdict::answered;
    asked.on->join_at_back(who);
    return park(who, wait_kind::object, number_of(asked.on->id()), asked.at);
}

// A task that has ended is no reason to wait: its outcome is in its record.
verdict kernel::handle(task_record& who, const trap::join& asked) {
    auto& target = static_cast<task_record&>(*asked.target);
    if (&target == &who) {
        return refuse_misuse(who, "a task cannot join itself: it would wait for its own end");
    }
    if (target.ended) return verdict::answered;
    if (!tasks_.has(target)) {
        return refuse_misuse(who, "this task lives in another run; only a task there can join it");
    }
    target.joiners.join_at_back(who);
    return park(who, wait_kind::task, number_of(target.id), asked.at);
}

verdict kernel::handle(task_record& who, const trap::accept& asked) {
    return transfer(who, asked.fd, direction::read, asked.at);
}

verdict kernel::handle(task_record& who, const trap::connect& asked) {
    return transfer(who, asked.fd, direction::write, asked.at);
}

verdict kernel::handle(task_record& who, const trap::receive& asked) {
    return transfer(who, asked.fd, direction::read, asked.at);
}

verdict kernel::handle(task_record& who, const trap::send& asked) {
    return transfer(who, asked.fd, direction::write, asked.at);
}

// To send nothing is done at once.
verdict kernel::handle(task_record& who, const trap::send_all& asked) {
    who.grant(0);  // so much has left
    return asked.size == 0 ? verdict::answered
                           : transfer(who, asked.fd, direction::write, asked.at);
}

verdict kernel::handle(task_record& who, const trap::receive_from& asked) {
    return transfer(who, asked.fd, direction::read, asked.at);
}

verdict kernel::handle(task_record& who, const trap::send_to& asked) {
    return transfer(who, asked.fd, direction::write, asked.at);
}

// A descriptor that is not ours: the poll tells when it is ready, and its owner does the rest.
verdict kernel::handle(task_record& who, const trap::readable& asked) {
    return wait_for_fd(who, asked.fd, direction::read, asked.at, true);
}

verdict kernel::handle(task_record& who, const trap::writable& asked) {
    return wait_for_fd(who, asked.fd, direction::write, asked.at, true);
}

// The answer is no. It is an answer at once, so the task goes on, and its `co_await` throws.
verdict kernel::refuse(task_record& who, refusal why, std::int64_t value) {
    who.refuse(why, value);
    return verdict::answered;
}

verdict kernel::refuse_misuse(task_record& who, const char* complaint) {
    who.refuse(refusal::misuse, complaint);
    return verdict::answered;
}

// Somebody wants the task to stop, so whatever it asks for is refused, each time (rule R7).
verdict kernel::refuse_cancelled(task_record& who) {
    cancel_note& note = *effective_cancel(who);
    who.refuse(note);
    told_.cancel_delivered(who, note);
    return verdict::answered;
}

}  // namespace giambio
