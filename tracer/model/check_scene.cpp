// Steps the shared scene forward. See check_scene.hpp.
//
// Kept true: the words of the file are asked for only where a row depends on them; most trace
// events change nothing here.
// Internal to tracer/model/.
#include "tracer/model/check_scene.hpp"

#include <string_view>

namespace giambio::trace {
namespace {

object_kind kind_of_type(std::string_view type) {
    if (type == "lock" || type == "reentrant_lock") return object_kind::lock;
    if (type == "thread") return object_kind::thread;
    if (type == "pool") return object_kind::pool;
    if (type == "queue" || type == "channel") return object_kind::queue;
    return object_kind::other;
}

}  // namespace

std::uint32_t id_in(const recording& of, const event& that, key which) {
    return static_cast<std::uint32_t>(of.number(that, which).value_or(0));
}

bool begins_the_end(const recording& of, const event& that) {
    if (that.kind == kind::deadlock) return true;
    if (that.kind != kind::cancel_request || id_in(of, that, key::scope) != 0) return false;
    const std::string_view source = of.text(that, key::source);
    return source == "shutdown" || source == "interrupt" || source == "failure";
}

void scene::enter(task_row& who, task_state next) {
    if (who.now == task_state::ready && ready > 0) --ready;
    if (next == task_state::ready) ++ready;
    who.now = next;
    who.since = t;
    who.since_seq = seq;
}

void scene::leave_wait(task_row& who) {
    if (who.waits == wait_kind::object) {
        object_row* on = objects.change(who.wait_id);
        if (on != nullptr && on->waiting > 0) --on->waiting;
    }
    who.waits = wait_kind::nothing;
    who.wait_id = 0;
}

void scene::spawn(const event& next) {
    const std::uint32_t id = id_in(of, next, key::child);
    if (id == 0) return;
    // It is the first of all, but a trace that begins in the middle may be without it.
    if (main == 0) main = of.header.is_merged() ? id : 1;
    task_row& made = tasks[id];
    made.pool = id_in(of, next, key::pool);
    made.daemon = of.number(next, key::daemon).value_or(0) != 0;
    made.born_at = next.at;
    made.born = next.t;
    made.born_seq = next.seq;
    ++alive;
    enter(made, task_state::ready);
}

void scene::park(const event& next) {
    task_row& who = tasks[next.task];
    enter(who, task_state::parked);
    who.at = next.at;
    const std::string_view on = of.text(next, key::on);
    if (on == "object") {
        who.waits = wait_kind::object;
        who.wait_id = id_in(of, next, key::object);
        ++objects[who.wait_id].waiting;
    } else if (on == "task") {
        who.waits = wait_kind::task;
        who.wait_id = id_in(of, next, key::target);
    } else if (on == "timer") {
        who.waits = wait_kind::timer;
        who.wait_id = id_in(of, next, key::timer);
    } else {
        who.waits = wait_kind::fd;
        who.wait_id = id_in(of, next, key::fd);
    }
}

void scene::wake(const event& next) {
    task_row* who = tasks.change(id_in(of, next, key::woken));
    if (who == nullptr) return;
    leave_wait(*who);
    enter(*who, task_state::ready);
}

void scene::move(const event& next) {
    task_row* who = tasks.change(id_in(of, next, key::target));
    if (who == nullptr || who->waits != wait_kind::object) return;
    leave_wait(*who);
    who->waits = wait_kind::object;
    who->wait_id = id_in(of, next, key::object);
    ++objects[who->wait_id].waiting;
}

void scene::begin_step(const event& next) {
    task_row& who = tasks[next.task];
    enter(who, task_state::running);
    ++who.steps;
    step = {next.task, next.seq, next.t, ready};
}

void scene::end_step(const event& next) {
    task_row* who = tasks.change(next.task);
    // After a `park` or an `exit` the task is no longer running, and its state stays.
    if (who != nullptr && who->now == task_state::running) enter(*who, task_state::ready);
    step = {};
}

void scene::make_object(const event& next) {
    object_row& made = objects[id_in(of, next, key::object)];
    made.kind = kind_of_type(of.text(next, key::type));
    made.at = next.at;
}

void scene::change_object(const event& next) {
    objects[id_in(of, next, key::object)].holder = id_in(of, next, key::holder);
}

void scene::set_timer(const event& next) {
    timer_row& made = timers[id_in(of, next, key::timer)];
    made.owner = id_in(of, next, key::owner);
    made.is_deadline = of.text(next, key::what) == "deadline";
    task_row* owner = made.is_deadline ? tasks.change(made.owner) : nullptr;
    if (owner != nullptr) ++owner->deadlines;
}

void scene::drop_timer(const event& next) {
    const std::uint32_t id = id_in(of, next, key::timer);
    const timer_row* gone = timers.find(id);
    if (gone == nullptr) return;
    task_row* owner = gone->is_deadline ? tasks.change(gone->owner) : nullptr;
    if (owner != nullptr && owner->deadlines > 0) --owner->deadlines;
    timers.erase(id);
}

void scene::apply(const event& next) {
    t = next.t;
    seq = next.seq;
    change(next);
}

void scene::change(const event& next) {
    switch (next.kind) {
        case kind::spawn:
            return spawn(next);
        case kind::switch_in:
            return begin_step(next);
        case kind::switch_out:
            return end_step(next);
        case kind::park:
            return park(next);
        case kind::wake:
            return wake(next);
        case kind::move:
            return move(next);
        case kind::exit:
            if (alive > 0) --alive;
            return enter(tasks[next.task], task_state::ended);
        case kind::timer_set:
            return set_timer(next);
        case kind::timer_fire:
        case kind::timer_drop:
            return drop_timer(next);
        case kind::object_new:
            return make_object(next);
        case kind::object_op:
            return change_object(next);
        case kind::object_end:
            objects.erase(id_in(of, next, key::object));
            return;
        case kind::adopt:
            tasks[id_in(of, next, key::target)].pool = id_in(of, next, key::pool);
            return;
        case kind::deadlock:
        case kind::cancel_request:
            ending = ending || begins_the_end(of, next);
            return;
        default:
            return;
    }
}

}  // namespace giambio::trace
