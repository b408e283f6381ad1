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

// Seen from a horizon, the first and the last moment of a pile: they have a one where the horizon
// has a zero, are like it above that, and below it there are zeros, or ones.
moment first_of(std::size_t pile, moment horizon) {
    const std::uint64_t differs = std::uint64_t{1} << pile;
    return of_bits((bits_of(horizon) | differs) & ~(differs - 1));
}
moment last_of(std::size_t pile, moment horizon) {
    const std::uint64_t differs = std::uint64_t{1} << pile;
    return of_bits(bits_of(horizon) | differs | (differs - 1));
}

}  // namespace

void timer_queue::arm(const timer& added) {
    place(added);
    if (near_.size() > crowd_ && near_.size() > far_) spread();
}

void timer_queue::place(const timer& one) {
    if (one.due <= horizon_) {
        near_.put(one);
        return;
    }
    const auto number =
        static_cast<std::size_t>(std::bit_width(bits_of(one.due) ^ bits_of(horizon_))) - 1;
    piles_[number].push_back(one);
    filled_ |= std::uint64_t{1} << number;
    ++far_;
}

void timer_queue::place_all(const pile& them) {
    for (const timer& each : them) place(each);
}

// Its memory goes with it, because the next one on this pile may come much later.
timer_queue::pile timer_queue::take_pile(std::size_t number) {
    filled_ &= ~(std::uint64_t{1} << number);
    far_ -= piles_[number].size();
    return std::exchange(piles_[number], {});
}

// Nobody is near: the horizon moves on until some are. A pile that is taken whole ends at the new
// horizon; of one that is too high the horizon is only the beginning, and so it comes to lie on the
// piles below.
void timer_queue::draw_near() {
    while (far_ > 0 && near_.size() < few) {
        const auto lowest = static_cast<std::size_t>(std::countr_zero(filled_));
        const pile next = take_pile(lowest);
        horizon_ = next.size() <= many ? last_of(lowest, horizon_) : first_of(lowest, horizon_);
        place_all(next);
        came_near_ = true;
    }
    if (far_ == 0) horizon_ = moment::max();
    crowd_ = std::max(many, 2 * near_.size());
}

// Too many are near: only the earliest of them stay. Everybody is placed anew, because the horizon
// moves back. That happens only when more were armed near since the last time than it moves.
void timer_queue::spread() {
    const pile everybody = all();
    horizon_ = earliest().due;
    near_ = {};
    for (pile& each : piles_) each = {};
    far_ = filled_ = 0;
    place_all(everybody);
    crowd_ = std::max(many, 2 * near_.size());
}

std::vector<timer> timer_queue::all() const {
    std::vector<timer> found(near_.all().begin(), near_.all().end());
    for (const pile& each : piles_) found.insert(found.end(), each.begin(), each.end());
    return found;
}

}  // namespace giambio
