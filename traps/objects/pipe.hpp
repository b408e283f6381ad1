// Pipes: bytes in one direction, from a writer to a reader of the same process or of another one.
//
// `open_pipe` makes both ends. An end that was made elsewhere is pipe_reader(wrap_descriptor(fd)).
// A terminal is read and written in the same way.
// Not here: processes, at whose other end a pipe may be.
// Kept true: when the writer is closed the reader receives the rest and then the end; when the
// reader is closed, sending is an io_error (EPIPE) and never the signal that ends a process.
// Public.
#pragma once

#include "traps/objects/socket.hpp"

namespace giambio {

class pipe_reader {
public:
    pipe_reader() = default;
    explicit pipe_reader(descriptor opened) : end_(std::move(opened)) {}

    // Waits for bytes, at most `size` of them. Empty: every writer has closed.
    coroutine<std::string> receive(std::size_t size, site at = site::current()) {
        return end_.receive(size, at);
    }
    [[nodiscard]] trap::receive receive_into(std::span<char> room, site at = site::current()) {
        return end_.receive_into(room, at);
    }
    int number() const { return end_.number(); }
    void close(site at = site::current()) noexcept { end_.close(at); }

private:
    async_socket end_;  // the kernel reads both in the same way
};

class pipe_writer {
public:
    pipe_writer() = default;
    explicit pipe_writer(descriptor opened) : end_(std::move(opened)) {}

    // As async_socket has them.
    [[nodiscard]] trap::send send(std::string_view bytes, site at = site::current()) {
        return end_.send(bytes, at);
    }
    [[nodiscard]] trap::send_all send_all(std::string_view bytes, site at = site::current()) {
        return end_.send_all(bytes, at);
    }
    [[nodiscard]] trap::send_all send_all(std::string_view bytes, std::size_t& sent,
                                          site at = site::current()) {
        return end_.send_all(bytes, sent, at);
    }
    int number() const { return end_.number(); }
    void close(site at = site::current()) noexcept { end_.close(at); }

private:
    async_socket end_;
};

struct opened_pipe {
    pipe_reader reader;
    pipe_writer writer;
};

inline opened_pipe open_pipe(site at = site::current()) {
    const std::array<int, 2> ends = door().open_pipe(at);
    return {pipe_reader(descriptor(ends[0])), pipe_writer(descriptor(ends[1]))};
}

}  // namespace giambio
