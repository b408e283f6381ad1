// What happened, in a sentence: one small function for each kind of trace event.
//
// `sentence` picks the function from one table. The command `trace text`, the viewer and the lesson
// runner print what comes out. Not here: what a trace event changed, and what a task is doing
// (change.cpp), the small pieces of English (phrases.cpp).
// Kept true: a sentence is one line, is never empty, and needs no trace event but the one it tells,
// save for the due time of the timer that a waiting loop waits for.
// Internal to tracer/model/; its functions are public through words.hpp.
#include "tracer/model/words.hpp"

#include "tracer/model/io_words.hpp"
#include "tracer/model/phrases.hpp"

#include <array>

namespace giambio::trace {
namespace {

// A trace event that is being told.
struct telling {
    const recording& of;
    const event& that;

    std::string who() const { return of.task_name(that.task); }
    std::int64_t number(key which) const { return of.number(that, which).value_or(0); }
    std::string text(key which) const { return std::string(of.text(that, which)); }
    std::string duration(key which) const { return duration_text(number(which)); }
    std::string fd() const { return numbered(of, that, "descriptor", key::fd); }
    std::string timer() const { return numbered(of, that, "timer", key::timer); }
    std::string scope() const { return numbered(of, that, "scope", key::scope); }
    std::string object() const { return object_in(of, that); }
    std::string task(key which) const { return task_in(of, that, which); }

    // ": the reason", when there is one.
    std::string because(key which) const {
        const std::string reason = text(which);
        return reason.empty() ? reason : ": " + reason;
    }

