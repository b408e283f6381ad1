// A broadcast: what is sent reaches everyone who has subscribed, each at their own pace.
//
//     broadcast<int> news;
//     auto mine = news.subscribe({.capacity = 10, .when_full = slow_subscriber::drops_oldest});
//     co_await news.send(42);
//     while (auto item = co_await mine.next()) ...   // until the broadcast is closed
//
// Each subscriber has a buffer of its own and gets what is sent from its subscription on. What
// happens when the buffer is full is the subscriber's choice.
// Kept true: every subscriber sees the items in the order in which they were sent, and a sender
// that waits for one keeps the others' items in that order too, because senders wait in line.
// Readers of one subscription wait in line as well, so that nobody takes what has come for another
// (rule R6).
// Public.
#pragma once

#include "traps/objects/lock.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace giambio {

// What a full buffer means.
enum class slow_subscriber : std::uint8_t {
    is_waited_for,  // the sender waits until there is room
    drops_oldest,   // the oldest item in the buffer is lost; `dropped` counts
    is_cut_off,     // the subscription ends: what is stored can be taken, then comes the end
};

struct subscription_options {
    std::size_t capacity = 16;
    slow_subscriber when_full = slow_subscriber::is_waited_for;
};

template <class T>
class broadcast {
    struct mailbox {
        mailbox(const subscription_options& chosen, site at)
            : options(chosen), reading(at), reader("subscription", at) {}
        subscription_options options;
        lock reading;      // readers go one after the other
        wait_list reader;  // the one whose turn it is, when there is nothing
        std::deque<T> items;
        std::uint64_t dropped = 0;
        bool open = true;  // more may come

        bool full() const { return items.size() >= options.capacity; }
    };
    struct station {
        explicit station(site at) : turn(at), room("broadcast", at) {}
        lock turn;       // senders go one after the other
        wait_list room;  // the one whose turn it is, when there is none
        std::vector<mailbox*> mailboxes;
        bool open = true;

        bool somebody_is_waited_for() const {
            return open && std::any_of(mailboxes.begin(), mailboxes.end(), [](const mailbox* each) {
                       return each->open && each->full() &&
                              each->options.when_full == slow_subscriber::is_waited_for;
                   });
        }
        void refuse_if_closed() const {
            if (!open) throw resource_closed("the broadcast is closed");
        }
    };

public:
    // One who listens. Its destructor ends the subscription, also for who waits on it.
    class subscription {
    public:
        subscription(subscription&&) noexcept = default;
        subscription& operator=(subscription&&) = delete;
        ~subscription() {
            if (mine_ == nullptr) return;
            std::erase(from_->mailboxes, mine_.get());
            if (door_if_open() == nullptr) return;
            if (mine_->open) end(*mine_, site::current());
            tell_room(*from_, site::current());
        }

        // Waits for the next item; nothing when none will come.
        coroutine<std::optional<T>> next(site at = site::current()) {
            return next_of(from_, here(), at);
        }
        std::size_t stored() const { return here()->items.size(); }
        std::uint64_t dropped() const { return here()->dropped; }

    private:
        friend broadcast;
        subscription(std::shared_ptr<station> from, std::shared_ptr<mailbox> mine)
            : from_(std::move(from)), mine_(std::move(mine)) {}
        const std::shared_ptr<mailbox>& here() const {
            if (mine_ == nullptr) throw resource_closed("the subscription has been moved away");
            return mine_;
        }

        std::shared_ptr<station> from_;
        std::shared_ptr<mailbox> mine_;
    };

    explicit broadcast(site at = site::current()) : station_(std::make_shared<station>(at)) {}
    broadcast(const broadcast&) = delete;
    broadcast& operator=(const broadcast&) = delete;
    ~broadcast() { close(); }

    subscription subscribe(subscription_options options = {}, site at = site::current()) {
        if (options.capacity == 0) throw misuse("a subscription needs room for at least one item");
        auto made = std::make_shared<mailbox>(options, at);
        made->open = station_->open;
        station_->mailboxes.push_back(made.get());
        return subscription(station_, std::move(made));
    }

    // Reaches all who have subscribed, at one moment: when the last one for whom it has to wait has
    // room. Cancelled while it waits, it has reached nobody.
    coroutine<void> send(T item, site at = site::current()) {
        return send_from(station_, std::move(item), at);
    }
    // False when it would have to wait.
    bool try_send(T item, site at = site::current()) {
        station_->refuse_if_closed();
        if (!station_->turn.is_free() || station_->somebody_is_waited_for()) return false;
        deliver(*station_, item, at);
        return true;
    }

    // Subscribers take what they have stored, and then get the end. Waiting senders throw.
    void close(site at = site::current()) noexcept {
        if (!station_->open) return;
        station_->open = false;
        for (mailbox* each : station_->mailboxes) each->open = false;
        if (door_if_open() == nullptr) return;  // outside a run nobody can be told and woken
        door().object_did(station_->room.id(), "close", task_id::none,
                          static_cast<std::int64_t>(subscribers()), at);
        for (mailbox* each : station_->mailboxes) end(*each, at);
        while (wake_oldest(station_->room, at)) {
        }
    }
    std::size_t subscribers() const { return station_->mailboxes.size(); }

private:
    // The waits share what they wait on: the broadcast and the subscription may go meanwhile.
    static coroutine<void> send_from(std::shared_ptr<station> in, T item, site at) {
        in->refuse_if_closed();
        const auto mine = co_await in->turn.hold(at);
        // Who is woken here has room at everyone: nobody else can send before this task runs.
        if (in->somebody_is_waited_for()) co_await park(in->room, at);
        in->refuse_if_closed();
        deliver(*in, item, at);
    }

    static coroutine<std::optional<T>> next_of(std::shared_ptr<station> from,
                                               std::shared_ptr<mailbox> mine, site at) {
        const auto turn = co_await mine->reading.hold(at);
        if (mine->items.empty() && mine->open) co_await park(mine->reader, at);
        if (mine->items.empty()) co_return std::nullopt;
        T item = std::move(mine->items.front());
        mine->items.pop_front();
        tell(*mine, "get", at);
        tell_room(*from, at);
        co_return item;
    }

    static void deliver(station& in, const T& item, site at) {
        door().object_did(in.room.id(), "send", task_id::none,
                          static_cast<std::int64_t>(in.mailboxes.size()), at);
        for (mailbox* each : in.mailboxes) put(*each, item, at);
    }

    static void put(mailbox& into, const T& item, site at) {
        if (!into.open) return;
        if (into.full() && into.options.when_full == slow_subscriber::is_cut_off) {
            end(into, at);
            return;
        }
        if (into.full()) {
            into.items.pop_front();
            ++into.dropped;
        }
        into.items.push_back(item);
        tell(into, "put", at);
        wake_oldest(into.reader, at);
    }

    static void end(mailbox& ended, site at) {
        ended.open = false;
        tell(ended, "close", at);
        wake_oldest(ended.reader, at);  // the others follow, as each gives up its turn
    }

    static void tell_room(station& in, site at) {
        if (in.room.empty()) return;  // before all subscribers are asked
        if (!in.somebody_is_waited_for()) wake_oldest(in.room, at);
    }

    static void tell(mailbox& what, const char* operation, site at) {
        door().object_did(what.reader.id(), operation, task_id::none,
                          static_cast<std::int64_t>(what.items.size()), at);
    }

    std::shared_ptr<station> station_;
};

}  // namespace giambio
