// Moves the playhead.
//
// Called by the study. Moves by turn end at the first trace event of a turn, in both directions,
// so that a move back undoes a move forward. Not here: the speed keys, the drawing of the playhead.
// Internal to gui/; public to it through playback.hpp.
#include "gui/model/playback.hpp"

#include <algorithm>
#include <cmath>

namespace giambio::gui {

bool touches(const trace::recording& of, const trace::event& that, std::uint32_t task) {
    if (that.task == task) return true;
    if (task == 0) return false;
    for (const trace::key which : {trace::key::child, trace::key::woken, trace::key::target}) {
        // Waiting for a task's end is the waiter's affair; cancelling it is the target's too.
        if (which == trace::key::target && that.kind != trace::kind::cancel_request) continue;
        if (of.number(that, which) == std::int64_t{task}) return true;
    }
    return false;
}

std::uint64_t playback::seq() const {
    return of_->events.empty() ? 0 : of_->events[index_].seq;
}

void playback::go_to(std::size_t index) {
    index_ = of_->events.empty() ? 0 : std::min(index, of_->events.size() - 1);
    saved_ = 0;
}

void playback::go_to_seq(std::uint64_t seq) {
    go_to(of_->index_of(seq));
}

void playback::go_to_time(std::int64_t t) {
    go_to(of_->index_at(t));
}

void playback::forward_task(std::uint32_t task) {
    for (std::size_t i = index_ + 1; i < of_->events.size(); ++i)
        if (touches(*of_, of_->events[i], task)) return go_to(i);
}

void playback::back_task(std::uint32_t task) {
    for (std::size_t i = index_; i-- > 0;)
        if (touches(*of_, of_->events[i], task)) return go_to(i);
}

bool playback::begins_turn(std::size_t index) const {
    return index == 0 || of_->events[index].turn != of_->events[index - 1].turn;
}

void playback::forward_turn() {
    std::size_t next = index_ + 1;
    while (next < of_->events.size() && !begins_turn(next)) ++next;
    go_to(next);
}

void playback::back_turn() {
    if (index_ == 0) return;
    std::size_t before = index_ - 1;
    while (!begins_turn(before)) --before;
    go_to(before);
}

void playback::play() {
    if (index_ + 1 >= of_->events.size()) to_start();
    playing_ = !of_->events.empty();
    saved_ = 0;
    last_.reset();
}

bool playback::advance(double now) {
    if (!playing_) return false;
    saved_ += (now - last_.value_or(now)) * speed_;
    last_ = now;
    const double whole = std::floor(saved_);
    if (whole < 1) return false;
    const double left = saved_ - whole;
    go_to(index_ + static_cast<std::size_t>(whole));
    saved_ = left;
    if (index_ + 1 >= of_->events.size()) playing_ = false;
    return true;
}

}  // namespace giambio::gui
