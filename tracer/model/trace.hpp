// A whole trace in memory: header, sources, sites, trace events in order, footer, and what was
// wrong.
//
// The reader fills it (reader.hpp); nobody changes it afterwards. Questions about one trace event
// are asked here; questions about the kernel at a trace event are asked of state.hpp. No kernel is
// known here.
// Kept true: events are sorted by seq, and every index handed out is in range.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/event.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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
    std::string started;  // empty under the virtual clock
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

// The class is called `recording` because `trace` is the namespace: giambio::trace::recording.
class recording {
public:
    trace::header header;
    std::vector<source_file> sources;  // source id n is sources[n - 1]
    std::vector<site> sites;           // site id n is sites[n - 1]
    std::vector<event> events;
    std::optional<footer> end;          // absent: the run was killed, or still goes on
    std::vector<complaint> complaints;  // lines that were skipped
    std::string file;                   // where it was read from

    std::vector<argument> arguments;    // all trace events' own keys, one after the other
    std::vector<std::uint32_t> chains;  // all parks' chains of site ids
    std::vector<std::string> words;     // interned texts

    std::unordered_map<std::uint32_t, std::uint32_t> names;  // task id: the word that is its name
    std::unordered_map<std::uint32_t, std::uint32_t> types;  // object id: the word for its type

    // One key of a trace event. Absent (nullopt, empty) when it has no such key. The text of a
    // number is empty and the number of a text is absent. `at_once` and `would_block` are 0 or 1.
    std::optional<std::int64_t> number(const event& of, key which) const;
    std::string_view text(const event& of, key which) const;

    std::span<const argument> arguments_of(const event& of) const;
    std::span<const std::uint32_t> chain_of(const event& of) const;
    std::string_view text_of(const argument& of) const;  // empty for a number

    // Position in `events` of the one with this seq; the first after it when it is missing.
    std::size_t index_of(std::uint64_t seq) const;
    // Position of the last trace event at or before time t (0 when all are later).
    std::size_t index_at(std::int64_t t) const;

    // "program.cpp:14", or empty for site 0.
    std::string place(std::uint32_t site_id) const;
    // The source's text at that place, without the spaces around it; empty when it is not known.
    std::string_view code_line(std::uint32_t site_id) const;
    const site* site_of(std::uint32_t site_id) const;  // nullptr for 0
    std::string task_name(std::uint32_t task) const;   // "#3 cook"; "the loop" for 0

    std::string object_name(std::uint32_t object) const;  // "lock 1"; "object 1" without its type

    // Trace events that name `seq` as their cause, in order.
    std::vector<std::uint64_t> effects_of(std::uint64_t seq) const;
};

}  // namespace giambio::trace
