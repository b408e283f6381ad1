// Reading what a protocol wants: a line, so many bytes, everything up to a mark.
//
// A stream gives what has arrived, which may be half a line or three. Here the rest is kept for the
// next read. Whatever cuts a read short, nothing is lost: a cancel or a time limit leaves what has
// arrived in the buffer, where the next read finds it; an early end throws incomplete_read, which
// has it; a limit that is exceeded throws too_much_data and leaves it.
// `buffered_stream in(std::move(socket))` owns its stream; `buffered_stream<async_socket&>` reads
// one that somebody else owns.
// Kept true: bytes leave the buffer only in the moment in which a read returns them. A read that
// the buffer can answer checks for cancellation like any other (rule R5).
// Public.
#pragma once

#include "traps/calls.hpp"
#include "traps/errors.hpp"
#include "traps/objects/byte_stream.hpp"
#include "traps/objects/descriptor.hpp"
#include "traps/objects/shared_parts.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace giambio {

// The stream ended in the middle of what was to be read.
class incomplete_read : public std::runtime_error {
public:
    incomplete_read(const std::string& sentence, std::string came)
        : std::runtime_error(sentence), partial_(std::move(came)) {}
    const std::string& partial() const { return partial_; }

private:
    std::string partial_;
};

// What was to be read is longer than the limit. It is still in the buffer.
class too_much_data : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

template <readable_stream Stream>
class buffered_stream {
public:
    static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t usual_limit = 65536;

    explicit buffered_stream(Stream stream, std::size_t chunk = 4096)
        : state_(std::make_shared<state>(std::forward<Stream>(stream), chunk)) {}

    // Waits for bytes, at most so many; empty: the end. Every read throws resource_busy while
    // another task is in the middle of one.
    coroutine<std::string> read_some(std::size_t size, site at = site::current()) {
        return state::read_some(state_.share(), size, at);
    }
    // Waits for exactly so many bytes.
    coroutine<std::string> read_exactly(std::size_t size, site at = site::current()) {
        return state::read_exactly(state_.share(), size, at);
    }
    // Waits for everything up to the mark; returns it with the mark. `limit` is in bytes.
    coroutine<std::string> read_until(std::string mark, std::size_t limit = usual_limit,
                                      site at = site::current()) {
        return state::read_until(state_.share(), std::move(mark), limit, at);
    }
    // Waits for a line; returns it without its "\n" or "\r\n". Nothing at the end of the stream. A
    // last line without an end is a line.
    coroutine<std::optional<std::string>> read_line(std::size_t limit = usual_limit,
                                                    site at = site::current()) {
        return state::read_line(state_.share(), limit, at);
    }
    // Waits for the end; returns everything before it.
    coroutine<std::string> read_all(std::size_t limit = unlimited, site at = site::current()) {
        return state::read_all(state_.share(), limit, at);
    }

    // What has arrived and not been read.
    std::string_view peek() const { return here().buffer; }
    // Waits until more has arrived than that; false at the end.
    coroutine<bool> wait_for_more(site at = site::current()) {
        return state::wait_for_more(state_.share(), at);
    }

    auto write(std::string_view bytes, site at = site::current()) requires writable_stream<Stream> {
        return here().stream.send_all(bytes, at);
    }

    Stream& stream() { return here().stream; }
    void close() noexcept {
        if (state_) state_->stream.close();
    }

private:
    class state;

    state& here() const {
        if (!state_) throw resource_closed(moved_away);
        return *state_.share();
    }

    static constexpr const char* moved_away = "the buffered stream has been moved away";
    shared_parts<state> state_;
};

// Shared by the buffered stream and the task in the middle of a read, which may be the last to go.
// Each read has its share from the moment at which it is made.
template <readable_stream Stream>
class buffered_stream<Stream>::state {
public:
    state(Stream opened, std::size_t size) : stream(std::forward<Stream>(opened)), chunk(size) {}

