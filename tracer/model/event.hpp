// A trace event as the model half knows it: the seven keys that every one has, and its own keys.
//
// The reader makes them, everything else in tracer/model/ and gui/ reads them. What a kind or key
// means is told in tracer/FORMAT.md, in the same words and the same order. Not here: how a line is
// parsed (reader.cpp), what a trace event does to the kernel's state (state.cpp).
// Kept true: an enumerator is spelled exactly as the word in the file.
// Public to gui/ and lessons/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace giambio::trace {

// The kinds, in the order of FORMAT.md. A kind that this reader does not know becomes `unknown`.
enum class kind : std::uint8_t {
    unknown,
    run_begin,
    spawn,
    io_wait,
    io_done,
    fd_ready,
    timer_fire,
    batch,
    switch_in,
    trap,
    reply,
    park,
    switch_out,
    wake,
    move,
    exit,
    timer_set,
    timer_drop,
    fd_watch,
    fd_forget,
    io,
    object_new,
    object_op,
    object_end,
    scope_enter,
    scope_leave,
    scope_change,
    adopt,
    cancel_request,
    cancel_deliver,
    cancel_absorbed,
    never_joined,
    signal,
    post,
    busy,
    log,
    mark,
    coroutine_dropped,
    deadlock,
    lost,
    run_end,
};
inline constexpr kind last_kind = kind::run_end;

// The keys that only some kinds have.
enum class key : std::uint8_t {
    unknown,
    child,
    name,
    timeout,
    reason,
    watched,
    ready,
    fd,
    mode,
    timer,
    late,
    size,
    trap,
    ns,
    due,
    object,
    target,
    to,
    at_once,
    value,
    error,
    on,
    how,
    woken,
    why,
    outcome,
    what,
    owner,
    scope,
    op,
    bytes,
    would_block,
    address,
    payload,
    type,
    holder,
    length,
    source,
    signo,
    text,
    function,
    events,
    pool,
    daemon,
    shield,
    option,
    process,
    from,
    local,
};
inline constexpr key last_key = key::local;

// What stands behind a key in the file. `flag` is true or false; `any` is a number or a text.
enum class shape : std::uint8_t { number, text, flag, any };

// The word in the file for a kind or a key, and back. An unknown word gives `unknown`.
std::string_view word_of(kind which);
std::string_view word_of(key which);
kind kind_of(std::string_view word);
key key_of(std::string_view word);

shape shape_of(key which);

// The first letters of two words of one size, and the last ones, which may be the same letters.
template <std::size_t letters>
bool same_ends(const char* a, const char* b, std::size_t size) {
    return std::memcmp(a, b, letters) == 0 &&
           std::memcmp(a + size - letters, b + size - letters, letters) == 0;
}

// Whether two words are the same, compared where it is called.
//
// Discussion: `==` calls memcmp, and the words of the format have two to seventeen letters: the
// call costs more than the comparing. A line has some four such questions; without the calls it is
// read into the model in 18 ns less, of 182. Letter by letter they would take 3 ns more.
inline bool same_word(std::string_view a, std::string_view b) {
    const std::size_t size = a.size();
    if (size != b.size()) return false;
    if (size < 2 || size > 16) return a == b;
    if (size >= 8) return same_ends<8>(a.data(), b.data(), size);
    if (size >= 4) return same_ends<4>(a.data(), b.data(), size);
    return same_ends<2>(a.data(), b.data(), size);
}

// The last `t` that a trace may have, 36 years: durations can be added then, and places drawn.
inline constexpr std::int64_t latest_time = std::int64_t{1} << 60U;

struct event {
    std::uint64_t seq = 0;
    std::int64_t t = 0;  // nanoseconds since the run began
    std::uint64_t cause = 0;
    std::uint32_t turn = 0;
    std::uint32_t task = 0;
    std::uint32_t at = 0;     // site id, 0 for none
    std::uint32_t index = 0;  // its position in the recording, by which its own keys are found
    trace::kind kind = trace::kind::unknown;
};

// One key of one trace event, with its number or its text. A flag is 0 or 1.
struct argument {
    trace::key key = key::unknown;
    bool is_text = false;
    std::int64_t number = 0;
    std::string_view text = {};
};

}  // namespace giambio::trace
