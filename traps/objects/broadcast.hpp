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
            : options(chosen), readers("subscription", at) {}
        subscription_options options;
        wait_list readers;
        std::deque<T> items;
        std::uint64_t dropped = 0;
        bool open = true;  // more may come

        bool full() const { return items.size() >= options.capacity; }
    };
    struct station {
        explicit station(site at) : room("broadcast", at) {}
        wait_list room;  // senders that wait for room
        std::vector<mailbox*> mailboxes;
        bool open = true;
    };

public:
    // One who listens. Its destructor ends the subscription.
    class subscription {
    public:
        subscription(subscription&&) noexcept = default;
        subscription& operator=(subscription&&) = delete;
        ~subscription() {
            if (mine_ == nullptr) return;
            std::erase(from_->mailboxes, mine_.get());
            make_room(*from_, site::current());
        }

        // Waits for the next item; nothing when none will come.
        coroutine<std::optional<T>> next(site at = site::current()) {
            co_await checkpoint(at);
            while (mine_->items.empty() && mine_->open) co_await park(mine_->readers, at);
            if (mine_->items.empty()) co_return std::nullopt;
            T item = std::move(mine_->items.front());
            mine_->items.pop_front();
            make_room(*from_, at);
            co_return item;
        }
        std::size_t stored() const { return mine_->items.size(); }
        std::uint64_t dropped() const { return mine_->dropped; }

    private:
        friend broadcast;
        subscription(std::shared_ptr<station> from, std::unique_ptr<mailbox> mine)
            : from_(std::move(from)), mine_(std::move(mine)) {}

        std::shared_ptr<station> from_;
        std::unique_ptr<mailbox> mine_;
    };

    explicit broadcast(site at = site::current())
        : station_(std::make_shared<station>(at)), turn_(at) {}
    broadcast(const broadcast&) = delete;
    broadcast& operator=(const broadcast&) = delete;
    ~broadcast() { close(); }

    subscription subscribe(subscription_options options = {}, site at = site::current()) {
        if (options.capacity == 0) throw misuse("a subscription needs room for at least one item");
        auto made = std::make_unique<mailbox>(options, at);
        made->open = station_->open;
        station_->mailboxes.push_back(made.get());
        return subscription(station_, std::move(made));
    }

    // Reaches all who have subscribed, at one moment: when the last one for whom it has to wait has
    // room. Cancelled while it waits, it has reached nobody.
    coroutine<void> send(T item, site at = site::current()) {
        refuse_if_closed();
        const auto mine = co_await turn_.hold(at);
        while (somebody_is_waited_for()) co_await park(station_->room, at);
        refuse_if_closed();
        deliver(item, at);
    }
    // False when it would have to wait.
    bool try_send(T item, site at = site::current()) {
        refuse_if_closed();
        if (!turn_.is_free() || somebody_is_waited_for()) return false;
        deliver(item, at);
        return true;
    }

    // Subscribers take what they have stored, and then get the end. Waiting senders throw.
    void close(site at = site::current()) noexcept {
        if (!station_->open || door_if_open() == nullptr) return;
        station_->open = false;
        for (mailbox* each : station_->mailboxes) end(*each, at);
        while (wake_oldest(station_->room, at)) {
        }
    }
    std::size_t subscribers() const { return station_->mailboxes.size(); }

private:
    void refuse_if_closed() const {
        if (!station_->open) throw resource_closed("the broadcast is closed");
    }

    bool somebody_is_waited_for() const {
        return station_->open &&
               std::any_of(station_->mailboxes.begin(), station_->mailboxes.end(),
                           [](const mailbox* each) {
                               return each->open && each->full() &&
                                      each->options.when_full == slow_subscriber::is_waited_for;
                           });
    }

    void deliver(const T& item, site at) {
        door().object_did(station_->room.id(), "send", task_id::none,
                          static_cast<std::int64_t>(station_->mailboxes.size()), at);
        for (mailbox* each : station_->mailboxes) put(*each, item, at);
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
        door().object_did(into.readers.id(), "put", task_id::none,
                          static_cast<std::int64_t>(into.items.size()), at);
        wake_oldest(into.readers, at);
    }

    static void end(mailbox& ended, site at) {
        ended.open = false;
        while (wake_oldest(ended.readers, at)) {
        }
    }

    static void make_room(station& in, site at) {
        if (door_if_open() != nullptr) wake_oldest(in.room, at);
    }

    std::shared_ptr<station> station_;
    lock turn_;  // senders go one after the other
};

}  // namespace giambio
