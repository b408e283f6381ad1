// All lines of a state at once, for those who show many of them.
//
// `trace state`, its JSON and the viewer's kernel pane make one for each state that they show. Not
// here: one line alone, for which the state itself can be asked (state.hpp).
// Before: the state stays as it is and where it is. Kept true: every answer is the state's own.
// Discussion: the state looks at all its tasks for each line. Asked for 10,000 places in one line
// it takes five seconds; here all lines are put in order once.
// Public to gui/.
#pragma once

#include "tracer/model/state.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace giambio::trace {

class state_lines {
public:
    explicit state_lines(const state& now);

    // As the functions of the state that have these names.
    std::vector<std::uint32_t> waiters(std::uint32_t object) const;
    std::vector<std::uint32_t> readers(int fd) const;
    std::vector<std::uint32_t> writers(int fd) const;

    // Where a task stands in a line of so many, counted from 1; 0 when it does not stand there.
    struct place {
        std::size_t number = 0;
        std::size_t of = 0;
    };
    place in_its_line(const task_view& task) const;  // of the object that it waits on
    place in_ready_queue(std::uint32_t task) const;

private:
    std::span<const task_view* const> line_of(wait_kind on, std::uint32_t id) const;
    std::vector<std::uint32_t> at_descriptor(int fd, bool write) const;

    std::vector<const task_view*> waiting_;
    std::vector<std::pair<std::uint32_t, std::size_t>> ready_;  // tasks by id, and their numbers
};

// What a task is doing, in the words of `situation` in words.hpp.
std::string situation(const recording& of, const state& now, const state_lines& lines,
                      std::uint32_t task);

}  // namespace giambio::trace