    // The error's text, or its number where the file has only that.
    std::string error() const {
        if (const std::string told = text(key::error); !told.empty()) return told;
        const auto code = of.number(that, key::error);
        return code ? "error " + std::to_string(*code) : "";
    }
};

std::string unknown(const telling& t) {
    const std::string word(t.of.kind_word(t.that));
    return "something of the kind \"" + word + "\" happens, which this program does not know";
}

std::string run_begin(const telling& t) {
    const std::string& clock = t.of.header.clock;
    return "the run begins" + (clock.empty() ? clock : " on the " + clock + " clock");
}

std::string spawn(const telling& t) {
    return t.who() + " spawns " + t.task(key::child);
}

std::string due_of_cause(const telling& t) {
    const event cause = t.of.events[t.of.index_of(t.that.cause)];
    const auto due = t.of.number(cause, key::due);
    const bool told = cause.seq == t.that.cause && due;
    return duration_text(told ? *due : t.that.t + t.number(key::timeout));
}

std::string io_wait(const telling& t) {
    const std::int64_t watched = t.number(key::watched);
    const std::string descriptors = counted(watched, "descriptor");
    const std::string reason = t.text(key::reason);
    if (reason == "ready")
        return watched == 0
                   ? "the loop does not wait: somebody is ready"
                   : "the loop looks at " + descriptors + " without waiting: somebody is ready";
    if (reason == "timer")
        return "the loop waits for " + (watched == 0 ? "" : descriptors + " or ") +
               "the timer due at " + due_of_cause(t) + ", at most " + t.duration(key::timeout);
    if (reason == "all_blocked") return "the loop looks whether everybody is blocked";
    return "the loop waits for " + descriptors + ", for as long as it takes";
}

std::string io_done(const telling& t) {
    const std::int64_t ready = t.number(key::ready);
    if (ready == 0) return "the poll is over: no descriptor is ready";
    return "the poll is over: " + counted(ready, "descriptor") + (ready == 1 ? " is" : " are") +
           " ready";
}

std::string fd_ready(const telling& t) {
    return t.fd() + " can be " + std::string(mode_text(t.of.text(t.that, key::mode)));
}

std::string timer_fire(const telling& t) {
    const std::int64_t late = t.number(key::late);
    return t.timer() + " fires" + (late > 0 ? ", " + duration_text(late) + " late" : ", on time");
}

std::string batch(const telling& t) {
    const std::int64_t size = t.number(key::size);
    return "the loop now runs " +
           (size == 1 ? "the 1 task that is ready"
                      : "the " + counted(size, "task") + " that are ready, once each");
}

std::string switch_in(const telling& t) {
    return t.who() + " begins a step";
}

// The traps, by name: what stands behind "#2 cook".
std::string asked(const telling& t) {
    const std::string name = t.text(key::trap);
    if (name == "yield") return "lets everybody else who is ready run first";
    if (name == "checkpoint") return "asks whether it has been cancelled";
    if (name == "sleep")
        return "asks to sleep for " + t.duration(key::ns) + ", until " + t.duration(key::due);
    if (name == "sleep_until") return "asks to sleep until " + t.duration(key::due);
    if (name == "park") return "asks to wait on " + t.object();
    if (name == "join") return "asks to wait for the end of " + t.task(key::target);
    if (name == "accept") return "asks to accept a connection on " + t.fd();
    if (name == "connect") return "asks to connect " + t.fd();
    if (name == "readable") return "asks to wait until " + t.fd() + " can be read";
    if (name == "writable") return "asks to wait until " + t.fd() + " can be written";
    const std::string size = counted(t.number(key::size), "byte");
    if (name == "receive") return "asks to receive up to " + size + " from " + t.fd();
    if (name == "send") return "asks to send " + size + " to " + t.fd();
    if (name == "send_all") return "asks to send all of " + size + " to " + t.fd();
    if (name == "receive_from")
        return "asks to receive a datagram of up to " + size + " from " + t.fd();
    if (name == "send_to") return "asks to send a datagram of " + size + " by " + t.fd();
    return "asks the kernel for \"" + name + "\"";
}

std::string trap(const telling& t) {
    return t.who() + " " + asked(t);
}

// What came back, for the traps whose value says something.
std::string answer(const telling& t) {
    if (const std::string error = t.error(); !error.empty()) return "the error: " + error;
    const std::string name = t.text(key::trap);
    const std::int64_t value = t.number(key::value);
    if (name == "accept") return "the new descriptor " + std::to_string(value);
    if (name == "receive" && value == 0)
        return "0 bytes, which means that the other side has closed";
    if (name == "receive") return counted(value, "byte");
    if (name == "send") return counted(value, "byte") + " taken";
    if (name == "send_all") return "all " + counted(value, "byte") + " have been taken";
    if (name == "receive_from") return "a datagram of " + counted(value, "byte");
    if (name == "send_to") return "the datagram has left";
    if (name == "sleep" || name == "sleep_until") return "it has slept long enough";
    if (name == "connect") return "connected";
    if (name == "checkpoint") return "not cancelled, go on";
    if (name == "yield") return "the others had their turn";
    if (name == "park") return "what it waited for is there";
    if (name == "join") return "the task that it waited for has ended";
    return "go on";
}

std::string reply(const telling& t) {
    const bool at_once = t.number(key::at_once) != 0;
    return t.who() + " has its answer" + (at_once ? " at once: " : ": ") + answer(t);
}

std::string park(const telling& t) {
    return t.who() + " waits " + awaited(t.of, t.that);
}

std::string switch_out(const telling& t) {
    const std::string how = t.text(key::how);
    const std::string begin = t.who() + " ends its step";
    if (how == "park") return begin + ": it waits";
    if (how == "yield") return begin + " and goes to the back of the ready queue";
    if (how == "exit") return begin + ", its last one";
    if (how == "budget")
        return begin + ": it had " + counted(t.of.header.budget, "answer") +
               " at once, so now the others run first";
    return begin;
}

std::string wake(const telling& t) {
    const std::string why = t.text(key::why);
    const std::string begin = t.who() + " wakes " + t.task(key::woken);
    if (why == "timer") return begin + ": its time has come";
    if (why == "fd") return begin + ": its descriptor was ready";
    if (why == "object") return begin + ": what it waited for is there";
    if (why == "exit") return begin + ": the task that it waited for has ended";
    if (why == "cancel") return begin + ": it is cancelled";
    if (why == "all_blocked") return begin + ": everybody else is blocked";
    if (why == "closed") return begin + ": what it waited on was closed or is gone";
    return begin;
}

std::string move(const telling& t) {
    return t.who() + " moves " + t.task(key::target) + " into the line of " + t.object();
}

std::string exit(const telling& t) {
    const std::string outcome = t.text(key::outcome);
    if (outcome == "error") return t.who() + " has failed with the error: " + t.error();
    if (outcome == "cancelled") return t.who() + " has ended because it was cancelled";
    return t.who() + " has ended as it should";
}

std::string timer_set(const telling& t) {
    const std::string begin = t.timer() + " is set to fire at " + t.duration(key::due);
    if (t.text(key::what) == "deadline")
        return begin + ": the time limit of " + t.task(key::owner) + " in " + t.scope();
    return begin + ", to end the sleep of " + t.task(key::owner);
}

std::string timer_drop(const telling& t) {
    return t.timer() + " is dropped: nobody needs it any more";
}

std::string fd_watch(const telling& t) {
    const std::string mode = t.text(key::mode);
    if (mode.empty()) return "the loop stops listening to " + t.fd() + ": nobody waits on it";
    const std::string moment = std::string(mode_text(mode));
    return "the loop listens to " + t.fd() + ", for when it can be " + moment;
}

std::string fd_forget(const telling& t) {
    return "the loop forgets " + t.fd() + ": it is closed";
}

std::string io(const telling& t) {
    return io_sentence(t.of, t.that);
}

std::string object_new(const telling& t) {
    return t.who() + " makes " + t.object();
}

std::string object_op(const telling& t) {
    return object_operation(t.of, t.that);
}

std::string object_end(const telling& t) {
    return t.object() + " is gone";
}

std::string scope_enter(const telling& t) {
    const auto due = t.of.number(t.that, key::due);
    return t.who() + " enters " + t.scope() +
           (due && *due >= 0 ? ", whose time limit is at " + duration_text(*due) : "");
}

std::string scope_leave(const telling& t) {
    const std::string outcome = t.text(key::outcome);
    const std::string begin = t.who() + " leaves " + t.scope();
    if (outcome == "timed_out") return begin + ": its time was over";
    if (outcome == "cancelled") return begin + ": it was cancelled";
    if (outcome == "late") return begin + ", but only after its time limit";
    return begin + " in time";
}

std::string scope_changed(const telling& t) {
    const auto due = t.of.number(t.that, key::due);
    return t.who() + " changes " + t.scope() + ": " +
           (due ? "its time limit is at " + duration_text(*due) : "it has no time limit") +
           (t.number(key::shield) != 0 ? ", and it is a shield" : "");
}

std::string adopt(const telling& t) {
    const std::string whose = t.number(key::pool) == 0 ? "the run" : "another pool";
    return t.task(key::target) + " belongs to " + whose + " from now on";
}

// The reason text says more than the source's word, so the word is for when there is no text.
std::string cancel_reason(const telling& t) {
    if (const std::string reason = t.because(key::reason); !reason.empty()) return reason;
    const std::string source = t.text(key::source);
    if (source == "deadline") return " because its time is over";
    if (source == "failure") return " because another task failed";
    if (source == "body") return " because the body of the pool failed";
    if (source == "interrupt") return " because of Ctrl-C";
    if (source == "shutdown") return " because the run is ending";
    return "";
}

std::string cancel_request(const telling& t) {
    const bool whole = t.number(key::scope) == 0;
    return t.who() + " cancels " + t.task(key::target) + (whole ? "" : " in " + t.scope()) +
           cancel_reason(t);
}

std::string cancel_deliver(const telling& t) {
    return t.who() + " learns that it is cancelled" + cancel_reason(t);
}

std::string cancel_absorbed(const telling& t) {
    return t.who() + " was cancelled and went on as if nothing had happened" + cancel_reason(t);
}

std::string never_joined(const telling& t) {
    return "nobody asked for what " + t.task(key::target) + " returned";
}

std::string signal(const telling& t) {
    const std::string number = std::to_string(t.number(key::signo));
    return "the signal " + number + " arrives" + (number == "2" ? ": Ctrl-C" : "");
}

std::string post(const telling&) {
    return "the loop makes a call that another thread has left for it";
}

std::string busy(const telling& t) {
    return t.who() + " computes for " + t.duration(key::ns);
}

std::string log(const telling& t) {
    return t.who() + " logs: " + t.text(key::text);
}

std::string mark(const telling& t) {
    return t.who() + " marks: " + t.text(key::text);
}

std::string coroutine_dropped(const telling& t) {
    return t.who() + " made the coroutine " + t.text(key::function) +
           " and threw it away without awaiting it, so it never ran";
}

std::string deadlock(const telling& t) {
    return "deadlock: nobody can ever be woken" + t.because(key::text);
}

std::string lost(const telling& t) {
    const std::int64_t events = t.number(key::events);
    return counted(events, "trace event") + (events == 1 ? " is" : " are") + " missing here" +
           t.because(key::text);
}

std::string run_end(const telling& t) {
    const std::string outcome = t.text(key::outcome);
    if (outcome == "error") return "the run has failed with the error: " + t.error();
    if (outcome == "deadlock") return "the run has ended in a deadlock";
    if (outcome == "interrupt") return "the run was ended by Ctrl-C";
    return "the run has ended as it should";
}

using sentence_function = std::string (*)(const telling&);

// By kind, in the order of the enumeration.
// clang-format off
constexpr std::array<sentence_function, static_cast<std::size_t>(last_kind) + 1> sentences{
    unknown, run_begin, spawn, io_wait, io_done, fd_ready, timer_fire, batch,
    switch_in, trap, reply, park, switch_out, wake, move, exit,
    timer_set, timer_drop, fd_watch, fd_forget, io,
    object_new, object_op, object_end, scope_enter, scope_leave, scope_changed, adopt,
    cancel_request, cancel_deliver, cancel_absorbed, never_joined, signal, post,
    busy, log, mark, coroutine_dropped, deadlock, lost, run_end};
// clang-format on

}  // namespace

std::string sentence(const recording& of, const event& that) {
    const std::string told = sentences[static_cast<std::size_t>(that.kind)](telling{of, that});
    return one_line(told) + in_brackets(of, that.at);
}

}  // namespace giambio::trace
