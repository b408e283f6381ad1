// The names and arguments of traps, as the trace tells them. See describe.hpp.
// Internal to kernel/.
#include "kernel/describe.hpp"

#include "kernel/clock.hpp"
#include "kernel/dispatch.hpp"
#include "kernel/task.hpp"

namespace giambio {

namespace {

// What a trap asks for, where that is more than its name and place.
struct describer {
    const clock& time;

    trap_arguments handle(const trap::sleep& asked) const {
        return {.a = later(time.now(), asked.length).count(), .b = asked.length.count()};
    }
    trap_arguments handle(const trap::sleep_until& asked) const { return {.a = asked.due.count()}; }
    trap_arguments handle(const trap::park& asked) const {
        return {.id = number_of(asked.on->id())};
    }
    trap_arguments handle(const trap::join& asked) const {
        return {.id = number_of(asked.target->id)};
    }
    trap_arguments handle(const trap::receive& asked) const { return transfer(asked); }
    trap_arguments handle(const trap::send& asked) const { return transfer(asked); }
    trap_arguments handle(const trap::send_all& asked) const { return transfer(asked); }
    trap_arguments handle(const trap::receive_from& asked) const { return transfer(asked); }
    trap_arguments handle(const trap::send_to& asked) const { return transfer(asked); }
    trap_arguments handle(const names_descriptor auto& asked) const { return {.fd = asked.fd}; }
    trap_arguments handle(const auto&) const { return {}; }

    static trap_arguments transfer(const auto& asked) {
        return {.fd = asked.fd, .a = static_cast<std::int64_t>(asked.size)};
    }
};

}  // namespace

trap_arguments arguments_of(const request& asked, const clock& time) {
    const describer each{time};
    return dispatch(each, asked);
}

task_record* joined_by(const task_record& waiting) {
    return static_cast<task_record*>(std::get<const trap::join*>(waiting.asked)->target);
}

namespace {

struct descriptor_finder {
    descriptor_wait handle(const trap::accept& from) const { return {from.fd, false}; }
    descriptor_wait handle(const trap::receive& from) const { return {from.fd, false}; }
    descriptor_wait handle(const trap::receive_from& from) const { return {from.fd, false}; }
    descriptor_wait handle(const trap::readable& from) const { return {from.fd, false}; }
    descriptor_wait handle(const trap::connect& to) const { return {to.fd, true}; }
    descriptor_wait handle(const trap::send& to) const { return {to.fd, true}; }
    descriptor_wait handle(const trap::send_all& to) const { return {to.fd, true}; }
    descriptor_wait handle(const trap::send_to& to) const { return {to.fd, true}; }
    descriptor_wait handle(const trap::writable& to) const { return {to.fd, true}; }
    descriptor_wait handle(const auto&) const { return {}; }
};

}  // namespace

descriptor_wait descriptor_of(const request& asked) {
    const descriptor_finder finder;
    return dispatch(finder, asked);
}

}  // namespace giambio
