// A whole trace in memory: header, sources, sites, trace events in order, footer, and what was
// wrong.
//
// The reader fills it (reader.hpp); nobody changes it afterwards. Questions about one trace event
// are asked here; questions about the kernel at a trace event are asked of state.hpp. No kernel is
// known here.
// Kept true: events are sorted by seq, and every index handed out is in range.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/event_columns.hpp"
#include "tracer/model/file_text.hpp"
#include "tracer/model/id_table.hpp"
#include "tracer/model/own_keys.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace giambio::trace {

struct header {
    int version = 0;
    int minor = 0;
    std::string clock;   // "real" or "virtual"
    std::string driver;  // "epoll" or "simulated"
    std::uint64_t seed = 0;
    int budget = 0;
    std::uint64_t shuffle = 0;  // 0: the ready queue is first in first out
    std::string program;
    std::vector<std::string> argv;
    std::string started;                 // empty under the virtual clock
    std::int64_t started_ns = 0;         // the same, in nanoseconds since 1970; 0: not told
    std::vector<std::string> processes;  // names, of a merged trace; number n is processes[n - 1]

    bool is_merged() const { return !processes.empty(); }
};

struct source_file {
    std::string file;
    std::optional<std::string> text;  // absent: it could not be read when the trace was made
};

struct site {
    std::uint32_t source = 0;  // id of the source file
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::string function;
};

struct footer {
    std::uint64_t events = 0;
    std::uint64_t turns = 0;
    std::int64_t t = 0;
    std::uint64_t tasks = 0;
    std::uint64_t lost = 0;
};

// One line that could not be used, or not wholly: where it is, and a sentence.
struct complaint {
    std::uint64_t line = 0;  // from 1
    std::uint64_t byte = 0;  // offset of the line's (or the fault's) first byte in the file
    std::string what;
};

// When a task or an object is heard of in a recording: positions in `events`, or `never`.
struct life {
    static constexpr std::uint32_t never = 0xffffffff;
    std::uint32_t id = 0;
    std::uint32_t born = never;   // its spawn, its object_new
    std::uint32_t ended = never;  // its exit, its object_end
};

// The class is called `recording` because `trace` is the namespace: giambio::trace::recording.
class recording {
public:
    trace::header header;
    std::vector<source_file> sources;  // source id n is sources[n - 1]
    std::vector<site> sites;           // site id n is sites[n - 1]
    event_columns events;
    std::optional<footer> end;          // absent: the run was killed, or still goes on
    std::vector<complaint> complaints;  // lines that were skipped; of very many, the first ones
    std::uint64_t bad_lines = 0;        // how many there were
    std::string file;                   // where it was read from

    // One key of a trace event. Absent (nullopt, empty) when it has no such key. The text of a
    // number is empty and the number of a text is absent. `at_once` and `would_block` are 0 or 1.
    // Texts hold as long as the recording or a copy of it.
    std::optional<std::int64_t> number(const event& of, key which) const;
    std::string_view text(const event& of, key which) const;

    // All keys that only some kinds have; those that this reader does not know are left out.
    std::vector<argument> arguments_of(const event& of) const;
    std::vector<std::uint32_t> chain_of(const event& of) const;  // of a park; else empty
    // Which process of a merged trace did it, from 1; 0 in the trace of one process.
    std::uint32_t process_of(const event& of) const {
        return header.is_merged() ? named_process(of) : 0;
    }
    std::uint32_t process_of_task(std::uint32_t task) const;  // also 0 for a task never spawned
    std::string_view kind_word(const event& of) const;        // also of a kind that is unknown

    // The first trace event with this seq or a later one; the last of all when there is none.
    std::size_t index_of(std::uint64_t seq) const;
    // The one with exactly this seq; nothing where its line was bad or is missing.
    std::optional<std::size_t> find(std::uint64_t seq) const;
    // Position of the last trace event at or before time t (0 when all are later).
    std::size_t index_at(std::int64_t t) const;

    // "program.cpp:14", or empty for site 0.
    std::string place(std::uint32_t site_id) const;
    // The source's text at that place, without the spaces around it; empty when it is not known.
    std::string_view code_line(std::uint32_t site_id) const;
    const site* site_of(std::uint32_t site_id) const;      // nullptr for 0
    std::string task_name(std::uint32_t task) const;       // "#3 cook"; "the loop" for 0
    std::string_view name_of(std::uint32_t task) const;    // "cook"; empty when it is not known
    std::string object_name(std::uint32_t object) const;   // "lock 1"; "object 1" without its type
    std::string_view type_of(std::uint32_t object) const;  // "lock"; empty when it is not known

    // How a task ended ("value", "error", "cancelled") and with which error, empty when it did not.
    std::string_view outcome_of(std::uint32_t task) const;
    std::string_view error_of(std::uint32_t task) const;

    // Lives by id, and the positions of all exits in order: the tasks that ended up to a position.
    const id_table<life>& tasks() const { return tasks_; }
    // Whether it was spawned or does anything. One whose spawn is missing may have no life.
    bool has_task(std::uint32_t task) const;
    const id_table<life>& objects() const { return objects_; }
    const std::vector<std::uint32_t>& exits() const { return exits_; }

    // Where the own keys stand of the trace event some way behind this position: for whoever goes
    // through all of them, and asks the processor to fetch that place while it works here.
    //
    // Discussion: lines are 120 bytes, and a walk looks at few of each; the processor does not
    // guess the next by itself. Asked for 16 in advance, the model takes 12 ns less for a line, of
    // 164 (on a processor with 4 MB of cache a nanosecond or two).
    const char* keys_soon(std::size_t index) const;

    // Memory that all of this takes, beside the file and the texts that were decoded.
    std::size_t bytes() const;

    // Trace events that name `seq` as their cause, in order.
    std::vector<std::uint64_t> effects_of(std::uint64_t seq) const;

private:
    friend class loader;       // the reader, which fills it
    friend class event_taker;  // and its part that adds trace events

    own_keys keys_of(const event& of) const;
    template <typename visitor>
    void each_link(const event& of, visitor visit) const;  // the sites of a chain, as written
    std::string_view text_at(const own_keys& found) const;
    std::uint32_t named_process(const event& of) const;

    std::shared_ptr<const file_text> text_;
    // Texts with an escape, decoded, by the offset in the file of their first byte.
    std::unordered_map<std::uint64_t, std::shared_ptr<const std::string>> decoded_;
    id_table<life> tasks_;
    id_table<life> objects_;
    std::vector<std::uint32_t> exits_;
};

inline const char* recording::keys_soon(std::size_t index) const {
    constexpr std::size_t ahead = 16;
    return text_->bytes().data() + events.keys_at(std::min(index + ahead, events.size() - 1));
}

template <typename visitor>
void recording::each_link(const event& of, visitor visit) const {
    for (own_keys keys = keys_of(of); keys.next();) {
        if (!same_word(keys.word(), "chain")) continue;
        for (numbers_in all(keys.value()); all.next();) visit(all.number());
        return;
    }
}

}  // namespace giambio::trace
