// What the functions of the query language look up in a recording, made once for all expressions.
//
// query.cpp keeps one for a recording, query_run.hpp asks it. Each table is made when it is first
// needed. Not here: expressions (query_tree.hpp).
// Kept true: positions are positions in `events`, sorted, and memory follows the number of trace
// events, whatever ids they contain.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/id_table.hpp"
#include "tracer/model/lanes.hpp"
#include "tracer/model/query_tree.hpp"
#include "tracer/model/trace.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace giambio::trace::query {

class tables {
public:
    explicit tables(const recording& of) : of_(&of) {}

    const recording& of() const { return *of_; }

    // Positions of the trace events of this kind.
    std::span<const std::uint32_t> of_kind(trace::kind which);

    // The position of this seq; nothing when it is not in the recording.
    std::optional<std::size_t> position(std::uint64_t seq) const;

    const trace::lanes& lanes();
    std::int64_t last_t() const;

    // A task's name without its number; "the loop" for 0.
    std::string_view task_name(std::uint32_t id);
    std::string_view object_name(std::uint32_t id);  // "lock 1"

    // Is it this task or object? The node is an argument: a number, or a name with *.
    bool is_task(const node& wanted, std::uint32_t id);
    bool is_object(const node& wanted, std::uint32_t id);
    bool is_named(query::type type, std::string_view pattern, std::uint32_t id);

    std::vector<std::uint32_t> tasks(const node& wanted);      // nullptr: never; by id
    std::vector<std::string_view> names_of(query::type type);  // of all tasks, or of all objects

    std::string_view keep(std::string text);  // a text that lasts as long as the tables

private:
    struct named {
        std::uint32_t id = 0;
        std::string_view name;
    };
    void find_names();

    const recording* of_;
    std::array<std::vector<std::uint32_t>, static_cast<std::size_t>(last_kind) + 1> by_kind_;
    bool has_kinds_ = false;
    std::optional<trace::lanes> lanes_;
    id_table<named> tasks_;
    id_table<named> objects_;
    bool has_names_ = false;
    std::deque<std::string> kept_;
};

}  // namespace giambio::trace::query
