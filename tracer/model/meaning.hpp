// What each trace event of a recording means, apart from numbers that another run gives otherwise.
//
// diff.cpp compares two runs by it. A task is known by its path: the names from the main task to
// it, with its place among the children of one name. Objects, timers, scopes and descriptors are
// known by the task that made them and their place among what it made. Not here: which difference
// matters (diff.cpp).
// Kept true: two trace events have the same meaning when the same task, in this sense, does the
// same thing to the same; seq, cause and site are not looked at, time is kept apart.
// Internal to tracer/model/.
#pragma once

#include "tracer/model/id_table.hpp"
#include "tracer/model/trace.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace giambio::trace {

class meanings {
public:
    explicit meanings(const recording& of);

    // Of the trace event at this position: what it does, and when (`t`, and times in its keys).
    std::uint64_t what(std::size_t index) const { return what_[index]; }
    std::uint64_t when(std::size_t index) const { return when_[index]; }
    std::size_t size() const { return what_.size(); }

    // The same number for the same path in another recording; and as text, "main/cook[2]".
    std::uint64_t identity(std::uint32_t task) const;
    std::string path(std::uint32_t task) const;
    std::vector<std::uint32_t> tasks() const;  // by id, 0 (the loop) first

private:
    struct task_row {
        std::uint32_t id = 0;
        std::uint32_t parent = 0;
        std::uint32_t place = 0;  // among its siblings of this name, from 1
        std::uint64_t identity = 0;
        std::string_view name;
    };
    struct thing {
        std::uint32_t id = 0;
        std::uint64_t identity = 0;
    };
    enum class sort : std::uint8_t { object, timer, scope, fd, last };

    void introduce(const event& that);
    void introduce_task(const event& that);
    void introduce_thing(sort which, std::int64_t id, std::uint64_t maker, std::string_view type);
    void introduce_descriptors(const event& that);
    std::uint64_t known(sort which, std::int64_t id) const;
    std::uint64_t meaning_of(const event& that, const argument& one) const;
    void add(const event& that);

    const recording* of_;
    std::vector<std::uint64_t> what_;
    std::vector<std::uint64_t> when_;
    id_table<task_row> tasks_;
    id_table<thing> things_[static_cast<std::size_t>(sort::last)];
    std::unordered_map<std::uint64_t, std::uint32_t>
        places_;  // how many there are of a sort so far
};

}  // namespace giambio::trace
