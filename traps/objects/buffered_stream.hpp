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

#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
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
        : stream_(std::forward<Stream>(stream)), chunk_(chunk) {}

    // Waits for bytes, at most so many; empty: the end. Every read throws resource_busy while
    // another task is in the middle of one.
    coroutine<std::string> read_some(std::size_t size, site at = site::current()) {
        const one_at_a_time::turn mine = reading_.enter(second_reader);
        if (buffer_.empty()) {
            co_await fill(at);
        } else {
            co_await checkpoint(at);
        }
        co_return take(std::min(size, buffer_.size()));
    }

    // Waits for exactly so many bytes.
    coroutine<std::string> read_exactly(std::size_t size, site at = site::current()) {
        const one_at_a_time::turn mine = reading_.enter(second_reader);
        if (buffer_.size() >= size) co_await checkpoint(at);
        while (buffer_.size() < size) {
            const bool more = co_await fill(at);
            if (more) continue;
            const std::string sentence = "the stream ended after " +
                                         std::to_string(buffer_.size()) + " of " +
                                         std::to_string(size) + " bytes";
            throw incomplete_read(sentence, take(buffer_.size()));
        }
        co_return take(size);
    }

    // Waits for everything up to the mark; returns it with the mark. `limit` is in bytes.
    coroutine<std::string> read_until(std::string mark, std::size_t limit = usual_limit,
                                      site at = site::current()) {
        if (mark.empty()) throw misuse("read_until needs a mark that is not empty");
        const one_at_a_time::turn mine = reading_.enter(second_reader);
        std::size_t looked_at = 0;
        bool waited = false;
        while (true) {
            // The mark may stand across two arrivals.
            const std::size_t from = looked_at - std::min(looked_at, mark.size() - 1);
            const std::size_t found = buffer_.find(mark, from);
            if (found != std::string::npos && found + mark.size() <= limit) {
                if (!waited) co_await checkpoint(at);
                co_return take(found + mark.size());
            }
            looked_at = buffer_.size();
            if (found != std::string::npos || looked_at > limit) {
                throw too_much_data("no end of the line or record within " + std::to_string(limit) +
                                    " bytes; raise the limit, or read what is there by parts");
            }
            const bool more = co_await fill(at);
            waited = true;
            if (!more) {
                throw incomplete_read("the stream ended before the mark", take(looked_at));
            }
        }
    }

    // Waits for a line; returns it without its "\n" or "\r\n". Nothing at the end of the stream. A
    // last line without an end is a line.
    coroutine<std::optional<std::string>> read_line(std::size_t limit = usual_limit,
                                                    site at = site::current()) {
        std::string line;
        try {
            line = co_await read_until("\n", limit, at);
            line.pop_back();
            if (!line.empty() && line.back() == '\r') line.pop_back();
        } catch (const incomplete_read& cut) {
            line = cut.partial();
            if (line.empty()) co_return std::nullopt;
        }
        co_return line;
    }

    // Waits for the end; returns everything before it.
    coroutine<std::string> read_all(std::size_t limit = unlimited, site at = site::current()) {
        const one_at_a_time::turn mine = reading_.enter(second_reader);
        while (buffer_.size() <= limit) {
            const bool more = co_await fill(at);
            if (!more) co_return take(buffer_.size());
        }
        throw too_much_data("the stream holds more than " + std::to_string(limit) + " bytes");
    }

    // What has arrived and not been read.
    std::string_view peek() const { return buffer_; }
    // Waits until more has arrived than that; false at the end.
    coroutine<bool> wait_for_more(site at = site::current()) {
        const one_at_a_time::turn mine = reading_.enter(second_reader);
        co_return co_await fill(at);
    }

    auto write(std::string_view bytes, site at = site::current()) requires writable_stream<Stream> {
        return stream_.send_all(bytes, at);
    }

    Stream& stream() { return stream_; }
    void close() noexcept { stream_.close(); }

private:
    static constexpr const char* second_reader =
        "another task is reading from this stream; let one task read, or use a lock";

    // False at the end.
    coroutine<bool> fill(site at) {
        const std::string came = co_await stream_.receive(chunk_, at);
        buffer_ += came;
        co_return !came.empty();
    }

    std::string take(std::size_t size) {
        std::string taken = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return taken;
    }

    Stream stream_;
    std::string buffer_;
    std::size_t chunk_;
    one_at_a_time reading_;
};

}  // namespace giambio
