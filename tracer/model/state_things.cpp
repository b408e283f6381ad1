// What trace events change about timers, descriptors, objects and scopes.
//
// state::apply calls these through its table; they stand in the order of FORMAT.md.
// Not here: tasks and the loop (state.cpp).
// Kept true: a damaged trace changes what it can, and the rest is told.
// Internal to tracer/model/.
#include "tracer/model/state_change.hpp"

namespace giambio::trace {
namespace {

// A trace that begins in the middle of a run does not name the objects that nobody holds or waits
// on then: no trace event makes such a one, before or after, and it has not ended yet.
bool was_there_before(const change_of& c, std::uint32_t object) {
    const life* known = c.of.objects().find(object);
    return object != 0 &&
           (known == nullptr || (known->born == life::never && known->ended >= c.next.index));
}

}  // namespace

object_view* object_row(change_of& c, std::uint32_t id) {
    if (object_view* found = c.now.objects.change(id)) return found;
    if (was_there_before(c, id)) return &c.now.objects[id];
    c.complain("There is no such object.");
    return nullptr;
}

void timer_set(change_of& c) {
    timer_view& made = c.now.timers[c.id(key::timer)];
    made.due = c.of.number(c.next, key::due).value_or(0);
    made.is_deadline = c.text(key::what) == "deadline";
    made.owner = c.id(key::owner);
    made.scope = c.number(key::scope);
}

void timer_gone(change_of& c) {
    if (!c.now.timers.erase(c.id(key::timer))) c.complain("There is no such timer.");
}

void fd_watch(change_of& c) {
    const auto fd = c.fd();
    if (!fd) return;
    fd_view& watched = c.now.fds[*fd];
    const std::string_view mode = c.text(key::mode);
    watched.watched_read = mode.find('r') != std::string_view::npos;
    watched.watched_write = mode.find('w') != std::string_view::npos;
}

void fd_forget(change_of& c) {
    const auto fd = c.fd();
    fd_view* found = fd ? c.now.fds.change(*fd) : nullptr;
    if (found == nullptr) return;  // it was never listened to
    found->watched_read = found->watched_write = false;
    // Tasks that still wait on it are woken next; until then it must be found.
    if (found->waiting == 0) c.now.fds.erase(found->id);
}

void object_new(change_of& c) {
    c.now.objects[c.id(key::object)] = {c.id(key::object)};
}

void object_op(change_of& c) {
    object_view* found = object_row(c, c.id(key::object));
    if (found == nullptr) return;
    found->holder = c.id(key::holder);
    found->length = c.of.number(c.next, key::length).value_or(0);
}

void object_end(change_of& c) {
    const std::uint32_t ended = c.id(key::object);
    if (!c.now.objects.erase(ended) && !was_there_before(c, ended))
        c.complain("There is no such object.");
}

void scope_enter(change_of& c) {
    scope_view& made = c.now.scopes[c.id(key::scope)];
    made.task = c.next.task;
    made.due = c.of.number(c.next, key::due).value_or(-1);
    made.pool = c.number(key::pool);
    made.shielded = c.number(key::shield) != 0;
    made.cancelled = false;
}

void scope_leave(change_of& c) {
    if (!c.now.scopes.erase(c.id(key::scope))) c.complain("There is no such scope.");
}

void scope_change(change_of& c) {
    scope_view* found = c.now.scopes.change(c.id(key::scope));
    if (found == nullptr) return c.complain("There is no such scope.");
    found->due = c.of.number(c.next, key::due).value_or(-1);
    found->shielded = c.number(key::shield) != 0;
}

}  // namespace giambio::trace
