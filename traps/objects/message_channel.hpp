// Messages over a stream: what is written as one is read as one. And network_channel, a pair of
// them over two connected sockets.
//
// A message on the wire is its length, four bytes with the highest first, and then its bytes.
// Closing an end is the end for the other side's reads, after what is under way, and an error for
// its writes. Not here: what the bytes mean.
// Kept true: one message is never mixed with another, because writers go one after the other. A
// write that is cut short in the middle closes the stream: the rest could never be told apart.
// Public.
#pragma once

#include "traps/objects/buffered_stream.hpp"
#include "traps/objects/lock.hpp"
#include "traps/objects/shared_parts.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace giambio {

template <byte_stream Stream>
class message_channel {
public:
    static constexpr std::size_t usual_limit = 16 * 1024 * 1024;

    // `limit` is how many bytes a message may have, in either direction. Throws misuse when that
    // is more than four bytes of length can tell.
    explicit message_channel(Stream stream, std::size_t limit = usual_limit,
                             site at = site::current())
        : state_(std::make_shared<state>(std::move(stream), possible(limit), at)) {}

    // Waits until the stream has taken the whole message.
    coroutine<void> write(std::string message, site at = site::current()) {
        return write_to(here(), std::move(message), at);
    }
    // Waits for a message; nothing at the end. Throws incomplete_read when the end comes in the
    // middle of one.
    coroutine<std::optional<std::string>> read(site at = site::current()) {
        return read_from(here(), at);
    }
    void close() noexcept {
        if (state_) state_->stream.close();
    }

private:
    // Shared by the channel and the tasks in the middle of a call, which may be the last to go.
    struct state {
        state(Stream opened, std::size_t most, site at)
            : stream(std::move(opened)), limit(most), writing(at), reading(at) {}
        void let_go() noexcept { stream.close(); }
        buffered_stream<Stream> stream;
        std::size_t limit;
        lock writing;
        lock reading;
    };

    const std::shared_ptr<state>& here() const {
        if (!state_) throw resource_closed("the message channel has been moved away");
        return state_.share();
    }

    static std::size_t possible(std::size_t limit) {
        constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
        if (limit <= most) return limit;
        throw misuse("a message channel's limit is at most " + std::to_string(most) +
                     " bytes, because a message's length goes before it in four bytes");
    }

    static std::string framed(const std::string& message) {
        std::string wire;
        for (int shift = 24; shift >= 0; shift -= 8) {
            wire += static_cast<char>((message.size() >> shift) & 0xff);
        }
        return wire + message;
    }

    static coroutine<void> write_to(std::shared_ptr<state> kept, std::string message, site at) {
        state& mine = *kept;
        if (message.size() > mine.limit) {
            throw too_much_data("a message of " + std::to_string(message.size()) +
                                " bytes is longer than the channel's limit of " +
                                std::to_string(mine.limit));
        }
        const auto turn = co_await mine.writing.hold(at);
        // Whoever was handed the turn may have been cancelled since. Better now than in the send,
        // which would close the stream.
        co_await checkpoint(at);
        const std::string wire = framed(message);
        bool whole = false;
        const auto close_if_cut = [&mine, &whole](void*) {
            if (!whole) mine.stream.close();
        };
        const std::unique_ptr<void, decltype(close_if_cut)> guard(&whole, close_if_cut);
        co_await mine.stream.write(wire, at);
        whole = true;
    }

    static coroutine<std::optional<std::string>> read_from(std::shared_ptr<state> kept, site at) {
        state& mine = *kept;
        const auto turn = co_await mine.reading.hold(at);
        // The length stays in the buffer until its message is there, so that a read that is cut
        // short has taken nothing.
        while (mine.stream.peek().size() < 4) {
            const bool more = co_await mine.stream.wait_for_more(at);
            if (!more && mine.stream.peek().empty()) co_return std::nullopt;
            if (!more) co_await mine.stream.read_exactly(4, at);  // throws incomplete_read
        }
        std::size_t size = 0;
        for (const char each : mine.stream.peek().substr(0, 4)) {
            size = (size << 8) | static_cast<unsigned char>(each);
        }
        if (size > mine.limit) {
            throw too_much_data("the other side announces a message of " + std::to_string(size) +
                                " bytes; the limit is " + std::to_string(mine.limit));
        }
        std::string wire = co_await mine.stream.read_exactly(4 + size, at);
        co_return wire.substr(4);
    }

    shared_parts<state> state_;
};

}  // namespace giambio
