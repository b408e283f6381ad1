// A memory channel: items go in at sending ends and come out at receiving ends.
//
//     auto [sender, receiver] = make_channel<int>(10);
//     while (auto item = co_await receiver.next()) ...   // until all senders are closed
//
// An end is one task's, or several tasks'; `clone` makes another end of the same side. Closing an
// end (its destructor does) wakes who waits through it. When all senders are closed, receivers take
// what is stored and then get end_of_channel. When all receivers are closed, senders get
// broken_channel. Using a closed end throws resource_closed.
// Not here: who meets whom (channel_core.hpp).
// Public.
#pragma once

#include "traps/objects/channel_core.hpp"

#include <limits>
#include <memory>
#include <optional>
#include <utility>

namespace giambio {

template <class T>
class channel_sender;
template <class T>
class channel_receiver;
template <class T>
std::pair<channel_sender<T>, channel_receiver<T>> make_channel(std::size_t capacity,
                                                               site at = site::current());

// What tells the two kinds of ends apart.
struct sending_side {
    static void open(auto& core) { core.open_sender(); }
    static void close(auto& core, channel_pass& end, site at) { core.close_sender(end, at); }
};
struct receiving_side {
    static void open(auto& core) { core.open_receiver(); }
    static void close(auto& core, channel_pass& end, site at) { core.close_receiver(end, at); }
};

// What both ends are: one hold on the core, given up once.
template <class T, class Side>
class channel_end {
public:
    channel_end() = default;
    channel_end(channel_end&& other) noexcept = default;
    channel_end& operator=(channel_end&& other) noexcept {
        close();
        hold_ = std::move(other.hold_);
        return *this;
    }
    ~channel_end() { close(); }

    // Whoever waits through this end gets resource_closed.
    void close(site at = site::current()) noexcept {
        const std::shared_ptr<hold> given_up = std::move(hold_);
        if (given_up != nullptr) Side::close(*given_up->core, *given_up, at);
    }
    bool closed() const { return hold_ == nullptr; }
    channel_statistics statistics() const { return core().statistics(); }

protected:
    // Every wait through this end shares it: the end may be moved, closed or gone meanwhile.
    struct hold : channel_pass {
        explicit hold(std::shared_ptr<channel_core<T>> of) : core(std::move(of)) {}
        std::shared_ptr<channel_core<T>> core;
    };
    explicit channel_end(std::shared_ptr<channel_core<T>> core)
        : hold_(std::make_shared<hold>(std::move(core))) {
        Side::open(*hold_->core);
    }
    channel_core<T>& core() const { return *shared()->core; }
    const std::shared_ptr<hold>& shared() const {
        if (hold_ == nullptr) throw resource_closed("this end of the channel is closed");
        return hold_;
    }

private:
    std::shared_ptr<hold> hold_;
};

template <class T>
class channel_sender : public channel_end<T, sending_side> {
    using base = channel_end<T, sending_side>;

public:
    channel_sender() = default;
    channel_sender clone() const { return channel_sender(this->shared()->core); }

    // Waits until the item is stored or taken. Throws broken_channel when nobody can receive it.
    coroutine<void> send(T item, site at = site::current()) {
        return send_through(this->shared(), std::move(item), at);
    }
    // False when it would have to wait.
    bool try_send(T item, site at = site::current()) { return this->core().try_send(item, at); }

private:
    friend std::pair<channel_sender<T>, channel_receiver<T>> make_channel<T>(std::size_t, site);
    explicit channel_sender(std::shared_ptr<channel_core<T>> core) : base(std::move(core)) {}

    static coroutine<void> send_through(std::shared_ptr<typename base::hold> end, T item, site at) {
        co_await end->core->send(*end, std::move(item), at);
    }
};

template <class T>
class channel_receiver : public channel_end<T, receiving_side> {
    using base = channel_end<T, receiving_side>;

public:
    channel_receiver() = default;
    channel_receiver clone() const { return channel_receiver(this->shared()->core); }

    // Waits for an item. Throws end_of_channel when none will come.
    coroutine<T> receive(site at = site::current()) { return receive_through(this->shared(), at); }
    // The same for loops: nothing when none will come.
    coroutine<std::optional<T>> next(site at = site::current()) {
        return next_through(this->shared(), at);
    }
    // Nothing when it would have to wait; end_of_channel when none will come.
    std::optional<T> try_receive(site at = site::current()) { return this->core().try_receive(at); }

private:
    friend std::pair<channel_sender<T>, channel_receiver<T>> make_channel<T>(std::size_t, site);
    explicit channel_receiver(std::shared_ptr<channel_core<T>> core) : base(std::move(core)) {}

    static coroutine<T> receive_through(std::shared_ptr<typename base::hold> end, site at) {
        co_return co_await end->core->receive(*end, at);
    }
    static coroutine<std::optional<T>> next_through(std::shared_ptr<typename base::hold> end,
                                                    site at) {
        try {
            co_return co_await end->core->receive(*end, at);
        } catch (const end_of_channel&) {
        }
        co_return std::nullopt;
    }
};

// A channel that stores at most `capacity` items; with none, each item goes from hand to hand.
template <class T>
std::pair<channel_sender<T>, channel_receiver<T>> make_channel(std::size_t capacity, site at) {
    auto core = std::make_shared<channel_core<T>>("channel", capacity, at);
    channel_sender<T> sender(core);
    channel_receiver<T> receiver(std::move(core));
    return {std::move(sender), std::move(receiver)};
}

// A channel that stores whatever comes: a send never waits for room.
template <class T>
std::pair<channel_sender<T>, channel_receiver<T>> make_unbounded_channel(
    site at = site::current()) {
    return make_channel<T>(std::numeric_limits<std::size_t>::max(), at);
}

}  // namespace giambio
