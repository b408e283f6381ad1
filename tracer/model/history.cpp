// Jumps to the state at any trace event: keyframes on the way, and steps forward from the nearest.
//
// The viewer asks at every frame, mostly for the same place or the next one; that costs one apply.
// Going back costs a copy of a keyframe and a few hundred applies. Not here: what a trace event
// changes (state.cpp).
// Kept true: the keyframes together hold a bounded number of rows. When there are too many, every
// second one is thrown away and the distance between them doubles.
// Internal to tracer/model/; its functions are public through state.hpp.
#include "tracer/model/state.hpp"

#include <algorithm>

namespace giambio::trace {
namespace {

std::size_t rows_of(const state& of) {
    return 1 + of.tasks.size() + of.timers.size() + of.objects.size() + of.fds.size() +
           of.scopes.size();
}

}  // namespace

history::history(const recording& of, std::size_t most_rows)
    : of_(&of), most_rows_(most_rows), keyframes_(1), rows_(1) {}

const state& history::at(std::size_t index) {
    if (of_->events.empty()) return current_;
    const std::size_t wanted = std::min(index, of_->events.size() - 1) + 1;
    const std::size_t nearest = std::min(wanted / spacing_, keyframes_.size() - 1);
    if (wanted < applied_ || nearest * spacing_ > applied_) {
        current_ = keyframes_[nearest];
        applied_ = nearest * spacing_;
    }
    while (applied_ < wanted) {
        current_.apply(*of_, of_->events[applied_++]);
        if (applied_ == keyframes_.size() * spacing_) keep();
    }
    return current_;
}

// Makes current_ the next keyframe.
void history::keep() {
    keyframes_.push_back(current_);
    rows_ += rows_of(current_);
    // The last keyframe alone may be large; halving two or fewer would gain nothing.
    while (rows_ > most_rows_ && keyframes_.size() > 2) thin_out();
}

void history::thin_out() {
    std::vector<state> kept;
    for (std::size_t i = 0; i < keyframes_.size(); i += 2) kept.push_back(std::move(keyframes_[i]));
    keyframes_ = std::move(kept);
    spacing_ *= 2;
    rows_ = 0;
    for (const state& each : keyframes_) rows_ += rows_of(each);
}

}  // namespace giambio::trace
