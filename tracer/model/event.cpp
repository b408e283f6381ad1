// The words of the trace format: one table for the kinds and one for the keys, read in both ways.
//
// The reader turns words into enumerators here, the sentences and the lists turn them back. The
// tables stand in the order of the enums, so the way back is an index; the way there is a hash
// table that the compiler makes. Not here: what a word means (tracer/FORMAT.md).
// Kept true: both tables are complete and in order, or this file does not compile.
// Internal to tracer/model/; its functions are public through event.hpp.
#include "tracer/model/event.hpp"

#include <array>
#include <cstddef>

namespace giambio::trace {
namespace {

struct kind_row {
    trace::kind id;
    std::string_view word;
};

constexpr std::array kind_table{
    kind_row{kind::unknown, "unknown"},
    kind_row{kind::run_begin, "run_begin"},
    kind_row{kind::spawn, "spawn"},
    kind_row{kind::io_wait, "io_wait"},
    kind_row{kind::io_done, "io_done"},
    kind_row{kind::fd_ready, "fd_ready"},
    kind_row{kind::timer_fire, "timer_fire"},
    kind_row{kind::batch, "batch"},
    kind_row{kind::switch_in, "switch_in"},
    kind_row{kind::trap, "trap"},
    kind_row{kind::reply, "reply"},
    kind_row{kind::park, "park"},
    kind_row{kind::switch_out, "switch_out"},
    kind_row{kind::wake, "wake"},
    kind_row{kind::move, "move"},
    kind_row{kind::exit, "exit"},
    kind_row{kind::timer_set, "timer_set"},
    kind_row{kind::timer_drop, "timer_drop"},
    kind_row{kind::fd_watch, "fd_watch"},
    kind_row{kind::fd_forget, "fd_forget"},
    kind_row{kind::io, "io"},
    kind_row{kind::object_new, "object_new"},
    kind_row{kind::object_op, "object_op"},
    kind_row{kind::object_end, "object_end"},
    kind_row{kind::scope_enter, "scope_enter"},
    kind_row{kind::scope_leave, "scope_leave"},
    kind_row{kind::scope_change, "scope_change"},
    kind_row{kind::adopt, "adopt"},
    kind_row{kind::cancel_request, "cancel_request"},
    kind_row{kind::cancel_deliver, "cancel_deliver"},
    kind_row{kind::cancel_absorbed, "cancel_absorbed"},
    kind_row{kind::never_joined, "never_joined"},
    kind_row{kind::signal, "signal"},
    kind_row{kind::post, "post"},
    kind_row{kind::busy, "busy"},
    kind_row{kind::log, "log"},
    kind_row{kind::mark, "mark"},
    kind_row{kind::coroutine_dropped, "coroutine_dropped"},
    kind_row{kind::deadlock, "deadlock"},
    kind_row{kind::lost, "lost"},
    kind_row{kind::run_end, "run_end"},
};

struct key_row {
    key id;
    std::string_view word;
    trace::shape shape;
};

constexpr std::array key_table{
    key_row{key::unknown, "unknown", shape::any},
    key_row{key::child, "child", shape::number},
    key_row{key::name, "name", shape::text},
    key_row{key::timeout, "timeout", shape::number},
    key_row{key::reason, "reason", shape::text},
    key_row{key::watched, "watched", shape::number},
    key_row{key::ready, "ready", shape::number},
    key_row{key::fd, "fd", shape::number},
    key_row{key::mode, "mode", shape::text},
    key_row{key::timer, "timer", shape::number},
    key_row{key::late, "late", shape::number},
    key_row{key::size, "size", shape::number},
    key_row{key::trap, "trap", shape::text},
    key_row{key::ns, "ns", shape::number},
    key_row{key::due, "due", shape::number},
    key_row{key::object, "object", shape::number},
    key_row{key::target, "target", shape::number},
    key_row{key::to, "to", shape::number},
    key_row{key::at_once, "at_once", shape::flag},
    key_row{key::value, "value", shape::any},
    key_row{key::error, "error", shape::any},
    key_row{key::on, "on", shape::text},
    key_row{key::how, "how", shape::text},
    key_row{key::woken, "woken", shape::number},
    key_row{key::why, "why", shape::text},
    key_row{key::outcome, "outcome", shape::text},
    key_row{key::what, "what", shape::text},
    key_row{key::owner, "owner", shape::number},
    key_row{key::scope, "scope", shape::number},
    key_row{key::op, "op", shape::text},
    key_row{key::bytes, "bytes", shape::number},
    key_row{key::would_block, "would_block", shape::flag},
    key_row{key::address, "address", shape::text},
    key_row{key::payload, "payload", shape::text},
    key_row{key::type, "type", shape::text},
    key_row{key::holder, "holder", shape::number},
    key_row{key::length, "length", shape::number},
    key_row{key::source, "source", shape::text},
    key_row{key::signo, "signo", shape::number},
    key_row{key::text, "text", shape::text},
    key_row{key::function, "function", shape::text},
    key_row{key::events, "events", shape::number},
    key_row{key::pool, "pool", shape::number},
    key_row{key::daemon, "daemon", shape::flag},
    key_row{key::shield, "shield", shape::flag},
    key_row{key::option, "option", shape::text},
    key_row{key::process, "process", shape::number},
    key_row{key::from, "from", shape::number},
    key_row{key::local, "local", shape::text},
};

// Row n describes enumerator n, so the table can be indexed and lacks nobody in the middle.
template <typename table>
constexpr bool in_order(const table& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (static_cast<std::size_t>(rows[i].id) != i || rows[i].word.empty()) return false;
    return true;
}

static_assert(in_order(kind_table) && kind_table.back().id == last_kind,
              "kind_table has one row for each enumerator of trace::kind, in its order");
static_assert(in_order(key_table) && key_table.back().id == last_key,
              "key_table has one row for each enumerator of trace::key, in its order");

// Its length and three of its letters tell a word from nearly every other one here.
constexpr std::size_t hash_of(std::string_view word) {
    if (word.empty()) return 0;
    const auto letter = [&](std::size_t at) { return static_cast<unsigned char>(word[at]); };
    return word.size() + 3U * letter(0) + 17U * letter(word.size() / 2) +
           57U * letter(word.size() - 1);
}

// The way from a word to its row: the row's number plus one in the slot of the word's hash or in
// one of the next, 0 in a free slot. The compiler makes it; it is at most a quarter full.
constexpr std::size_t slots = 256;

template <typename table>
constexpr std::array<std::uint8_t, slots> slots_of(const table& rows) {
    std::array<std::uint8_t, slots> made{};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::size_t at = hash_of(rows[i].word) % slots;
        while (made[at] != 0) at = (at + 1) % slots;
        made[at] = static_cast<std::uint8_t>(i + 1);
    }
    return made;
}

constexpr auto kind_slots = slots_of(kind_table);
constexpr auto key_slots = slots_of(key_table);
static_assert(4 * kind_table.size() < slots && 4 * key_table.size() < slots);

template <typename table>
constexpr auto find_word(const table& rows, const std::array<std::uint8_t, slots>& places,
                         std::string_view word) {
    using id_type = decltype(rows.front().id);
    for (std::size_t at = hash_of(word) % slots;; at = (at + 1) % slots) {
        if (places[at] == 0) return id_type{};
        const auto& row = rows[places[at] - 1U];
        if (same_word(row.word, word)) return row.id;
    }
}

}  // namespace

std::string_view word_of(kind which) {
    return kind_table[static_cast<std::size_t>(which)].word;
}

std::string_view word_of(key which) {
    return key_table[static_cast<std::size_t>(which)].word;
}

kind kind_of(std::string_view word) {
    return find_word(kind_table, kind_slots, word);
}

key key_of(std::string_view word) {
    return find_word(key_table, key_slots, word);
}

shape shape_of(key which) {
    return key_table[static_cast<std::size_t>(which)].shape;
}

}  // namespace giambio::trace
