// The playhead: which trace event everybody looks at, and all the ways to move it.
//
// The study owns one; keys, buttons, clicks and lesson steps end here. The state that is shown is
// the one after the playhead's trace event. Not here: what a key does (study.hpp), drawing.
// Kept true: the position is always that of a trace event; it stays 0 in a trace without any.
// Internal to gui/.
#pragma once

#include "tracer/model/trace.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace giambio::gui {

// Trace events per second, for the keys 1 to 5.
inline constexpr std::array<double, 5> speeds{1, 2, 5, 15, 60};

// Does the trace event belong to this task's life: done by it, or done to it?
bool touches(const trace::recording& of, const trace::event& that, std::uint32_t task);

class playback {
public:
    explicit playback(const trace::recording& of) : of_(&of) {}

    std::size_t index() const { return index_; }
    std::uint64_t seq() const;
    bool playing() const { return playing_; }
    double speed() const { return speed_; }

    void go_to(std::size_t index);
    void go_to_seq(std::uint64_t seq);
    void go_to_time(std::int64_t t);
    void to_start() { go_to(0); }
    void to_end() { go_to(of_->events.size()); }
    void forward() { go_to(index_ + 1); }
    void back() { go_to(index_ == 0 ? 0 : index_ - 1); }

    // To the next (the last) trace event of this task; nothing moves when there is none.
    void forward_task(std::uint32_t task);
    void back_task(std::uint32_t task);

    // To where the next turn begins; to where this one began, or the one before.
    void forward_turn();
    void back_turn();

    void play();  // from the start again when the playhead is at the end
    void pause() { playing_ = false; }
    void set_speed(double events_per_second) { speed_ = events_per_second; }

    // Playing goes on up to this moment, in seconds of any clock; true when the playhead moved. The
    // first moment after play() is the one from which it counts: what was before is not played.
    bool advance(double now);

private:
    bool begins_turn(std::size_t index) const;

    const trace::recording* of_;
    std::size_t index_ = 0;
    bool playing_ = false;
    double speed_ = speeds[1];
    double saved_ = 0;            // the part of a trace event that playing has earned so far
    std::optional<double> last_;  // the moment up to which it has played, since play()
};

}  // namespace giambio::gui
