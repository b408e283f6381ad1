// The names and arguments of traps, as the trace tells them. See describe.hpp.
// Internal to kernel/.
#include "kernel/describe.hpp"

#include "kernel/clock.hpp"
#include "kernel/task.hpp"

namespace giambio {

namespace {

// One function for each trap. The compiler refuses a trap that has none, as it does for handlers.
struct describer {
    const clock* time = nullptr;
    bool asking = false;  // otherwise what the request points to may be gone, and is not looked at

    record operator()(const std::monostate&) const { return {}; }
    record operator()(const trap::yield& asked) const { return {.word = "yield", .at = asked.at}; }
    record operator()(const trap::checkpoint& asked) const {
        return {.word = "checkpoint", .at = asked.at};
    }
    record operator()(const trap::sleep& asked) const {
        return {.word = "sleep",
                .a = asking ? later(time->now(), asked.length).count() : 0,
                .b = asked.length.count(),
                .at = asked.at};
    }
    record operator()(const trap::sleep_until& asked) const {
        return {.word = "sleep_until", .a = asked.due.count(), .at = asked.at};
    }
    record operator()(const trap::park& asked) const {
        return {.id = asking ? number_of(asked.on->id()) : 0, .word = "park", .at = asked.at};
    }
    record operator()(const trap::join& asked) const {
        return {.id = asking ? number_of(asked.target->id) : 0, .word = "join", .at = asked.at};
    }
    record operator()(const trap::accept& asked) const {
        return {.fd = asked.fd, .word = "accept", .at = asked.at};
    }
    record operator()(const trap::connect& asked) const {
        return {.fd = asked.fd, .word = "connect", .at = asked.at};
    }
    record operator()(const trap::receive& asked) const {
        return {.fd = asked.fd,
                .word = "receive",
                .a = static_cast<std::int64_t>(asked.size),
                .at = asked.at};
    }
    record operator()(const trap::send& asked) const {
        return {.fd = asked.fd,
                .word = "send",
                .a = static_cast<std::int64_t>(asked.size),
                .at = asked.at};
    }
    record operator()(const trap::receive_from& asked) const {
        return {.fd = asked.fd,
                .word = "receive_from",
                .a = static_cast<std::int64_t>(asked.size),
                .at = asked.at};
    }
    record operator()(const trap::send_to& asked) const {
        return {.fd = asked.fd,
                .word = "send_to",
                .a = static_cast<std::int64_t>(asked.size),
                .at = asked.at};
    }
    record operator()(const trap::readable& asked) const {
        return {.fd = asked.fd, .word = "readable", .at = asked.at};
    }
    record operator()(const trap::writable& asked) const {
        return {.fd = asked.fd, .word = "writable", .at = asked.at};
    }
};

}  // namespace

record describe(const request& asked, task_id who, std::uint64_t step, const clock& time) {
    record made = std::visit(describer{&time, true}, asked);
    made.kind = happening::trap;
    made.task = who;
    made.cause = step;
    return made;
}

record describe_answered(const request& asked) {
    return std::visit(describer{}, asked);
}

}  // namespace giambio
