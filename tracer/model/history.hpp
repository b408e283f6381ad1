// The state after any trace event of a recording, in the time of a few thousand small steps.
//
// Going through the recording once, it puts aside every so often what has changed since the last
// time; a random place is then put together from there. The viewer asks at every frame, mostly for
// the same place or the next one; that costs one step. Not here: what a trace event changes
// (state.hpp).
// Kept true: from a keyframe to the next there are at most 4,096 trace events; all keyframes
// together take no more than twice the memory of the rows that the run has changed.
// Public to gui/ and lessons/.
#pragma once

#include "tracer/model/state.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace giambio::trace {

class history {
public:
    static constexpr std::size_t spacing = 4096;  // trace events from one keyframe to the next

    explicit history(const recording& of);

    // The state after events[index]; before the first trace event when there is none. The reference
    // holds until the next call.
    const state& at(std::size_t index);

    std::size_t bytes() const;  // that the keyframes take

private:
    // Rows of one table: those that are new or have changed, and the ids of those that are gone.
    template <typename row>
    struct rows {
        std::vector<row> changed;
        std::vector<std::uint32_t> gone;

        std::size_t count() const { return changed.size() + gone.size(); }
    };

    // What has changed since the keyframe before; with `whole`, all rows there are.
    struct keyframe {
        bool whole = false;
        bool trusted = true;
        trace::phase phase = phase::before;
        std::uint32_t running = 0;
        std::vector<runner> runners;
        std::uint32_t ended = 0;
        rows<task_view> tasks;
        rows<timer_view> timers;
        rows<object_view> objects;
        rows<fd_view> fds;
        rows<scope_view> scopes;

        std::size_t count() const;
    };

    template <typename row>
    static rows<row> all_of(const id_table<row>& table);
    template <typename row>
    static rows<row> changes_of(id_table<row>& table);
    template <typename row>
    static void put(const rows<row>& kept, id_table<row>& table);

    void go_through();
    void keep(state& now);
    void restore(std::size_t keyframe);

    const recording* of_;
    std::vector<keyframe> keyframes_;  // number n is after (n + 1) * spacing trace events
    std::size_t since_whole_ = 0;      // rows kept since the last whole keyframe
    state current_;
    std::size_t applied_ = 0;  // how many trace events current_ has seen
};

}  // namespace giambio::trace
