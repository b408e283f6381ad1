// How far timers come near. See timer_queue.hpp.
// Internal to kernel/.
#include "kernel/timer_queue.hpp"

#include <algorithm>
#include <bit>

namespace giambio {

namespace {

// A moment by its bits: the later of two has a one in the highest in which they differ. (Of the
// first bit, the sign, that is not so; it is turned round.)
std::uint64_t bits_of(moment when) {
    return static_cast<std::uint64_t>(when.count()) ^ (std::uint64_t{1} << 63);
}
moment of_bits(std::uint64_t bits) {
    return moment(static_cast<std::int64_t>(bits ^ (std::uint64_t{1} << 63)));
}

// Seen from a horizon, the last moment of a pile: it has a one where the horizon has a zero, is
// like it above that, and below it there are ones.
moment last_of(std::size_t pile, moment horizon) {
    const std::uint64_t differs = std::uint64_t{1} << pile;
    return of_bits(bits_of(horizon) | differs | (differs - 1));
}

moment earliest_of(const timer_pile& them) {
    moment found = moment::max();
    them.each([&](const timer& one) { found = std::min(found, one.due); });
    return found;
}

}  // namespace

void timer_queue::arm(const timer& added) {
    place(added);
    if (near_.size() > most_near_ && near_.size() > far_) move_horizon_back();
}

void timer_queue::place(const timer& one) {
    if (one.due <= horizon_) {
        near_.put(one);
        return;
    }
    const auto number =
        static_cast<std::size_t>(std::bit_width(bits_of(one.due) ^ bits_of(horizon_))) - 1;
    piles_[number].push(one);
    latest_ = number;
    filled_ |= std::uint64_t{1} << number;
    ++far_;
}

// Its memory goes with it, because the next one on this pile may come much later.
timer_pile timer_queue::take_pile(std::size_t number) {
    filled_ &= ~(std::uint64_t{1} << number);
    far_ -= piles_[number].size();
    return std::exchange(piles_[number], {});
}

// A time limit is mostly dropped soon after it was set, and then it lies on top of a pile.
bool timer_queue::drop_if_latest(timer_id gone) {
    timer_pile& latest = piles_[latest_];
    if (latest.empty() || latest.top().id != gone) return false;
    latest.pop();
    --far_;
    if (latest.empty()) take_pile(latest_);
    return true;
}

// Nobody is near: the horizon moves on until some are. A pile that is taken whole ends at the new
// horizon. Of one that is too high only the earliest moment comes near.
void timer_queue::draw_near() noexcept {
    while (far_ > 0 && near_.size() < few) {
        const auto lowest = static_cast<std::size_t>(std::countr_zero(filled_));
        const timer_pile next = take_pile(lowest);
        horizon_ = next.size() <= many ? last_of(lowest, horizon_) : earliest_of(next);
        next.each([this](const timer& one) { place(one); });
        came_near_ = true;
    }
    if (far_ == 0) horizon_ = moment::max();
    let_as_many_come();
}

// Too many are near: only the earliest of them stay, and everybody is placed anew. At least half of
// the near ones were armed since the last time, and there are fewer far ones: so for each timer
// that is armed less than four are placed.
void timer_queue::move_horizon_back() noexcept {
    const timer_heap near = std::exchange(near_, {});
    const piles far = std::exchange(piles_, {});
    horizon_ = near.earliest().due;
    far_ = filled_ = 0;
    for (const timer& each : near.all()) place(each);
    for (const timer_pile& pile : far) pile.each([this](const timer& each) { place(each); });
    let_as_many_come();
}

std::vector<timer> timer_queue::all() const {
    std::vector<timer> found(near_.all().begin(), near_.all().end());
    for (const timer_pile& each : piles_)
        each.each([&](const timer& one) { found.push_back(one); });
    return found;
}

}  // namespace giambio
