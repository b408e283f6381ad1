// Where the two sides of a channel meet: items on their way, and who waits for whom.
//
// The ends (channel.hpp) and the rendezvous (rendezvous.hpp) call in; programs use those. Everyone
// who waits has a visit, which lives in the waiting coroutine: the one who ends the wait writes the
// outcome there before it wakes the task, so what was handed over cannot be lost or taken by
// others.
// Not here: when an end is closed by a destructor (channel.hpp).
// Kept true: receivers wait only while nothing is stored and nobody offers; senders wait only while
// there is no room and nobody receives. So they never wait at the same time.
// Internal to traps/objects/.
#pragma once

#include "traps/calls.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <utility>

namespace giambio {

// What tells one clone of an end from another, and whether it may still be used.
struct channel_pass {
    bool open = true;
};

struct channel_statistics {
    std::size_t stored = 0;
    std::size_t capacity = 0;
    std::size_t senders = 0;  // open ends
    std::size_t receivers = 0;
    std::size_t waiting_senders = 0;  // tasks
    std::size_t waiting_receivers = 0;
};

template <class T>
class channel_core {
public:
    channel_core(const char* type, std::size_t capacity, site at)
        : senders_(type, at), receivers_(type, at), capacity_(capacity) {}
    // Whoever still waits gets misuse, and has no list any more that it could leave.
    ~channel_core() {
        for (auto* side : {&offering_, &asking_}) {
            for (visit* each : *side) each->side = nullptr;
        }
    }

    // `end` is what the task waits through; closing it wakes the task. It must outlive the wait.
    coroutine<void> send(const channel_pass& end, T item, site at);
    coroutine<T> receive(const channel_pass& end, site at);
    // False, or nothing, when it would have to wait. They throw what send and receive throw.
    bool try_send(T& item, site at);
    std::optional<T> try_receive(site at);

    void open_sender() { ++open_senders_; }
    void open_receiver() { ++open_receivers_; }
    void close_sender(channel_pass& end, site at);
    void close_receiver(channel_pass& end, site at);

    channel_statistics statistics() const {
        return {stored_.size(),  capacity_,       open_senders_,
                open_receivers_, senders_.size(), receivers_.size()};
    }

private:
    enum class outcome : std::uint8_t { none, done, closed, ended, broken };

    // A task that waits. It is in its side's list from its park until its wake; a task that is
    // cancelled takes its visit away itself.
    struct visit {
        visit(std::list<visit*>& of, const channel_pass& through) : side(&of), end(&through) {
            who = &door().current();
            place = of.insert(of.end(), this);
        }
        visit(const visit&) = delete;
        visit& operator=(const visit&) = delete;
        ~visit() { leave(); }
        void leave() {
            if (side != nullptr) std::exchange(side, nullptr)->erase(place);
        }

        std::list<visit*>* side;                     // null: it is in no list any more
        typename std::list<visit*>::iterator place;  // so that leaving costs no search
        const channel_pass* end;
        frame* who;
        outcome ended = outcome::none;
        std::optional<T> item{};
    };

    // The oldest who still waits. A task that has been cancelled stands in no line any more,
    // although its visit is there until it runs.
    static visit* oldest_of(const std::list<visit*>& side, const wait_list& line) {
        const auto waits = [&](const visit* each) { return each->who->standing_in == &line; };
        const auto found = std::find_if(side.begin(), side.end(), waits);
        return found != side.end() ? *found : nullptr;
    }
    void finish(visit& ended, outcome how, site at);
    void finish_all(std::list<visit*>& side, const wait_list& line, outcome how,
                    const channel_pass* only_through, site at);
    std::optional<T> take(site at);
    void tell(const char* operation, site at) {
        door().object_did(receivers_.id(), operation, task_id::none,
                          static_cast<std::int64_t>(stored_.size()), at);
    }
    [[noreturn]] static void throw_for(outcome how);
    static void refuse_closed(const channel_pass& end) {
        if (!end.open) throw_for(outcome::closed);
    }

