// What a task may ask the kernel for: one plain struct for each trap that may block.
//
// A program writes `co_await giambio::sleep(1s)`; the call (calls.hpp, objects/) makes one of
// these, the gate (coroutine.hpp) puts it into the task's mailbox, and the kernel answers it in
// kernel/handlers.cpp, where there is one `handle` for each struct, in this order.
// Not here: what cannot block. That is a plain function (door.hpp); awaited means: may block, and
// checks for cancellation (rule R5).
// Kept true: plain values only. A buffer named here belongs to the asker, whose coroutine stands
// still until the answer is there. `answer` is the type that the `co_await` returns, `name` the
// word of the trace.
// Public.
#pragma once

#include "traps/address.hpp"
#include "traps/ids.hpp"
#include "traps/line.hpp"
#include "traps/site.hpp"

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <variant>

namespace giambio::trap {

// Let everybody else who is ready run first.
struct yield {
    static constexpr const char* name = "yield";
    using answer = void;
    site at;
};

// Nothing but the check for cancellation; what would have blocked did not have to.
struct checkpoint {
    static constexpr const char* name = "checkpoint";
    using answer = void;
    site at;
};

// Wait for a length of time.
struct sleep {
    static constexpr const char* name = "sleep";
    using answer = void;
    site at;
    duration length;
};

// Wait for a moment of the run.
struct sleep_until {
    static constexpr const char* name = "sleep_until";
    using answer = void;
    site at;
    moment due;
};

// Stand in an object's line until somebody wakes the task.
struct park {
    static constexpr const char* name = "park";
    using answer = void;
    site at;
    wait_list* on;
};

// Wait for another task's end. Its outcome is read from its record afterwards (task.hpp).
struct join {
    static constexpr const char* name = "join";
    using answer = void;
    site at;
    frame* target;
};

// Take the next connection of a listening socket; the answer is its descriptor.
struct accept {
    static constexpr const char* name = "accept";
    using answer = int;
    site at;
    int fd;
    address* peer;  // filled with the other side's address
};

// Connect a socket.
struct connect {
    static constexpr const char* name = "connect";
    using answer = void;
    site at;
    int fd;
    const address* to;
};

// Receive at most `size` bytes; 0 means that the other side has closed.
struct receive {
    static constexpr const char* name = "receive";
    using answer = std::size_t;
    site at;
    int fd;
    void* buffer;
    std::size_t size;
};

// Send at most `size` bytes; the answer is how many the system took.
struct send {
    static constexpr const char* name = "send";
    using answer = std::size_t;
    site at;
    int fd;
    const void* buffer;
    std::size_t size;
};

// Send all of `size` bytes, waiting as often as it must. The trace is told how many those were; the
// program knows.
//
// Discussion: a program could do that with `send` in a loop, and did. The loop was a coroutine of
// its own, whose memory took a fifth of what a short message costs in all.
struct send_all {
    static constexpr const char* name = "send_all";
    using answer = void;
    site at;
    int fd;
    const void* buffer;
    std::size_t size;
    std::size_t* sent;  // counts while it goes; null: nobody asks
};

// Receive one datagram. The answer is its whole size: more than `size` means that the rest is lost.
struct receive_from {
    static constexpr const char* name = "receive_from";
    using answer = std::size_t;
    site at;
    int fd;
    void* buffer;
    std::size_t size;
    address* from;  // filled with the sender's address
};

// Send one datagram, whole.
struct send_to {
    static constexpr const char* name = "send_to";
    using answer = std::size_t;
    site at;
    int fd;
    const void* buffer;
    std::size_t size;
    const address* to;
};

// Wait until a descriptor can be read, or written, without doing either.
struct readable {
    static constexpr const char* name = "readable";
    using answer = void;
    site at;
    int fd;
};
struct writable {
    static constexpr const char* name = "writable";
    using answer = void;
    site at;
    int fd;
};

}  // namespace giambio::trap

namespace giambio {

// One of a closed set of traps. `std::monostate` stands for an empty mailbox.
//
// Discussion: the mailbox points to the trap, which stays in the memory of the coroutine that asks
// and stands still meanwhile. A copy in the mailbox would cost each task 32 bytes more, and each
// switch two copies of 48.
template <class... Traps>
using request_of = std::variant<std::monostate, const Traps*...>;
using request =
    request_of<trap::yield, trap::checkpoint, trap::sleep, trap::sleep_until, trap::park,
               trap::join, trap::accept, trap::connect, trap::receive, trap::send, trap::send_all,
               trap::receive_from, trap::send_to, trap::readable, trap::writable>;

// GCC 12 destroys some temporaries of a `co_await` expression twice; a trap has nothing to lose.
template <class... Traps>
constexpr bool check_request_set(request_of<Traps...>) {
    static_assert((std::is_trivially_destructible_v<Traps> && ...),
                  "a request is plain data: what it needs to keep stays with the one who asks");
    return true;
}
static_assert(check_request_set(request()));

// Is R one of the traps above?
template <class R, class Variant>
struct is_alternative : std::false_type {};
template <class R, class... Traps>
struct is_alternative<R, request_of<Traps...>>
    : std::bool_constant<(std::is_same_v<R, Traps> || ...)> {};
template <class R>
concept is_trap = is_alternative<R, request>::value;

}  // namespace giambio