    // A read that is under way keeps the stream, so an own one must be closed to end that read.
    void let_go() noexcept {
        if constexpr (!std::is_reference_v<Stream>) {
            if (reading.taken()) stream.close();
        }
    }

    using shared = std::shared_ptr<state>;

    static coroutine<std::string> read_some(shared mine, std::size_t size, site at) {
        const one_at_a_time::turn turn = enter(mine);
        if (mine->buffer.empty()) {
            co_await mine->fill(at);
        } else {
            co_await checkpoint(at);
        }
        co_return mine->take(std::min(size, mine->buffer.size()));
    }

    static coroutine<std::string> read_exactly(shared mine, std::size_t size, site at) {
        const one_at_a_time::turn turn = enter(mine);
        if (mine->buffer.size() >= size) co_await checkpoint(at);
        while (mine->buffer.size() < size) {
            const bool more = co_await mine->fill(at);
            if (more) continue;
            const std::string sentence = "the stream ended after " +
                                         std::to_string(mine->buffer.size()) + " of " +
                                         std::to_string(size) + " bytes";
            throw incomplete_read(sentence, mine->take(mine->buffer.size()));
        }
        co_return mine->take(size);
    }

    static coroutine<std::string> read_until(shared mine, std::string mark, std::size_t limit,
                                             site at) {
        if (mark.empty()) throw misuse("read_until needs a mark that is not empty");
        const one_at_a_time::turn turn = enter(mine);
        std::size_t looked_at = 0;
        bool waited = false;
        while (true) {
            // The mark may stand across two arrivals.
            const std::size_t from = looked_at - std::min(looked_at, mark.size() - 1);
            const std::size_t found = mine->buffer.find(mark, from);
            if (found != std::string::npos && found + mark.size() <= limit) {
                if (!waited) co_await checkpoint(at);
                co_return mine->take(found + mark.size());
            }
            looked_at = mine->buffer.size();
            if (found != std::string::npos || looked_at > limit) {
                throw too_much_data("no end of the line or record within " + std::to_string(limit) +
                                    " bytes; raise the limit, or read what is there by parts");
            }
            const bool more = co_await mine->fill(at);
            waited = true;
            if (!more) {
                throw incomplete_read("the stream ended before the mark", mine->take(looked_at));
            }
        }
    }

    static coroutine<std::optional<std::string>> read_line(shared mine, std::size_t limit,
                                                           site at) {
        std::string line;
        try {
            line = co_await read_until(std::move(mine), "\n", limit, at);
            line.pop_back();
            if (!line.empty() && line.back() == '\r') line.pop_back();
        } catch (const incomplete_read& cut) {
            line = cut.partial();
            if (line.empty()) co_return std::nullopt;
        }
        co_return line;
    }

    static coroutine<std::string> read_all(shared mine, std::size_t limit, site at) {
        const one_at_a_time::turn turn = enter(mine);
        while (mine->buffer.size() <= limit) {
            const bool more = co_await mine->fill(at);
            if (!more) co_return mine->take(mine->buffer.size());
        }
        throw too_much_data("the stream holds more than " + std::to_string(limit) + " bytes");
    }

    static coroutine<bool> wait_for_more(shared mine, site at) {
        const one_at_a_time::turn turn = enter(mine);
        co_return co_await mine->fill(at);
    }

    Stream stream;
    std::string buffer;
    one_at_a_time reading;

private:
    static one_at_a_time::turn enter(const shared& mine) {
        if (mine == nullptr) throw resource_closed(moved_away);
        return mine->reading.enter(
            "another task is reading from this stream; let one task read, or use a lock");
    }

    // False at the end.
    coroutine<bool> fill(site at) {
        const std::string came = co_await stream.receive(chunk, at);
        buffer += came;
        co_return !came.empty();
    }

    std::string take(std::size_t size) {
        std::string taken = buffer.substr(0, size);
        buffer.erase(0, size);
        return taken;
    }

    std::size_t chunk;
};

}  // namespace giambio