    wait_list senders_;
    wait_list receivers_;
    std::deque<T> stored_;
    std::list<visit*> offering_;  // who waits to send, oldest first
    std::list<visit*> asking_;    // who waits to receive
    std::size_t capacity_;
    std::size_t open_senders_ = 0;
    std::size_t open_receivers_ = 0;
};

template <class T>
void channel_core<T>::throw_for(outcome how) {
    if (how == outcome::closed) throw resource_closed("this end of the channel is closed");
    if (how == outcome::broken) {
        throw broken_channel("nobody is left who could receive: all receiving ends are closed");
    }
    throw end_of_channel("nothing more will come: all sending ends are closed");
}

template <class T>
void channel_core<T>::finish(visit& ended, outcome how, site at) {
    ended.leave();
    ended.ended = how;
    door().wake(*ended.who, at);
}

// `only_through`: those who wait through this end; null for all of them.
template <class T>
void channel_core<T>::finish_all(std::list<visit*>& side, const wait_list& line, outcome how,
                                 const channel_pass* only_through, site at) {
    for (auto next = side.begin(); next != side.end();) {
        visit& each = **next++;  // first, because `finish` takes it out
        const bool concerned = only_through == nullptr || each.end == only_through;
        if (concerned && each.who->standing_in == &line) finish(each, how, at);
    }
}

template <class T>
bool channel_core<T>::try_send(T& item, site at) {
    if (open_receivers_ == 0) throw_for(outcome::broken);
    if (visit* oldest = oldest_of(asking_, receivers_)) {
        oldest->item = std::move(item);
        tell("send", at);
        finish(*oldest, outcome::done, at);
        return true;
    }
    if (stored_.size() >= capacity_) return false;
    stored_.push_back(std::move(item));
    tell("send", at);
    return true;
}

// A stored item, whose room goes to the oldest who waits to send; or what that one offers.
template <class T>
std::optional<T> channel_core<T>::take(site at) {
    std::optional<T> taken;
    visit* oldest = oldest_of(offering_, senders_);
    if (!stored_.empty()) {
        taken = std::move(stored_.front());
        stored_.pop_front();
        if (oldest != nullptr) stored_.push_back(*std::move(oldest->item));
    } else if (oldest != nullptr) {
        taken = std::move(oldest->item);
    }
    if (!taken) return taken;
    tell("receive", at);
    if (oldest != nullptr) finish(*oldest, outcome::done, at);
    return taken;
}

template <class T>
std::optional<T> channel_core<T>::try_receive(site at) {
    std::optional<T> taken = take(at);
    if (!taken && open_senders_ == 0) throw_for(outcome::ended);
    return taken;
}

template <class T>
coroutine<void> channel_core<T>::send(const channel_pass& end, T item, site at) {
    refuse_closed(end);
    if (open_receivers_ == 0) throw_for(outcome::broken);
    co_await checkpoint(at);  // it may cost this task its turn, so look again after it
    refuse_closed(end);
    if (try_send(item, at)) co_return;
    visit waiting(offering_, end);
    waiting.item = std::move(item);
    co_await park(senders_, at);
    if (waiting.ended != outcome::done) throw_for(waiting.ended);
}

template <class T>
coroutine<T> channel_core<T>::receive(const channel_pass& end, site at) {
    refuse_closed(end);
    co_await checkpoint(at);
    refuse_closed(end);  // nobody would ever wake who waits through it
    std::optional<T> taken = try_receive(at);
    if (taken) co_return *std::move(taken);
    visit waiting(asking_, end);
    co_await park(receivers_, at);
    if (waiting.ended != outcome::done) throw_for(waiting.ended);
    co_return *std::move(waiting.item);
}

// First those who wait through this very end; when it was the last one, the other side.
template <class T>
void channel_core<T>::close_sender(channel_pass& end, site at) {
    end.open = false;
    --open_senders_;
    if (offering_.empty() && (open_senders_ > 0 || asking_.empty())) return;
    if (door_if_open() == nullptr) return;  // outside a run nobody can be told and woken
    tell("close", at);
    finish_all(offering_, senders_, outcome::closed, &end, at);
    if (open_senders_ == 0) finish_all(asking_, receivers_, outcome::ended, nullptr, at);
}

template <class T>
void channel_core<T>::close_receiver(channel_pass& end, site at) {
    end.open = false;
    --open_receivers_;
    if (open_receivers_ == 0) stored_.clear();  // nobody can take it any more
    if (asking_.empty() && (open_receivers_ > 0 || offering_.empty())) return;
    if (door_if_open() == nullptr) return;
    tell("close", at);
    finish_all(asking_, receivers_, outcome::closed, &end, at);
    if (open_receivers_ == 0) finish_all(offering_, senders_, outcome::broken, nullptr, at);
}

}  // namespace giambio
