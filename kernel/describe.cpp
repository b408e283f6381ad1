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
    record& into;

    void operator()(std::monostate) const {}
    void operator()(const trap::yield*) const {}
    void operator()(const trap::checkpoint*) const {}
    void operator()(const trap::sleep* asked) const {
        into.a = later(time.now(), asked->length).count();
        into.b = asked->length.count();
    }
    void operator()(const trap::sleep_until* asked) const { into.a = asked->due.count(); }
    void operator()(const trap::park* asked) const { into.id = number_of(asked->on->id()); }
    void operator()(const trap::join* asked) const { into.id = number_of(asked->target->id); }
    void operator()(const trap::accept* asked) const { into.fd = asked->fd; }
    void operator()(const trap::connect* asked) const { into.fd = asked->fd; }
    void operator()(const trap::receive* asked) const { transfer(asked->fd, asked->size); }
    void operator()(const trap::send* asked) const { transfer(asked->fd, asked->size); }
    void operator()(const trap::receive_from* asked) const { transfer(asked->fd, asked->size); }
    void operator()(const trap::send_to* asked) const { transfer(asked->fd, asked->size); }
    void operator()(const trap::readable* asked) const { into.fd = asked->fd; }
    void operator()(const trap::writable* asked) const { into.fd = asked->fd; }

    void transfer(int fd, std::size_t size) const {
        into.fd = fd;
        into.a = static_cast<std::int64_t>(size);
    }
};

}  // namespace

record describe(const request& asked, task_id who, std::uint64_t step, const clock& time) {
    const trap_name name = name_of(asked);
    record made{
        .kind = happening::trap, .cause = step, .task = who, .word = name.word, .at = name.at};
    std::visit(describer{time, made}, asked);
    return made;
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
