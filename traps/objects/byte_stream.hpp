// What a stream of bytes can do, whatever carries it: a socket, TLS, a pair in memory, a script.
//
// Everything that is built on streams (buffered_stream, serve, message_channel) asks for this shape
// and for nothing more. Two streams, one for each direction, become one by `stapled_stream`.
// Public.
#pragma once

#include "traps/coroutine.hpp"

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace giambio {

// Waits for bytes, at most so many of them; empty: nothing more will come.
template <class Stream>
concept readable_stream = requires(Stream& stream, std::size_t size) {
    { stream.receive(size) } -> std::same_as<coroutine<std::string>>;
    stream.close();
};

// Sends everything. The bytes must live until it returns.
template <class Stream>
concept writable_stream = requires(Stream& stream, std::string_view bytes) {
    { stream.send_all(bytes) } -> awaitable_of<void>;
    stream.close();
};

template <class Stream>
concept byte_stream = readable_stream<Stream> && writable_stream<Stream>;

// One stream out of two: what is received comes from the first, what is sent goes to the second.
template <readable_stream Reader, writable_stream Writer>
class stapled_stream {
public:
    stapled_stream(Reader reader, Writer writer)
        : reader_(std::move(reader)), writer_(std::move(writer)) {}

    coroutine<std::string> receive(std::size_t size, site at = site::current()) {
        return reader_.receive(size, at);
    }
    auto send_all(std::string_view bytes, site at = site::current()) {
        return writer_.send_all(bytes, at);
    }
    void close() noexcept {
        writer_.close();
        reader_.close();
    }

private:
    Reader reader_;
    Writer writer_;
};

}  // namespace giambio
