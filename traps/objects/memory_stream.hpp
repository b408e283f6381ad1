// Streams for tests: a pair that is connected in memory, and one that follows a script.
//
// Both need no socket and no network, so that what is built on streams can be tested alone. The
// pair has a bounded buffer for each direction, and can be told to let arrive one byte at a time,
// which finds programs that take a receive for a message.
// Not here: a whole network (async_scheduler{simulated{...}}).
// Public.
#pragma once

#include "traps/calls.hpp"
#include "traps/objects/byte_stream.hpp"
#include "traps/objects/descriptor.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace giambio {

// One direction of a pair.
struct memory_pipe {
    memory_pipe(std::size_t most, std::size_t at_once, site at)
        : capacity(most), arrives(at_once), readers("stream", at), writers("stream", at) {}
    std::size_t capacity;
    std::size_t arrives;  // bytes that one receive gets at most
    wait_list readers;
    wait_list writers;
    std::string bytes;
    bool written_to_the_end = false;
    bool reader_gone = false;
    one_at_a_time receiving;
    one_at_a_time sending;
};

// One end of a pair.
class memory_stream {
public:
    memory_stream(std::shared_ptr<memory_pipe> incoming, std::shared_ptr<memory_pipe> outgoing)
        : in_(std::move(incoming)), out_(std::move(outgoing)) {}
    memory_stream(memory_stream&&) noexcept = default;
    memory_stream& operator=(memory_stream&&) = delete;
    ~memory_stream() { close(); }

    // As async_socket has them: one task at a time receives, and one sends.
    coroutine<std::string> receive(std::size_t size, site at = site::current());
    coroutine<void> send_all(std::string_view bytes, site at = site::current());
    // The other side receives the rest and then the end; receiving goes on here.
    void shut_down_sending(site at = site::current()) noexcept;
    // Whoever waits here gets resource_closed. The destructor does the same.
    void close(site at = site::current()) noexcept;

private:
    std::shared_ptr<memory_pipe> in_;
    std::shared_ptr<memory_pipe> out_;
};

struct stream_ends {
    memory_stream first;
    memory_stream second;
};

// `capacity` is in bytes for each direction; a receive gets at most `arrives` of them.
stream_ends stream_pair(std::size_t capacity = 65536, std::size_t arrives = std::string::npos,
                        site at = site::current());

// What a scripted stream expects or does next. Make them with the functions of `script`:
//     scripted_stream peer({script::expects("hello"), script::sends("who?"), script::ends()});
struct script_step {
    enum class what : std::uint8_t { expects, sends, waits, ends, fails };
    what kind;
    std::string bytes{};
    duration length{};
};
namespace script {

inline script_step expects(std::string bytes) {
    return {script_step::what::expects, std::move(bytes)};
}
inline script_step sends(std::string bytes) {
    return {script_step::what::sends, std::move(bytes)};
}
inline script_step waits(duration length) {
    return {script_step::what::waits, {}, length};
}
// Nothing more is sent: the program reads the end. What it still sends can be expected afterwards.
inline script_step ends() {
    return {script_step::what::ends};
}
// The next operation throws io_error with this text.
inline script_step fails(std::string text) {
    return {script_step::what::fails, std::move(text)};
}

}  // namespace script

// The program did something else than the script says.
class script_broken : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The other side of a conversation, as a script. Throws script_broken, which shows both sides, when
// the program sends something else, sends when it should listen, or listens when it should send. In
// how many pieces bytes are sent and received makes no difference. After the last step comes the
// end.
class scripted_stream {
public:
    explicit scripted_stream(std::vector<script_step> script) : script_(std::move(script)) {}

    coroutine<std::string> receive(std::size_t size, site at = site::current());
    coroutine<void> send_all(std::string_view bytes, site at = site::current());
    void close() noexcept { closed_ = true; }

    bool closed() const { return closed_; }
    // Throws script_broken when something is left that the program should have sent or received.
    void finish() const;

private:
    script_step* next_step();
    coroutine<void> wait_as_told(site at);

    std::vector<script_step> script_;
    std::size_t next_ = 0;
    std::optional<moment> waits_until_;
    bool ended_ = false;  // a step said so
    bool closed_ = false;
};

}  // namespace giambio
