// The lines of a merged trace: those of each process with its numbers moved apart from the others'.
//
// merge.cpp says in which order; here they become text. Not here: order, clocks, arrows.
// Kept true: a definition stands before its first use, and a number that means nobody stays 0.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/trace.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace giambio::trace {

// What is added to the numbers of a process, so that no two processes have the same.
struct moved_by {
    std::uint32_t task = 0, object = 0, timer = 0, scope = 0;
    std::int64_t fd = 0;
    std::int64_t t = 0;
};

// Sites and sources that the merged trace has so far, of all processes: a reader takes them without
// gaps only, so they get new numbers in the order of their first use.
struct definitions {
    std::uint32_t sites = 0;
    std::uint32_t sources = 0;
};

// Where a trace event stands in the merged trace.
struct placed {
    std::uint64_t seq = 0;
    std::int64_t t = 0;
    std::uint64_t from = 0;  // the seq of what made it possible in another process, or 0
};

class process_lines {
public:
    // `number` counts the processes from 1; `name` stands before the names of its tasks; `all`
    // lives as long as this.
    process_lines(const recording& of, std::uint32_t number, std::string name, moved_by by,
                  definitions& all);

    // Appends the trace event, and before it what it is the first to use.
    void add(const event& that, placed where, std::string& out);

    // What comes behind this process.
    moved_by after() const;

    const std::string& name() const { return name_; }

private:
    void define(std::uint32_t site, std::string& out);
    std::uint32_t new_site(std::uint32_t id) const;
    void own_keys(const event& that, std::string& out) const;
    std::int64_t moved(const event& that, key which, std::int64_t number) const;
    std::uint64_t seq_of(std::uint64_t before) const;

    const recording* of_;
    std::uint32_t number_;
    std::string name_;
    moved_by by_;
    moved_by most_;  // the largest numbers that it has
    definitions* all_;
    std::vector<std::uint32_t> sites_;    // by its number: the new one; 0: not defined yet
    std::vector<std::uint32_t> sources_;  // the same
    std::vector<std::uint64_t> seqs_;     // by position: the new one, for causes
};

}  // namespace giambio::trace
